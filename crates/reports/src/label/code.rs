//! A QR code (ISO/IEC 18004) as the path of a picture, and the text it holds.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// Light modules around the code, as the standard asks.
const QUIET: usize = 4;

/// A code as a square of modules: an SVG path that fills the dark ones.
pub(super) struct Picture {
    /// Modules along each side, with the quiet zone.
    pub(super) side: usize,
    /// The dark modules.
    pub(super) path: String,
}

/// Draws `text`; `None` where it is too long for any code.
pub(super) fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let width = code.width();
    let mut path = String::new();
    for (row, line) in code.to_colors().chunks(width).enumerate() {
        for (column, _) in line.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            let _ = write!(path, "M{} {}h1v1h-1z", column + QUIET, row + QUIET);
        }
    }
    Some(Picture { side: width + 2 * QUIET, path })
}

/// The first lines that fit `most` bytes, so that phones can still read the code.
pub(super) fn fitting(lines: &[String], most: usize) -> String {
    let mut text = String::new();
    for line in lines {
        let room = most.saturating_sub(text.len() + 1);
        if room < 8 {
            break;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(cut(line, room));
    }
    text
}

fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_becomes_a_square_with_a_quiet_zone() {
        let picture = picture("HG").unwrap();
        assert_eq!(picture.side, 21 + 2 * QUIET);
        assert!(picture.path.starts_with(&format!("M{QUIET} {QUIET}h1v1h-1z")));
    }

    #[test]
    fn a_reader_of_another_project_reads_what_was_written() {
        let long = "Made by: Example Works GmbH (Germany)\n".repeat(11);
        for text in ["HG", "Küche, 台灯", &*long] {
            assert_eq!(read(&picture(text).unwrap()), text);
        }
    }

    /// Takes a picture of the path, eight pixels a module.
    fn read(picture: &Picture) -> String {
        const PIXELS: usize = 8;
        let dark: std::collections::BTreeSet<(usize, usize)> = picture
            .path
            .split('M')
            .filter_map(|module| {
                let (column, rest) = module.split_once(' ')?;
                Some((column.parse().ok()?, rest.split('h').next()?.parse().ok()?))
            })
            .collect();
        let side = picture.side * PIXELS;
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(side, side, |x, y| {
            if dark.contains(&(x / PIXELS, y / PIXELS)) { 0 } else { 255 }
        });
        image.detect_grids().first().unwrap().decode().unwrap().1
    }

    #[test]
    fn texts_are_cut_between_letters() {
        assert_eq!(fitting(&["one".into(), "two".into()], 100), "one\ntwo");
        assert_eq!(fitting(&["ééééééé".into()], 10), "éééé");
    }
}
