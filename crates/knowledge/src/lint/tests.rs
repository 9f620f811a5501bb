//! Each problem on the smallest pack that has it.

use std::collections::BTreeMap;

use super::*;
use crate::load;

const SOURCE: &str = r#"
[[source]]
id = "statute"
title = "A text"
issuer = "A body"
url = "https://example.org/"
grade = "primary"
read = "2026-11-20"

[[source]]
id = "forum"
title = "A post"
issuer = "Somebody"
url = "https://forum.example/"
grade = "other"
read = "2026-11-20"

[[source]]
id = "unread"
title = "A book"
issuer = "A house"
url = "https://book.example/"
grade = "primary"
"#;

#[test]
fn a_fact_needs_a_source_that_exists_and_was_read() {
    check_organisation("sources = []", &["cites no source"]);
    check_organisation(
        r#"sources = ["gone"]"#,
        &["names the source `gone`, which is not in the pack"],
    );
    check_organisation(
        "sources = [\"unread\"]\nverified = true",
        &["is called verified, but none of its sources has been read"],
    );
    check_organisation(
        "sources = [\"forum\"]\nverified = true",
        &["is called verified, but rests only on sources of grade `other`"],
    );
    check_organisation("sources = [\"forum\", \"statute\"]\nverified = true", &[]);
    check_organisation("sources = [\"forum\"]", &[]);
}

#[test]
fn a_mailing_address_does_not_verify_where_a_company_sits() {
    let listing = "[[source]]\nid = \"ieee-prefixes\"\ntitle = \"Listings\"\nissuer = \"A registry\"\n\
                   url = \"https://example.org/\"\ngrade = \"primary\"\nread = \"2026-11-20\"\n";
    let company = |rest: &str| {
        format!("{listing}[[organisation]]\nid = \"example\"\nname = \"Example\"\n{rest}\n")
    };
    let only = "sources = [\"ieee-prefixes\"]\nverified = true";
    let placed = format!("headquartered_in = \"SE\"\n{only}");
    let problem = "organisation `example` is called verified, but only the listings of MAC prefixes say where it \
                   sits: a mailing address";
    check(&company(&placed), &[problem]);
    check(&company(only), &[]);
    check(&company(&placed.replace(']', ", \"statute\"]")), &[]);
}

#[test]
fn dates_are_dates_and_have_come() {
    check_organisation(
        "sources = [\"statute\"]\nas_of = \"2026-11-23\"",
        &[
            "has the date `2026-11-23`, which is not `2026`, `2026-11` or `2026-11-21`, or is to come",
        ],
    );
    check_organisation(
        "sources = [\"statute\"]\n[[organisation.owners]]\nowner = \"example\"\nfrom = \"2020\"\nto = \"2019\"\nsources = [\"statute\"]",
        &["ends (`2019`) before it starts (`2020`)"],
    );
}

#[test]
fn advice_answers_something_and_says_what_it_costs_and_breaks() {
    let told = |advice: &str| {
        let files = BTreeMap::from([
            ("sources.toml".to_owned(), SOURCE.to_owned()),
            ("pack.toml".to_owned(), "as_of = \"2026-11-22\"\n".to_owned()),
            ("advice/a.toml".to_owned(), advice.to_owned()),
        ]);
        let pack = load(files).unwrap();
        lint(&pack).iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let advice = |more: &str| {
        format!(
            "[[advice]]\nid = \"a\"\ntitle = \"A\"\nsources = [\"statute\"]\n{more}\n\
             cost = {{ minutes = 5, money = \"none\", skill = \"anyone\" }}\n"
        )
    };
    let whole =
        "sensors = [\"camera\"]\nrooms = [\"bedroom\"]\nsteps = [\"Do.\"]\nbreaks = \"Nothing.\"";
    assert_eq!(told(&advice(whole)), [""; 0]);
    let empty = advice("steps = []\nbreaks = \" \"");
    assert_eq!(
        told(&empty),
        [
            "advice `a` has no rule that it answers, nor sensors and rooms",
            "advice `a` has no steps",
            "advice `a` has no word on what it breaks",
        ]
    );
    let unknown = format!("{whole}\nrules = [\"w\"]\nrouters = [\"b\"]\ntypes = [\"spaceship\"]");
    assert_eq!(
        told(&advice(&unknown)),
        [
            "advice `a` names the brand `b`, which is not in the pack",
            "advice `a` names the weakness `w`, which is not in the pack",
            "advice `a` uses `spaceship` as a device type",
        ]
    );
    let long = advice(&format!("{whole}\nverify = {{ shows = \"silence\", days = 0 }}"));
    assert_eq!(told(&long), ["advice `a` has the days 0, which is not in 1..=90"]);
}

#[test]
fn fair_words_and_known_names() {
    check_organisation(
        "sources = [\"statute\"]\nnote = \"a spy\"",
        &["says `spy`: say what was seen or published, not why somebody would do it"],
    );
    check_organisation(
        "sources = [\"statute\"]\nregistered_in = \"Narnia\"",
        &["has the name `Narnia`, which is not two capital letters of ISO 3166"],
    );
    check_organisation(
        "sources = [\"statute\"]\n[[organisation.owners]]\nowner = \"nobody\"\nsources = [\"statute\"]",
        &["names the organisation `nobody`, which is not in the pack"],
    );
}

#[test]
fn a_registrant_exists_and_is_claimed_once() {
    let text = r#"
        [[brand]]
        id = "a"
        name = "A"
        registrants = ["Example Ltd", "Gone Ltd"]
        sources = ["statute"]
        [[module]]
        id = "m"
        name = "M"
        registrants = ["Example Ltd"]
        sources = ["statute"]
    "#;
    check(
        text,
        &[
            "brand `a` claims the registrant `Gone Ltd`, which has no prefix",
            "module `m` claims the registrant `Example Ltd`, and so does the brand `a`",
        ],
    );
}

#[test]
fn no_company_owns_itself_and_none_is_held_to_more_than_the_whole() {
    let circle = r#"
        [[organisation]]
        id = "a"
        name = "A"
        sources = ["statute"]
        owners = [{ owner = "b", share = "60%", sources = ["statute"] }]
        [[organisation]]
        id = "b"
        name = "B"
        sources = ["statute"]
        owners = [{ owner = "a", share = "majority", sources = ["statute"] }]
    "#;
    check(
        circle,
        &["organisation `a` owns itself through `b`", "organisation `b` owns itself through `a`"],
    );
    let over = |(first, second): (&str, &str)| {
        let stake = |owner: &str, rest: &str| {
            format!(
                "[[organisation.owners]]\nowner = \"{owner}\"\nsources = [\"statute\"]\n{rest}\n"
            )
        };
        let others = "[[organisation]]\nid = \"b\"\nname = \"B\"\nsources = [\"statute\"]\n\
                      [[organisation]]\nid = \"c\"\nname = \"C\"\nsources = [\"statute\"]\n";
        format!("sources = [\"statute\"]\n{}{}{others}", stake("b", first), stake("c", second))
    };
    let together = ("share = \"60%\"\nfrom = \"2020\"", "share = \"50%\"\nfrom = \"2021\"");
    check_organisation(&over(together), &["is held to 110 % on the day `2021`"]);
    let one_after_the_other =
        ("share = \"60%\"\nfrom = \"2020\"\nto = \"2021\"", "share = \"50%\"\nfrom = \"2021\"");
    check_organisation(&over(one_after_the_other), &[]);
    let alone = ("share = \"160%\"", "share = \"about 10%\"");
    check_organisation(&over(alone), &["is held to 160 %"]);
}

#[test]
fn an_allegation_comes_with_what_its_subject_said() {
    let link = "sources = [\"statute\"]\n[[organisation.links]]\nkind = \"other\"\n\
                statement = \"A complaint was filed.\"\nstanding = \"allegation\"\n\
                sources = [\"statute\"]\n";
    let lacking = "is an allegation or disputed, and lacks the response of its subject";
    check_organisation(link, &[lacking]);
    check_organisation(&format!("{link}response = \"It contests this.\"\n"), &[]);
}

#[test]
fn lists_name_what_exists_and_only_categories_have_conditions() {
    let text = r#"
        [[entry]]
        id = "l-a"
        list = "l"
        name = "A"
        kind = "entity"
        organisation = "nobody"
        category = { types = ["toaster"] }
        sources = ["statute"]
    "#;
    check(
        text,
        &[
            "entry `l-a` has no category, or is none and has one",
            "entry `l-a` names the list `l`, which is not in the pack",
            "entry `l-a` names the organisation `nobody`, which is not in the pack",
            "entry `l-a` uses `toaster` as a device type",
        ],
    );
}

#[test]
fn a_platform_that_is_named_exists() {
    let text = r#"
        [[platform]]
        id = "cloud"
        name = "Example Cloud"
        aliases = ["Example Home"]
        sources = ["statute"]

        [[brand]]
        id = "a"
        name = "A"
        platform = "example home"
        sources = ["statute"]

        [[brand]]
        id = "b"
        name = "B"
        platform = "Gone"
        sources = ["statute"]
    "#;
    check(text, &["brand `b` names the platform `Gone`, which is not in the pack"]);
}

#[test]
fn a_destination_is_a_lower_case_name() {
    let text = r#"
        [[destination]]
        suffix = "Example.org"
        purpose = "function"
        brand = "nobody"
        sources = ["statute"]
    "#;
    check(
        text,
        &[
            "destination `Example.org` has the name `Example.org`, which is not a domain name in lower case without a dot in front",
            "destination `Example.org` names the brand `nobody`, which is not in the pack",
        ],
    );
}

#[test]
fn a_fingerprint_passes_its_examples_and_tells_known_words() {
    check_fingerprint(
        "field = \"dhcp.host_nam\"\nmatches = { prefix = \"cam\" }\ntells = { type = \"kamera\" }\nstrength = 1.5\nexamples = [\"dog\"]\ncounterexamples = [\"camel\"]",
        &[
            "does not match its example `dog`",
            "has the strength 1.5, which is not in 0.0..1.0",
            "matches its counterexample `camel`",
            "uses `dhcp.host_nam` as a field or a group of fields",
            "uses `kamera` as a device type",
        ],
    );
    check_fingerprint(
        "field = \"dhcp.host_name\"\nmatches = { pattern = \"^cam-(x{1000}{1000})\" }\ntells = { type = \"camera\" }\nstrength = 0.5\nexamples = []",
        &["has no example", "has the pattern `^cam-(x{1000}{1000})`"],
    );
    check_fingerprint(
        "field = \"dhcp.host_name\"\nmatches = { pattern = \"^cam-(x?)\" }\ntells = { model = \"$1\" }\nstrength = 0.5\nexamples = [\"cam-\"]",
        &["tells nothing as `$1` for its example `cam-`"],
    );
}

#[test]
fn what_a_destination_says_of_the_brand_is_not_said_again() {
    let text = r#"
        [[brand]]
        id = "b"
        name = "B"
        sources = ["statute"]
        [[destination]]
        suffix = "b.example"
        purpose = "function"
        brand = "b"
        sources = ["statute"]
        [[destination]]
        suffix = "one.b.example"
        exact = true
        purpose = "function"
        brand = "b"
        sources = ["statute"]
        [[fingerprint]]
        id = "below"
        field = "contacts"
        matches = { domain = "one.b.example" }
        tells = { brand = "b" }
        strength = 0.6
        examples = ["one.b.example"]
        sources = ["statute"]
        [[fingerprint]]
        id = "own-name"
        field = "name"
        matches = { domain = "b.example" }
        tells = { brand = "b" }
        strength = 0.6
        examples = ["b.example"]
        sources = ["statute"]
        [[fingerprint]]
        id = "same"
        field = "contacts"
        matches = { domain = "b.example" }
        tells = { brand = "b" }
        strength = 0.6
        examples = ["b.example"]
        sources = ["statute"]
        [[fingerprint]]
        id = "more"
        field = "contacts"
        matches = { domain = "b.example" }
        tells = { brand = "b", type = "camera" }
        strength = 0.6
        examples = ["b.example"]
        sources = ["statute"]
    "#;
    let problem =
        "fingerprint `same` tells only the brand, as the destination `b.example` does already";
    check(text, &[problem]);
}

#[test]
fn a_rule_rests_on_something_seen() {
    let rule = |when: &str| {
        format!(
            "+++\nid = \"rule\"\ntitle = \"T\"\nkind = \"weakness\"\nseverity = \"low\"\nconfidence = 0.9\nroot_cause = \"rule\"\n\
             sources = [\"statute\"]\nwhen = {when}\nfires = [{{ role = \"device\" }}]\nsilent = [{{ type = \"spoon\" }}]\n\
             [action]\ntext = \"Do\"\neffort = \"minutes\"\n+++\nProse.\n"
        )
    };
    check_file(
        "weaknesses/rule.md",
        &rule("{ not = { observed = { field = \"telnet.banner\" } } }"),
        &[
            "weakness `rule` has a condition that can hold without anything seen",
            "weakness `rule` uses `spoon` as a device type",
        ],
    );
    check_file(
        "weaknesses/rule.md",
        &rule("{ observed = { field = \"telnet.bannerr\", matches = { pattern = \"(\" } } }"),
        &[
            "weakness `rule` has the pattern `(`",
            "weakness `rule` uses `spoon` as a device type",
            "weakness `rule` uses `telnet.bannerr` as a field",
        ],
    );
}

#[test]
fn a_lint_finds_its_place() {
    let file = "[[organisation]]\nid = \"example\"\nname = \"E\"\nsources = []\n";
    let files = BTreeMap::from([("organisations/example.toml".to_owned(), file.to_owned())]);
    let lint = Lint { kind: "organisation", id: "example".into(), problem: Problem::Uncited };
    let located = lint.locate(&files).unwrap();
    assert_eq!((located.place.offset(), located.file.name()), (17, "organisations/example.toml"));
}

#[track_caller]
fn check_organisation(rest: &str, problems: &[&str]) {
    let text = format!("[[organisation]]\nid = \"example\"\nname = \"Example\"\n{rest}\n");
    let expected: Vec<_> =
        problems.iter().map(|problem| format!("organisation `example` {problem}")).collect();
    check(&text, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[track_caller]
fn check_fingerprint(rest: &str, problems: &[&str]) {
    let text = format!("[[fingerprint]]\nid = \"f\"\nsources = [\"statute\"]\n{rest}\n");
    let expected: Vec<_> =
        problems.iter().map(|problem| format!("fingerprint `f` {problem}")).collect();
    check(&text, &expected.iter().map(String::as_str).collect::<Vec<_>>());
}

#[track_caller]
fn check(text: &str, problems: &[&str]) {
    check_file("facts/facts.toml", text, problems);
}

/// The only place that calls the linter: each problem found starts as the one expected.
#[track_caller]
fn check_file(path: &str, text: &str, problems: &[&str]) {
    let files = [
        (path, text),
        ("pack.toml", "version = \"1\"\nas_of = \"2026-11-22\"\n"),
        ("prefixes/made-up.tsv", "00005e\tExample Ltd\n"),
        ("sources/all.toml", SOURCE),
    ];
    let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
    let found: Vec<_> =
        lint(&load(BTreeMap::from(files)).unwrap()).iter().map(ToString::to_string).collect();
    let as_expected = found.iter().zip(problems).all(|(found, start)| found.starts_with(start));
    assert!(as_expected && found.len() == problems.len(), "{found:#?} is not {problems:#?}");
}
