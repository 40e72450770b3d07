//! One minified style sheet per program, from the entry files in `style/`. What the sheets say is not decided here.

use std::path::Path;

use lightningcss::{
    bundler::{Bundler, FileProvider},
    stylesheet::{MinifyOptions, ParserOptions, PrinterOptions},
    targets::{Browsers, Targets},
};

use crate::{
    files,
    fronts::FRONTS,
    steps::{Outcome, note},
};

/// The oldest browsers that know OKLCH, `color-mix` and container queries; newer syntax (nesting) is rewritten for them.
fn targets() -> Targets {
    let version = |major: u32, minor: u32| Some((major << 16) | (minor << 8));
    Targets::from(Browsers {
        chrome: version(111, 0),
        edge: version(111, 0),
        firefox: version(113, 0),
        safari: version(16, 4),
        ios_saf: version(16, 4),
        ..Browsers::default()
    })
}

/// The entry file with everything it imports, minified.
pub(crate) fn bundle(entry: &Path) -> Outcome<String> {
    let provider = FileProvider::new();
    let mut bundler = Bundler::new(&provider, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|e| format!("{}: {e}", entry.display()))?;
    sheet
        .minify(MinifyOptions {
            targets: targets(),
            ..MinifyOptions::default()
        })
        .map_err(|e| format!("{}: {e}", entry.display()))?;
    let printed = sheet
        .to_css(PrinterOptions {
            minify: true,
            targets: targets(),
            ..PrinterOptions::default()
        })
        .map_err(|e| format!("{}: {e}", entry.display()))?;
    Ok(printed.code)
}

/// The `css` step of the tests: both sheets parse and bundle.
pub(crate) fn check() -> Outcome {
    for front in FRONTS {
        let css = bundle(&files::root().join(front.style))?;
        note(&format!("{}: {} bytes", front.style, css.len()));
    }
    Ok(())
}
