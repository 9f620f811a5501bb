//! A bar for long input, on a terminal only.

use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Inputs smaller than this are read before a bar could be looked at.
const WORTH_A_BAR: u64 = 32 << 20;

/// Shows how far reading came, or nothing.
#[derive(Debug)]
pub(crate) struct Reading(Option<ProgressBar>);

impl Reading {
    /// A bar over `total` bytes (0 where unknown), unless `quiet` or nobody looks.
    pub(crate) fn new(total: u64, quiet: bool) -> Self {
        if quiet || !io::stderr().is_terminal() || (1..WORTH_A_BAR).contains(&total) {
            return Self(None);
        }
        let template = if total == 0 {
            "reading {spinner} {bytes} ({bytes_per_sec})"
        } else {
            "reading [{bar:40}] {bytes} of {total_bytes}, {eta} left"
        };
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr());
        Self(Some(match ProgressStyle::with_template(template) {
            Ok(style) => bar.with_style(style),
            Err(_) => bar,
        }))
    }

    /// So many bytes are read in all.
    pub(crate) fn at(&self, bytes: u64) {
        if let Some(bar) = &self.0 {
            bar.set_position(bytes);
        }
    }

    /// Takes the bar away.
    pub(crate) fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
