//! The sentences that all formats of an answer share.

use assessment::{
    Applies, Listing, Step,
    comply::{Answer, Asked, Compliance, Item, Line},
};

use crate::wording;

/// What the answer is called.
pub(super) const fn applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "yes",
        Applies::Unknown => "unknown",
        Applies::No => "no",
    }
}

/// The numbers in a sentence.
#[must_use]
pub fn headline(answer: &Compliance) -> String {
    let lines = answer.lines.len();
    if lines == 0 {
        return "No line of the inventory could be read.".to_owned();
    }
    let unknown = answer.count(Applies::Unknown);
    let lists = answer.lines.iter().filter(|it| only_lists_open(it, answer)).count();
    let numbers = format!(
        "{} of {} touched by a list, {unknown} unknown, {} not.",
        answer.count(Applies::Yes),
        wording::counted(lines, "line"),
        answer.count(Applies::No),
    );
    if lists == 0 {
        return numbers;
    }
    format!(
        "{numbers} Of the unknown, {lists} have a known maker and no entry, and are open only \
         because this pack does not hold every list whole."
    )
}

/// What policy, day and pack the answer rests on.
pub(super) fn basis(answer: &Compliance) -> String {
    format!(
        "Policy {} ({}), as of {}; knowledge pack {} of {}.",
        answer.policy,
        answer.policy_title,
        answer.day,
        if answer.knowledge_version.is_empty() { "?" } else { &answer.knowledge_version },
        answer.knowledge_as_of,
    )
}

/// Whether nothing is open about a line but that lists are not whole in the pack.
pub(super) fn only_lists_open(line: &Line, answer: &Compliance) -> bool {
    let is_whole = |it: &Answer| {
        answer.lists.iter().find(|list| list.id == it.list).is_none_or(|list| list.complete)
    };
    line.applies == Applies::Unknown
        && !line.makers.is_empty()
        && line.listings.iter().all(|it| it.applies == Applies::No)
        && line.answers.iter().all(|it| it.applies == Applies::No || !is_whole(it))
}

/// Lines told together.
pub(super) struct Part<'a> {
    /// Their answer.
    pub(super) applies: Applies,
    /// What they have in common.
    pub(super) title: &'static str,
    /// Whether nothing is open about them but that lists are not whole in the pack.
    pub(super) only_lists: bool,
    /// The lines, in the inventory's order.
    pub(super) lines: Vec<&'a Line>,
}

/// The lines by answer, those that need somebody first.
pub(super) fn parts(answer: &Compliance) -> [Part<'_>; 4] {
    let titles = [
        (Applies::Yes, "Listed", false),
        (Applies::Unknown, "Unknown", false),
        (Applies::Unknown, "No entry found, but lists are not whole in this pack", true),
        (Applies::No, "Not listed", false),
    ];
    titles.map(|(applies, title, only_lists)| {
        let fits = |it: &&Line| it.applies == applies && only_lists_open(it, answer) == only_lists;
        Part { applies, title, only_lists, lines: answer.lines.iter().filter(fits).collect() }
    })
}

/// Which lists must be looked up elsewhere.
pub(super) fn lists_not_whole(answer: &Compliance) -> Vec<String> {
    let partial = answer.lists.iter().filter(|it| !it.complete && it.in_force);
    partial
        .map(|it| format!("Not all entries of {} are in this pack: look there yourself.", it.name))
        .collect()
}

/// How a list stands, in a few words.
pub(super) fn state(list: &Asked) -> String {
    let mut says = Vec::new();
    if !list.in_force {
        says.push("not in force that day".to_owned());
    }
    says.push(if list.complete {
        "all entries on makers of devices are in the pack".to_owned()
    } else {
        "not all entries are in the pack".to_owned()
    });
    if let Some(day) = &list.as_of {
        says.push(format!("checked {day}"));
    }
    if !list.verified {
        says.push("unverified".to_owned());
    }
    says.join(", ")
}

/// How many lines a list touches, leaves open and does not touch.
pub(super) fn counts(list: &Asked, answer: &Compliance) -> [usize; 3] {
    let of = |applies: Applies| {
        let answers = answer.lines.iter().flat_map(|it| &it.answers);
        answers.filter(|it| it.list == list.id && it.applies == applies).count()
    };
    [of(Applies::Yes), of(Applies::Unknown), of(Applies::No)]
}

/// What a line is called, in its own words. Untrusted.
pub(super) fn called(item: &Item) -> String {
    let maker = item.brand.as_deref().or(item.manufacturer.as_deref());
    let known: Vec<&str> = [maker, item.model.as_deref()].into_iter().flatten().collect();
    let mut called = match known.as_slice() {
        [] => item.name.as_deref().unwrap_or("(no name)").to_owned(),
        known => known.join(" "),
    };
    if let Some(kind) = &item.kind {
        called.push_str(", ");
        called.push_str(kind);
    }
    called
}

/// Who may be the maker.
pub(super) fn makers(line: &Line) -> String {
    match line.makers.as_slice() {
        [] => "maker not known".to_owned(),
        [only] => format!("maker {only}"),
        several => format!("maker one of {}", several.join("; ")),
    }
}

/// Steps as one sentence.
pub(super) fn reasons(steps: &[Step]) -> String {
    let says = steps.iter().map(|step| {
        let doubt = if step.verified { "" } else { " (unverified)" };
        format!("{}{doubt}", step.says)
    });
    sentence(&says.collect::<Vec<_>>().join("; "))
}

/// The published texts that steps and an entry rest on.
pub(super) fn sources(listing: &Listing) -> Vec<&str> {
    let of_steps = listing.reasons.iter().flat_map(|it| &it.sources);
    let mut sources: Vec<&str> = listing.sources.iter().chain(of_steps).map(|it| &**it).collect();
    sources.sort_unstable();
    sources.dedup();
    sources
}

/// What leaves a line open, where no entry says it: why, and of which lists.
pub(super) fn open(line: &Line, answer: &Compliance) -> Vec<String> {
    let mut open: Vec<(&str, Vec<&str>)> = Vec::new();
    let unsaid = line.answers.iter().filter(|it| it.applies == Applies::Unknown);
    for (why, list) in unsaid.filter_map(|it| Some((it.why.as_deref()?, &it.list))) {
        let name = answer.lists.iter().find(|it| it.id == *list).map_or(&**list, |it| &*it.name);
        match open.iter_mut().find(|(known, _)| *known == why) {
            Some((_, lists)) => lists.push(name),
            None => open.push((why, vec![name])),
        }
    }
    open.into_iter()
        .map(|(why, lists)| format!("{} ({})", sentence(why), lists.join(", ")))
        .collect()
}

/// What names the pack has near the one it does not know.
pub(super) fn near(line: &Line) -> Option<String> {
    if line.near.is_empty() {
        return None;
    }
    let near: Vec<_> = line.near.iter().map(|it| format!("\"{it}\"")).collect();
    Some(format!("Near it in the pack: {}", near.join(", ")))
}

/// What must be said beside every answer.
pub(super) const LIMITS: [&str; 6] = [
    "This is a screening aid made from published texts, not legal advice, and no finding about any \
     company's conduct.",
    "\"No\" means: the maker is known, and no entry of the list as this pack holds it names it or \
     reaches it. It is not a clearance.",
    "Products are known by the words of the inventory. Nothing was opened, measured or asked on a \
     network for this answer, and parts inside a product are known only where a line names them.",
    "Ownership is what published texts say; holdings that nobody published are not known.",
    "Whether a use falls under a list (such as critical infrastructure, or a substantial component) is \
     for a person to judge; qualifiers are printed for that.",
    "Lists change. Entries after the pack's date are not in it.",
];

/// The first letter large, a full stop at the end.
pub(super) fn sentence(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let mut letters = text.chars();
    let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
