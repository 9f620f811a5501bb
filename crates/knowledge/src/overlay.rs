//! One pack over another: what a user brought over what the program carries.

use crate::kinds::{AddressBlock, Pack, Vulnerability};

impl Pack {
    /// Lays `other` over this pack: entries of one name are replaced, others added.
    ///
    /// The registries of MAC prefixes and of addresses are replaced whole where `other` has one, for
    /// half of each would answer wrongly. Only which networks answer from many places, no table says: that
    /// stays known. What two registers say of one flaw adds up.
    #[must_use]
    pub fn overlaid(mut self, other: Self) -> Self {
        macro_rules! lay {
            ($($kind:ident),* $(,)?) => { $(self.$kind.extend(other.$kind);)* };
        }
        lay!(
            sources,
            organisations,
            brands,
            modules,
            fingerprints,
            parts,
            weaknesses,
            policies,
            advice,
            networks,
            platforms,
            rebrands,
            products,
            incidents,
            lists,
            entries,
            acts,
            jurisdictions,
            laws,
            rights,
            letters,
            standards,
            clauses,
        );
        for destination in other.destinations {
            match self.destinations.binary_search_by(|it| it.suffix.cmp(&destination.suffix)) {
                Ok(place) => {
                    if let Some(it) = self.destinations.get_mut(place) {
                        *it = destination;
                    }
                }
                Err(place) => self.destinations.insert(place, destination),
            }
        }
        for (id, said) in other.vulnerabilities {
            let entry = self.vulnerabilities.entry(id).or_default();
            *entry = both(std::mem::take(entry), said);
        }
        if !other.prefixes.is_empty() {
            (self.prefixes, self.registrants) = (other.prefixes, other.registrants);
        }
        if !other.addresses.is_empty() {
            let mut addresses = other.addresses;
            for block in &mut addresses {
                block.anywhere |= self.is_anywhere(block);
            }
            (self.addresses, self.operators) = (addresses, other.operators);
        }
        self
    }

    /// Whether this pack knows of `block` that it is of a network that answers from many places: by its
    /// system, or where its table has none, by where it begins.
    fn is_anywhere(&self, block: &AddressBlock) -> bool {
        if block.system > 0 {
            return self.networks.get(&block.system).is_some_and(|it| it.anywhere);
        }
        let after = self.addresses.partition_point(|it| it.first <= block.first);
        let own = after.checked_sub(1).and_then(|at| self.addresses.get(at));
        own.is_some_and(|own| own.anywhere && block.first <= own.last)
    }
}

fn both(old: Vulnerability, new: Vulnerability) -> Vulnerability {
    let mut sources = old.sources;
    sources.extend(new.sources);
    sources.sort_unstable();
    sources.dedup();
    Vulnerability {
        id: new.id,
        summary: new.summary.or(old.summary),
        severity: new.severity.or(old.severity),
        exploited_since: new.exploited_since.or(old.exploited_since),
        likelihood: new.likelihood.or(old.likelihood),
        sources,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::{Brand, Network, Prefix};

    #[test]
    fn entries_are_replaced_or_added_and_registries_replaced_whole() {
        let brand = |id: &str, name: &str| {
            (id.into(), Brand { id: id.into(), name: name.into(), ..Brand::default() })
        };
        let mut old = Pack { version: "1".into(), ..Pack::default() };
        old.brands.extend([brand("a", "Old"), brand("b", "Kept")]);
        old.prefixes = vec![Prefix { first: 0, bits: 24, registrant: 0 }];
        old.registrants = vec!["Old".into()];
        let mut new = Pack::default();
        new.brands.extend([brand("a", "New")]);
        let over = old.clone().overlaid(new.clone());
        let names: Vec<_> = over.brands.values().map(|it| &*it.name).collect();
        assert_eq!((names, &*over.version), (vec!["New", "Kept"], "1"));
        assert_eq!(over.registrants, old.registrants);
        new.prefixes = vec![Prefix { first: 1 << 24, bits: 24, registrant: 0 }];
        new.registrants = vec!["New".into()];
        assert_eq!(old.overlaid(new).registrants, [Box::from("New")]);
    }

    #[test]
    fn a_network_that_answers_from_many_places_does_so_in_any_table() {
        let block = |first: u128, system, anywhere| AddressBlock {
            first,
            last: first + 9,
            system,
            operator: 0,
            registered_in: None,
            anywhere,
        };
        let network = Network {
            system: 64496,
            name: "N".into(),
            anywhere: true,
            sources: Vec::new(),
            verified: false,
            note: None,
        };
        let old = Pack {
            networks: [(64496, network)].into(),
            addresses: vec![block(10, 64496, true), block(20, 64497, false)],
            ..Pack::default()
        };
        let new = vec![
            block(0, 64496, false),
            block(10, 64497, false),
            block(12, 0, false),
            block(22, 0, false),
            block(40, 0, false),
        ];
        let over = old.overlaid(Pack { addresses: new, ..Pack::default() });
        let anywhere: Vec<_> = over.addresses.iter().map(|it| it.anywhere).collect();
        assert_eq!(anywhere, [true, false, true, false, false]);
    }

    #[test]
    fn registers_add_up_on_one_flaw() {
        let said = |source: &str, since: Option<&str>, likelihood| Vulnerability {
            id: "CVE-2099-1".into(),
            exploited_since: since.map(Into::into),
            likelihood,
            sources: vec![source.into()],
            ..Vulnerability::default()
        };
        let pack = |it: Vulnerability| {
            let mut pack = Pack::default();
            pack.vulnerabilities.insert(it.id.clone(), it);
            pack
        };
        let both = pack(said("a", Some("2099"), None)).overlaid(pack(said("b", None, Some(0.5))));
        let both = both.vulnerabilities.into_values().next().unwrap();
        assert_eq!((both.exploited_since.as_deref(), both.likelihood), (Some("2099"), Some(0.5)));
        assert_eq!(both.sources, ["a".into(), "b".into()]);
    }
}
