//! A label as lines of text.

use std::io::{self, Write};

use super::Label;
use crate::{
    Options,
    escape::visible,
    layout::{Look, Sheet},
};

pub(super) fn write(label: &Label, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let sheet = &mut Sheet::new(out, width, options.colour);
    sheet.paragraph(Look::Strong, "", &visible(&label.title))?;
    sheet.paragraph(Look::Faint, "", &visible(&label.stamp))?;
    if let Some(seen) = &label.seen {
        sheet.paragraph(Look::Faint, "", &visible(seen))?;
    }
    sheet.gap()?;
    for row in &label.glance {
        let look = if row.stands_out { Look::Warning } else { Look::Strong };
        let mut name = format!("  {:<16}", row.label);
        if !row.declared.is_empty() {
            sheet.paragraph(look, &name, &visible(&row.declared))?;
            name = " ".repeat(18);
        }
        if let Some(observed) = &row.observed {
            sheet.paragraph(look, &name, &format!("seen: {}", visible(observed)))?;
        }
    }
    for group in &label.details {
        sheet.gap()?;
        sheet.line(Look::Strong, group.heading)?;
        for line in &group.lines {
            sheet.paragraph(Look::Plain, "  - ", &visible(line))?;
        }
    }
    Ok(())
}
