//! The pack as one compact block of bytes: what the program carries.
//!
//! A mark and a format version, then the pack in postcard's format, registries of numbers by columns.
//! A block of another version is refused rather than guessed at.

pub(crate) mod columns;
pub(crate) mod conditions;

use thiserror::Error;

use crate::kinds::Pack;

const MARK: &[u8; 4] = b"HGKP";

/// Raised whenever a kind changes, for postcard does not name fields.
const VERSION: u8 = 9;

/// Why bytes are not a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EncodedError {
    /// They do not start as a pack does.
    #[error("these bytes are no knowledge pack")]
    Mark,
    /// They are of another format.
    #[error("the knowledge pack has format {found}, and this program reads format {VERSION}")]
    Version {
        /// The format they name.
        found: u8,
    },
    /// They end early, go on after the end, or hold what no pack holds.
    #[error("the knowledge pack is damaged")]
    Damaged,
}

impl Pack {
    /// The pack as bytes; equal packs give equal bytes.
    ///
    /// # Errors
    ///
    /// [`EncodedError::Damaged`] if something in it has no form in bytes, which no loaded pack has.
    pub fn to_bytes(&self) -> Result<Vec<u8>, EncodedError> {
        let mut start = MARK.to_vec();
        start.push(VERSION);
        postcard::to_extend(self, start).map_err(|_| EncodedError::Damaged)
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote.
    ///
    /// # Errors
    ///
    /// [`EncodedError`], on any bytes that are not a whole pack of this format.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, EncodedError> {
        let rest = bytes.strip_prefix(MARK).ok_or(EncodedError::Mark)?;
        let (&found, body) = rest.split_first().ok_or(EncodedError::Damaged)?;
        if found != VERSION {
            return Err(EncodedError::Version { found });
        }
        match postcard::take_from_bytes(body) {
            Ok((pack, [])) => Ok(pack),
            _ => Err(EncodedError::Damaged),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_pack_reads_back_as_it_was() {
        let pack = sample();
        assert_eq!(Pack::from_bytes(&bytes()), Ok(pack));
    }

    #[test]
    fn foreign_bytes_are_refused() {
        check(b"", EncodedError::Mark);
        check(b"PK\x03\x04", EncodedError::Mark);
        check(MARK, EncodedError::Damaged);
        check(b"HGKP\xff", EncodedError::Version { found: 255 });
        let mut longer = bytes();
        longer.push(0);
        check(&longer, EncodedError::Damaged);
    }

    #[test]
    fn a_pack_cut_anywhere_is_refused() {
        let bytes = bytes();
        for length in 0..bytes.len() {
            assert!(Pack::from_bytes(&bytes[..length]).is_err(), "{length}");
        }
    }

    proptest! {
        #[test]
        fn damaged_bytes_never_panic(
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)
        ) {
            let mut bytes = bytes();
            for (index, value) in damage {
                let index = index.index(bytes.len());
                bytes[index] = value;
            }
            if let Ok(pack) = Pack::from_bytes(&bytes) {
                use_all_of(pack);
            }
        }

        #[test]
        fn any_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..512)) {
            let bytes = [MARK.as_slice(), &[VERSION], &body].concat();
            if let Ok(pack) = Pack::from_bytes(&bytes) {
                use_all_of(pack);
            }
        }
    }

    /// Whatever was read must be safe to lint and to ask.
    fn use_all_of(pack: Pack) {
        let _ = crate::lint(&pack);
        let knowledge = crate::Knowledge::new(pack);
        let _ = knowledge.registrant(evidence::Mac([0, 0, 0x5e, 0, 0x53, 1]));
        let _ = knowledge.address("192.0.2.1".parse().unwrap());
        let _ = knowledge.destination("a.b.example.org");
        let _ = knowledge.clues(evidence::fields::DHCP_HOST_NAME, "cam-1");
    }

    #[track_caller]
    fn check(bytes: &[u8], error: EncodedError) {
        assert_eq!(Pack::from_bytes(bytes), Err(error));
    }

    fn bytes() -> Vec<u8> {
        sample().to_bytes().unwrap()
    }

    /// A pack with something of every kind.
    fn sample() -> Pack {
        const FACTS: &str = r#"
            version = "1"
            as_of = "2026-11-22"
            [[source]]
            id = "s"
            title = "T"
            issuer = "I"
            url = "https://example.org/"
            grade = "primary"
            [[organisation]]
            id = "o"
            name = "O"
            sources = ["s"]
            owners = [{ owner = "o", share = "100%", from = "2020", sources = ["s"] }]
            [[brand]]
            id = "b"
            name = "B"
            sources = ["s"]
            [[module]]
            id = "m"
            name = "M"
            registrants = ["Example Ltd"]
            sources = ["s"]
            [[destination]]
            suffix = "example.org"
            purpose = "p2p-relay"
            sources = ["s"]
            [[network]]
            system = 64496
            name = "N"
            anywhere = true
            sources = ["s"]
            [[fingerprint]]
            id = "f"
            field = "dhcp.host_name"
            matches = { pattern = "^cam-(\\d+)" }
            tells = { brand = "b", type = "camera", model = "$1" }
            strength = 0.5
            examples = ["cam-1"]
            sources = ["s"]
            [[advice]]
            id = "a"
            title = "A"
            rules = ["w"]
            steps = ["Do it."]
            breaks = "Nothing."
            cost = { minutes = 5, money = "none", skill = "anyone" }
            verify = { shows = "silence", days = 7 }
            sources = ["s"]
            [[policy]]
            id = "p"
            title = "P"
            says = "Nothing."
            legal_weight = 0.0
        "#;
        const RULE: &str = r#"+++
id = "w"
title = "W"
kind = "weakness"
severity = "low"
confidence = 0.9
root_cause = "w"
when = { all = [{ observed = { field = "telnet.banner" } }, { not = { is = { roles = ["gateway"] } } }] }
fires = [{}]
silent = [{}]
sources = ["s"]
[action]
text = "Do."
effort = "minutes"
+++
Prose.
"#;
        let files = [
            ("all.toml", FACTS),
            ("weaknesses/w.md", RULE),
            ("prefixes/p.tsv", "00005e\tExample Ltd\n"),
            ("addresses/a.tsv", "192.0.2.0\t192.0.2.255\t64496\tNL\n"),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned()));
        crate::load(BTreeMap::from(files)).unwrap()
    }
}
