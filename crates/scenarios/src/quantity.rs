//! The small values a scenario is written in: times of day, spans, sizes, MAC addresses, payloads.
//!
//! Each is read from the text a person would write (`"21:30"`, `"10m"`, `"2 MB"`) and refuses
//! anything else with a sentence that says what was expected.

use std::str::FromStr;

use serde::Deserialize;

/// Nanoseconds in one second.
pub(crate) const SECOND: u64 = 1_000_000_000;
/// Nanoseconds in one millisecond.
pub(crate) const MILLISECOND: u64 = 1_000_000;

/// A span of time in nanoseconds, written `"90s"`, `"10m"`, `"6h"` or `"250ms"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Span(pub(crate) u64);

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (number, unit) = split_unit(&text);
        let unit = match unit {
            "ms" => MILLISECOND,
            "s" => SECOND,
            "m" => 60 * SECOND,
            "h" => 3600 * SECOND,
            _ => return Err(format!("`{text}` is no span such as 250ms, 90s, 10m or 6h")),
        };
        whole_times(number, unit).map(Self).ok_or_else(|| format!("`{text}` is no span of time"))
    }
}

/// An amount of bytes, written `400`, `"12 kB"` or `"1.5 MB"`; units are powers of 1000.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "NumberOrText")]
pub(crate) struct Size(pub(crate) usize);

#[derive(Deserialize)]
#[serde(untagged)]
enum NumberOrText {
    Number(u32),
    Text(String),
}

impl TryFrom<NumberOrText> for Size {
    type Error = String;

    fn try_from(value: NumberOrText) -> Result<Self, String> {
        let text = match value {
            NumberOrText::Number(bytes) => return Ok(Self(bytes as usize)),
            NumberOrText::Text(text) => text,
        };
        let (number, unit) = split_unit(&text);
        let unit = match unit {
            "B" => 1,
            "kB" => 1_000,
            "MB" => 1_000_000,
            _ => return Err(format!("`{text}` is no size such as 400, 12 kB or 1.5 MB")),
        };
        whole_times(number, unit)
            .and_then(|bytes| usize::try_from(bytes).ok())
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no size"))
    }
}

/// A time of day in nanoseconds since midnight UTC, written `"21:30"` or `"21:30:05"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Clock(pub(crate) u64);

impl TryFrom<String> for Clock {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no time of day such as 21:30 or 21:30:05");
        let mut seconds = 0;
        let mut parts = 0;
        for (part, below) in text.split(':').zip([24, 60, 60]) {
            let number: u64 = part.parse().map_err(|_| wrong())?;
            if number >= below {
                return Err(wrong());
            }
            seconds = seconds * 60 + number;
            parts += 1;
        }
        match parts {
            2 if text.matches(':').count() == 1 => Ok(Self(seconds * 60 * SECOND)),
            3 if text.matches(':').count() == 2 => Ok(Self(seconds * SECOND)),
            _ => Err(wrong()),
        }
    }
}

/// A MAC address, written `"02:00:5e:10:00:01"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Mac(pub(crate) [u8; 6]);

impl TryFrom<String> for Mac {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let octets: Option<Vec<u8>> =
            text.split(':').map(|octet| u8::from_str_radix(octet, 16).ok()).collect();
        octets
            .and_then(|octets| octets.try_into().ok())
            .map(Self)
            .ok_or_else(|| format!("`{text}` is no MAC address such as 02:00:5e:10:00:01"))
    }
}

/// What a message carries: `"text"`, or `"hex 00 1f"`, or `"random 120"` for that many opaque
/// bytes, or `"hex 00 1f random 120"`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Payload {
    /// What can be read.
    pub(crate) bytes: Vec<u8>,
    /// How many bytes follow that nobody can read.
    pub(crate) opaque: usize,
}

impl TryFrom<String> for Payload {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (known, amount) = match text.rsplit_once("random ") {
            Some((known, amount)) if known.is_empty() || known.starts_with("hex ") => {
                let amount = amount.trim().parse().ok();
                (known, amount.ok_or_else(|| format!("`{text}` names no amount"))?)
            }
            _ => (text.as_str(), 0),
        };
        let bytes = match known.strip_prefix("hex ") {
            None => Some(known.as_bytes().to_vec()),
            Some(digits) => read_hex(digits),
        };
        let bytes = bytes.ok_or_else(|| format!("`{known}` is no even row of hex digits"))?;
        Ok(Self { bytes, opaque: amount })
    }
}

fn read_hex(text: &str) -> Option<Vec<u8>> {
    let digits: String = text.split_whitespace().collect();
    (0..digits.len())
        .step_by(2)
        .map(|at| digits.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok()))
        .collect()
}

/// Splits `"1.5 MB"` into the number and its unit.
fn split_unit(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number.trim(), unit.trim())
}

/// Multiplies a decimal number such as `1.5` with `unit`, exactly; at most three decimals.
fn whole_times(number: &str, unit: u64) -> Option<u64> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let power = u32::try_from(decimals.len()).ok().filter(|&power| power <= 3)?;
    let scale = 10_u64.pow(power);
    let decimals = if decimals.is_empty() { 0 } else { u64::from_str(decimals).ok()? };
    let thousandths = u64::from_str(whole).ok()?.checked_mul(scale)?.checked_add(decimals)?;
    Some(thousandths.checked_mul(unit)? / scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_numbers_with_a_unit() {
        let check = |text: &str, want: Option<u64>| {
            assert_eq!(Span::try_from(text.to_owned()).ok(), want.map(Span), "{text}");
        };
        check("250ms", Some(250 * MILLISECOND));
        check("1.5 s", Some(1500 * MILLISECOND));
        check("10m", Some(600 * SECOND));
        check("6h", Some(21_600 * SECOND));
        check("10", None);
        check("ten m", None);
        check("99999999999999999999h", None);
    }

    #[test]
    fn sizes_are_powers_of_a_thousand() {
        let check = |text: &str, want: Option<usize>| {
            let got = Size::try_from(NumberOrText::Text(text.to_owned())).ok();
            assert_eq!(got, want.map(Size), "{text}");
        };
        check("12 kB", Some(12_000));
        check("1.5 MB", Some(1_500_000));
        check("7 B", Some(7));
        check("7 XB", None);
    }

    #[test]
    fn times_of_day_have_two_or_three_parts() {
        let check = |text: &str, want: Option<u64>| {
            assert_eq!(Clock::try_from(text.to_owned()).ok(), want.map(|s| Clock(s * SECOND)));
        };
        check("00:00", Some(0));
        check("21:30", Some(77_400));
        check("21:30:05", Some(77_405));
        check("24:00", None);
        check("21", None);
        check("21:30:05:01", None);
    }

    #[test]
    fn payloads_are_text_hex_or_random() {
        let check = |text: &str, want: Option<(&[u8], usize)>| {
            let want = want.map(|(bytes, opaque)| Payload { bytes: bytes.to_vec(), opaque });
            assert_eq!(Payload::try_from(text.to_owned()).ok(), want, "{text}");
        };
        check("hello", Some((b"hello", 0)));
        check("hex 00 1f", Some((&[0, 0x1f], 0)));
        check("hex 001", None);
        check("hex zz", None);
        check("random 9", Some((b"", 9)));
        check("hex f1 d0 random 9", Some((&[0xf1, 0xd0], 9)));
        check("random many", None);
        check("a random 9", Some((b"a random 9", 0)));
    }

    #[test]
    fn mac_addresses_have_six_octets() {
        assert_eq!(Mac::try_from("02:00:5e:10:00:01".to_owned()), Ok(Mac([2, 0, 0x5e, 16, 0, 1])));
        assert!(Mac::try_from("02:00:5e:10:00".to_owned()).is_err());
    }
}
