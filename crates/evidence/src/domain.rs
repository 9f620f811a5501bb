//! Domain names, as the [public suffix list](https://publicsuffix.org) divides them.
//!
//! The list is code, half a megabyte of it, and made anew in each crate that calls it: so all ask here.

/// The registrable domain of `name`: its public suffix and the label before, `example.co.uk` of
/// `www.example.co.uk`. Where the list has no suffix of the name, its last label counts as one. `None`
/// if there is no label before the suffix.
#[must_use]
pub fn registrable(name: &str) -> Option<&str> {
    str::from_utf8(psl::domain(name.as_bytes())?.trim().as_bytes()).ok()
}

/// Whether `name`, which is in lower case, is under a suffix that the list has.
#[must_use]
pub fn is_under_known_suffix(name: &[u8]) -> bool {
    psl::domain(name).is_some_and(|domain| domain.suffix().is_known())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_registrable_domain_is_one_label_more_than_the_suffix() {
        assert_eq!(registrable("www.example.co.uk"), Some("example.co.uk"));
        assert_eq!(registrable("printer.localdomain"), Some("printer.localdomain"));
        assert_eq!(registrable("example.com."), Some("example.com"));
        assert_eq!(registrable("co.uk"), None);
        assert_eq!(registrable(""), None);
    }

    #[test]
    fn a_suffix_alone_or_unknown_is_under_no_known_one() {
        assert!(is_under_known_suffix(b"mail.example.co.uk"));
        assert!(!is_under_known_suffix(b"co.uk"));
        assert!(!is_under_known_suffix(b"printer.localdomain"));
    }
}
