//! From the address of a maker's web site, as a device gives it, to the brand that it is of.
//!
//! Only registrable domains count, whole: those that the pack says one brand's devices go to, and those
//! on which a company that makes one brand says where to write about personal data. A domain that several
//! brands share is nobody's, and so is one that the pack does not know: devices bear the addresses of
//! those who wrote their software, of sellers and of providers too.

use evidence::domain;
use hashbrown::{HashMap, hash_map::Entry};
use knowledge::{Knowledge, kinds::Id};

/// Brands by their domains, in lower case; of none where several share one.
#[derive(Debug, Default)]
pub(crate) struct Sites(HashMap<Box<str>, Option<Id>>);

impl Sites {
    /// Puts the domains in `knowledge` together.
    pub(crate) fn new(knowledge: &Knowledge) -> Self {
        let pack = knowledge.pack();
        let mut sites = Self::default();
        let theirs = pack.destinations.iter().filter(|it| !it.exact);
        for (suffix, brand) in theirs.filter_map(|it| Some((&it.suffix, it.brand.as_ref()?))) {
            if domain::registrable(suffix) == Some(suffix) {
                sites.add(suffix, brand);
            }
        }
        for organisation in pack.organisations.values() {
            let Some(site) = organisation.privacy_contact.as_deref().and_then(site) else {
                continue;
            };
            for brand in
                pack.brands.values().filter(|it| it.maker.as_ref() == Some(&organisation.id))
            {
                sites.add(&site, &brand.id);
            }
        }
        sites
    }

    /// The brand whose own the domain of `address` is, as far as the pack knows.
    pub(crate) fn brand(&self, address: &str) -> Option<&Id> {
        self.0.get(&*site(address)?)?.as_ref()
    }

    fn add(&mut self, domain: &str, brand: &Id) {
        match self.0.entry(domain.into()) {
            Entry::Vacant(free) => drop(free.insert(Some(brand.clone()))),
            Entry::Occupied(mut known) if known.get().as_ref() != Some(brand) => {
                known.insert(None);
            }
            Entry::Occupied(_) => {}
        }
    }
}

/// The registrable domain of an address on the web, with or without its scheme, or of a mail address.
fn site(address: &str) -> Option<Box<str>> {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let host = host.split_once(':').map_or(host, |(host, _)| host).trim().to_ascii_lowercase();
    domain::registrable(host.trim_end_matches('.')).map(Into::into)
}

#[cfg(test)]
mod tests {
    use knowledge::kinds::{Brand, Destination, Organisation, Pack, Purpose};

    use super::*;

    #[test]
    fn a_domain_is_of_the_one_brand_that_the_pack_knows_it_of() {
        check("http://www.acme.example/", Some("acme"));
        check("https://ACME.example:8080/tv?model=1", Some("acme"));
        check("acme.example", Some("acme"));
        check("http://support.works.example", Some("lamp"));
    }

    #[test]
    fn any_other_domain_is_nobodys() {
        check("http://notacme.example/", None);
        check("http://acme.example.org/", None);
        check("http://example/", None);
        check("http://time.other.example/", None);
        check("http://www.shared.example/", None);
        check("http://both.example/", None);
        check("", None);
        check("http://192.0.2.1/", None);
    }

    #[track_caller]
    fn check(address: &str, brand: Option<&str>) {
        let sites = Sites::new(&knowledge());
        assert_eq!(sites.brand(address).map(|it| &**it), brand, "{address}");
    }

    fn knowledge() -> Knowledge {
        let mut pack = Pack::default();
        let makers =
            [("acme", None), ("lamp", Some("works")), ("one", Some("both")), ("two", Some("both"))];
        for (id, maker) in makers {
            let maker = maker.map(Into::into);
            pack.brands.insert(id.into(), Brand { id: id.into(), maker, ..Brand::default() });
        }
        for (id, contact) in
            [("works", "privacy@works.example"), ("both", "https://both.example/x")]
        {
            let privacy_contact = Some(contact.into());
            let known = Organisation { id: id.into(), privacy_contact, ..Organisation::default() };
            pack.organisations.insert(id.into(), known);
        }
        for (suffix, brand, exact) in [
            ("acme.example", Some("acme"), false),
            ("time.other.example", Some("acme"), false),
            ("other.example", Some("acme"), true),
            ("shared.example", Some("acme"), false),
            ("shared.example", Some("one"), false),
            ("example.org", None, false),
        ] {
            pack.destinations.push(Destination {
                suffix: suffix.into(),
                exact,
                organisation: None,
                brand: brand.map(Into::into),
                platform: None,
                purpose: Purpose::Function,
                sources: Vec::new(),
                verified: false,
                note: None,
            });
        }
        Knowledge::new(pack)
    }
}
