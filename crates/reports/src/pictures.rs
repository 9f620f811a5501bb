//! Pictures for pages: where bytes flow, and how many there were when.
//!
//! They are drawn as plain SVG without a script and without style attributes, so that they stand under
//! the strictest content policy. Each comes with a table that says the same: the picture is hidden from
//! those who listen to a page, and its links are the table's too.
//!
//! Elements of SVG have no void form in HTML: all are written with an end tag.

mod bars;
mod streams;

pub use bars::{Bar, Bars, Watched};
pub use streams::{Place, Streams};

/// The stylesheet that goes with them, beside [`crate::pieces::STYLE`].
pub const STYLE: &str = include_str!("pictures/style.css");

/// `text` in at most `most` letters: what is cut ends in an ellipsis.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
