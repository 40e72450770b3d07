//! Text made safe for HTML. Every value that was not written in this crate's templates goes through [`esc`].

use std::fmt::{self, Write as _};

/// Text as it may stand between tags and inside quoted attributes.
#[derive(Clone, Copy)]
pub(super) struct Escaped<'a>(&'a str);

/// Makes text safe.
pub(super) fn esc(text: &str) -> Escaped<'_> {
    Escaped(text)
}

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                _ => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// One piece of HTML for each.
pub(super) fn each<T>(items: impl IntoIterator<Item = T>, view: impl FnMut(T) -> String) -> String {
    items.into_iter().map(view).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_was_typed_becomes_markup() {
        assert_eq!(
            esc(r#"<a href="x" id='y'>&"#).to_string(),
            "&lt;a href=&quot;x&quot; id=&#39;y&#39;&gt;&amp;"
        );
        assert_eq!(esc("Crème brûlée").to_string(), "Crème brûlée");
    }
}
