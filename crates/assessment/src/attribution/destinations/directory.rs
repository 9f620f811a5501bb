//! What the pack and the list of public suffixes say of names and addresses, each asked once: the
//! devices of one network go to the same places.

use std::{cell::RefCell, net::IpAddr};

use hashbrown::HashMap;
use knowledge::{
    Knowledge,
    kinds::{AddressBlock, Destination},
};

/// The answers so far.
#[derive(Debug)]
pub(super) struct Directory<'a, 'k> {
    knowledge: &'k Knowledge,
    names: RefCell<HashMap<&'a str, Known<'a, 'k>>>,
    addresses: RefCell<HashMap<IpAddr, Option<Place<'k>>>>,
}

/// What is known of a name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known<'n, 'k> {
    /// The pack's entry.
    pub(super) entry: Option<&'k Destination>,
    /// The registrable domain.
    pub(super) domain: Option<&'n str>,
}

/// The block an address is in, and the name of its operator.
pub(super) type Place<'k> = (&'k AddressBlock, &'k str);

impl<'a, 'k> Directory<'a, 'k> {
    pub(super) fn new(knowledge: &'k Knowledge) -> Self {
        Self { knowledge, names: RefCell::default(), addresses: RefCell::default() }
    }

    /// The pack the answers are from.
    pub(super) const fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// What is known of a name as it was seen.
    pub(super) fn seen(&self, name: &'a str) -> Known<'a, 'k> {
        *self.names.borrow_mut().entry(name).or_insert_with(|| self.look_up(name))
    }

    /// Who routes `address`.
    pub(super) fn address(&self, address: IpAddr) -> Option<Place<'k>> {
        let mut addresses = self.addresses.borrow_mut();
        *addresses.entry(address).or_insert_with(|| self.knowledge.address(address))
    }

    /// What is known of a name that was changed, and so lies nowhere in the ledger.
    pub(super) fn look_up<'n>(&self, name: &'n str) -> Known<'n, 'k> {
        Known { entry: self.knowledge.destination(name), domain: psl::domain_str(name) }
    }
}

impl Known<'_, '_> {
    /// Whose the name is: the pack's suffix, or else the registrable domain.
    pub(super) fn owner(&self) -> Option<&str> {
        self.entry.map(|entry| &*entry.suffix).or(self.domain)
    }
}
