//! Which fields and protocols were seen of a device at all: asked for every rule and device, so it
//! must be quick.

use hashbrown::HashMap;

use evidence::{Field, FieldSet};

use crate::devices::Member;

/// A bit for each protocol fields belong to: `dns` in `dns.query`.
#[derive(Debug)]
pub(super) struct Protocols(HashMap<Field, u128>);

/// What was seen of one device.
#[derive(Debug)]
pub(super) struct Seen {
    fields: FieldSet,
    protocols: u128,
    ports: u128,
}

impl Protocols {
    /// Numbers the protocols of all fields. Beyond 127, protocols share the last bit: then a rule
    /// may count as answerable that is not.
    pub(super) fn number() -> Self {
        let mut names: Vec<_> = Field::all().map(protocol).collect();
        names.sort_unstable();
        names.dedup();
        let bit = |field| {
            let number = names.binary_search(&protocol(field)).unwrap_or_default();
            1 << number.min(127)
        };
        Self(Field::all().map(|field| (field, bit(field))).collect())
    }

    /// The bit of the protocol that `field` belongs to.
    pub(super) fn of(&self, field: Field) -> u128 {
        self.0.get(&field).copied().unwrap_or_default()
    }
}

impl Seen {
    /// What was seen of `member`.
    pub(super) fn of(member: &Member<'_>, protocols: &Protocols) -> Self {
        let fields = member.fields();
        let protocols = fields.iter().fold(0, |seen, field| seen | protocols.of(field));
        let ports = member.conversations().fold(0, |seen, it| seen | port_bit(it.service.port));
        Self { fields, protocols, ports }
    }

    /// Whether anything was seen in `field`.
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields.contains(field)
    }

    /// Whether anything was seen of one of `protocols`, as bits.
    pub(super) const fn speaks(&self, protocols: u128) -> bool {
        self.protocols & protocols != 0
    }

    /// Whether there may have been traffic on one of `ports`, as bits. Where not, there was none.
    pub(super) const fn may_use(&self, ports: u128) -> bool {
        self.ports & ports != 0
    }
}

/// A bit for each port, shared by those that leave the same rest.
const fn port_bit(port: u16) -> u128 {
    1 << (port % 128)
}

/// The bits of `ports`; all of them where none is named, since any will do.
pub(super) fn port_bits(ports: &[u16]) -> u128 {
    if ports.is_empty() {
        u128::MAX
    } else {
        ports.iter().fold(0, |all, port| all | port_bit(*port))
    }
}

fn protocol(field: Field) -> &'static str {
    field.name().split_once('.').map_or("", |(protocol, _)| protocol)
}
