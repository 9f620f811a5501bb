//! What a device is called.

use evidence::{Field, fields};

use super::Member;

/// Where names come from, the most telling first: people choose friendly names, makers host names.
const NAMED_BY: [Field; 10] = [
    fields::UPNP_FRIENDLY_NAME,
    fields::MDNS_NAME,
    fields::DHCP_HOST_NAME,
    fields::DHCPV6_HOST_NAME,
    fields::NBNS_NAME,
    fields::LLMNR_NAME,
    fields::LLDP_NAME,
    fields::SNMP_NAME,
    fields::CDP_NAME,
    fields::NETBIOS_COMMENT,
];

/// The most names told of one device: our choice, far above what devices have.
const MOST: usize = 16;

/// The names of `member`, each once whatever its letters' case, the most telling first. Untrusted.
pub(crate) fn names(member: &Member<'_>) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = Vec::new();
    for observation in NAMED_BY.iter().flat_map(|field| member.observed(*field)) {
        let name = &observation.value;
        if names.len() == MOST {
            break;
        }
        if !name.is_empty() && !names.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            names.push((**name).into());
        }
    }
    names
}
