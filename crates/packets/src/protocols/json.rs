//! The texts of a small JSON document that a device sent.
//!
//! Devices' announcements are read for a few names, so nothing is taken apart: a key is looked for at
//! whatever depth, and escapes stay as they are. Who calls bounds the document.

/// The first text under `key` that is not empty.
pub(super) fn text_under<'a>(document: &'a str, key: &str) -> Option<&'a str> {
    let quoted = format!("\"{key}\"");
    document.match_indices(&quoted).find_map(|(start, quoted)| {
        let after = document.get(start + quoted.len()..)?;
        let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        value.split_once('"').map(|(text, _)| text).filter(|text| !text.is_empty())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_at_any_depth_and_however_it_is_spaced() {
        check(r#"{"a":{"model":"AB-1"}}"#, Some("AB-1"));
        check("{ \"model\" :\n \"AB-1\" }", Some("AB-1"));
        check(r#"{"a":"model","b":{"model":"AB-1"}}"#, Some("AB-1"));
        check(r#"{"model":7,"more":"x"}"#, None);
        check(r#"{"model":"","models":"x"}"#, None);
        check(r#"{"model":"AB"#, None);
        check(r#""model""#, None);
        check("", None);
    }

    #[track_caller]
    fn check(document: &str, expected: Option<&str>) {
        assert_eq!(text_under(document, "model"), expected, "{document}");
    }
}
