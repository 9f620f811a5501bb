//! Which hosts are devices of this network, and which of them are one device.
//!
//! A MAC address is one device, and several are one where they share what is meant to be unique
//! (see `joining`). Hosts without one (captures without a link layer) are told apart by network
//! address. Nothing is merged on a guess. A MAC that carries the addresses of others is a
//! router, and those addresses are not its own.

mod grouping;
mod home;
pub(crate) mod identifiers;
mod joining;
mod kept;
mod names;
pub(crate) mod roles;
mod stations;

use std::net::IpAddr;

use evidence::{
    Conversation, Field, FieldSet, HostRecord, Mac, Observation, Sighting, Timestamp, fields,
};
use hashbrown::HashMap;

use self::kept::Kept;
use crate::model::{DeviceId, Role};

pub use grouping::group;
pub use home::{Home, is_local};
pub use identifiers::{Identifier, NoIdentifier, is_assigned};
pub use joining::may_be_one;
pub(crate) use names::names;

/// The hosts of a ledger, as devices.
#[derive(Debug, Default)]
pub struct Grouped<'a> {
    /// The network's devices first, by address, then other link-layer hosts. A device's number
    /// ([`DeviceId`]) is its place here, counted from 1.
    pub devices: Vec<Member<'a>>,
    /// What is inside and what outside.
    pub home: Home,
    owners: HashMap<IpAddr, usize>,
}

/// One device: its addresses and all that was seen of it.
#[derive(Debug, Default)]
pub struct Member<'a> {
    /// Its number.
    pub id: DeviceId,
    /// Whether it is of this network.
    pub local: bool,
    /// What part it plays.
    pub role: Role,
    /// Its link-layer addresses.
    pub macs: Vec<Mac>,
    /// Its own network addresses, IPv4 first.
    pub ips: Vec<IpAddr>,
    records: Vec<&'a HostRecord>,
    fields: FieldSet,
}

impl<'a> Grouped<'a> {
    /// The device that holds `address`.
    #[must_use]
    pub fn holder(&self, address: IpAddr) -> Option<&Member<'a>> {
        self.devices.get(*self.owners.get(&address)?)
    }

    /// The device with that number.
    #[must_use]
    pub fn device(&self, id: DeviceId) -> Option<&Member<'a>> {
        self.devices.get(id.index()?)
    }

    /// Whether `address` is a gateway's own.
    #[must_use]
    pub fn is_gateway(&self, address: IpAddr) -> bool {
        self.holder(address).is_some_and(|member| member.role == Role::Gateway)
    }
}

impl<'a> Member<'a> {
    /// Adds what the ledger keeps of one of its hosts.
    fn keep(&mut self, host: Kept<'a>) {
        self.records.push(host.record);
        self.fields = self.fields.or(host.fields);
    }

    /// What the ledger keeps of it, by host.
    #[must_use]
    pub fn records(&self) -> &[&'a HostRecord] {
        &self.records
    }

    /// Everything it said and showed.
    pub fn observations(&self) -> impl Iterator<Item = &'a Observation> + use<'a, '_> {
        self.records.iter().flat_map(|record| record.observations())
    }

    /// Everything it said and showed in `field`.
    pub fn observed(&self, field: Field) -> impl Iterator<Item = &'a Observation> + use<'a, '_> {
        let records = if self.fields.contains(field) { &*self.records } else { &[] };
        records.iter().flat_map(move |record| kept::observed(record, field))
    }

    /// The fields in which it said or showed anything.
    #[must_use]
    pub const fn fields(&self) -> FieldSet {
        self.fields
    }

    /// Whether it looks names up for others: then its queries tell nothing of it.
    #[must_use]
    pub fn resolves_for_others(&self) -> bool {
        /// What an answer says whose sender asks others what it does not know.
        const RECURSIVE: &str = "recursive";

        self.observed(fields::DNS_SERVES).any(|it| &*it.value == RECURSIVE)
    }

    /// All its traffic.
    pub fn conversations(&self) -> impl Iterator<Item = &'a Conversation> + use<'a, '_> {
        self.records.iter().flat_map(|record| record.conversations())
    }

    /// Where it was first seen; `None` where nothing is kept of it.
    #[must_use]
    pub fn first(&self) -> Option<Sighting> {
        let said = self.observations().map(|observation| observation.seen.first);
        said.chain(self.conversations().map(|conversation| conversation.traffic.first)).min()
    }

    /// When it was last seen.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        let said = self.observations().map(|observation| observation.seen.last);
        said.chain(self.conversations().map(|conversation| conversation.traffic.last)).max()
    }
}
