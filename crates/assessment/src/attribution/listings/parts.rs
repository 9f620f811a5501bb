//! Entries that name a part inside another maker's product.
//!
//! Where the entry names no company, it is about parts of the companies that its own list names.

use knowledge::kinds::{Entry, Id};

use super::{
    Applies, Part, Step, Subject,
    entities::{How, of_kind, reaching},
    register::{Answer, Register},
    standing::{self, Standing},
    words,
};

/// What the entries about parts say of `subject`; nothing where its parts are not known.
pub(super) fn answers<'k>(
    register: &Register<'k>,
    entries: &[&'k Entry],
    subject: &Subject,
    day: &str,
) -> Vec<Answer<'k>> {
    let named = subject.parties.iter().filter(|(part, _)| *part == Part::ModuleMaker);
    let modules: Vec<&Id> = named.map(|(_, id)| id).chain(&subject.modules).collect();
    let answer = |entry: &&'k Entry| {
        let answers = modules.iter().filter_map(|id| answer(register, entry, id, subject, day));
        answers.min_by_key(|it| it.applies)
    };
    entries.iter().filter_map(answer).collect()
}

fn answer<'k>(
    register: &Register<'k>,
    entry: &'k Entry,
    module: &Id,
    subject: &Subject,
    day: &str,
) -> Option<Answer<'k>> {
    let (how, steps) = touch(register, entry, module, day)?;
    let mut reasons = vec![words::part(Part::ModuleMaker, module, None, register.knowledge)];
    reasons.extend(steps);
    let itself = entry.organisation.as_ref().is_none_or(|named| named == module);
    let applies = match how {
        How::Named if itself => Applies::Yes,
        How::Named | How::Unclear => Applies::Unknown,
        How::Near => Applies::No,
    };
    if how == How::Unclear {
        reasons.push(words::unclear_control());
    } else if applies == Applies::Unknown {
        reasons.push(words::unclear_part());
    }
    let (applies, reasons) = of_kind(entry, subject, applies, reasons);
    Some(Answer { entry, applies, reasons })
}

/// How `entry` touches the maker of a module, by the surest way.
fn touch<'k>(
    register: &Register<'k>,
    entry: &'k Entry,
    module: &Id,
    day: &str,
) -> Option<(How, Vec<Step>)> {
    let own = [entry];
    let mut ways = match &entry.organisation {
        Some(organisation) => reaching(register, module, day, |id| {
            if *id == **organisation { own.as_slice() } else { &[] }
        }),
        None => reaching(register, module, day, |id| register.naming(id)),
    };
    if entry.organisation.is_none() {
        let list = register.knowledge.pack().lists.get(&entry.list)?;
        ways.retain(|(other, _, _)| {
            other.list == entry.list && standing::of(list, other, day) == Standing::InForce
        });
    }
    let (_, how, steps) = ways.into_iter().min_by_key(|(_, how, _)| *how)?;
    Some((how, steps))
}
