//! A number that was measured, beside what was asked of it.

use serde::Serialize;

/// What is asked of a number.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Goal {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// A number that was measured.
#[derive(Clone, Serialize)]
pub(crate) struct Figure {
    /// The row of `faults.md`, or what else it belongs to.
    pub(crate) bar: &'static str,
    what: String,
    value: f64,
    unit: &'static str,
    goal: Option<Goal>,
    kept: Option<bool>,
}

impl Figure {
    /// Of which nothing is asked.
    pub(crate) fn new(bar: &'static str, what: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self {
            bar,
            what: what.into(),
            value,
            unit,
            goal: None,
            kept: None,
        }
    }

    /// No more than this is good.
    pub(crate) fn at_most(self, most: f64) -> Self {
        Self {
            goal: Some(Goal::AtMost(most)),
            kept: Some(self.value <= most),
            ..self
        }
    }

    /// No less than this is good.
    pub(crate) fn at_least(self, least: f64) -> Self {
        Self {
            goal: Some(Goal::AtLeast(least)),
            kept: Some(self.value >= least),
            ..self
        }
    }

    /// A line of the table.
    pub(crate) fn row(&self) -> String {
        let goal = match self.goal {
            None => String::new(),
            Some(Goal::AtMost(most)) => format!("≤ {}", shown(most)),
            Some(Goal::AtLeast(least)) => format!("≥ {}", shown(least)),
        };
        let kept = match self.kept {
            None => "",
            Some(true) => "yes",
            Some(false) => "**no**",
        };
        let (bar, what, value, unit) = (self.bar, &self.what, shown(self.value), self.unit);
        format!("| {bar} | {what} | {value} | {unit} | {goal} | {kept} |\n")
    }
}

/// All of them.
pub(crate) fn table(figures: &[Figure]) -> String {
    let rows: String = figures.iter().map(Figure::row).collect();
    format!("| row | what | measured | in | goal | kept |\n|---|---|---:|---|---:|---|\n{rows}")
}

/// As many digits as say something.
fn shown(value: f64) -> String {
    if value.fract().abs() < 1e-9 || value.abs() >= 1_000.0 {
        format!("{value:.0}")
    } else if value.abs() >= 10.0 {
        format!("{value:.1}")
    } else {
        format!("{value:.2}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_stands_beside_its_goal() {
        let figure = Figure::new("L1", "memory of a socket", 9_100.4, "bytes").at_most(10_000.0);
        assert_eq!(figure.row(), "| L1 | memory of a socket | 9100 | bytes | ≤ 10000 | yes |\n");
        let figure = Figure::new("L5", "all back", 31.28, "s").at_most(30.0);
        assert!(figure.row().ends_with("| 31.3 | s | ≤ 30 | **no** |\n"), "{}", figure.row());
        assert!(Figure::new("L1", "sockets", 10_000.0, "").row().contains("| 10000 |"));
    }
}
