//! Text for headers that know ASCII only: encoded words ([RFC 2047]), understood by mail programs and by
//! ntfy (from its version 2.4 on).
//!
//! [RFC 2047]: https://www.rfc-editor.org/rfc/rfc2047

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Bytes of text in an encoded word: with its frame and a header's name it stays within 76 characters.
const PIECE: usize = 39;

/// `text` as it may stand in a header, its encoded words parted by `gap`. `text` has no control characters.
pub(super) fn words(text: &str, gap: &str) -> String {
    let plain = text.bytes().all(|it| matches!(it, b' '..=b'~')) && !text.contains("=?");
    if plain {
        return text.to_owned();
    }
    let mut words = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        words.push(format!("=?UTF-8?B?{}?=", STANDARD.encode(piece)));
        rest = after;
    }
    words.join(gap)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_needs_it_is_encoded() {
        assert_eq!(words("Porch camera: new finding", " "), "Porch camera: new finding");
        assert_eq!(words("Küche", " "), "=?UTF-8?B?S8O8Y2hl?=");
        assert_eq!(words("=?x", " "), "=?UTF-8?B?PT94?=");
        let long = words(&"ü".repeat(60), "\r\n ");
        assert_eq!(long.lines().count(), 4);
        assert!(long.lines().all(|line| line.len() <= 76), "{long}");
    }
}
