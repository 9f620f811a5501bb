//! The plan for a terminal.

use std::io::{self, Write};

use assessment::model::Action;

use super::{
    Plan, Standing, answered, cost, device, guides, removes_in_words, senses, verified_by,
};
use crate::{
    Options,
    escape::visible,
    ids,
    layout::{Look, Sheet},
    wording,
};

pub(super) fn write(plan: &Plan<'_>, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let width = options.width.clamp(Options::NARROWEST, Options::WIDEST);
    let mut sheet = Sheet::new(out, width, options.colour);
    let actions = &plan.assessment.actions;
    let title = match (actions.len(), plan.remembered.waiting.len()) {
        (0, 0) => "Nothing to do, as far as was seen. That is not proof of safety.".to_owned(),
        (0, waiting) => format!(
            "{} still to be done, of which nothing was seen lately",
            wording::counted(waiting, "step")
        ),
        (steps, _) => {
            format!("{}, the most gain for the least cost first", wording::counted(steps, "step"))
        }
    };
    sheet.paragraph(Look::Strong, "", &title)?;
    for (index, action) in actions.iter().enumerate() {
        sheet.gap()?;
        step(&mut sheet, plan, index, action)?;
    }
    placements(&mut sheet, plan)?;
    waiting(&mut sheet, plan)?;
    done(&mut sheet, plan)?;
    if !actions.is_empty() {
        sheet.gap()?;
        let hint = "A step is done when the traffic shows it, and to be done again when it comes \
                    back. `houseguest watch` looks.";
        sheet.paragraph(Look::Faint, "", hint)?;
    }
    Ok(())
}

/// A line below a step.
fn line(sheet: &mut Sheet<'_>, label: &str, text: &str) -> io::Result<()> {
    sheet.paragraph(Look::Plain, &format!("     {label:<11}"), &visible(text))
}

fn step(sheet: &mut Sheet<'_>, plan: &Plan<'_>, index: usize, action: &Action) -> io::Result<()> {
    let assessment = plan.assessment;
    let number = format!("{:>3}. ", index + 1);
    sheet.paragraph(Look::Strong, &number, &visible(&action.text))?;
    let device = device(assessment, action);
    let whose = device.map(wording::device_or_doubt).unwrap_or_default();
    line(sheet, "device", &format!("{} {whose}", action.device))?;
    line(sheet, "removes", &removes_in_words(assessment, action))?;
    let because = answered(assessment, action)
        .map(|(place, finding)| format!("{} {}", ids::Id::Finding(place), finding.title));
    line(sheet, "because", &because.collect::<Vec<_>>().join("; "))?;
    let mut ways = guides(assessment, action);
    if let Some(best) = ways.next() {
        line(sheet, "cost", &cost(best.cost))?;
        let doubt = if best.verified { "" } else { " (unverified)" };
        line(sheet, "how", &format!("{}{doubt}", best.title))?;
        for (number, text) in (1..).zip(&best.steps) {
            sheet.paragraph(Look::Plain, &format!("{number:>18}. "), &visible(text))?;
        }
        line(sheet, "breaks", &best.breaks)?;
        line(sheet, "done when", &verified_by(action.verified_by.as_deref(), best.verify))?;
    } else {
        line(sheet, "cost", wording::effort(action.effort))?;
        if let Some(breaks) = &action.breaks {
            line(sheet, "breaks", breaks)?;
        }
        if let Some(sign) = &action.verified_by {
            line(sheet, "done when", sign)?;
        }
    }
    for other in ways {
        let how = format!(
            "{} ({}): houseguest knowledge show {}",
            other.title,
            cost(other.cost),
            other.id
        );
        line(sheet, "or else", &how)?;
    }
    if let Some(standing) = plan.remembered.standing.get(&index) {
        line(sheet, "stands", &stands(standing))?;
    }
    line(sheet, "why", &format!("houseguest why {}", ids::Id::Action(index)))
}

fn stands(standing: &Standing) -> String {
    let last = wording::moment(standing.last_seen);
    match standing.came_back {
        Some(at) => format!("it was done, and came back {}; last seen {last}", wording::moment(at)),
        None => format!("to be done since {}; last seen {last}", wording::moment(standing.since)),
    }
}

fn placements(sheet: &mut Sheet<'_>, plan: &Plan<'_>) -> io::Result<()> {
    let placements = &plan.assessment.placements;
    if placements.is_empty() {
        return Ok(());
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "WHERE THINGS STAND")?;
    for placement in placements {
        let Some(advice) = plan.assessment.advice.get(&placement.advice) else { continue };
        sheet.gap()?;
        let device = placement.device.index().and_then(|it| plan.assessment.devices.get(it));
        let called = device.map(wording::device_or_doubt).unwrap_or_default();
        sheet.paragraph(Look::Strong, "   - ", &visible(&advice.title))?;
        let what =
            format!("{} {called}, in {}: {}", placement.device, placement.room, senses(placement));
        line(sheet, "device", &what)?;
        for (number, text) in (1..).zip(&advice.steps) {
            sheet.paragraph(Look::Plain, &format!("{number:>18}. "), &visible(text))?;
        }
        line(sheet, "breaks", &advice.breaks)?;
        line(sheet, "why", &format!("houseguest why {}.room", placement.device))?;
    }
    Ok(())
}

fn waiting(sheet: &mut Sheet<'_>, plan: &Plan<'_>) -> io::Result<()> {
    if plan.remembered.waiting.is_empty() {
        return Ok(());
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "STILL TO BE DONE, NOT SEEN LATELY")?;
    for step in &plan.remembered.waiting {
        sheet.gap()?;
        sheet.paragraph(Look::Plain, "   - ", &visible(&step.text))?;
        line(sheet, "device", &step.device)?;
        line(sheet, "last seen", &wording::moment(step.last_seen))?;
    }
    Ok(())
}

fn done(sheet: &mut Sheet<'_>, plan: &Plan<'_>) -> io::Result<()> {
    if plan.remembered.done.is_empty() {
        return Ok(());
    }
    sheet.gap()?;
    sheet.line(Look::Strong, "DONE, AS THE TRAFFIC SHOWS")?;
    for step in &plan.remembered.done {
        sheet.gap()?;
        sheet.paragraph(Look::Plain, "   - ", &visible(&step.text))?;
        line(sheet, "device", &step.device)?;
        line(sheet, "shown by", &format!("{}, {}", step.by, wording::moment(step.at)))?;
    }
    Ok(())
}
