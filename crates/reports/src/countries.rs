//! Countries' names and shapes, from `data/countries.tsv`.

use std::{collections::BTreeMap, sync::LazyLock};

/// A country on the map.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Country {
    /// ISO 3166-1 alpha-2.
    pub(crate) code: &'static str,
    /// In English.
    pub(crate) name: &'static str,
    /// The middle of its largest piece, on a map of 1000 by [`MAP_HEIGHT`].
    pub(crate) middle: Option<(i32, i32)>,
    /// Its shape as an SVG path; empty where it is too small for this map.
    pub(crate) shape: &'static str,
}

impl Country {
    /// Whether it needs a dot to be seen: its shape has some twenty corners at most, each of
    /// about four characters.
    pub(crate) const fn is_small(&self) -> bool {
        const CHARACTERS: usize = 100;
        self.shape.len() < CHARACTERS
    }
}

/// The map's height where its width is 1000.
pub(crate) const MAP_HEIGHT: u32 = 432;

/// The country of that code, upper or lower case.
pub(crate) fn find(code: &str) -> Option<&'static Country> {
    COUNTRIES.get(code.to_ascii_uppercase().as_str())
}

/// Its name; the code itself where we know no name.
pub(crate) fn name(code: &str) -> &str {
    match code {
        "EU" => "European Union",
        code => find(code).map_or(code, |country| country.name),
    }
}

/// What its people call a place: a country, or a state of one that has laws of its own.
pub(crate) fn place(code: &str) -> String {
    let state = code.strip_prefix("US-").and_then(|letters| {
        let (_, state) = STATES.iter().find(|(code, _)| *code == letters)?;
        Some(format!("{state}, {}", name("US")))
    });
    state.unwrap_or_else(|| name(code).to_owned())
}

/// States of the United States and their capital's district, by ISO 3166-2.
#[rustfmt::skip]
const STATES: [(&str, &str); 51] = [
    ("AK", "Alaska"), ("AL", "Alabama"), ("AR", "Arkansas"), ("AZ", "Arizona"), ("CA", "California"),
    ("CO", "Colorado"), ("CT", "Connecticut"), ("DC", "District of Columbia"), ("DE", "Delaware"),
    ("FL", "Florida"), ("GA", "Georgia"), ("HI", "Hawaii"), ("IA", "Iowa"), ("ID", "Idaho"),
    ("IL", "Illinois"), ("IN", "Indiana"), ("KS", "Kansas"), ("KY", "Kentucky"), ("LA", "Louisiana"),
    ("MA", "Massachusetts"), ("MD", "Maryland"), ("ME", "Maine"), ("MI", "Michigan"),
    ("MN", "Minnesota"), ("MO", "Missouri"), ("MS", "Mississippi"), ("MT", "Montana"),
    ("NC", "North Carolina"), ("ND", "North Dakota"), ("NE", "Nebraska"), ("NH", "New Hampshire"),
    ("NJ", "New Jersey"), ("NM", "New Mexico"), ("NV", "Nevada"), ("NY", "New York"), ("OH", "Ohio"),
    ("OK", "Oklahoma"), ("OR", "Oregon"), ("PA", "Pennsylvania"), ("RI", "Rhode Island"),
    ("SC", "South Carolina"), ("SD", "South Dakota"), ("TN", "Tennessee"), ("TX", "Texas"),
    ("UT", "Utah"), ("VA", "Virginia"), ("VT", "Vermont"), ("WA", "Washington"),
    ("WI", "Wisconsin"), ("WV", "West Virginia"), ("WY", "Wyoming"),
];

/// The code of the country that people call `text`: its name, its code, or a common other name.
#[must_use]
pub fn code_of(text: &str) -> Option<&'static str> {
    /// Names that people write beside the map's, lower case.
    const OTHERS: [(&str, &str); 22] = [
        ("america", "US"),
        ("england", "GB"),
        ("great britain", "GB"),
        ("uk", "GB"),
        ("united kingdom", "GB"),
        ("united states of america", "US"),
        ("usa", "US"),
        ("u.s.", "US"),
        ("u.s.a.", "US"),
        ("china", "CN"),
        ("mainland china", "CN"),
        ("people's republic of china", "CN"),
        ("p.r.c.", "CN"),
        ("prc", "CN"),
        ("hong kong", "HK"),
        ("korea", "KR"),
        ("republic of korea", "KR"),
        ("south korea", "KR"),
        ("czech republic", "CZ"),
        ("viet nam", "VN"),
        ("taiwan", "TW"),
        ("russian federation", "RU"),
    ];

    let text = text.trim();
    if let Some(country) = find(text).filter(|it| it.code != "--") {
        return Some(country.code);
    }
    let lower = text.to_lowercase();
    let other = OTHERS.iter().find(|(name, _)| *name == lower).map(|(_, code)| *code);
    other.or_else(|| {
        let named = all().find(|it| it.name.to_lowercase() == lower && it.code != "--");
        named.map(|it| it.code)
    })
}

/// Every country, and land without a code as `--`, in order of code.
pub(crate) fn all() -> impl Iterator<Item = &'static Country> {
    COUNTRIES.values()
}

static COUNTRIES: LazyLock<BTreeMap<&'static str, Country>> = LazyLock::new(|| {
    let lines = include_str!("../data/countries.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.filter_map(country).map(|country| (country.code, country)).collect()
});

fn country(line: &'static str) -> Option<Country> {
    let mut columns = line.split('\t');
    let (code, name) = (columns.next()?, columns.next()?);
    let (x, y) = (columns.next()?.parse().ok(), columns.next()?.parse().ok());
    Some(Country { code, name, middle: x.zip(y), shape: columns.next()? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_has_a_name_and_most_a_place() {
        assert_eq!(name("US"), "United States");
        assert_eq!(name("zz"), "zz");
        assert_eq!(all().count(), 251);
        assert!(all().filter(|country| country.middle.is_some()).count() > 230);
        assert!(find("SG").is_some_and(|country| country.middle.is_some()));
    }

    #[test]
    fn countries_are_known_by_their_usual_names() {
        let named =
            [("CN", "CN"), ("us", "US"), ("P.R.C.", "CN"), ("Viet Nam", "VN"), ("vietnam", "VN")];
        for (text, code) in named {
            assert_eq!(code_of(text), Some(code), "{text}");
        }
        assert_eq!(code_of("Chnia"), None);
        assert_eq!(code_of("--"), None);
    }

    #[test]
    fn shapes_are_paths_within_the_map() {
        for country in all() {
            let plain = |c: char| "Mlz- ".contains(c) || c.is_ascii_digit();
            assert!(country.shape.chars().all(plain), "{}", country.code);
            if let Some((x, y)) = country.middle.filter(|_| country.code != "AQ") {
                assert!((0..=1000).contains(&x) && y >= 0, "{}", country.code);
            }
        }
    }
}
