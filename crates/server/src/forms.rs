//! Addresses and forms: what stands after `?` and in a posted form, read and written.

/// The value of a field of a form as browsers post it.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    let text = std::str::from_utf8(form).ok()?;
    let mut pairs = text.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(key, _)| decoded(key) == name).map(|(_, value)| decoded(value))
}

/// What somebody typed to search for: one line, nothing hidden in it, not too long.
pub(crate) fn query(text: &str, longest: usize) -> String {
    let shown = text.chars().filter(|it| !reports::escape::is_deceptive(*it));
    shown.take(longest).collect::<String>().trim().to_owned()
}

/// Text as it may stand in an address: everything but letters, digits and `-._~` as `%XX` ([RFC 3986],
/// section 2.3).
///
/// [RFC 3986]: https://www.rfc-editor.org/rfc/rfc3986
pub(crate) fn encoded(text: &str) -> String {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";

    let digit = |value: u8| DIGITS.get(usize::from(value)).copied().map_or('0', char::from);
    let mut address = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            address.extend(['%', digit(byte >> 4), digit(byte & 15)]);
        }
    }
    address
}

/// The text that a part of a form stands for; what is no encoding stays.
fn decoded(part: &str) -> String {
    let mut bytes = Vec::with_capacity(part.len());
    let mut rest = part.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let pair = after.get(..2).and_then(|it| std::str::from_utf8(it).ok());
        let pair = pair.filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()));
        match (byte, pair.and_then(|it| u8::from_str_radix(it, 16).ok())) {
            (b'%', Some(value)) => {
                bytes.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', _) => bytes.push(b' '),
            _ => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_read_as_browsers_write_them() {
        let form = b"token=abc&name=K%C3%BCche+1%2B1&odd=%zz&last";
        assert_eq!(field(form, "token").as_deref(), Some("abc"));
        assert_eq!(field(form, "name").as_deref(), Some("Küche 1+1"));
        assert_eq!(field(form, "odd").as_deref(), Some("%zz"));
        assert_eq!(field(form, "last"), None);
    }

    #[test]
    fn any_text_comes_back_out_of_an_address() {
        for text in ["", "api.example", "a b&c=d?é/%", "\u{202e}<script>"] {
            let address = encoded(text);
            assert!(!address.contains(['&', '<', ' ', '/']), "{address}");
            assert_eq!(decoded(&address), text);
        }
    }
}
