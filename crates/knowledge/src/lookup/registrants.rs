//! Who registered the prefix of a MAC address, and what that is worth.

use evidence::Mac;
use hashbrown::HashMap;

use super::Knowledge;
use crate::kinds::{Brand, Id, ModuleMaker};

impl Knowledge {
    /// The name under which the longest matching prefix of `mac` is registered.
    ///
    /// `None` for group addresses and those chosen locally, which nobody registered.
    #[must_use]
    pub fn registrant(&self, mac: Mac) -> Option<&str> {
        /// How many leading bits the three registries' blocks fix, smallest block first.
        const BITS: [u8; 3] = [36, 28, 24];

        if mac.is_multicast() || mac.is_locally_administered() {
            return None;
        }
        let number = mac.0.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let prefixes = &self.pack.prefixes;
        BITS.into_iter().find_map(|bits| {
            let first = number & (u64::MAX << (48 - bits));
            let found = prefixes.binary_search_by(|it| (it.first, it.bits).cmp(&(first, bits)));
            let index = usize::try_from(prefixes.get(found.ok()?)?.registrant).ok()?;
            self.pack.registrants.get(index).map(AsRef::as_ref)
        })
    }

    /// The brand whose own products a registrant's prefixes are on. Weak evidence of the brand.
    #[must_use]
    pub fn brand_of_registrant(&self, registrant: &str) -> Option<&Brand> {
        self.pack.brands.get(self.brands.get(registrant)?)
    }

    /// The maker of radio modules that a registrant is: its prefixes say nothing about the brand.
    #[must_use]
    pub fn module_maker(&self, registrant: &str) -> Option<&ModuleMaker> {
        self.pack.modules.get(self.modules.get(registrant)?)
    }
}

/// Registered names to the entry that claims them.
pub(super) fn index<'a>(
    entries: impl Iterator<Item = (&'a Id, &'a Vec<Box<str>>)>,
) -> HashMap<Box<str>, Id> {
    entries.flat_map(|(id, names)| names.iter().map(|name| (name.clone(), id.clone()))).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_longest_prefix_wins_and_chosen_addresses_have_no_registrant() {
        check("00:00:5f:00:00:01", Some("Large"));
        check("00:00:5e:00:53:01", Some("Medium"));
        check("00:00:5e:00:00:01", Some("Small"));
        check("02:00:5f:00:00:01", None);
        check("01:00:5e:00:00:fb", None);
        check("00:00:60:00:00:01", None);
    }

    #[track_caller]
    fn check(mac: &str, registrant: Option<&str>) {
        let table = "00005e\tOther\n00005f\tLarge\n00005e0\tMedium\n00005e000\tSmall\n".to_owned();
        let files = BTreeMap::from([("prefixes/p.tsv".to_owned(), table)]);
        let knowledge = Knowledge::new(crate::load(files).unwrap());
        assert_eq!(knowledge.registrant(mac.parse().unwrap()), registrant, "{mac}");
    }
}
