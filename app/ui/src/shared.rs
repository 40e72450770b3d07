//! A file that somebody gave: a picture in its place and size, anything else as something to save.
//!
//! Both are links that save: a window of its own would not have the panel's cookie, which belongs to the shop's page it stands in. Neither
//! has what a browser asks for because of `download`, so the panel goes to the address, whose answer (`?save`) is never a page. At the desk
//! nothing is partitioned, and going anywhere would ask about what is not saved yet. Where the cookie is blocked altogether, the server
//! has put a key beside the file, and it stands in both addresses.

use leptos::{either::Either, prelude::*};
use model::{file::SharedFile, party::Side, words::Words};

use crate::icon::{self, Icon};

/// The file, for a reader of this side.
pub(crate) fn shared(file: SharedFile, me: Side, words: &Words) -> impl IntoView + use<> {
    let id = file.id.to_string();
    let key = file.key.map_or_else(String::new, |key| ["&k=", key.as_str()].concat());
    let from = ["/files/", id.as_str(), "?show", key.as_str()].concat();
    let size = told_size(file.size, words);
    let name = String::from(file.name);
    let save_from = ["/files/", id.as_str(), "?save", key.as_str()].concat();
    let save_as = (me == Side::Desk).then(|| name.clone());
    match file.pixels {
        Some((width, height)) => Either::Left(view! {
            <a class="shared shared--picture" href=save_from download=save_as>
                <img src=from alt=name width=width.to_string() height=height.to_string() loading="lazy" />
            </a>
        }),
        None => Either::Right(view! {
            <a class="shared" href=save_from download=save_as>
                <Icon glyph=icon::file_text />
                <span class="shared__name" dir="auto">
                    {name}
                </span>
                <span class="shared__size">{size}</span>
            </a>
        }),
    }
}

/// In whole kilobytes or megabytes, rounded up.
fn told_size(bytes: u32, words: &Words) -> String {
    let kilobytes = bytes.div_ceil(1024);
    let (key, n) = if kilobytes < 1024 {
        ("chat.file_kb", kilobytes)
    } else {
        ("chat.file_mb", kilobytes.div_ceil(1024))
    };
    words.with(key, &[("n", &n.to_string())])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use model::language::Language;

    use super::*;

    #[test]
    fn a_size_is_told_in_whole_units() {
        let texts: BTreeMap<_, _> = [("chat.file_kb", "%{n} kB"), ("chat.file_mb", "%{n} MB")]
            .map(|(key, text)| (key.to_owned(), text.to_owned()))
            .into();
        let words = Words::new(Language::En, texts);
        for (bytes, told) in [
            (1, "1 kB"),
            (1_025, "2 kB"),
            (1_047_552, "1023 kB"),
            (1_048_000, "1 MB"),
            (10_485_760, "10 MB"),
        ] {
            assert_eq!(told_size(bytes, &words), told);
        }
    }
}
