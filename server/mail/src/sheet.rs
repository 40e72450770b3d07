//! What a letter says, as blocks: written once, and read as plain text or as HTML with the same words in the same order.
//!
//! Whatever a stranger wrote is text in either. The HTML fetches nothing from anywhere.

use std::fmt::Write as _;

use model::language::Language;

use crate::escape::html;

/// Somebody's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// Who, and when.
    pub who: String,
    /// What, as it was typed.
    pub text: String,
}

/// A piece of a letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph of ours.
    Text(String),
    /// Labels with their values.
    Facts(Vec<(String, String)>),
    /// What people said.
    Said(Vec<Said>),
    /// An address of ours to go to.
    Link {
        /// What is done there.
        label: String,
        /// The whole address.
        address: String,
    },
    /// A paragraph of ours that few need.
    Small(String),
    /// An address of ours that few go to.
    SmallLink {
        /// What is done there.
        label: String,
        /// The whole address.
        address: String,
    },
    /// Something to type elsewhere, to be read at a glance.
    Code(String),
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its language.
    pub language: Language,
    /// Its heading.
    pub title: String,
    /// The rest.
    pub blocks: Vec<Block>,
}

const BODY: &str = "margin:0;padding:24px 16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif";
const SHEET: &str = "max-width:600px;margin:0 auto";
const QUOTE: &str = "margin:0 0 16px;padding:8px 16px;border-left:4px solid #b8432f;white-space:pre-wrap;overflow-wrap:anywhere";
const BUTTON: &str =
    "display:inline-block;padding:10px 20px;border-radius:8px;background:#a83a26;color:#ffffff;text-decoration:none;font-weight:600";
const CODE: &str = "margin:0 0 16px;font:600 28px/1.3 ui-monospace,Menlo,Consolas,monospace;letter-spacing:4px";
const SMALL: &str = "margin:0 0 16px;font-size:14px;overflow-wrap:anywhere";

impl Sheet {
    /// For programs and people that want no HTML.
    pub fn text(&self) -> String {
        let mut out = format!("{}\n", one_line(&self.title));
        for block in &self.blocks {
            out.push('\n');
            // Writing to a string cannot fail.
            let _ = match block {
                Block::Text(text) | Block::Small(text) | Block::Code(text) => writeln!(out, "{text}"),
                Block::Facts(facts) => facts
                    .iter()
                    .try_for_each(|(label, value)| writeln!(out, "{label}: {}", one_line(value))),
                Block::Said(said) => said.iter().try_for_each(|said| {
                    writeln!(out, "{}", one_line(&said.who))?;
                    // Marked, so that nothing in it can pass for one of our own lines.
                    said.text.lines().try_for_each(|line| writeln!(out, "> {line}"))?;
                    writeln!(out)
                }),
                Block::Link { label, address } | Block::SmallLink { label, address } => writeln!(out, "{}:\n{address}", one_line(label)),
            };
        }
        out
    }

    /// For everybody else.
    pub fn html(&self) -> String {
        let mut out = String::with_capacity(2_048);
        // Writing to a string cannot fail.
        let _ = write!(
            out,
            "<!DOCTYPE html><html lang='{}'><head><meta charset='utf-8'><meta name='color-scheme' content='light dark'>\
            <title>{title}</title></head><body style=\u{22}{BODY}\u{22}><div style='{SHEET}'><h1 style='font-size:20px'>{title}</h1>",
            self.language.code(),
            title = html(&self.title),
        );
        for block in &self.blocks {
            let _ = match block {
                Block::Text(text) => write!(out, "<p style='margin:0 0 16px;overflow-wrap:anywhere'>{}</p>", html(text)),
                Block::Small(text) => write!(out, "<p style='{SMALL}'>{}</p>", html(text)),
                Block::Code(text) => write!(out, "<p style='{CODE}'>{}</p>", html(text)),
                Block::SmallLink { label, address } => {
                    write!(out, "<p style='{SMALL}'><a href='{}'>{}</a></p>", html(address), html(label))
                }
                Block::Facts(facts) => {
                    out.push_str("<table role='presentation' style='margin:0 0 16px;border-collapse:collapse'>");
                    for (label, value) in facts {
                        let _ = write!(
                            out,
                            "<tr><th style='padding:2px 16px 2px 0;text-align:left;vertical-align:top'>{}</th>\
                            <td style='padding:2px 0;overflow-wrap:anywhere'>{}</td></tr>",
                            html(label),
                            html(value),
                        );
                    }
                    write!(out, "</table>")
                }
                Block::Said(said) => said.iter().try_for_each(|said| {
                    write!(
                        out,
                        "<p style='margin:0 0 4px;font-weight:600'>{}</p><blockquote style='{QUOTE}'>{}</blockquote>",
                        html(&said.who),
                        html(&said.text),
                    )
                }),
                Block::Link { label, address } => write!(
                    out,
                    "<p style='margin:0 0 16px'><a style='{BUTTON}' href='{0}'>{1}</a></p><p style='{SMALL}'>{0}</p>",
                    html(address),
                    html(label),
                ),
            };
        }
        out.push_str("</div></body></html>");
        out
    }
}

/// A value of one line stays one, so that it cannot write a label of its own.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(text: &str) -> Sheet {
        Sheet {
            language: Language::Fr,
            title: text.to_owned(),
            blocks: vec![
                Block::Facts(vec![("Nom".to_owned(), text.to_owned())]),
                Block::Said(vec![Said {
                    who: text.to_owned(),
                    text: text.to_owned(),
                }]),
                Block::Link {
                    label: text.to_owned(),
                    address: "https://chat.example/desk?a=1&b=2".to_owned(),
                },
            ],
        }
    }

    #[test]
    fn he_15_whatever_was_typed_is_text_in_both_parts() {
        let typed = "<img src=x onerror=alert(1)> ' \" {{7*7}} & javascript:alert(1)";
        let sheet = sheet(typed);
        assert!(sheet.text().contains(typed));
        let html = sheet.html();
        assert!(!html.contains("<img") && !html.contains("onerror=alert(1)>"), "{html}");
        assert!(
            html.contains("&lt;img src=x onerror=alert(1)&gt; &#39; &quot; {{7*7}} &amp; javascript:alert(1)"),
            "{html}"
        );
        assert!(html.contains("href='https://chat.example/desk?a=1&amp;b=2'"), "{html}");
    }

    #[test]
    fn he_15_nothing_is_fetched_from_anywhere() {
        let html = sheet("fine").html();
        assert!(
            !html.contains("src=") && !html.contains("url(") && !html.contains("<link"),
            "{html}"
        );
        assert!(html.contains("lang='fr'"));
    }

    #[test]
    fn a_stranger_cannot_write_a_line_that_looks_like_ours() {
        let text = sheet("Jane\nEmail: boss@shop.example").text();
        assert!(!text.lines().any(|line| line.starts_with("Email:")), "{text}");
        assert!(text.contains("> Email: boss@shop.example"), "{text}");
    }
}
