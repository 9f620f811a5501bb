//! The last part: what was read, what could not be, and what therefore is not known.

use std::io;

use assessment::Assessment;

use crate::{
    gaps,
    layout::{Look, Sheet},
    summary::Summary,
};

/// Sources named one by one; more are summed up. Our choice.
const MOST_SOURCES: usize = 12;

pub(super) fn section(
    sheet: &mut Sheet<'_>,
    assessment: &Assessment,
    summary: &Summary<'_>,
) -> io::Result<()> {
    sheet.gap()?;
    sheet.line(Look::Strong, "WHAT WAS READ, AND WHAT NOT")?;
    let sources = assessment.sources.iter().take(MOST_SOURCES).map(gaps::source);
    let more = assessment.sources.len().saturating_sub(MOST_SOURCES);
    let more = (more > 0).then(|| format!("and {more} more sources"));
    for line in sources.chain(more).chain(gaps::unread(assessment)) {
        sheet.paragraph(Look::Plain, "  ", &line)?;
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "WHAT IS NOT KNOWN")?;
    for line in gaps::unknown(summary) {
        sheet.paragraph(Look::Plain, "  ", &line)?;
    }
    sheet.paragraph(Look::Faint, "  ", &gaps::judged_by(assessment))
}
