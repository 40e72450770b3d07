//! What browsers fetch and what is installed, in bytes, and the budgets above which the tests fail.

use std::{fmt::Write as _, fs, io::Write as _};

use flate2::{Compression, write::GzEncoder};
use serde::Serialize;

use crate::{
    files,
    site::{Manifest, Program},
    steps::{Outcome, note},
};

/// The loader stands on other people's pages.
const LOADER_BROTLI_MAX: usize = 2_048;
/// Everything that opening the panel fetches, besides its page.
const PANEL_BROTLI_MAX: usize = 150_000;
/// The back office, in one piece.
const DESK_BROTLI_MAX: usize = 350_000;
/// The stripped executable, with all assets.
const EXECUTABLE_MAX: usize = 30_000_000;

/// One line of the table.
#[derive(Serialize)]
pub(crate) struct Size {
    name: String,
    raw: usize,
    gzip: usize,
    brotli: usize,
    /// Bytes allowed, brotli (of the executable: as it is).
    max: Option<usize>,
}

impl Size {
    /// Of an asset, whose brotli sibling is what a browser gets.
    fn of(name: &str, asset: &str) -> Outcome<Self> {
        let content = files::read(&files::site().join(asset))?;
        let brotli = files::read(&files::site().join(format!("{asset}.br")))?.len();
        Ok(Self {
            name: name.to_owned(),
            raw: content.len(),
            gzip: gzip(&content),
            brotli,
            max: None,
        })
    }

    /// What counts against the budget.
    fn counted(&self) -> usize {
        if self.brotli == 0 { self.raw } else { self.brotli }
    }
}

/// Measures the last build.
pub(crate) fn measure() -> Outcome<Vec<Size>> {
    let manifest = Manifest::read();
    let mut sizes = vec![Size {
        max: Some(LOADER_BROTLI_MAX),
        ..Size::of("embed.js", "embed.js")?
    }];
    for (name, program, max) in [
        ("panel", &manifest.widget, PANEL_BROTLI_MAX),
        ("back office", &manifest.desk, DESK_BROTLI_MAX),
    ] {
        let program = program
            .as_ref()
            .ok_or_else(|| format!("the {name} has not been built: cargo xtask build"))?;
        sizes.extend(program_sizes(name, program, max)?);
    }
    let executable = files::vitrine();
    let raw = fs::metadata(&executable)
        .map_err(|e| format!("{}: {e}", executable.display()))?
        .len();
    let raw = usize::try_from(raw).map_err(|e| e.to_string())?;
    sizes.push(Size {
        name: "vitrine (executable)".to_owned(),
        raw,
        gzip: 0,
        brotli: 0,
        max: Some(EXECUTABLE_MAX),
    });
    Ok(sizes)
}

/// The three files of a program, and their sum.
fn program_sizes(name: &str, program: &Program, max: usize) -> Outcome<Vec<Size>> {
    let mut sizes = Vec::new();
    for file in program.names() {
        let kind = file.rsplit_once('.').map_or(file, |(_, extension)| extension);
        sizes.push(Size::of(&format!("{name}: {kind}"), file)?);
    }
    let sum = |part: fn(&Size) -> usize| sizes.iter().map(part).sum::<usize>();
    let total = Size {
        name: format!("{name}: all"),
        raw: sum(|s| s.raw),
        gzip: sum(|s| s.gzip),
        brotli: sum(|s| s.brotli),
        max: Some(max),
    };
    sizes.push(total);
    Ok(sizes)
}

fn gzip(content: &[u8]) -> usize {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory takes everything");
    encoder.finish().expect("memory takes everything").len()
}

/// The table, in Markdown.
pub(crate) fn table(sizes: &[Size]) -> String {
    let mut text = String::from("| what | raw | gzip | brotli | at most |\n|---|---:|---:|---:|---:|\n");
    for size in sizes {
        let small = |n: usize| if n == 0 { "–".to_owned() } else { grouped(n) };
        let max = size.max.map_or(String::new(), grouped);
        writeln!(
            text,
            "| {} | {} | {} | {} | {max} |",
            size.name,
            grouped(size.raw),
            small(size.gzip),
            small(size.brotli)
        )
        .expect("writing to a String cannot fail");
    }
    text
}

/// The `sizes` step of the tests.
pub(crate) fn check() -> Outcome {
    let sizes = measure()?;
    for line in table(&sizes).lines() {
        note(line);
    }
    let over = too_large(&sizes);
    if over.is_empty() { Ok(()) } else { Err(over.join("; ")) }
}

/// Which budgets are broken, in words.
fn too_large(sizes: &[Size]) -> Vec<String> {
    sizes
        .iter()
        .filter_map(|size| {
            let max = size.max.filter(|max| size.counted() > *max)?;
            Some(format!(
                "{} is {} bytes, {} allowed",
                size.name,
                grouped(size.counted()),
                grouped(max)
            ))
        })
        .collect()
}

/// 1,234,567.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(
            ["7", "123", "1,234", "1,234,567"].map(str::to_owned),
            [7, 123, 1_234, 1_234_567].map(grouped)
        );
    }

    #[test]
    fn a_budget_is_broken_by_one_byte_more() {
        let size = |brotli| Size {
            name: "x".to_owned(),
            raw: 9_999,
            gzip: 9_999,
            brotli,
            max: Some(2_048),
        };
        assert!(too_large(&[size(2_048)]).is_empty());
        assert_eq!(too_large(&[size(2_049)]), ["x is 2,049 bytes, 2,048 allowed"]);
    }
}
