//! The text that Prometheus reads (exposition format 0.0.4). It only writes; what is worth a number is decided by whoever calls.

use std::fmt::{Display, Write as _};

use storage::{Counted, STEPS_US};

/// What kind of number it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It only grows, until the process ends.
    Counter,
    /// It is what it is now.
    Gauge,
}

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Page(String);

impl Page {
    /// Nothing on it.
    pub(super) fn new() -> Self {
        Self::default()
    }

    /// All that was written.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// What the lines that follow mean.
    pub(super) fn head(&mut self, name: &str, kind: Kind, help: &str) {
        let kind = match kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
        };
        self.write(name, kind, help);
    }

    /// A number. Labels are ours: never what somebody typed.
    pub(super) fn line(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(label, text)| format!("{label}=\"{text}\"")).collect();
        let labels = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{}}}", labels.join(","))
        };
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }

    /// A number that stands alone.
    pub(super) fn one(&mut self, name: &str, kind: Kind, help: &str, value: impl Display) {
        self.head(name, kind, help);
        self.line(name, &[], value);
    }

    /// Durations, in steps.
    pub(super) fn times(&mut self, name: &str, help: &str, counted: &Counted) {
        self.write(name, "histogram", help);
        let bucket = format!("{name}_bucket");
        for (end, within) in STEPS_US.iter().zip(counted.within) {
            self.line(&bucket, &[("le", &seconds(*end))], within);
        }
        self.line(&bucket, &[("le", "+Inf")], counted.count);
        self.line(&format!("{name}_sum"), &[], seconds(counted.sum_us));
        self.line(&format!("{name}_count"), &[], counted.count);
    }

    fn write(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }
}

/// Microseconds as seconds, exactly, without what says nothing.
fn seconds(us: u64) -> String {
    let text = format!("{}.{:06}", us / 1_000_000, us % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use storage::Pulse;

    use super::*;

    #[test]
    fn a_number_says_what_it_is() {
        let mut page = Page::new();
        page.one("a_total", Kind::Counter, "Things.", 7);
        page.line("b", &[("what", "x"), ("state", "y")], 1);
        assert_eq!(
            page.into_text(),
            "# HELP a_total Things.\n# TYPE a_total counter\na_total 7\nb{what=\"x\",state=\"y\"} 1\n"
        );
    }

    #[test]
    fn durations_are_written_in_seconds_and_end_with_all() {
        let pulse = Pulse::new();
        pulse.took(Duration::from_micros(700));
        let mut page = Page::new();
        page.times("t_seconds", "Times.", &pulse.counted());
        let text = page.into_text();
        for line in [
            "t_seconds_bucket{le=\"0.0005\"} 0",
            "t_seconds_bucket{le=\"0.001\"} 1",
            "t_seconds_bucket{le=\"10\"} 1",
            "t_seconds_bucket{le=\"+Inf\"} 1",
            "t_seconds_sum 0.0007",
            "t_seconds_count 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line} is not in\n{text}");
        }
        assert_eq!(seconds(0), "0");
        assert_eq!(seconds(12_345_678), "12.345678");
    }
}
