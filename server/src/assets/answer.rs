//! A file as an answer: its type, its tag, how long it may be kept, and the smaller of its two forms. It does not look for files.

use std::fmt::Write as _;

use axum::{
    body::Body,
    response::{IntoResponse as _, Response},
};
use http::{HeaderMap, StatusCode, header};
use rust_embed::EmbeddedFile;

/// The answer to a request for a file that is there, `small` being its brotli form.
pub(super) fn answer(request: &HeaderMap, name: &str, file: EmbeddedFile, small: Option<EmbeddedFile>, keep: &'static str) -> Response {
    let small = small.filter(|_| accepts_brotli(request));
    // The two forms are two things to a cache, so each has a tag of its own.
    let tag = tag(&file, if small.is_some() { "-br" } else { "" });
    let known = [
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::VARY, "accept-encoding".to_owned()),
        (header::ETAG, tag.clone()),
    ];
    if knows(request, &tag) {
        return (StatusCode::NOT_MODIFIED, known).into_response();
    }
    let kind = [(header::CONTENT_TYPE, content_type(name))];
    match small {
        Some(small) => (known, kind, [(header::CONTENT_ENCODING, "br")], Body::from(small.data)).into_response(),
        None => (known, kind, Body::from(file.data)).into_response(),
    }
}

/// The type of a file, by its ending; the header that forbids guessing is set elsewhere.
pub(super) fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        Some("txt") => "text/plain; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("webp") => "image/webp",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}

/// Sixteen digits of its hash: enough to tell one version from the next.
fn tag(file: &EmbeddedFile, form: &str) -> String {
    let mut tag = String::from("\"");
    for byte in &file.metadata.sha256_hash()[..8] {
        // Writing to a string cannot fail.
        let _ = write!(tag, "{byte:02x}");
    }
    tag + form + "\""
}

/// Whether the browser has it already (RFC 9110, 13.1.2: a weak comparison).
fn knows(request: &HeaderMap, tag: &str) -> bool {
    let lines = request.get_all(header::IF_NONE_MATCH).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Whether brotli is understood (RFC 9110, 12.5.3).
fn accepts_brotli(request: &HeaderMap) -> bool {
    let lines = request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|entry| {
        let mut parts = entry.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("br"));
        let refused = parts.any(|part| {
            part.strip_prefix("q=")
                .and_then(|q| q.parse::<f32>().ok())
                .is_some_and(|q| q <= 0.0)
        });
        named && !refused
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn accepting(value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))])
    }

    #[test]
    fn brotli_goes_to_those_who_ask_for_it() {
        for yes in ["br", "gzip, deflate, br, zstd", "gzip;q=0.5, BR;q=0.1"] {
            assert!(accepts_brotli(&accepting(yes)), "{yes}");
        }
        for no in ["", "gzip", "br;q=0", "br; q=0.000", "brotli", "*"] {
            assert!(!accepts_brotli(&accepting(no)), "{no}");
        }
        assert!(!accepts_brotli(&HeaderMap::new()));
    }

    #[test]
    fn a_known_tag_is_recognised_in_a_list() {
        let request = HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static("\"a\", W/\"b\""))]);
        assert!(knows(&request, "\"a\""));
        assert!(knows(&request, "\"b\""));
        assert!(!knows(&request, "\"c\""));
        assert!(!knows(&HeaderMap::new(), "\"a\""));
    }

    #[test]
    fn wasm_is_compiled_while_it_arrives_only_under_its_own_type() {
        assert_eq!(content_type("widget.0a.wasm"), "application/wasm");
        assert_eq!(content_type("widget.0a.js"), "text/javascript; charset=utf-8");
        assert_eq!(content_type("unknown"), "application/octet-stream");
    }
}
