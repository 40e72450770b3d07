//! The page that a full run leaves: what falls short first, then every figure beside its goal, then the tables they are from, and what was
//! not measured. It is written from what was measured; nobody edits it.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// A part of a run.
pub(super) struct Part {
    /// Its heading.
    pub(super) title: String,
    /// Its table, as it was printed.
    pub(super) text: String,
    /// Its numbers.
    pub(super) numbers: Value,
}

/// Everything that was measured.
#[derive(Default)]
pub(super) struct Page {
    pub(super) parts: Vec<Part>,
    /// What this machine could not run, or what was shorter than it is asked for.
    pub(super) missing: Vec<String>,
    /// What was begun and went wrong.
    pub(super) failed: Vec<String>,
}

impl Page {
    /// In Markdown.
    pub(super) fn markdown(&self, date: &str, commit: &str, conditions: &str) -> String {
        let judged = self.judged();
        let of_short = judged.iter().filter(|figure| figure["kept"] == json!(false));
        let short: Vec<String> = of_short.map(|figure| sentence(figure)).collect();
        let mut text = format!("# {date}, commit {commit}\n\n{conditions}.\n\n");
        let kept = judged.len() - short.len();
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{kept} of {} goals are kept. What the rows mean is in [README](README.md).\n",
            judged.len()
        );
        list(&mut text, "What falls short", &short);
        list(&mut text, "What was not measured here, or not as it is asked for", &self.missing);
        list(&mut text, "What went wrong", &self.failed);
        text.push_str("## Every figure that has a goal\n\n| row | what | measured | in | goal | kept |\n|---|---|---:|---|---:|---|\n");
        for figure in &judged {
            let kept = if figure["kept"] == json!(true) { "yes" } else { "**no**" };
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {} | {kept} |",
                word(&figure["bar"]),
                word(&figure["what"]),
                number(&figure["value"]),
                word(&figure["unit"]),
                goal(&figure["goal"]),
            );
        }
        for part in &self.parts {
            let _ = write!(text, "\n## {}\n\n{}", part.title, part.text);
        }
        text
    }

    /// For programs.
    pub(super) fn data(&self, date: &str, commit: &str, conditions: &str) -> Value {
        let parts: Vec<Value> = self
            .parts
            .iter()
            .map(|part| json!({ "title": part.title, "numbers": part.numbers }))
            .collect();
        json!({
            "date": date,
            "commit": commit,
            "conditions": conditions,
            "parts": parts,
            "missing": self.missing,
            "failed": self.failed,
        })
    }

    /// The figures of which something is asked.
    fn judged(&self) -> Vec<&Value> {
        let all = self.parts.iter().filter_map(|part| part.numbers["figures"].as_array());
        all.flatten().filter(|figure| !figure["kept"].is_null()).collect()
    }
}

fn list(text: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let _ = writeln!(text, "## {title}\n");
    for line in lines {
        let _ = writeln!(text, "* {line}");
    }
    text.push('\n');
}

fn sentence(figure: &Value) -> String {
    format!(
        "{}: {}: {} {}, asked is {}",
        word(&figure["bar"]),
        word(&figure["what"]),
        number(&figure["value"]),
        word(&figure["unit"]),
        goal(&figure["goal"])
    )
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn goal(value: &Value) -> String {
    if value["at_most"].is_number() {
        format!("≤ {}", number(&value["at_most"]))
    } else {
        format!("≥ {}", number(&value["at_least"]))
    }
}

/// As many digits as say something. What is no number took for ever.
fn number(value: &Value) -> String {
    match value.as_f64() {
        None => "∞".to_owned(),
        Some(n) if n.fract().abs() < 1e-9 || n.abs() >= 1_000.0 => format!("{n:.0}"),
        Some(n) if n.abs() >= 10.0 => format!("{n:.1}"),
        Some(n) => format!("{n:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_falls_short_stands_first() {
        let figure = |value: f64, kept: bool| json!({ "bar": "L5", "what": "all are back", "value": value, "unit": "s", "goal": { "at_most": 30.0 }, "kept": kept });
        let page = Page {
            parts: vec![Part {
                title: "What it carries".to_owned(),
                text: "a table\n".to_owned(),
                numbers: json!({ "figures": [figure(12.5, true), figure(31.0, false), { "bar": "L5", "kept": null }] }),
            }],
            missing: vec!["L9: five minutes".to_owned()],
            failed: Vec::new(),
        };
        let text = page.markdown("2026-11-23", "abc", "2 cores");
        assert!(text.contains("1 of 2 goals are kept."), "{text}");
        let short = text.find("* L5: all are back: 31 s, asked is ≤ 30").expect("it is said");
        assert!(
            short < text.find("| L5 | all are back | 12.5 | s | ≤ 30 | yes |").expect("a row"),
            "{text}"
        );
        assert!(text.contains("* L9: five minutes") && !text.contains("What went wrong"), "{text}");
    }
}
