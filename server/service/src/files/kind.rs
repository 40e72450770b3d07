//! What a file is, read from its bytes, and what it is called from then on. Its own name decides nothing.

use image::ImageFormat;
use model::{
    file::Media,
    limits::FILE_NAME_CHARS_MAX,
    refusal::{Field, Refusal},
    text::FileName,
};

/// Something that may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Written anew before anybody sees it.
    Picture(ImageFormat),
    /// Kept as it is, and never shown in a page.
    Pdf,
    /// The same.
    Text,
}

/// Endings under which pictures come; what is written anew has the ending of what it is then.
const PICTURES: [&str; 5] = ["png", "jpg", "jpeg", "gif", "webp"];

/// What it is; `None` for everything that is not on the list.
pub(crate) fn sniff(bytes: &[u8], name: &str) -> Option<Kind> {
    let is_webp = bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP");
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(Kind::Picture(ImageFormat::Png))
    } else if bytes.starts_with(b"\xff\xd8\xff") {
        Some(Kind::Picture(ImageFormat::Jpeg))
    } else if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        Some(Kind::Picture(ImageFormat::Gif))
    } else if is_webp {
        Some(Kind::Picture(ImageFormat::WebP))
    } else if bytes.starts_with(b"%PDF-") {
        Some(Kind::Pdf)
    } else {
        // Pages and programs are text too. They would only ever be offered as plain text, but nobody needs to send one by mistake.
        (ending(name) == "txt" && is_plain(bytes)).then_some(Kind::Text)
    }
}

fn ending(name: &str) -> String {
    name.rsplit_once('.')
        .map_or(String::new(), |(_, ending)| ending.to_ascii_lowercase())
}

fn is_plain(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|text| text.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\u{c}')))
}

/// The name under which it is shown and saved: always with the ending of what it is, so that no system opens it as something else.
pub(crate) fn proper_name(raw: &str, media: Media) -> Result<FileName, Refusal> {
    let endings: &[&str] = match media {
        Media::Png => &["png"],
        Media::Jpeg => &["jpg", "jpeg"],
        Media::Pdf => &["pdf"],
        Media::Text => &["txt"],
    };
    // What cannot be seen could pretend to be another name.
    let seen: String = raw
        .chars()
        .filter(|c| {
            !c.is_control() && !matches!(c, '\u{200B}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
        })
        .collect();
    let last = seen.rsplit(['/', '\\']).next().unwrap_or_default();
    let had = ending(last);
    let is_right = endings.contains(&had.as_str());
    let replaced = is_right || (media.is_picture() && PICTURES.contains(&had.as_str()));
    let stem = if replaced { &last[..last.len() - had.len() - 1] } else { last };
    let ending = if is_right { had.as_str() } else { endings[0] };
    let room = FILE_NAME_CHARS_MAX - ending.len() - 1;
    let stem: String = stem
        .trim_matches(|c: char| c == '.' || c.is_whitespace())
        .chars()
        .take(room)
        .collect();
    let stem = if stem.is_empty() { "file" } else { stem.trim_end() };
    FileName::parse(&[stem, ".", ending].concat()).map_err(|_| Refusal::Invalid(Field::File))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hd_1_only_what_is_on_the_list_is_taken() {
        let refused: [(&[u8], &str); 12] = [
            (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "a.svg"),
            (b"<!DOCTYPE html><script>1</script>", "a.html"),
            (b"<?xml version='1.0'?>", "a.xml"),
            (b"<?php echo 1;", "a.php"),
            (b"php_flag engine on", ".htaccess"),
            (b"MZ\x90\0", "a.exe"),
            (b"MZ\x90\0", "a.txt"),
            (b"PK\x03\x04", "a.docx"),
            (b"alert(1)", "a.js"),
            (b"\xff\xfea\0", "utf-16.txt"),
            (b"RIFF\0\0\0\0WAVE", "a.webp"),
            (b"", "a.txt.exe"),
        ];
        for (bytes, name) in refused {
            assert_eq!(sniff(bytes, name), None, "{name}");
        }
        assert_eq!(sniff(b"%PDF-1.7", "a.exe"), Some(Kind::Pdf), "the name decides nothing");
        assert_eq!(sniff("Grüße".as_bytes(), "A.TXT"), Some(Kind::Text));
        assert_eq!(sniff(b"\xff\xd8\xff\xe0", "a.txt"), Some(Kind::Picture(ImageFormat::Jpeg)));
    }

    #[test]
    fn hd_2_a_name_is_one_line_with_the_right_ending() {
        let long = "é".repeat(300);
        for (raw, media, name) in [
            ("vase.png", Media::Png, "vase.png"),
            ("Vase.JPG", Media::Jpeg, "Vase.jpg"),
            ("vase.webp", Media::Jpeg, "vase.jpg"),
            ("a.php.jpg", Media::Jpeg, "a.php.jpg"),
            ("page.html", Media::Pdf, "page.html.pdf"),
            (".\u{200B}htaccess", Media::Png, "htaccess.png"),
            ("..\\..\\x", Media::Pdf, "x.pdf"),
            ("/etc/passwd", Media::Text, "passwd.txt"),
            ("a\r\nSet-Cookie: b.txt", Media::Text, "aSet-Cookie: b.txt"),
            ("gnp\u{202E}.exe", Media::Png, "gnp.exe.png"),
            ("....", Media::Png, "file.png"),
            ("", Media::Pdf, "file.pdf"),
        ] {
            assert_eq!(proper_name(raw, media).expect("a name").as_str(), name, "{raw:?}");
        }
        let cut = proper_name(&long, Media::Pdf).expect("a name");
        assert_eq!(cut.as_str().chars().count(), FILE_NAME_CHARS_MAX);
        assert!(cut.as_str().ends_with("é.pdf"));
    }

    proptest! {
        #[test]
        fn every_name_becomes_one(raw in "(?s).{0,300}") {
            for media in [Media::Png, Media::Jpeg, Media::Pdf, Media::Text] {
                let name = proper_name(&raw, media).expect("a name");
                let ends = [".png", ".jpg", ".jpeg", ".pdf", ".txt"].iter().any(|e| name.as_str().ends_with(e));
                prop_assert!(ends, "{:?}", name);
            }
        }
    }
}
