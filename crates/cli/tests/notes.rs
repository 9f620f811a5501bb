//! What the user says of devices, and how identities are explained, through the program.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests fail by panicking")]

use std::{fs, path::PathBuf};

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

#[test]
fn a_note_outranks_in_every_report_and_is_shown_as_the_users() {
    let place = Place::new();
    let (id, ours) = place.somebody();
    let before = place.device(&id, &[]);
    assert_eq!(before["identity"]["brand"]["source"], "traffic");
    let said = place.note(&[
        &id,
        "--brand",
        "Home Made",
        "--type",
        "Kettle",
        "--room",
        "Den",
        "--name",
        "Pot",
    ]);
    assert!(said.contains("brand Home Made, type kettle, room Den, name Pot"), "{said}");
    assert!(said.contains("Filed under its address, mac "), "{said}");

    let device = place.device(&id, &[]);
    let brand = &device["identity"]["brand"];
    assert_eq!((&brand["value"], &brand["source"]), (&"Home Made".into(), &"user".into()));
    assert_eq!(brand["candidates"][0]["value"], ours);
    assert_eq!(device["identity"]["type"]["value"], "kettle");
    assert_eq!((&device["note"]["room"], &device["note"]["name"]), (&"Den".into(), &"Pot".into()));
    assert!(device["provenance"]["maker"].is_null());

    let text = place.output(&["demo"]);
    assert!(text.contains("Home Made, you said"), "{text}");
    assert!(text.contains("called Pot, in Den"), "{text}");
    let page = place.output(&["demo", "--format", "html"]);
    assert!(page.contains("You call it") && page.contains("you said"));
    let table = place.output(&["demo", "--format", "csv"]);
    assert!(table.contains("Pot,Den,brand; type"), "{table}");
    let why = place.output(&["why", &format!("{id}.brand")]);
    assert!(why.contains("the user's note of 20") && why.contains(&ours), "{why}");
    let room = place.output(&["why", &format!("{id}.room")]);
    assert!(room.contains("room") && room.contains("Den"), "{room}");

    let without = place.device(&id, &["--no-notes"]);
    assert_eq!(without, before);
}

#[test]
fn a_brand_of_the_pack_brings_its_maker() {
    let place = Place::new();
    let (id, ours) = place.somebody();
    let other = place.report(&[])["devices"].as_array().unwrap().iter().find_map(|it| {
        let brand = it["identity"]["brand"]["value"].as_str()?;
        let maker = it["provenance"]["maker"]["id"].as_str()?;
        (brand != ours).then(|| (brand.to_owned(), maker.to_owned()))
    });
    let (brand, maker) = other.unwrap();
    place.note(&[&id, "--brand", &brand.to_uppercase()]);
    let device = place.device(&id, &[]);
    assert_eq!(device["identity"]["brand"]["value"].as_str(), Some(&*brand));
    assert_eq!(device["provenance"]["maker"]["id"].as_str(), Some(&*maker));
}

#[test]
fn notes_add_up_are_listed_and_forgotten() {
    let place = Place::new();
    let (id, _) = place.somebody();
    place.note(&[&id, "--room", "Den"]);
    place.note(&[&id, "--name", "Pot"]);
    let file = fs::read_to_string(&place.file).unwrap();
    assert_eq!(file.matches("[[note]]").count(), 1, "{file}");
    assert!(file.contains("room = \"Den\"\nname = \"Pot\"\n"), "{file}");
    assert!(place.note(&["--list"]).contains("room Den, name Pot\n1 note in "));
    place.note(&[&id, "--room", ""]);
    assert!(!place.note(&["--list"]).contains("Den"));
    place.note(&[&id, "--forget"]);
    assert!(place.note(&["--list"]).contains("No notes in "));
    place.run(&["note", &id, "--forget"]).assert().code(1);
}

#[test]
fn what_makes_no_sense_is_refused_with_what_does() {
    let place = Place::new();
    let (id, _) = place.somebody();
    place.refused(
        &["note", &id, "--type", "toaster"],
        "there is no type `toaster`; there is 3d-printer, access-point",
    );
    place.refused(&["note", &id], "--brand, --model, --type, --room or --name");
    place.refused(&["note", "d9999", "--room", "Den"], "there is no device");
    place.refused(&["note", "02:00:5e:00:53:01", "--room", "Den"], "address is of its own choice");
    assert!(!place.file.exists());
    fs::write(&place.file, "[[note]]\ndevice = 1\n").unwrap();
    place.run(&["demo"]).assert().code(3);
    place.run(&["demo", "--no-notes"]).assert().success();
}

#[test]
fn a_brand_nobody_knows_is_kept_and_similar_ones_are_offered() {
    let place = Place::new();
    let (id, ours) = place.somebody();
    let typed = format!("{}q", ours.chars().skip(1).collect::<String>());
    let run = place.run(&["note", &id, "--brand", &typed]).output().unwrap();
    let said = String::from_utf8_lossy(&run.stderr);
    assert!(said.contains("it is kept as you wrote it"), "{said}");
    assert_eq!(place.device(&id, &[])["identity"]["brand"]["value"].as_str(), Some(&*typed));
}

#[test]
fn identities_are_explained_as_they_are_weighed() {
    let place = Place::new();
    let report = place.report(&[]);
    let text = place.output(&["identify", "--explain", "--format", "json"]);
    let told: Value = serde_json::from_str(&text).unwrap();
    let devices = told["devices"].as_array().unwrap();
    let mut compared = 0;
    for device in devices {
        let same = report["devices"].as_array().unwrap().iter().find(|it| it["id"] == device["id"]);
        for property in ["brand", "model", "type", "os", "firmware", "module_maker"] {
            let weighed = device["weighed"].as_array().unwrap().iter();
            let first = weighed.clone().find(|it| it["property"] == property);
            let claim = &same.unwrap()["identity"][property];
            assert_eq!(first.is_none(), claim.is_null(), "{property} of {}", device["id"]);
            let Some(first) = first.filter(|_| claim["value"].is_string()) else { continue };
            assert_eq!(first["confidence"], claim["confidence"]);
            assert_eq!(first["verdict"], "answer");
            compared += 1;
        }
        assert!(device["clues"].as_array().unwrap().iter().all(|it| it["told"].is_object()));
    }
    assert!(compared > 20, "{compared}");
    let ignored = devices.iter().flat_map(|it| it["ignored"].as_array().unwrap());
    assert!(ignored.clone().any(|it| it["why"] == "module-maker"));
    let id = devices[1]["id"].as_str().unwrap();
    let one = place.output(&["identify", "--device", id, "--explain"]);
    assert!(one.contains("  Clues\n") && one.contains("How they were weighed"), "{one}");
    let table = place.output(&["identify"]);
    assert_eq!(table.lines().filter(|it| it.starts_with('d')).count(), devices.len());
}

/// A folder with a file of notes of its own.
struct Place {
    _folder: TempDir,
    file: PathBuf,
}

impl Place {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("notes.toml");
        Self { _folder: folder, file }
    }

    fn run(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_houseguest"));
        command.args(arguments).env("HOUSEGUEST_NOTES", &self.file);
        command
    }

    #[track_caller]
    fn output(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    #[track_caller]
    fn note(&self, arguments: &[&str]) -> String {
        self.output(&[&["note"], arguments].concat())
    }

    #[track_caller]
    fn refused(&self, arguments: &[&str], why: &str) {
        let output = self.run(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(why), "{said}");
    }

    fn report(&self, more: &[&str]) -> Value {
        let text = self.output(&[&["demo", "--format", "json"], more].concat());
        serde_json::from_str(&text).unwrap()
    }

    fn device(&self, id: &str, more: &[&str]) -> Value {
        let report = self.report(more);
        let mut devices = report["devices"].as_array().unwrap().iter();
        devices.find(|it| it["id"] == id).unwrap().clone()
    }

    /// A device of the built-in home that has an address of its maker's and a brand.
    fn somebody(&self) -> (String, String) {
        let report = self.report(&["--no-notes"]);
        let found = report["devices"].as_array().unwrap().iter().find_map(|it| {
            let brand = it["identity"]["brand"]["value"].as_str()?;
            let mac: evidence::Mac = it["addresses"]["mac"][0].as_str()?.parse().unwrap();
            let id = it["id"].as_str()?.to_owned();
            (!mac.is_locally_administered()).then(|| (id, brand.to_owned()))
        });
        found.unwrap()
    }
}
