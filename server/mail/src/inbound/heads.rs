//! The head of a letter as its lines, top to bottom: which mail server wrote what is told by the order, and a parser that keeps the last of
//! two equal ones would tell the wrong story.

/// Bytes of a head that are read.
const HEAD_BYTES_MAX: usize = 512 * 1024;
/// Lines of a head that are read.
const HEADS_MAX: usize = 2_000;

/// Headers, in their order.
pub(super) struct Heads(Vec<(String, String)>);

impl Heads {
    /// The head of a letter. What is no header is passed over.
    pub(super) fn read(raw: &[u8]) -> Self {
        let head = &raw[..raw.len().min(HEAD_BYTES_MAX)];
        let mut heads: Vec<(String, String)> = Vec::new();
        for line in head.split(|byte| *byte == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            if line.is_empty() || heads.len() == HEADS_MAX {
                break;
            }
            let line = String::from_utf8_lossy(line);
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = heads.last_mut() {
                    value.push(' ');
                    value.push_str(line.trim());
                }
            } else if let Some((name, value)) = line.split_once(':') {
                heads.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
        Self(heads)
    }

    /// The uppermost of a name.
    pub(super) fn first(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All of a name, from the top.
    pub(super) fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// How many there are of a name.
    pub(super) fn count(&self, name: &str) -> usize {
        self.all(name).count()
    }

    /// The address that the last mail server delivered to.
    pub(super) fn delivered_to(&self) -> Option<String> {
        let found = ["delivered-to", "x-original-to", "envelope-to"]
            .into_iter()
            .find_map(|name| self.first(name))?;
        Some(found.trim_matches(['<', '>', ' ']).to_owned())
    }
}

/// What follows the first empty line.
pub(super) fn body_of(raw: &[u8]) -> &[u8] {
    let mut at = 0;
    while let Some(end) = raw[at..].iter().position(|byte| *byte == b'\n') {
        let line = &raw[at..at + end];
        at += end + 1;
        if line.is_empty() || line == b"\r" {
            return &raw[at..];
        }
    }
    &[]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_unfolded_and_keep_their_order() {
        let raw = b"From nobody\r\nReceived: one\r\n two\r\nSubject:  a\nreceived:three\n\nbody\n\nReceived: four";
        let heads = Heads::read(raw);
        assert_eq!(heads.all("received").collect::<Vec<_>>(), ["one two", "three"]);
        assert_eq!((heads.first("subject"), heads.count("received")), (Some("a"), 2));
        assert_eq!(body_of(raw), b"body\n\nReceived: four");
        assert_eq!(body_of(b"Subject: a"), b"");
    }

    #[test]
    fn the_uppermost_delivery_is_the_last_servers() {
        let raw = b"Delivered-To: <a@in.example>\nDelivered-To: b@evil.example\n\n";
        assert_eq!(Heads::read(raw).delivered_to().as_deref(), Some("a@in.example"));
    }
}
