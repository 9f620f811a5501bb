//! Which protocols and ports were seen of a device at all: asked for every rule and device, so it
//! must be quick.

use evidence::{Field, FieldSet};

use crate::devices::Member;

/// What was seen of one device.
#[derive(Debug)]
pub(super) struct Seen {
    fields: FieldSet,
    ports: u128,
}

impl Seen {
    /// What was seen of `member`.
    pub(super) fn of(member: &Member<'_>) -> Self {
        let ports = member.conversations().fold(0, |seen, it| seen | port_bit(it.service.port));
        Self { fields: member.fields(), ports }
    }

    /// Whether anything was seen in one of `fields`.
    pub(super) fn any(&self, fields: &FieldSet) -> bool {
        self.fields.meets(fields)
    }

    /// Whether there may have been traffic on one of `ports`, as bits. Where not, there was none.
    pub(super) const fn may_use(&self, ports: u128) -> bool {
        self.ports & ports != 0
    }
}

/// The fields of the protocol that `field` belongs to: of `dns` for `dns.query`.
pub(super) fn of_its_protocol(field: Field) -> FieldSet {
    Field::all().filter(|it| protocol(*it) == protocol(field)).collect()
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
