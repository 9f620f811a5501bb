//! JSON whose bytes cannot act on a terminal: what [`escape`](crate::escape) would show, JSON says
//! as `\uXXXX`, which means the very same text.

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::{CharEscape, Formatter, PrettyFormatter, Serializer};

use crate::{compact, escape};

/// Writes `value`, indented for people if `pretty`.
pub(crate) fn write(value: &impl Serialize, pretty: bool, out: &mut dyn Write) -> io::Result<()> {
    if !pretty {
        return compact::write(value, out);
    }
    let mut out = BufWriter::new(out);
    let formatter = Careful(PrettyFormatter::new());
    value.serialize(&mut Serializer::with_formatter(&mut out, formatter))?;
    out.flush()
}

/// The same for any shape of value; [`compact`] knows those of reports only, and is compared with this.
pub(crate) fn write_compact(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    let formatter = Careful(serde_json::ser::CompactFormatter);
    Ok(value.serialize(&mut Serializer::with_formatter(out, formatter))?)
}

/// Writes as the formatter inside does, but for characters that act or hide.
struct Careful<F>(F);

/// Hands methods on to the formatter inside.
macro_rules! as_inside {
    ($($method:ident($($argument:ident: $kind:ty),*);)*) => {
        $(fn $method<W: ?Sized + Write>(&mut self, out: &mut W, $($argument: $kind),*) -> io::Result<()> {
            self.0.$method(out, $($argument),*)
        })*
    };
}

impl<F: Formatter> Formatter for Careful<F> {
    as_inside! {
        begin_array();
        end_array();
        begin_array_value(first: bool);
        end_array_value();
        begin_object();
        end_object();
        begin_object_key(first: bool);
        end_object_key();
        begin_object_value();
        end_object_value();
        write_char_escape(escape: CharEscape);
    }

    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        if fragment.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
            return out.write_all(fragment.as_bytes());
        }
        let mut rest = fragment;
        while let Some(place) = rest.find(escape::is_deceptive) {
            let (plain, from) = rest.split_at(place);
            out.write_all(plain.as_bytes())?;
            let mut characters = from.chars();
            let Some(deceptive) = characters.next() else { break };
            for unit in deceptive.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_reads_back_and_none_acts(text in any::<String>(), pretty in any::<bool>()) {
            let mut out = Vec::new();
            write(&[&text], pretty, &mut out).unwrap();
            let json = String::from_utf8(out).unwrap();
            prop_assert!(!json.replace('\n', "").contains(escape::is_deceptive));
            prop_assert_eq!(serde_json::from_str::<[String; 1]>(&json).unwrap(), [text]);
        }
    }
}
