//! A line of text put together on the stack, so that reading a message whose content is known already
//! allocates nothing.

use std::{
    borrow::Cow,
    fmt::{self, Write},
    net::IpAddr,
};

/// Bytes meant as text. What does not fit is cut off.
pub(crate) struct Text {
    bytes: [u8; Self::ROOM],
    length: usize,
}

/// Bytes as text, with replacement characters where they are not UTF-8. Nearly all are, and looking
/// at them in one go is faster than looking for pieces that are not.
pub(super) fn readable(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// An address as people write it.
impl From<IpAddr> for Text {
    fn from(address: IpAddr) -> Self {
        let mut text = Self::new();
        text.push_address(address);
        text
    }
}

impl Text {
    /// A DNS name with every dot of its labels escaped (510), a space and an IPv6 address (39), or a
    /// TXT string (255) behind a service type, with some to spare. Evidence keeps 512 bytes.
    const ROOM: usize = 640;

    pub(crate) const fn new() -> Self {
        Self { bytes: [0; Self::ROOM], length: 0 }
    }

    pub(super) const fn len(&self) -> usize {
        self.length
    }

    /// Keeps the first `length` bytes; 0 starts over.
    pub(super) fn truncate(&mut self, length: usize) {
        self.length = self.length.min(length);
    }

    #[inline]
    pub(crate) fn push(&mut self, more: &[u8]) {
        let free = self.bytes.get_mut(self.length..).unwrap_or_default();
        let count = more.len().min(free.len());
        if let (Some(to), Some(from)) = (free.get_mut(..count), more.get(..count)) {
            to.copy_from_slice(from);
        }
        self.length += count;
    }

    /// Writes an address as people do.
    pub(crate) fn push_address(&mut self, address: IpAddr) {
        match address {
            IpAddr::V4(address) => {
                // Most addresses, and many times faster than formatting.
                let (mut text, mut length) = ([0; 16], 0);
                for octet in address.octets() {
                    let (digits, count) = dotted(octet);
                    if let Some(place) = text.get_mut(length..length + digits.len()) {
                        place.copy_from_slice(&digits);
                    }
                    length += count;
                }
                self.push(text.get(..length - 1).unwrap_or_default());
            }
            IpAddr::V6(address) => {
                // Writing to a text cannot fail.
                let _ = write!(self, "{address}");
            }
        }
    }

    /// Writes a number as people do.
    #[inline]
    pub(crate) fn push_number(&mut self, number: u8) {
        let (digits, length) = dotted(number);
        self.push(digits.get(..length - 1).unwrap_or_default());
    }

    /// What is written, with replacement characters where it is not UTF-8.
    pub(crate) fn get(&self) -> Cow<'_, str> {
        readable(self.bytes())
    }

    pub(super) fn bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }

    /// Makes the ASCII letters from `start` on lower case.
    pub(super) fn fold(&mut self, start: usize) {
        if let Some(written) = self.bytes.get_mut(start..self.length) {
            written.make_ascii_lowercase();
        }
    }
}

/// A number and a dot, and how many bytes that is.
const fn dotted(number: u8) -> ([u8; 4], usize) {
    let [hundreds, tens, ones] = [b'0' + number / 100, b'0' + number / 10 % 10, b'0' + number % 10];
    match number {
        0..10 => ([ones, b'.', 0, 0], 2),
        10..100 => ([tens, ones, b'.', 0], 3),
        100.. => ([hundreds, tens, ones, b'.'], 4),
    }
}

impl fmt::Write for Text {
    fn write_str(&mut self, more: &str) -> fmt::Result {
        self.push(more.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_cut_off() {
        let mut text = Text::new();
        text.push(&[b'a'; 639]);
        text.push(b"bcd");
        assert_eq!(text.len(), 640);
        assert!(text.get().ends_with("ab"));
    }

    #[test]
    fn addresses_read_as_usual() {
        for address in ["0.10.100.255", "9.99.199.1", "2001:db8::7", "::ffff:192.0.2.1"] {
            let mut text = Text::new();
            text.push_address(address.parse().unwrap());
            assert_eq!(text.get(), address);
        }
    }

    #[test]
    fn text_starts_over_without_a_trace() {
        let mut text = Text::new();
        text.push(b"First");
        text.truncate(0);
        write!(text, "{}", 17).unwrap();
        text.push(b" XY\xff");
        text.fold(3);
        assert_eq!(text.get(), "17 xy\u{fffd}");
    }
}
