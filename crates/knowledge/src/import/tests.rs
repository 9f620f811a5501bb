//! Each register on a few rows of its publisher's shape, with some that are damaged.

use super::*;
use crate::kinds::{CountryCode, List, Organisation};

#[test]
fn prefixes_are_read_and_bad_rows_told() {
    let csv = "Registry,Assignment,Organization Name,Organization Address\n\
               MA-L,00005E,\"Example, Inc.\",Somewhere US 1\n\
               MA-M,0050C2A,Other Ltd,\n\
               MA-L,XYZ,Bad,\nMA-L,00005F,,\n";
    let imported = check(Register::Ieee, csv.as_bytes(), 2, &[4, 5]);
    assert_eq!(imported.pack.registrants, ["Example, Inc.".into(), "Other Ltd".into()]);
    assert_eq!(imported.pack.prefixes.len(), 2);
}

#[test]
fn flaws_are_read_from_three_registers() {
    let kev = br#"{"title":"T","vulnerabilities":[
        {"cveID":"CVE-2099-12345","dateAdded":"2099-01-02","shortDescription":"Bad."},
        {"cveID":"nonsense","dateAdded":"2099-01-02"},
        {"cveID":"CVE-2099-12346","dateAdded":"someday"}]}"#;
    let imported = check(Register::Kev, kev, 1, &[2, 3]);
    let flaw = &imported.pack.vulnerabilities["CVE-2099-12345"];
    assert_eq!(flaw.exploited_since.as_deref(), Some("2099-01-02"));
    let epss = b"#model_version:v1,score_date:2099\ncve,epss,percentile\n\
                 CVE-2099-12345,0.5,0.9\nCVE-2099-12346,7,0.9\n";
    let imported = check(Register::Epss, epss, 1, &[2]);
    assert_eq!(imported.pack.vulnerabilities["CVE-2099-12345"].likelihood, Some(0.5));
    let nvd = br#"{"resultsPerPage":1,"vulnerabilities":[{"cve":{"id":"CVE-2099-12345",
        "descriptions":[{"lang":"es","value":"Malo."},{"lang":"en","value":"Bad."}],
        "metrics":{"cvssMetricV31":[{"cvssData":{"baseScore":9.8}}]}}}]}"#;
    let imported = check(Register::Nvd, nvd, 1, &[]);
    let flaw = &imported.pack.vulnerabilities["CVE-2099-12345"];
    assert_eq!((flaw.severity, flaw.summary.as_deref()), (Some(9.8), Some("Bad.")));
}

#[test]
fn companies_on_the_screening_list_match_by_whole_names_and_people_are_left_out() {
    let csv = "_id,source,entity_number,type,programs,name,alt_names,start_date,end_date,federal_register_notice\n\
        1,Example List (EX) - Bureau,,Entity,,Example Scale Factory,,2020-01-01,,85 FR 1\n\
        2,Example List (EX) - Bureau,,,,\"Example Co., Ltd.\",Beispiel; Exemple,2020-01-01,,85 FR 1\n\
        3,Other List - Bureau,,Individual,,Somebody,,,,\n\
        4,Other List - Bureau,,Entity,,,,,,\n";
    let imported = check(Register::Screening, csv.as_bytes(), 2, &[5]);
    let found: Vec<_> = imported
        .pack
        .entries
        .values()
        .map(|it| (&*it.list, it.organisation.as_deref(), it.aliases.len()))
        .collect();
    assert_eq!(found, [("ex", None, 0), ("ex", Some("example"), 2)]);
    let csv = "source,type,name,alt_names,start_date,end_date,federal_register_notice\n\
        Denied Persons List (DPL) - Bureau,,Somebody Else,,,,\n\
        Denied Persons List (DPL) - Bureau,,EXAMPLE CO LTD,,,,\n\
        Denied Persons List (DPL) - Bureau,,\"Unheard Trading, L.L.C.\",,,,\n\
        Denied Persons List (DPL) - Bureau,Entity,Plain Name,,,,\n";
    let imported = check(Register::Screening, csv.as_bytes(), 3, &[]);
    assert!(imported.pack.entries.values().all(|it| &*it.name != "Somebody Else"));
    let json = br#"{"results":[{"source":"Unheard (UL)","name":"A","alt_names":null}]}"#;
    let imported = check(Register::Screening, json, 1, &[]);
    assert!(imported.pack.lists.contains_key("us-screening-unheard-ul"));
}

/// The table was written by another project's encoder (`mmdb_writer`).
#[test]
fn blocks_of_addresses_are_read() {
    let table = include_bytes!("../../tests/data/blocks.mmdb");
    let imported = check(Register::Mmdb, table, 2, &[]);
    let found: Vec<_> = imported
        .pack
        .addresses
        .iter()
        .map(|it| {
            let operator = &*imported.pack.operators[it.operator as usize];
            (
                it.system,
                operator,
                it.registered_in.as_ref().map(CountryCode::as_str),
                it.last - it.first,
            )
        })
        .collect();
    let wide = (1_u128 << 96) - 1;
    let (v4, v6) =
        ((64496, "Example Net", Some("NL"), 255), (64497, "Other Net", Some("DE"), wide));
    assert_eq!(found, [v4, v6]);
    for cut in 0..table.len() {
        let _ = import(Register::Mmdb, &table[..cut], "2026-11-22", &base());
    }
}

#[test]
fn what_is_no_register_is_refused() {
    for (_, register) in Register::ALL {
        for bytes in
            [b"".as_slice(), b"\x00\xff\x00", b"{}", b"a,b\n1,2\n", b"{\"vulnerabilities\": 1}"]
        {
            let refused = import(register, bytes, "2026-11-22", &base());
            assert!(matches!(refused, Err(ImportError::Foreign(_))), "{register:?} {bytes:?}");
        }
    }
}

/// Reads `bytes`, of which `rows` become entries and those at `bad` do not.
#[track_caller]
fn check(register: Register, bytes: &[u8], rows: usize, bad: &[usize]) -> Imported {
    let imported = import(register, bytes, "2026-11-22", &base()).unwrap();
    let told: Vec<_> = imported.bad.iter().map(|(place, _)| *place).collect();
    assert_eq!((imported.rows, &*told, imported.bad_rows), (rows, bad, bad.len()));
    assert_eq!(imported.pack.sources.len(), 1);
    imported
}

fn base() -> Pack {
    let list = List { id: "ex".into(), bulk_names: vec!["example list".into()], ..List::default() };
    let company = Organisation {
        id: "example".into(),
        name: "Example Co Ltd".into(),
        aliases: vec!["Example".into()],
        ..Organisation::default()
    };
    let mut pack = Pack::default();
    pack.lists.insert(list.id.clone(), list);
    pack.organisations.insert(company.id.clone(), company);
    pack
}
