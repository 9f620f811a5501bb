//! `note`: what the user says of a device, kept for every later report.

use assessment::notes::{Brands, Identifier, Note, brand_named, identifiers_of};
use knowledge::Knowledge;

use super::{
    judge::{self, Words},
    label,
};
use crate::{
    arguments::{self, Judging},
    calendar, embedded,
    failure::{Failure, Outcome},
    notes::{self, Notes},
    output,
};

/// Notes, forgets or lists.
pub(crate) fn run(asked: &arguments::Note) -> Result<Outcome, Failure> {
    let place = notes::place(asked.judging.notes.as_deref()).ok_or_else(|| {
        Failure::Usage("there is no folder for notes; name a file by --notes".to_owned())
    })?;
    let mut kept = Notes::read(place)?;
    let Some(id) = asked.device.as_deref().filter(|_| !asked.list) else {
        list(&kept)?;
        return Ok(Outcome::Done);
    };
    let knowledge = embedded::knowledge()?;
    let wanted = Wanted::of(asked)?;
    let device = find(id, asked, &knowledge)?;
    let known = device.identifiers.iter().find(|it| kept.on(it).is_some()).cloned();
    let Some(key) = known.clone().or_else(|| device.identifiers.first().cloned()) else {
        return Err(nothing_stable(&device.called));
    };
    if asked.forget {
        if known.is_none() {
            output::say(&format!("houseguest: there is no note on {}", device.called));
            return Ok(Outcome::NothingFound);
        }
        kept.keep(Note::new(key, calendar::today().into()))?;
        output::print(&format!("Forgot the note on {}.\n", visible(&device.called)))?;
        return Ok(Outcome::answered(device.unread));
    }
    let mut note = Note::new(key, calendar::today().into());
    if let Some(old) = kept.on(&note.device) {
        note = Note { on: note.on, ..old.clone() };
    }
    wanted.change(&mut note);
    if !asked.quiet {
        say_of_brand(&wanted, &knowledge);
        if matches!(note.device, Identifier::Name(_)) {
            output::say("It has nothing steadier than its name: renamed, it loses the note.");
        }
    }
    let told = told(&note, &device.called, &kept);
    kept.keep(note)?;
    output::print(&told)?;
    Ok(Outcome::answered(device.unread))
}

/// The device that is meant.
struct Meant {
    called: String,
    /// How many of the sources could not be read wholly.
    unread: usize,
    /// The steadiest first.
    identifiers: Vec<Identifier>,
}

/// By its address, or by its number in the report on the sources.
fn find(id: &str, asked: &arguments::Note, knowledge: &Knowledge) -> Result<Meant, Failure> {
    if let Ok(mac) = id.parse::<evidence::Mac>() {
        if mac.is_locally_administered() || mac.is_multicast() {
            return Err(nothing_stable(&format!("{mac}")));
        }
        let identifiers = vec![Identifier::Mac(mac)];
        return Ok(Meant { called: mac.to_string(), unread: 0, identifiers });
    }
    let Judging { without, .. } = &asked.judging;
    let words = if asked.quiet { Words::Few } else { Words::Some };
    let gathered = judge::gather_or_demo(&asked.sources, &asked.judging, words)?;
    let ledger = judge::without(gathered.ledger, without);
    let settings = judge::settings(&asked.judging, knowledge)?;
    let assessment = assessment::assess(&ledger, knowledge, &settings);
    let device = label::device(&assessment, id)?;
    let called = format!("{} ({})", device.id, reports::wording::device_or_doubt(device));
    let identifiers = identifiers_of(&ledger, &settings, device.id);
    Ok(Meant { called, unread: gathered.unread, identifiers })
}

fn nothing_stable(called: &str) -> Failure {
    Failure::Usage(format!(
        "nothing of {called} is sure to be there tomorrow: its address is of its own choice, and it \
         announces no serial number, UUID or DHCP number, and no name that no other device bears. \
         Turn off private addresses for your network on the device, or capture for longer"
    ))
}

/// What the user typed about one thing: nothing, or a word; an empty one takes the word back.
type Typed = Option<Option<Box<str>>>;

/// What the user typed.
#[derive(Default)]
struct Wanted {
    brand: Typed,
    model: Typed,
    kind: Typed,
    room: Typed,
    name: Typed,
}

impl Wanted {
    fn of(asked: &arguments::Note) -> Result<Self, Failure> {
        let text = |it: &Option<String>| {
            it.as_deref().map(notes::checked).transpose().map_err(Failure::Usage)
        };
        let kind = match text(&asked.kind)? {
            Some(Some(word)) => {
                Some(Some(notes::vocabulary(&word).map_err(Failure::Usage)?.into()))
            }
            other => other,
        };
        let wanted = Self {
            brand: text(&asked.brand)?,
            model: text(&asked.model)?,
            kind,
            room: text(&asked.room)?,
            name: text(&asked.name)?,
        };
        let silent = [&wanted.brand, &wanted.model, &wanted.kind, &wanted.room, &wanted.name];
        if !asked.forget && silent.iter().all(|it| it.is_none()) {
            return Err(Failure::Usage(
                "say what it is: --brand, --model, --type, --room or --name; or --forget"
                    .to_owned(),
            ));
        }
        Ok(wanted)
    }

    fn change(&self, note: &mut Note) {
        let set = |wanted: &Typed, kept: &mut Option<Box<str>>| {
            if let Some(wanted) = wanted {
                kept.clone_from(wanted);
            }
        };
        set(&self.brand, &mut note.brand);
        set(&self.model, &mut note.model);
        set(&self.kind, &mut note.kind);
        set(&self.room, &mut note.room);
        set(&self.name, &mut note.name);
    }
}

/// Says what a brand that the pack does not have costs, and which names are similar.
fn say_of_brand(wanted: &Wanted, knowledge: &Knowledge) {
    let Some(Some(text)) = &wanted.brand else { return };
    match brand_named(text, knowledge) {
        Brands::One(_) => {}
        Brands::Several(brands) => {
            let names: Vec<_> = brands.iter().map(|it| &*it.id).collect();
            output::say(&similar(text, "several brands go by", &names));
        }
        Brands::None(near) => {
            let names: Vec<_> = near.iter().map(|it| &**it).collect();
            output::say(&similar(text, "the knowledge pack has no brand", &names));
        }
    }
}

fn similar(text: &str, why: &str, names: &[&str]) -> String {
    let offered = if names.is_empty() {
        String::new()
    } else {
        format!(" Did you mean {}?", names.join(", "))
    };
    format!(
        "{why} `{text}`: it is kept as you wrote it, and nothing is said of its maker.{offered}"
    )
}

fn told(note: &Note, called: &str, kept: &Notes) -> String {
    let said = said(note);
    let said = if said.is_empty() { "nothing any more".to_owned() } else { said };
    visible(&format!(
        "Noted of {called}: {said}.\nFiled under {}, {}, in {}.\n",
        note.device.meaning(),
        note.device,
        kept.place().display()
    ))
}

/// `brand Acme, room Hall`.
fn said(note: &Note) -> String {
    let parts = [
        ("brand", &note.brand),
        ("model", &note.model),
        ("type", &note.kind),
        ("room", &note.room),
        ("name", &note.name),
    ];
    let parts =
        parts.into_iter().filter_map(|(word, text)| Some(format!("{word} {}", text.as_ref()?)));
    parts.collect::<Vec<_>>().join(", ")
}

fn list(kept: &Notes) -> Result<(), Failure> {
    if kept.all.is_empty() {
        return output::print(&format!("No notes in {}.\n", kept.place().display()));
    }
    let lines = kept
        .all
        .iter()
        .map(|note| visible(&format!("{}  {}: {}\n", note.on, note.device, said(note))));
    let count = reports::wording::counted(kept.all.len(), "note");
    let text = format!("{}{count} in {}.\n", lines.collect::<String>(), kept.place().display());
    output::print(&text)
}

/// Without what a terminal would obey, line by line.
fn visible(text: &str) -> String {
    text.split_inclusive('\n')
        .map(|line| match line.strip_suffix('\n') {
            Some(line) => format!("{}\n", reports::escape::visible(line)),
            None => reports::escape::visible(line).into_owned(),
        })
        .collect()
}
