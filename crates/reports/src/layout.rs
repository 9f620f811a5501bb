//! Setting text in columns of a terminal: widths, wrapping, tables and colour.
//!
//! Widths are those of Unicode Standard Annex 11, so that wide scripts line up. Text must be
//! [`escape`](crate::escape)d before it comes here: then nothing in it moves the cursor.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::Colour;

/// How a stretch of text looks, where colour is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Look {
    /// As everything else.
    #[default]
    Plain,
    /// A heading, a name.
    Strong,
    /// What matters less.
    Faint,
    /// Something bad.
    Alarm,
    /// Something to look at.
    Warning,
}

impl Look {
    /// SGR parameters (ECMA-48, 8.3.117).
    const fn parameters(self) -> &'static str {
        match self {
            Self::Plain => "0",
            Self::Strong => "1",
            Self::Faint => "2",
            Self::Alarm => "1;31",
            Self::Warning => "33",
        }
    }
}

/// Writes lines no wider than asked.
pub(crate) struct Sheet<'a> {
    out: &'a mut dyn Write,
    width: usize,
    colour: Colour,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(out: &'a mut dyn Write, width: usize, colour: Colour) -> Self {
        Self { out, width, colour }
    }

    /// An empty line.
    pub(crate) fn gap(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// One line, cut to fit.
    pub(crate) fn line(&mut self, look: Look, text: &str) -> io::Result<()> {
        let fitting = fit(text, self.width);
        self.painted(look, fitting.trim_end())?;
        self.gap()
    }

    /// A paragraph: `label` stands in front of the first line, the others are indented alike.
    pub(crate) fn paragraph(&mut self, look: Look, label: &str, text: &str) -> io::Result<()> {
        let indent = label.width().min(self.width / 2);
        let room = self.width.saturating_sub(indent);
        for (number, line) in wrap(text, room).iter().enumerate() {
            let front = if number == 0 { fit(label, indent) } else { " ".repeat(indent) };
            self.painted(look, &front)?;
            self.out.write_all(line.as_bytes())?;
            self.gap()?;
        }
        Ok(())
    }

    /// One line of a table: each cell cut or filled to its column's width, two columns apart.
    pub(crate) fn row(&mut self, widths: &[usize], cells: &[(Look, &str)]) -> io::Result<()> {
        for (index, ((look, cell), width)) in cells.iter().zip(widths).enumerate() {
            let last = index + 1 == cells.len();
            let cut = fit(cell, *width);
            let text = if last { cut.trim_end() } else { &cut };
            self.painted(*look, text)?;
            if !last {
                self.out.write_all(b"  ")?;
            }
        }
        self.gap()
    }

    fn painted(&mut self, look: Look, text: &str) -> io::Result<()> {
        if self.colour == Colour::Always && look != Look::Plain && !text.trim().is_empty() {
            write!(self.out, "\u{1b}[{}m{text}\u{1b}[0m", look.parameters())
        } else {
            self.out.write_all(text.as_bytes())
        }
    }
}

/// `text` in exactly `width` columns: filled with spaces, or cut with `...`.
pub(crate) fn fit(text: &str, width: usize) -> String {
    let taken = text.width();
    if taken <= width {
        return format!("{text}{}", " ".repeat(width - taken));
    }
    let mark = if width >= 8 { "..." } else { "" };
    let mut cut = head(text, width - mark.len()).to_owned();
    cut.push_str(mark);
    let taken = cut.width();
    cut.push_str(&" ".repeat(width.saturating_sub(taken)));
    cut
}

/// Breaks `text` at spaces into lines of at most `width` columns; longer words are cut into pieces.
pub(crate) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for mut word in text.split_whitespace() {
        let space = usize::from(!line.is_empty());
        if !line.is_empty() && line.width() + space + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        while word.width() > width {
            let (piece, rest) = word.split_at(head(word, width).len().max(first_length(word)));
            lines.push(piece.to_owned());
            word = rest;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

/// As much of the beginning of `text` as fits `width` columns.
fn head(text: &str, width: usize) -> &str {
    let mut taken = 0;
    for (place, character) in text.char_indices() {
        taken += character.width().unwrap_or(0);
        if taken > width {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}

fn first_length(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::escape;

    #[test]
    fn cells_fill_their_column() {
        assert_eq!(fit("lamp", 6), "lamp  ");
        assert_eq!(fit("a long device name", 10), "a long ...");
        assert_eq!(fit("台灯台灯台灯", 9), "台灯台...");
        assert_eq!(fit("台灯台灯台灯", 8), "台灯... ");
        assert_eq!(fit("lamp", 2), "la");
    }

    #[test]
    fn paragraphs_break_at_spaces_and_inside_long_words() {
        assert_eq!(wrap("one two three", 8), ["one two", "three"]);
        assert_eq!(wrap("abcdefghij kl", 4), ["abcd", "efgh", "ij", "kl"]);
        assert_eq!(wrap("", 4), [""]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_asked(text in any::<String>(), width in 2_usize..120) {
            let text = escape::visible(&text);
            prop_assert_eq!(fit(&text, width).width(), width);
            for line in wrap(&text, width) {
                prop_assert!(line.width() <= width, "{:?}", line);
            }
        }
    }
}
