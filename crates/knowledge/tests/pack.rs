//! The repository's own pack: it loads, nothing is wrong with it, and it stays small.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use knowledge::{
    Knowledge, Pack,
    kinds::{Fingerprint, fields_of},
};

#[test]
fn nothing_is_wrong_with_the_pack() {
    let files = files();
    let lints = knowledge::lint(&pack(&files));
    for lint in &lints {
        eprintln!("{lint}");
    }
    assert!(lints.is_empty(), "{} problems", lints.len());
}

#[test]
fn the_pack_reads_back_from_its_bytes_and_is_small() {
    const LIMIT: usize = 6_000_000;

    let pack = pack(&files());
    let bytes = pack.to_bytes().unwrap();
    assert_eq!(Pack::from_bytes(&bytes).unwrap(), pack);
    assert!(bytes.len() < LIMIT, "{} bytes", bytes.len());
}

#[test]
fn what_is_told_of_a_value_is_all_that_matches_it() {
    let knowledge = Knowledge::new(pack(&files()));
    let mut by_field: BTreeMap<_, Vec<&Fingerprint>> = BTreeMap::new();
    for fingerprint in knowledge.pack().fingerprints.values() {
        for field in fields_of(&fingerprint.field) {
            by_field.entry(field).or_default().push(fingerprint);
        }
    }
    let mut told = 0;
    for (field, fingerprints) in by_field {
        let values =
            fingerprints.iter().flat_map(|it| it.examples.iter().chain(&it.counterexamples));
        for value in values.flat_map(|it| [it.to_string(), it.to_ascii_uppercase()]) {
            let matching = fingerprints.iter().filter(|it| knowledge.matches(&it.matches, &value));
            let matching: Vec<_> = matching.map(|it| &it.id).collect();
            let clues = knowledge.clues(field, &value);
            let clues: Vec<_> = clues.iter().map(|it| &it.fingerprint.id).collect();
            assert_eq!(clues, matching, "{field}: {value}");
            told += clues.len();
        }
    }
    assert!(told > 5_000, "{told}");
}

#[test]
fn the_pack_is_as_wide_as_its_readme_says() {
    let pack = pack(&files());
    let holdings: usize = pack.organisations.values().map(|it| it.owners.len()).sum();
    assert!(pack.organisations.len() >= 100, "{} organisations", pack.organisations.len());
    assert!(holdings >= 60, "{holdings} holdings");
    assert!(pack.brands.len() >= 90, "{} brands", pack.brands.len());
    assert!(pack.modules.len() >= 60, "{} module makers", pack.modules.len());
    assert!(pack.destinations.len() >= 400, "{} destinations", pack.destinations.len());
    assert!(pack.prefixes.len() >= 50_000, "{} prefixes", pack.prefixes.len());
    assert!(pack.addresses.len() >= 50_000, "{} address blocks", pack.addresses.len());
}

#[test]
fn makers_prefixes_and_module_makers_prefixes_tell_different_things() {
    let knowledge = Knowledge::new(pack(&files()));
    let brand = |mac: &str| {
        let registrant = knowledge.registrant(mac.parse().unwrap())?;
        knowledge.brand_of_registrant(registrant).map(|brand| brand.name.to_string())
    };
    assert_eq!(brand("b0:c5:54:00:00:01").as_deref(), Some("D-Link"));
    assert_eq!(brand("00:17:88:00:00:01").as_deref(), Some("Philips Hue"));
    assert_eq!(brand("5c:cf:7f:00:00:01"), None);
    let module = knowledge.registrant("5c:cf:7f:00:00:01".parse().unwrap()).unwrap();
    assert_eq!(&*knowledge.module_maker(module).unwrap().name, "Espressif Systems");
}

#[test]
fn an_address_has_an_operator_and_a_delivery_network_is_anywhere() {
    let knowledge = Knowledge::new(pack(&files()));
    let (block, operator) = knowledge.address("1.1.1.1".parse().unwrap()).unwrap();
    assert_eq!((operator, block.anywhere), ("Cloudflare", true));
    let (block, operator) = knowledge.address("9.9.9.9".parse().unwrap()).unwrap();
    assert_eq!((operator, block.anywhere), ("Quad9", true));
}

fn pack(files: &BTreeMap<String, String>) -> Pack {
    knowledge::load(files.clone()).unwrap_or_else(|errors| {
        let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
        panic!("the pack cannot be read:\n{}", lines.join("\n"))
    })
}

fn files() -> BTreeMap<String, String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let mut files = BTreeMap::new();
    collect(&root, &root, &mut files);
    files
}

#[expect(clippy::unwrap_used, reason = "the test's own files")]
fn collect(root: &Path, folder: &Path, files: &mut BTreeMap<String, String>) {
    let entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    for path in entries {
        if path.is_dir() {
            collect(root, &path, files);
        } else {
            let parts: Vec<_> = path.strip_prefix(root).unwrap().iter().collect();
            let name = parts.join(std::ffi::OsStr::new("/")).into_string().unwrap();
            files.insert(name, fs::read_to_string(&path).unwrap());
        }
    }
}
