//! Text of unknown origin made harmless: device names, host names and domains come from whoever
//! made the device, or from whoever sent the frame.
//!
//! What a terminal or browser would act on, or a reader could not see, is shown as `\u{…}`:
//! control characters (C0, DEL, C1), characters that reorder text (bidirectional controls) and
//! invisible ones. See [Unicode Technical Report 36], and [UAX 9] for the controls. Escaped text
//! stays recognisable, so the evidence can still be compared with the capture.
//!
//! [Unicode Technical Report 36]: https://www.unicode.org/reports/tr36/
//! [UAX 9]: https://www.unicode.org/reports/tr9/

use std::{borrow::Cow, fmt::Write as _};

/// `text` with everything shown that could act or hide.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_deceptive) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        if is_deceptive(character) {
            let _ = write!(shown, "{}", character.escape_default());
        } else {
            shown.push(character);
        }
    }
    Cow::Owned(shown)
}

/// `text` in at most `most` letters: what is cut ends in an ellipsis.
#[must_use]
pub fn short(text: &str, most: usize) -> Cow<'_, str> {
    if text.char_indices().nth(most).is_none() {
        return Cow::Borrowed(text);
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    Cow::Owned(format!("{}…", kept.trim_end()))
}

/// [`visible`], and no spreadsheet takes it for a formula: a leading `=`, `+`, `-`, `@`, TAB or CR
/// gets an apostrophe in front, after the advice of [OWASP].
///
/// [OWASP]: https://owasp.org/www-community/attacks/CSV_Injection
#[must_use]
pub fn cell(text: &str) -> Cow<'_, str> {
    let shown = visible(text);
    if text
        .trim_start_matches(' ')
        .starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
    {
        Cow::Owned(format!("'{shown}"))
    } else {
        shown
    }
}

/// Whether a character acts on what shows it, or hides.
#[must_use]
pub fn is_deceptive(character: char) -> bool {
    !matches!(character, ' '..='~')
        && (character.is_control()
            || REORDERS_OR_HIDES.iter().any(|(from, to)| (*from..=*to).contains(&character)))
}

/// Ranges of characters that reorder text or cannot be seen.
const REORDERS_OR_HIDES: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),       // soft hyphen
    ('\u{34f}', '\u{34f}'),     // combining grapheme joiner
    ('\u{61c}', '\u{61c}'),     // Arabic letter mark
    ('\u{115f}', '\u{1160}'),   // Hangul fillers
    ('\u{17b4}', '\u{17b5}'),   // Khmer inherent vowels
    ('\u{180b}', '\u{180f}'),   // Mongolian selectors and vowel separator
    ('\u{200b}', '\u{200f}'),   // zero-width space and joiners, direction marks
    ('\u{2028}', '\u{202e}'),   // line and paragraph separators, embeddings and overrides
    ('\u{2060}', '\u{206f}'),   // word joiner, invisible operators, isolates
    ('\u{2800}', '\u{2800}'),   // blank Braille pattern
    ('\u{3164}', '\u{3164}'),   // Hangul filler
    ('\u{fe00}', '\u{fe0f}'),   // variation selectors
    ('\u{feff}', '\u{feff}'),   // byte order mark
    ('\u{ffa0}', '\u{ffa0}'),   // halfwidth Hangul filler
    ('\u{fff0}', '\u{fffb}'),   // interlinear annotation
    ('\u{1bca0}', '\u{1bca3}'), // shorthand format controls
    ('\u{1d173}', '\u{1d17a}'), // musical format controls
    ('\u{e0000}', '\u{e0fff}'), // tags, more variation selectors
];

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_acts_or_hides_is_shown() {
        check("Kitchen lamp", "Kitchen lamp", "Kitchen lamp");
        check("Küche 台灯 💡", "Küche 台灯 💡", "Küche 台灯 💡");
        check("\u{1b}[2Jgone", "\\u{1b}[2Jgone", "\\u{1b}[2Jgone");
        check("\u{9b}2J", "\\u{9b}2J", "\\u{9b}2J");
        check("a\r\nb\tc\0", "a\\r\\nb\\tc\\u{0}", "a\\r\\nb\\tc\\u{0}");
        check("txt.\u{202e}exe", "txt.\\u{202e}exe", "txt.\\u{202e}exe");
        check("pay\u{200b}pal", "pay\\u{200b}pal", "pay\\u{200b}pal");
        check("\u{feff}x\u{2066}", "\\u{feff}x\\u{2066}", "\\u{feff}x\\u{2066}");
        check("", "", "");
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so() {
        for (text, shown) in [("", ""), ("lamp", "lamp"), ("lamps", "lam…"), ("é💡ö台灯", "é💡ö…")]
        {
            assert_eq!(short(text, 4), shown, "{text}");
        }
    }

    #[test]
    fn no_spreadsheet_sees_a_formula() {
        check("=1+1", "=1+1", "'=1+1");
        check("@SUM(A1)", "@SUM(A1)", "'@SUM(A1)");
        check("-cmd|' /C calc'!A0", "-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0");
        check("  +49", "  +49", "'  +49");
        check("\t=1", "\\t=1", "'\\t=1");
        check("a=1", "a=1", "a=1");
    }

    proptest! {
        #[test]
        fn nothing_deceptive_is_left(text in any::<String>()) {
            let shown = visible(&text);
            prop_assert!(!shown.contains(is_deceptive));
            prop_assert_eq!(visible(&shown), shown.as_ref());
        }
    }

    #[track_caller]
    fn check(text: &str, shown: &str, in_cell: &str) {
        assert_eq!(visible(text), shown);
        assert_eq!(cell(text), in_cell);
    }
}
