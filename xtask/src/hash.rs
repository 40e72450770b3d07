//! Names that change with their content, so that a browser may keep what it has for ever.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// 16 hexadecimal digits of SHA-256: two different assets of one product never share them.
pub(crate) fn of(content: &[u8]) -> String {
    Sha256::digest(content).iter().take(8).fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_same_content_has_the_same_name_everywhere() {
        assert_eq!(super::of(b"vitrine"), super::of(b"vitrine"));
        // SHA-256 of nothing begins so, on every system.
        assert_eq!(super::of(b""), "e3b0c44298fc1c14");
    }
}
