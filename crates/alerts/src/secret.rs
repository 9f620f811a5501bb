//! Tokens and passwords: read once, shown never.

use std::fmt;

use serde::{Deserialize, Deserializer, de::Error as _};

/// A token or password. Neither `Debug` nor an error shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Box<str>);

impl Secret {
    /// Takes `text` without the end of line that editors leave; `None` if nothing is left, or if it has
    /// characters that no header and no login can carry.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim_end_matches(['\n', '\r']);
        let fits = !text.is_empty() && !text.contains(char::is_control);
        fits.then(|| Self(text.into()))
    }

    /// What is sent to the place it is for, and to no other.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        // Through any value: an error of the reader would quote what it found.
        let toml::Value::String(text) = toml::Value::deserialize(from)? else {
            return Err(D::Error::custom("a token or password is text in quotes"));
        };
        Self::new(&text).ok_or_else(|| D::Error::custom("a token or password is one line"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_one_line_and_not_shown() {
        assert_eq!(Secret::new("tk_example\r\n").unwrap().expose(), "tk_example");
        assert_eq!(Secret::new(""), None);
        assert_eq!(Secret::new("\n"), None);
        assert_eq!(Secret::new("a\r\nX-Other: b"), None);
        assert_eq!(format!("{:?}", Secret::new("tk_example")), "Some(Secret(…))");
    }
}
