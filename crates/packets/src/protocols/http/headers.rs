//! The header lines of a head.

use std::borrow::Cow;

use httparse::Header;

use super::state::Framing;
use crate::protocols::text::readable;

/// The header lines of a head.
pub(super) struct Headers<'a>(pub(super) &'a [Header<'a>]);

impl<'a> Headers<'a> {
    pub(super) fn value(&self, name: &str) -> Option<&'a [u8]> {
        let found = self.0.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.map(|header| header.value.trim_ascii())
    }

    pub(super) fn text(&self, name: &str) -> Option<Cow<'a, str>> {
        self.value(name).filter(|value| !value.is_empty()).map(readable)
    }

    /// Whether the header's value holds `part`, in any case.
    pub(super) fn has(&self, name: &str, part: &str) -> bool {
        self.value(name).is_some_and(|value| {
            value.windows(part.len()).any(|window| window.eq_ignore_ascii_case(part.as_bytes()))
        })
    }

    /// How the body ends (RFC 9112, section 6).
    pub(super) fn framing(&self) -> Framing {
        if self.has("transfer-encoding", "chunked") {
            return Framing::Chunked;
        }
        let length = self.value("content-length").and_then(|value| std::str::from_utf8(value).ok());
        length.and_then(|value| value.parse().ok()).map_or(Framing::UntilClose, Framing::Length)
    }
}
