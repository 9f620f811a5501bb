//! What the pack and the list of public suffixes say of names and addresses, each asked once: the
//! devices of one network go to the same places.

use std::{cell::RefCell, net::IpAddr, sync::Arc};

use evidence::{Transport, domain};
use hashbrown::{HashMap, HashSet};
use knowledge::{
    Knowledge,
    kinds::{AddressBlock, Destination},
};

use super::super::provenance::{because, party};
use crate::{book::ByPlace, model::Party};

/// The answers so far.
#[derive(Debug)]
pub(super) struct Directory<'a, 'k> {
    knowledge: &'k Knowledge,
    names: RefCell<HashMap<&'a str, Known<'a, 'k>>>,
    addresses: RefCell<HashMap<IpAddr, Option<Place<'k>>>>,
    said: RefCell<Said<'k>>,
}

/// What is said of many destinations in the same words: kept once.
#[derive(Debug, Default)]
struct Said<'k> {
    texts: HashSet<Arc<str>>,
    /// By the entry that names them.
    organisations: HashMap<ByPlace<'k, Destination>, Option<Arc<Party>>>,
    services: HashMap<Ports, Arc<[Box<str>]>>,
}

/// The ports used, in order.
type Ports = Box<[(Transport, u16)]>;

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
        Self {
            knowledge,
            names: RefCell::default(),
            addresses: RefCell::default(),
            said: RefCell::default(),
        }
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

    /// The organisation behind the names of `entry`.
    pub(super) fn organisation(&self, entry: &'k Destination) -> Option<Arc<Party>> {
        let mut said = self.said.borrow_mut();
        let known = said.organisations.entry(ByPlace(entry));
        let told = || {
            let party = party(entry.organisation.as_ref()?, self.knowledge)?;
            Some(Arc::new(because(party, &entry.sources, entry.verified)))
        };
        known.or_insert_with(told).clone()
    }

    /// As `tcp/443`; the transport alone where it has no ports.
    pub(super) fn services(&self, ports: &[(Transport, u16)]) -> Arc<[Box<str>]> {
        let text = |(transport, port): &(Transport, u16)| match port {
            0 => transport.to_string().into(),
            port => format!("{transport}/{port}").into(),
        };
        let mut said = self.said.borrow_mut();
        let known = said.services.entry_ref(ports);
        Arc::clone(known.or_insert_with(|| ports.iter().map(text).collect()))
    }

    /// `text`, kept once.
    pub(super) fn text(&self, text: &str) -> Arc<str> {
        let mut said = self.said.borrow_mut();
        Arc::clone(said.texts.get_or_insert_with(text, |text| text.into()))
    }

    /// What is known of a name that was changed, and so lies nowhere in the ledger.
    pub(super) fn look_up<'n>(&self, name: &'n str) -> Known<'n, 'k> {
        Known { entry: self.knowledge.destination(name), domain: domain::registrable(name) }
    }
}

impl Known<'_, '_> {
    /// Whose the name is: the pack's suffix, or else the registrable domain.
    pub(super) fn owner(&self) -> Option<&str> {
        self.entry.map(|entry| &*entry.suffix).or(self.domain)
    }
}
