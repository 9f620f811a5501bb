//! The file of the user's notes: plain TOML that people may edit too.
//!
//! Changing one note leaves the text of all others as it is, comments included.

use std::{
    env, fs, io,
    path::{Path, PathBuf},
};

use assessment::notes::{Identifier, Note, kind_named};
use serde::{Deserialize, Serialize};

use crate::{failure::Failure, installed};

/// The largest file that is taken, in bytes: tens of thousands of notes.
const MOST_BYTES: u64 = 8 << 20;

/// The longest text of a note, in letters: our choice, what a label holds.
const LONGEST: usize = 120;

const HEAD: &str = "\
# What you say of your devices. Houseguest takes your word before its own.
# `houseguest note` writes here; you may edit it too.

";

/// The notes, with the text they stand in.
#[derive(Debug, Default)]
pub(crate) struct Notes {
    place: PathBuf,
    text: String,
    pub(crate) all: Vec<Note>,
}

/// A note as it stands in the file.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    device: String,
    on: String,
    brand: Option<String>,
    model: Option<String>,
    r#type: Option<String>,
    room: Option<String>,
    name: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    note: Vec<Entry>,
}

/// Where the notes are: as named, else as the environment says, else beside the user's data.
pub(crate) fn place(named: Option<&Path>) -> Option<PathBuf> {
    let set = || env::var_os("HOUSEGUEST_NOTES").filter(|it| !it.is_empty()).map(PathBuf::from);
    named.map(Path::to_owned).or_else(set).or_else(|| Some(installed::folder()?.join("notes.toml")))
}

impl Notes {
    /// Reads the notes at `place`; none where there is no file yet.
    pub(crate) fn read(place: PathBuf) -> Result<Self, Failure> {
        let failed = |why: String| {
            Failure::Unreadable(format!(
                "failed to read the notes in {}: {}. Mend the file, or do without it by --no-notes",
                place.display(),
                why.trim_end()
            ))
        };
        let text = match fs::metadata(&place).map(|it| it.len()) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(failed(error.to_string())),
            Ok(MOST_BYTES..) => return Err(failed("it is too large for notes".to_owned())),
            Ok(_) => fs::read_to_string(&place).map_err(|error| failed(error.to_string()))?,
        };
        let all = parse(&text).map_err(failed)?;
        Ok(Self { place, text, all })
    }

    /// Where they are kept.
    pub(crate) fn place(&self) -> &Path {
        &self.place
    }

    /// The note filed under `device`.
    pub(crate) fn on(&self, device: &Identifier) -> Option<&Note> {
        self.all.iter().rfind(|note| note.device == *device)
    }

    /// Keeps `note` in place of those on the same device; an empty one takes them away.
    pub(crate) fn keep(&mut self, note: Note) -> Result<(), Failure> {
        let (head, mut blocks) = self.blocks();
        let old: Vec<_> = self.all.iter().map(|it| it.device == note.device).collect();
        let first = old.iter().position(|it| *it).unwrap_or(blocks.len());
        let mut of_device = old.iter();
        blocks.retain(|_| !of_device.next().copied().unwrap_or(false));
        self.all.retain(|it| it.device != note.device);
        if !note.is_empty() {
            let place = first.min(blocks.len());
            blocks.insert(place, block(&note)?);
            self.all.insert(place, note);
        }
        self.text = head + &blocks.concat();
        installed::swap(&self.place, self.text.as_bytes())
    }

    /// The text before the first note, and each note's own with the comments right above it.
    fn blocks(&self) -> (String, Vec<String>) {
        let mut parts = vec![String::new()];
        for line in self.text.split_inclusive('\n') {
            if line.trim_start().starts_with("[[note]]") {
                let above = parts.last_mut().map(take_comments).unwrap_or_default();
                parts.push(above);
            }
            if let Some(part) = parts.last_mut() {
                part.push_str(line);
            }
        }
        let mut blocks = parts.split_off(1);
        let head = parts.pop().filter(|it| !it.is_empty()).unwrap_or_else(|| HEAD.to_owned());
        if blocks.len() != self.all.len() {
            // Written in another of TOML's ways: laid out anew.
            blocks = self.all.iter().filter_map(|note| block(note).ok()).collect();
        }
        for block in &mut blocks {
            if !block.ends_with("\n\n") {
                block.push_str(if block.ends_with('\n') { "\n" } else { "\n\n" });
            }
        }
        (head, blocks)
    }
}

/// The notes of a text.
pub(crate) fn parse(text: &str) -> Result<Vec<Note>, String> {
    let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
    file.note.into_iter().map(note).collect()
}

/// Takes the comments at the end of `part`, unless an empty line parts them from what follows.
fn take_comments(part: &mut String) -> String {
    let lines: Vec<&str> = part.split_inclusive('\n').collect();
    let comments = lines.iter().rev().take_while(|line| line.trim_start().starts_with('#')).count();
    let kept: usize = lines.iter().take(lines.len() - comments).map(|line| line.len()).sum();
    part.split_off(kept)
}

/// A note as text.
fn block(note: &Note) -> Result<String, Failure> {
    let text = |it: &Option<Box<str>>| it.as_deref().map(str::to_owned);
    let entry = Entry {
        device: note.device.to_string(),
        on: note.on.to_string(),
        brand: text(&note.brand),
        model: text(&note.model),
        r#type: text(&note.kind),
        room: text(&note.room),
        name: text(&note.name),
    };
    let lines = toml::to_string(&entry).map_err(|error| Failure::Broken(error.to_string()))?;
    Ok(format!("[[note]]\n{lines}\n"))
}

fn note(entry: Entry) -> Result<Note, String> {
    let device = entry.device.parse::<Identifier>().map_err(|error| error.to_string())?;
    if entry.on.len() != "2026-11-22".len() || !knowledge::dates::is_date(&entry.on) {
        return Err(format!("`{}` is no day; one looks like 2026-11-22", entry.on));
    }
    let text = |it: Option<String>| it.map(|it| checked(&it)).transpose().map(Option::flatten);
    let kind = entry.r#type.map(|word| vocabulary(&word)).transpose()?;
    Ok(Note {
        device,
        on: entry.on.into(),
        brand: text(entry.brand)?,
        model: text(entry.model)?,
        kind: kind.map(Into::into),
        room: text(entry.room)?,
        name: text(entry.name)?,
    })
}

/// A text that fits a note; nothing where it is empty.
pub(crate) fn checked(text: &str) -> Result<Option<Box<str>>, String> {
    let text = text.trim();
    if text.contains(char::is_control) {
        return Err("a note holds one line of plain text".to_owned());
    }
    if text.chars().count() > LONGEST {
        return Err(format!("a note's text has at most {LONGEST} letters"));
    }
    Ok((!text.is_empty()).then(|| text.into()))
}

/// A word of the vocabulary of types.
pub(crate) fn vocabulary(text: &str) -> Result<&'static str, String> {
    kind_named(text).ok_or_else(|| {
        format!("there is no type `{text}`; there is {}", knowledge::DEVICE_TYPES.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_beside_a_note_stays() {
        let text = "# Mine.\n\n# The one by the door.\n[[note]]\ndevice = \"mac 00:00:5e:00:53:01\"\n\
                    on = \"2026-11-22\"\nroom = 'Hall' # or the porch\n\n# Other.\n[[note]]\n\
                    device = \"name lamp\"\non = \"2026-11-20\"\nname = \"Lamp\"\n";
        let (folder, mut notes) = written(text);
        let device: Identifier = "name lamp".parse().unwrap();
        let room = Some("Attic".into());
        notes.keep(Note { room, ..Note::new(device, "2026-11-23".into()) }).unwrap();
        let now = fs::read_to_string(folder.path().join("notes.toml")).unwrap();
        assert!(now.starts_with(text.split("# Other").next().unwrap()), "{now}");
        assert!(now.ends_with("on = \"2026-11-23\"\nroom = \"Attic\"\n\n"), "{now}");
        let again = Notes::read(folder.path().join("notes.toml")).unwrap();
        assert_eq!(again.all, notes.all);
    }

    #[test]
    fn an_empty_note_is_taken_away_and_text_is_kept_as_it_is() {
        let (folder, mut notes) = written("");
        let device: Identifier = "00:00:5e:00:53:01".parse().unwrap();
        let name = Some("\"Q\" [[note]] \\ é".into());
        notes.keep(Note { name, ..Note::new(device.clone(), "2026-11-23".into()) }).unwrap();
        let mut again = Notes::read(folder.path().join("notes.toml")).unwrap();
        assert_eq!(again.all, notes.all);
        again.keep(Note::new(device, "2026-11-23".into())).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("notes.toml")).unwrap(), HEAD);
    }

    #[test]
    fn a_file_that_is_no_notes_says_where_it_is_wrong() {
        check("[[note]]\ndevice = 1\n", "line 2");
        check("[[note]]\ndevice = 'lamp'\non = '2026-11-22'\n", "`lamp` is no identifier");
        check("[[note]]\ndevice = 'name a'\non = '22.11.'\n", "is no day");
        check("[[note]]\ndevice = 'name a'\non = '2026-11-22'\ncolour = 'red'\n", "colour");
        let kind = "[[note]]\ndevice = 'name a'\non = '2026-11-22'\ntype = 'toaster'\n";
        check(kind, "no type `toaster`; there is 3d-printer, access-point");
    }

    #[track_caller]
    fn check(text: &str, fault: &str) {
        let folder = tempfile::TempDir::new().unwrap();
        let place = folder.path().join("notes.toml");
        fs::write(&place, text).unwrap();
        let said = Notes::read(place).unwrap_err().to_string();
        assert!(said.contains(fault) && said.contains("--no-notes"), "{said}");
    }

    fn written(text: &str) -> (tempfile::TempDir, Notes) {
        let folder = tempfile::TempDir::new().unwrap();
        let place = folder.path().join("notes.toml");
        fs::write(&place, text).unwrap();
        let notes = Notes::read(place).unwrap();
        (folder, notes)
    }
}
