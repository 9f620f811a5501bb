//! Shares as their sources put them: `100%`, `majority`, `about 37%`, `66% with affiliates`.

use crate::kinds::Holding;

/// What can be read from a share's words.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Share {
    /// Whether it decides alone: more than half, or named so.
    pub controls: bool,
    /// Whether it is half or more, or named so.
    pub half: bool,
    /// The percentage, where the words are nothing but one.
    pub exact: Option<f64>,
    /// The first percentage the words name, exact or about; `None` where it is only a bound.
    pub percent: Option<f64>,
}

impl Share {
    /// Reads the share of `holding`; nothing is known of one that is not given.
    #[must_use]
    pub fn of(holding: &Holding) -> Self {
        holding.share.as_deref().map(Self::read).unwrap_or_default()
    }

    /// Reads a share's words.
    #[must_use]
    pub fn read(words: &str) -> Self {
        let words = words.to_ascii_lowercase();
        let named = ["majority", "controlling", "control", "whole", "all", "subsidiary"];
        if named.contains(&&*words) {
            return Self { controls: true, half: true, exact: None, percent: None };
        }
        let digits = |it: &char| it.is_ascii_digit() || *it == '.';
        let number: String =
            words.chars().skip_while(|it| !it.is_ascii_digit()).take_while(digits).collect();
        let (Ok(percent), true) = (number.parse::<f64>(), words.contains('%')) else {
            return Self::default();
        };
        let bare = words.trim_end_matches('%').trim() == number;
        let part = words.starts_with("part of") || words.starts_with("up to");
        Self {
            controls: percent > 50.0 && !part,
            half: percent >= 50.0 && !part,
            exact: bare.then_some(percent),
            percent: (!part).then_some(percent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_more_than_half_controls() {
        check("100%", true, true, Some(100.0));
        check("50.1%", true, true, Some(50.1));
        check("50%", false, true, Some(50.0));
        check("about 37%", false, false, None);
        check("about 63.5 %", true, true, None);
        check("majority", true, true, None);
        check("part of about 60%", false, false, None);
        check("largest shareholder", false, false, None);
        check("", false, false, None);
    }

    #[test]
    fn a_bound_is_no_percentage() {
        assert_eq!(Share::read("about 37%").percent, Some(37.0));
        assert_eq!(Share::read("10.42% as announced").percent, Some(10.42));
        assert_eq!(Share::read("part of about 60%").percent, None);
        assert_eq!(Share::read("majority").percent, None);
    }

    #[track_caller]
    fn check(words: &str, controls: bool, half: bool, exact: Option<f64>) {
        let read = Share::read(words);
        assert_eq!((read.controls, read.half, read.exact), (controls, half, exact), "{words}");
    }
}
