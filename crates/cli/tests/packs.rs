//! Packs that people are given: taken only with the right signature, whole, newer; and the old one
//! stays in use otherwise.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::{
    fs,
    io::Cursor,
    path::{Path, PathBuf},
};

use assert_cmd::Command;
use minisign::KeyPair;
use tempfile::TempDir;

#[test]
fn a_signed_newer_pack_is_taken_and_can_be_undone() {
    let place = Place::new();
    let key = KeyPair::generate_unencrypted_keypair().unwrap();
    let pack = place.pack("9.0.0", "Nine Lamps");
    place.sign(&pack, &key);
    let public = place.key(&key);
    place.update(&[&pack, "--key", &public, "--remember"]).success();
    place.shows("nine-lamps", true);
    let next = place.pack("9.1.0", "Next Lamps");
    place.sign(&next, &key);
    place.update(&[&next]).success();
    place.shows("next-lamps", true);
    place.update(&["--back"]).success();
    place.shows("nine-lamps", true);
}

#[test]
fn what_is_not_to_be_trusted_is_refused_and_the_pack_in_use_stays() {
    let place = Place::new();
    let key = KeyPair::generate_unencrypted_keypair().unwrap();
    let public = place.key(&key);
    let good = place.pack("9.0.0", "Nine Lamps");
    place.sign(&good, &key);
    place.update(&[&good, "--key", &public, "--remember"]).success();

    let foreign = place.pack("9.1.0", "Foreign Lamps");
    place.sign(&foreign, &KeyPair::generate_unencrypted_keypair().unwrap());
    place.refused(&foreign, "the signature is not one of this key over it");

    let unsigned = place.pack("9.2.0", "Unsigned Lamps");
    place.refused(&unsigned, ".minisig");

    let cut = place.pack("9.3.0", "Cut Lamps");
    place.sign(&cut, &key);
    let whole = fs::read(&cut).unwrap();
    fs::write(&cut, &whole[..whole.len() - 7]).unwrap();
    place.refused(&cut, "the signature is not one of this key over it");
    place.sign(&cut, &key);
    place.refused(&cut, "the knowledge pack is damaged");

    let older = place.pack("8.9.9", "Older Lamps");
    place.sign(&older, &key);
    place.refused(&older, "is not newer than 9.0.0");

    let large = place.0.path().join("large.pack");
    fs::File::create(&large).unwrap().set_len(65 << 20).unwrap();
    place.refused(large.to_str().unwrap(), "a pack has at most");

    place.shows("nine-lamps", true);
    place.update(&[&older, "--older"]).success();
    place.shows("older-lamps", true);
}

/// As an upgraded program finds it: of its own pack and an installed one the newer is used.
#[test]
fn a_pack_that_would_not_be_used_is_not_taken() {
    let place = Place::new();
    let key = KeyPair::generate_unencrypted_keypair().unwrap();
    let public = place.key(&key);
    let (before, later) =
        (place.pack("0.0.4", "Stale Lamps"), place.pack("0.0.5", "Less Stale Lamps"));
    fs::create_dir_all(place.0.path().join("data")).unwrap();
    fs::copy(before, place.0.path().join("data/knowledge.pack")).unwrap();
    place.sign(&later, &key);
    for (asked, why) in
        [(None, "is not newer than"), (Some("--older"), "is newer, and would be used")]
    {
        let arguments: Vec<_> = [&*later, "--key", &public].into_iter().chain(asked).collect();
        let refused = place.update(&arguments).code(3);
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains(why) && said.contains("the pack in use stays"), "{said}");
    }
}

#[test]
fn no_key_is_trusted_by_itself() {
    let place = Place::new();
    let pack = place.pack("9.0.0", "Nine Lamps");
    let said = place.update(&[&pack]).code(2).get_output().stderr.clone();
    assert!(String::from_utf8_lossy(&said).contains("no key is trusted yet"));
}

#[test]
fn a_damaged_installed_pack_is_passed_over_aloud() {
    let place = Place::new();
    let data = place.0.path().join("data");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("knowledge.pack"), b"HGKP nonsense").unwrap();
    let shown = place.program(&["knowledge", "show", "inform-only"]).success();
    let said = String::from_utf8_lossy(&shown.get_output().stderr).into_owned();
    assert!(said.contains("is passed over"), "{said}");
}

#[test]
fn a_register_is_laid_over_the_pack_and_taken_away_again() {
    let place = Place::new();
    let csv = "Registry,Assignment,Organization Name,Organization Address\n\
               MA-L,00005E,Example Registrant,Nowhere\nMA-L,nonsense,X,Y\n";
    let path = place.write("oui.csv", csv.as_bytes());
    let imported = place.program(&["knowledge", "import", "ieee", &path]).success();
    let said = String::from_utf8_lossy(&imported.get_output().stderr).into_owned();
    assert!(said.contains("row 3 is left out"), "{said}");
    place.says(&["knowledge", "show", "00:00:5e:00:53:01"], "Example Registrant");
    place.program(&["knowledge", "import", "ieee", "--forget"]).success();
    let shown = place.program(&["knowledge", "show", "00:00:5e:00:53:01"]);
    let shown = String::from_utf8_lossy(&shown.get_output().stdout).into_owned();
    assert!(!shown.contains("Example Registrant"), "{shown}");
    let refused = place.program(&["knowledge", "import", "kev", &path]).code(3);
    let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
    assert!(said.contains("this is not such a register"), "{said}");
}

#[test]
fn a_difference_names_what_changed_and_whose_devices_it_touches() {
    let place = Place::new();
    let (old, new) = (place.pack("1.0.0", "Old Lamps"), place.pack("2.0.0", "New Lamps"));
    let text = place.says(&["knowledge", "diff", &old, &new], "brand new-lamps added");
    assert!(text.contains("brand old-lamps removed"), "{text}");
    let report = r#"{"devices":[{"id":"d7","identity":{"brand":{"id":"old-lamps"}}}]}"#;
    let report = place.write("report.json", report.as_bytes());
    let text = place.says(&["knowledge", "diff", &old, &new, "--report", &report], "touches d7");
    assert!(!text.contains("new-lamps"), "{text}");
}

/// A user with an empty home.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn program(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        let mut program = Command::cargo_bin("houseguest").unwrap();
        program.env("HOUSEGUEST_DATA", self.0.path().join("data")).env_remove("HOUSEGUEST_KEY");
        program.args(arguments).assert()
    }

    fn update(&self, arguments: &[&str]) -> assert_cmd::assert::Assert {
        self.program(&[&["knowledge", "update"], arguments].concat())
    }

    #[track_caller]
    fn refused(&self, pack: &str, why: &str) {
        let refused = self.update(&[pack]).code(3);
        let said = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(said.contains(why), "{said}");
        assert!(said.contains("the pack in use stays"), "{said}");
        self.shows("nine-lamps", true);
    }

    #[track_caller]
    fn says(&self, arguments: &[&str], wanted: &str) -> String {
        let shown = self.program(arguments).success();
        let text = String::from_utf8_lossy(&shown.get_output().stdout).into_owned();
        assert!(text.contains(wanted), "{text}");
        text
    }

    #[track_caller]
    fn shows(&self, brand: &str, expected: bool) {
        let found = self.program(&["knowledge", "show", brand]).get_output().status.success();
        assert_eq!(found, expected, "{brand}");
    }

    fn write(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A small pack with one brand, built by the program.
    fn pack(&self, version: &str, brand: &str) -> String {
        let folder = self.0.path().join(format!("folder-{version}"));
        fs::create_dir_all(&folder).unwrap();
        let id = brand.to_lowercase().replace(' ', "-");
        let text = format!(
            "version = \"{version}\"\nas_of = \"2026-11-22\"\n[[source]]\nid = \"s\"\ntitle = \"T\"\n\
             issuer = \"I\"\nurl = \"https://example.org/\"\ngrade = \"primary\"\n[[brand]]\n\
             id = \"{id}\"\nname = \"{brand}\"\nsources = [\"s\"]\n"
        );
        fs::write(folder.join("pack.toml"), text).unwrap();
        let pack = self.0.path().join(format!("{version}.pack"));
        let (folder, pack) = (folder.to_str().unwrap(), pack.to_str().unwrap());
        self.program(&["knowledge", "build", folder, "-o", pack]).success();
        pack.to_owned()
    }

    fn sign(&self, pack: &str, key: &KeyPair) {
        let bytes = Cursor::new(fs::read(pack).unwrap());
        let signed = minisign::sign(Some(&key.pk), &key.sk, bytes, None, None).unwrap();
        let place: PathBuf = format!("{pack}.minisig").into();
        assert!(place.starts_with(self.0.path()));
        fs::write(place, signed.into_string()).unwrap();
    }

    fn key(&self, key: &KeyPair) -> String {
        let text = key.pk.to_box().unwrap().into_string();
        let path: &Path = &self.0.path().join("publisher.pub");
        fs::write(path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}
