//! The manual page `vitrine(1)`, made of what the executable itself says with `--help`, so that it never tells of another version. It knows
//! how clap prints help, and as much roff as it needs.

use std::{fmt::Write as _, process::Command};

use crate::{
    files,
    steps::{Outcome, output},
};

/// A line that is further to the right goes on with the item above it.
const ITEM_INDENT_MAX: usize = 9;

/// What cannot be learned from `--help`.
const REST: &str = r".SH SIGNALS
.TP
.B SIGTERM, SIGINT
Nobody new is taken in, connections are told when to come back, and what is in hand is finished: at most 30 seconds. A second one ends it at once.
.PP
.B SIGKILL
loses nothing that was acknowledged.
.SH EXIT STATUS
0 when it ended as it was asked to; anything else when it could not start or go on, with the reason on the standard error stream.
.SH FILES
With the Debian package:
.TP
.I /etc/vitrine/vitrine.env
what the installation decides: the variables above
.TP
.I /var/lib/vitrine
the data
.TP
.I /var/backups/vitrine
where the user vitrine may write copies of them
.SH SEE ALSO
.BR vitrinectl (8),
.BR systemctl (1),
.I /usr/share/doc/vitrine/install.md.gz
";

/// The page, of the executable that was built.
pub(crate) fn page() -> Outcome<String> {
    let help = |command: &[&str]| output(Command::new(files::vitrine()).args(command).arg("--help"));
    let main = help(&[])?;
    let mut commands = Vec::new();
    for (name, _) in items(section(&main, "Commands:")) {
        if name != "help" {
            let told = help(&[name.as_str()])?;
            commands.push((name, told));
        }
    }
    Ok(roff(&main, &commands))
}

fn roff(main: &str, commands: &[(String, String)]) -> String {
    let mut page = format!(
        ".TH VITRINE 1 \"\" \"Vitrine {}\" \"Vitrine\"\n.SH NAME\nvitrine \\- {}\n.SH SYNOPSIS\n.B vitrine\n.I COMMAND\n[\\fIOPTION\\fR]...\n.SH COMMANDS\n",
        escaped(env!("CARGO_PKG_VERSION")),
        escaped(&about(main).to_lowercase())
    );
    let mut part = |text: &str| page.push_str(text);
    for (name, help) in commands {
        part(&format!(".SS vitrine {}\n{}\n", escaped(name), line(&about(help))));
        for heading in ["Arguments:", "Options:"] {
            for (term, text) in items(section(help, heading)) {
                part(&format!(".TP\n.B {}\n{}\n", escaped(&term), line(&text)));
            }
        }
    }
    part(".SH ENVIRONMENT\nWhat stands in brackets holds without the variable.\n");
    for (name, meaning) in items(section(main, "Environment:")) {
        part(&format!(".TP\n.B {}\n{}\n", escaped(&name), line(&meaning)));
    }
    part(REST);
    page
}

/// What stands before the usage: one paragraph.
fn about(help: &str) -> String {
    let text: Vec<&str> = help.lines().take_while(|line| !line.starts_with("Usage:")).map(str::trim).collect();
    text.join(" ").trim().to_owned()
}

/// The lines below a heading, up to the next one.
fn section<'a>(help: &'a str, heading: &str) -> Vec<&'a str> {
    help.lines()
        .skip_while(|line| *line != heading)
        .skip(1)
        .take_while(|line| line.is_empty() || line.starts_with(' '))
        .filter(|line| !line.trim().is_empty())
        .collect()
}

/// Terms with their explanations, which stand beside or below them.
fn items(lines: Vec<&str>) -> Vec<(String, String)> {
    let mut items: Vec<(String, String)> = Vec::new();
    for line in lines {
        let text = line.trim();
        let indent = line.len() - line.trim_start().len();
        match items.last_mut() {
            Some((_, told)) if indent > ITEM_INDENT_MAX => {
                if !told.is_empty() {
                    told.push(' ');
                }
                told.push_str(text);
            }
            _ => {
                let (term, told) = text.split_once("  ").unwrap_or((text, ""));
                items.push((term.to_owned(), told.trim().to_owned()));
            }
        }
    }
    items
}

/// Text at the beginning of a line, where a full stop would be a command.
fn line(text: &str) -> String {
    format!("\\&{}", escaped(text))
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\e"),
            '-' => out.push_str("\\-"),
            '\'' => out.push_str("\\(aq"),
            c if c.is_ascii() => out.push(c),
            c => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\[u{:04X}]", u32::from(c));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIN: &str = "Live chat\n\nUsage: vitrine [COMMAND]\n\nCommands:\n  serve  Serves\n  help   Print\n\nOptions:\n  -h, --help  Print help\n\n\
        Environment:\n  VITRINE_DATA\n          a folder; smtp://… [data]\n  VITRINE_LOG\n          a level\n";

    #[test]
    fn the_page_holds_what_the_program_says() {
        let serve =
            "Serves.\n\nUsage: vitrine serve [OPTIONS]\n\nOptions:\n      --data <DIR>  The folder\n  -h, --help\n          Print help\n";
        let page = roff(MAIN, &[("serve".to_owned(), serve.to_owned())]);
        for part in [
            "vitrine \\- live chat\n",
            ".SS vitrine serve\n\\&Serves.\n",
            ".B \\-\\-data <DIR>\n\\&The folder\n",
            ".B \\-h, \\-\\-help\n\\&Print help\n",
            ".B VITRINE_DATA\n\\&a folder; smtp://\\[u2026] [data]\n",
            ".B VITRINE_LOG\n",
            ".SH FILES\n",
        ] {
            assert!(page.contains(part), "{part}\n{page}");
        }
        assert!(page.is_ascii());
    }

    #[test]
    fn nothing_that_the_program_says_becomes_a_command_of_roff() {
        assert_eq!(line(".SH it\\'s"), "\\&.SH it\\e\\(aqs");
    }
}
