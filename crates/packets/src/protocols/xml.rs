//! The texts of a small XML document's elements: descriptions, discovery messages and calls that
//! devices send.
//!
//! **Invariants.** Bounded in size, depth and length of text. Entities are the five of XML and
//! numbered characters; none is looked up elsewhere. A document that breaks off tells what it told.

use quick_xml::{
    Reader,
    events::{BytesRef, Event},
};

/// Bytes read of one document. Our choice: device descriptions have some 3 KiB.
const MOST_BYTES: usize = 64 * 1024;
/// Elements within elements. Our choice: embedded UPnP devices end at about 10.
const DEEPEST: usize = 24;
/// Bytes kept of one text; evidence keeps 512.
const LONGEST_TEXT: usize = 2048;

/// Hands each element's own text, trimmed, to `found` with its path of local names:
/// `root/device/modelName`. Elements without text are passed over.
pub(super) fn for_each_text(xml: &[u8], mut found: impl FnMut(&str, &str)) {
    let mut reader = Reader::from_reader(xml.get(..MOST_BYTES).unwrap_or(xml));
    let settings = reader.config_mut();
    settings.check_end_names = false;
    settings.allow_unmatched_ends = true;
    let (mut path, mut depth, mut text) = (String::new(), 0, Vec::new());
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(element) => {
                if depth == DEEPEST {
                    return;
                }
                if depth > 0 {
                    path.push('/');
                }
                depth += 1;
                path.push_str(&String::from_utf8_lossy(element.local_name().as_ref()));
                text.clear();
            }
            Event::Text(part) => keep(&part, &mut text),
            Event::CData(part) => keep(&part, &mut text),
            Event::GeneralRef(reference) => keep(&resolved(&reference), &mut text),
            Event::End(_) => {
                let value = String::from_utf8_lossy(&text);
                if !value.trim().is_empty() {
                    found(&path, value.trim());
                }
                text.clear();
                path.truncate(path.rfind('/').unwrap_or(0));
                depth = depth.saturating_sub(1);
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

fn keep(part: &[u8], text: &mut Vec<u8>) {
    let room = LONGEST_TEXT.saturating_sub(text.len());
    text.extend_from_slice(part.get(..room).unwrap_or(part));
}

fn resolved(reference: &BytesRef<'_>) -> Vec<u8> {
    if let Ok(Some(character)) = reference.resolve_char_ref() {
        return character.to_string().into_bytes();
    }
    match reference.as_ref() {
        b"amp" => b"&".to_vec(),
        b"lt" => b"<".to_vec(),
        b"gt" => b">".to_vec(),
        b"quot" => b"\"".to_vec(),
        b"apos" => b"'".to_vec(),
        other => [b"&", other, b";"].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_come_with_their_paths() {
        check("nested", "<a:r><b> x </b><c><d>y</d></c></a:r>", &["r/b=x", "r/c/d=y"]);
        check("entities", "<r>a&amp;b &#x41;&nope;</r>", &["r=a&b A&nope;"]);
        check("raw text", "<r><![CDATA[<b>]]></r>", &["r=<b>"]);
        check("broken off", "<r><b>x</b><c>y", &["r/b=x"]);
        check("closed wrongly", "<r><b>x</c></r></z><q>y</q>", &["r/b=x", "q=y"]);
        check("not XML", "GET / HTTP/1.1", &[]);
        check("no entities of its own", "<!DOCTYPE r [<!ENTITY e \"x\">]><r>&e;</r>", &["r=&e;"]);
    }

    #[test]
    fn deep_and_long_documents_are_cut() {
        check("deep", &"<a>".repeat(100_000), &[]);
        let long = format!("<r>{}</r>", "x".repeat(10_000));
        for_each_text(long.as_bytes(), |_, text| assert_eq!(text.len(), LONGEST_TEXT));
    }

    #[track_caller]
    fn check(what: &str, xml: &str, expected: &[&str]) {
        let mut read = Vec::new();
        for_each_text(xml.as_bytes(), |path, text| read.push(format!("{path}={text}")));
        assert_eq!(read, expected, "{what}");
        for length in 0..xml.len().min(200) {
            for_each_text(&xml.as_bytes()[..length], |_, _| {});
        }
    }
}
