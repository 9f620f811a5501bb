//! JSON without blanks, written straight into a buffer.
//!
//! A large network's report is a hundred megabytes of very small pieces: each is looked at once and
//! goes into the buffer at once. The bytes are those that `serde_json` writes through
//! [`careful`](crate::careful), but for shapes that no record of the contract has: those are refused.

mod record;

use std::{
    fmt::{self, Display, Write as _},
    io::{self, Write},
    mem,
};

use serde::ser::{self, Impossible, Serialize, Serializer};

pub(crate) use self::record::{Record, record};
use crate::escape;

/// About how much is written at a time, in bytes; our choice.
const PIECE_BYTES: usize = 32 * 1024;

/// Whether a byte is a character that stands for itself.
#[expect(
    clippy::needless_bitwise_bool,
    reason = "without branches, many bytes are looked at at once"
)]
const fn is_plain(byte: u8) -> bool {
    (byte >= 0x20) & (byte < 0x7f) & (byte != b'"') & (byte != b'\\')
}

fn all_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    bytes.iter().fold(0, |special, byte| special | u8::from(!is_plain(*byte))) == 0
}

/// Whether all characters stand for themselves. Looks at many at once: in their last chunk, at some for
/// the second time.
fn are_plain(text: &[u8]) -> bool {
    if let Some(last) = text.last_chunk::<16>() {
        text.as_chunks::<16>().0.iter().all(all_plain) && all_plain(last)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        all_plain(first) & all_plain(last)
    } else if let (Some(first), Some(last)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        all_plain(first) & all_plain(last)
    } else {
        text.iter().all(|byte| is_plain(*byte))
    }
}

/// What comes before the first character that may not stand for itself, and that character; takes both
/// off `rest`.
fn split_at_special<'a>(rest: &mut &'a str) -> Option<(&'a str, char)> {
    let (chunks, _) = rest.as_bytes().as_chunks::<16>();
    let plain = 16 * chunks.iter().take_while(|chunk| all_plain(chunk)).count();
    let place = plain + rest.bytes().skip(plain).position(|byte| !is_plain(byte))?;
    let (plain, from) = rest.split_at_checked(place)?;
    let mut characters = from.chars();
    let special = characters.next()?;
    *rest = characters.as_str();
    Some((plain, special))
}

/// Writes `value`.
pub(crate) fn write(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let mut json = Json::to(out);
    let written = value.serialize(&mut json);
    json.end(written)
}

/// The document so far. Where it cannot be written, that is told at the end.
struct Json<'o> {
    buffer: Vec<u8>,
    /// Where it goes; a stretch of a list stays in the buffer.
    out: Option<&'o mut dyn Write>,
    failure: Option<io::Error>,
}

impl<'o> Json<'o> {
    fn to(out: &'o mut dyn Write) -> Self {
        Self { buffer: Vec::new(), out: Some(out), failure: None }
    }

    fn end(mut self, written: fmt::Result) -> io::Result<()> {
        if written.is_err() {
            return Err(io::Error::other("the record has a shape that the contract lacks"));
        }
        self.flush();
        self.failure.map_or(Ok(()), Err)
    }
}

impl Json<'_> {
    fn text(&mut self, text: &str) {
        self.buffer.push(b'"');
        self.escaped(text);
        self.buffer.push(b'"');
    }

    fn escaped(&mut self, text: &str) {
        if are_plain(text.as_bytes()) {
            self.buffer.extend_from_slice(text.as_bytes());
        } else {
            self.in_parts(text);
        }
    }

    /// One of the few texts that have something to escape.
    #[cold]
    fn in_parts(&mut self, mut text: &str) {
        while let Some((plain, character)) = split_at_special(&mut text) {
            self.buffer.extend_from_slice(plain.as_bytes());
            self.character(character);
        }
        self.buffer.extend_from_slice(text.as_bytes());
    }

    fn character(&mut self, character: char) {
        let short = match character {
            '"' | '\\' => character,
            '\u{8}' => 'b',
            '\t' => 't',
            '\n' => 'n',
            '\u{c}' => 'f',
            '\r' => 'r',
            _ if escape::is_deceptive(character) => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let _ = write!(self.buffer, "\\u{unit:04x}");
                }
                return;
            }
            _ => {
                return self
                    .buffer
                    .extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            }
        };
        self.buffer.extend([b'\\', short as u8]);
    }

    fn number(&mut self, mut number: u64) {
        /// As many as 2^64 has.
        const MOST_DIGITS: usize = 20;
        let mut digits = [b'0'; MOST_DIGITS];
        let mut start = MOST_DIGITS;
        for digit in digits.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
            start -= 1;
            if number == 0 {
                break;
            }
        }
        self.buffer.extend_from_slice(digits.get(start..).unwrap_or_default());
    }

    /// Writes what there is if it is enough.
    fn relieve(&mut self) {
        if self.buffer.len() >= PIECE_BYTES {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let Some(out) = &mut self.out else { return };
        if self.failure.is_none() {
            self.failure = out.write_all(&self.buffer).err();
        }
        self.buffer.clear();
    }

    /// Writes what there is, and then what was written elsewhere.
    fn pass(&mut self, written: &[u8]) {
        self.flush();
        if let (Some(out), None) = (&mut self.out, &self.failure) {
            self.failure = out.write_all(written).err();
        }
    }

    /// A field's name after a bracket or comma; the contract's are words.
    #[expect(clippy::inline_always, reason = "a name of known length is copied in a few steps")]
    #[inline(always)]
    fn name(&mut self, before: u8, name: &'static str) {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        debug_assert!(name.bytes().all(is_plain), "{name}");
        self.buffer.extend_from_slice(&[before, b'"']);
        self.buffer.extend_from_slice(name.as_bytes());
        self.buffer.extend_from_slice(b"\":");
    }

    fn inside(&mut self, open: u8, close: u8) -> Inside<'_, Self> {
        Inside { json: self, before: open, close }
    }
}

/// Escapes what is formatted.
struct Escaping<'j, 'o>(&'j mut Json<'o>);

impl fmt::Write for Escaping<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.escaped(text);
        Ok(())
    }
}

/// A list or record under way.
struct Inside<'j, J> {
    json: &'j mut J,
    /// What comes before the next item: the bracket that opens it, then commas.
    before: u8,
    close: u8,
}

impl Inside<'_, Json<'_>> {
    fn before(&mut self) -> u8 {
        mem::replace(&mut self.before, b',')
    }

    fn next(&mut self) {
        let before = self.before();
        self.json.buffer.push(before);
    }

    fn close(self) {
        if self.before != b',' {
            self.json.buffer.push(self.before);
        }
        self.json.buffer.push(self.close);
        self.json.relieve();
    }
}

/// Numbers as themselves, in as many bits as they come in.
macro_rules! numbers {
    ($($method:ident: $kind:ty),*) => {
        $(fn $method(self, value: $kind) -> fmt::Result {
            self.number(value.into());
            Ok(())
        })*
    };
}

/// Shapes that no record has.
macro_rules! refused {
    ($($method:ident($($argument:ty),*) -> $kind:ty;)*) => {
        $(fn $method(self, $(_: $argument),*) -> Result<$kind, fmt::Error> {
            Err(fmt::Error)
        })*
    };
}

impl<'j, 'o> Serializer for &'j mut Json<'o> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Inside<'j, Json<'o>>;
    type SerializeTuple = Inside<'j, Json<'o>>;
    type SerializeMap = Inside<'j, Json<'o>>;
    type SerializeStruct = Inside<'j, Json<'o>>;
    type SerializeTupleStruct = Impossible<(), fmt::Error>;
    type SerializeTupleVariant = Impossible<(), fmt::Error>;
    type SerializeStructVariant = Impossible<(), fmt::Error>;

    numbers!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64);

    refused! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_f32(f32) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant;
    }

    fn serialize_bool(self, value: bool) -> fmt::Result {
        self.buffer.extend_from_slice(if value { b"true" } else { b"false" });
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> fmt::Result {
        value.serialize(&mut serde_json::Serializer::new(&mut self.buffer)).map_err(|_| fmt::Error)
    }

    fn serialize_char(self, value: char) -> fmt::Result {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> fmt::Result {
        self.text(value);
        Ok(())
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> fmt::Result {
        self.buffer.push(b'"');
        write!(Escaping(self), "{value}")?;
        self.buffer.push(b'"');
        Ok(())
    }

    fn serialize_unit(self) -> fmt::Result {
        self.buffer.extend_from_slice(b"null");
        Ok(())
    }

    fn serialize_none(self) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_unit_struct(self, _: &'static str) -> fmt::Result {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> fmt::Result {
        self.serialize_str(name)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        value: &T,
    ) -> fmt::Result {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> fmt::Result {
        Err(fmt::Error)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, fmt::Error> {
        Ok(self.inside(b'[', b']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, fmt::Error> {
        Ok(self.inside(b'[', b']'))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, fmt::Error> {
        Ok(self.inside(b'{', b'}'))
    }

    fn serialize_struct(
        self,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStruct, fmt::Error> {
        Ok(self.inside(b'{', b'}'))
    }
}

impl ser::SerializeSeq for Inside<'_, Json<'_>> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> fmt::Result {
        self.next();
        value.serialize(&mut *self.json)
    }

    fn end(self) -> fmt::Result {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for Inside<'_, Json<'_>> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: ?Sized + Serialize>(&mut self, value: &T) -> fmt::Result {
        ser::SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> fmt::Result {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Inside<'_, Json<'_>> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> fmt::Result {
        self.next();
        key.serialize(&mut *self.json)
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> fmt::Result {
        self.json.buffer.push(b':');
        value.serialize(&mut *self.json)
    }

    fn end(self) -> fmt::Result {
        self.close();
        Ok(())
    }
}

impl ser::SerializeStruct for Inside<'_, Json<'_>> {
    type Ok = ();
    type Error = fmt::Error;

    #[expect(clippy::inline_always, reason = "so that the name's length is known")]
    #[inline(always)]
    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> fmt::Result {
        let before = self.before();
        self.json.name(before, name);
        value.serialize(&mut *self.json)
    }

    fn end(self) -> fmt::Result {
        self.close();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::careful;

    proptest! {
        #[test]
        fn any_text_reads_back_and_none_acts(text in any::<String>()) {
            let json = check(&[&text]);
            prop_assert!(!json.contains(escape::is_deceptive));
            prop_assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
        }

        #[test]
        fn numbers_are_as_serde_json_writes_them(whole in any::<u64>(), part in any::<f64>()) {
            check(&(whole, part, whole.leading_zeros(), (part * 1e4).round() / 1e4));
        }

        #[test]
        fn nested_records_are_as_serde_json_writes_them(
            texts in vec(any::<String>(), 0..4),
            numbers in vec(any::<Option<u16>>(), 0..4),
            is_so: bool,
        ) {
            let named: BTreeMap<&String, _> = texts.iter().zip(&numbers).collect();
            check(&(&named, (), is_so, [[&numbers], [&numbers]], named.values().collect::<Vec<_>>()));
        }
    }

    #[test]
    fn what_may_not_stand_for_itself_is_found_anywhere() {
        for (length, place) in (0..40).flat_map(|length| (0..length).map(move |it| (length, it))) {
            let mut text = "x".repeat(length);
            text.replace_range(place..=place, "\u{7f}");
            assert!(check(&text).contains("u007f"), "{place} of {length}");
        }
    }

    #[test]
    fn a_reader_that_is_gone_is_told_of() {
        let gone = write(&vec![0_u8; 100_000], &mut [0; 10].as_mut_slice()).map_err(|it| it.kind());
        assert_eq!(gone, Err(io::ErrorKind::WriteZero));
    }

    #[track_caller]
    fn check(value: &impl Serialize) -> String {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        write(value, &mut ours).unwrap();
        careful::write_compact(value, &mut theirs).unwrap();
        let ours = String::from_utf8(ours).unwrap();
        assert_eq!(ours, String::from_utf8(theirs).unwrap());
        ours
    }
}
