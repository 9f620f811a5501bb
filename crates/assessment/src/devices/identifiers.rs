//! What stays with a device: the identifiers by which it can be told again after weeks, under another
//! address, on another interface.
//!
//! A MAC address counts if its maker assigned it; one that the device chose itself (IEEE 802, U/L bit)
//! is gone tomorrow. What a device announces of itself counts if its protocol means it to be unique:
//! a serial number or UUID in a service's text record ([RFC 6763]), the UUID of a UPnP device, the
//! DHCP unique identifier ([RFC 8415], section 11; within option 61 as of [RFC 4361]), the client
//! identifier of DHCPv4. A name does not: two devices may bear it.
//!
//! [RFC 4361]: https://www.rfc-editor.org/rfc/rfc4361
//! [RFC 6763]: https://www.rfc-editor.org/rfc/rfc6763
//! [RFC 8415]: https://www.rfc-editor.org/rfc/rfc8415

use std::{collections::BTreeSet, fmt, net::IpAddr, ops::Range, str::FromStr};

use evidence::{Field, Mac, Observation, fields};

use super::Member;

/// Something that stays with one device. Ordered: what is told first is the steadier.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Identifier {
    /// A MAC address that its maker assigned.
    Mac(Mac),
    /// A serial number or UUID it announces, as `_kind._tcp serial=0123`.
    Announced(Box<str>),
    /// The UUID of a UPnP device.
    Uuid(Box<str>),
    /// A DHCP unique identifier, as hexadecimal.
    Duid(Box<str>),
    /// A DHCPv4 client identifier, as hexadecimal.
    ClientId(Box<str>),
    /// A name it goes by: the last resort, for two devices may bear it.
    Name(Box<str>),
    /// The network address of what shows no link-layer address, as behind another router: what a household
    /// tells it by, and nothing that a note is filed under unless told so.
    Ip(IpAddr),
}

/// Text that is no identifier.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no identifier of a device; one looks like `mac 00:00:5e:00:53:01`, `uuid 0123…`, \
     `announced _kind._tcp serial=0123`, `duid 0004…`, `client-id 00…`, `name lamp` or `ip 192.168.1.5`"
)]
pub struct NoIdentifier(Box<str>);

impl Identifier {
    /// The word before its value.
    const fn word(&self) -> &'static str {
        match self {
            Self::Mac(_) => "mac",
            Self::Announced(_) => "announced",
            Self::Uuid(_) => "uuid",
            Self::Duid(_) => "duid",
            Self::ClientId(_) => "client-id",
            Self::Name(_) => "name",
            Self::Ip(_) => "ip",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub const fn meaning(&self) -> &'static str {
        match self {
            Self::Mac(_) => "its address",
            Self::Announced(_) => "a number it announces",
            Self::Uuid(_) => "its UPnP number",
            Self::Duid(_) | Self::ClientId(_) => "its DHCP number",
            Self::Name(_) => "its name",
            Self::Ip(_) => "its network address",
        }
    }
}

/// As it is written in a file of notes: the kind's word, a space, the value.
impl fmt::Display for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.word())?;
        match self {
            Self::Mac(mac) => mac.fmt(f),
            Self::Ip(ip) => ip.fmt(f),
            Self::Announced(text)
            | Self::Uuid(text)
            | Self::Duid(text)
            | Self::ClientId(text)
            | Self::Name(text) => f.write_str(text),
        }
    }
}

impl FromStr for Identifier {
    type Err = NoIdentifier;

    /// Reads what is displayed; a MAC address may stand alone.
    fn from_str(text: &str) -> Result<Self, NoIdentifier> {
        let none = || NoIdentifier(text.into());
        let trimmed = text.trim();
        if let Ok(mac) = trimmed.parse() {
            return Ok(Self::Mac(mac));
        }
        let (word, value) = trimmed.split_once(' ').ok_or_else(none)?;
        let value = value.trim();
        if value.is_empty() {
            return Err(none());
        }
        match word {
            "mac" => value.parse().map(Self::Mac).map_err(|_| none()),
            "announced" => Ok(Self::Announced(value.into())),
            "uuid" => Ok(Self::Uuid(value.to_ascii_lowercase().into())),
            "duid" => Ok(Self::Duid(value.to_ascii_lowercase().into())),
            "client-id" => Ok(Self::ClientId(value.to_ascii_lowercase().into())),
            "name" => Ok(Self::Name(value.to_lowercase().into())),
            "ip" => value.parse().map(Self::Ip).map_err(|_| none()),
            _ => Err(none()),
        }
    }
}

/// The identifiers of `member`, the steadiest first; its names last.
pub(crate) fn identifiers(member: &Member<'_>) -> BTreeSet<Identifier> {
    let assigned = member.macs.iter().filter(|mac| is_assigned(**mac));
    let mut found: BTreeSet<_> = assigned.map(|mac| Identifier::Mac(*mac)).collect();
    found.extend(unique(member));
    found.extend(NAMED_BY.into_iter().flat_map(|field| member.observed(field)).filter_map(named));
    found
}

/// Those of them by which two interfaces can be told to be one device: no addresses, no names.
pub(super) fn unique(member: &Member<'_>) -> impl Iterator<Item = Identifier> {
    const SAID: [Field; 4] =
        [fields::MDNS_TXT, fields::SSDP_USN, fields::DHCPV6_DUID, fields::DHCP_CLIENT_ID];

    let said = SAID.into_iter().flat_map(|field| member.observed(field));
    said.filter_map(|it| read(it, &member.macs))
}

/// What `member` said that gives it `identifier`, which is no address.
pub(crate) fn bearing<'a>(member: &Member<'a>, identifier: &Identifier) -> Option<&'a Observation> {
    let fields: &[Field] = match identifier {
        Identifier::Mac(_) | Identifier::Ip(_) => &[],
        Identifier::Announced(_) => &[fields::MDNS_TXT],
        Identifier::Uuid(_) => &[fields::SSDP_USN],
        Identifier::Duid(_) => &[fields::DHCPV6_DUID, fields::DHCP_CLIENT_ID],
        Identifier::ClientId(_) => &[fields::DHCP_CLIENT_ID],
        Identifier::Name(_) => &NAMED_BY,
    };
    let said = fields.iter().flat_map(|field| member.observed(*field));
    said.into_iter().find(|it| read(it, &member.macs).as_ref() == Some(identifier))
}

/// The identifier that one thing said gives.
fn read(observation: &Observation, own: &[Mac]) -> Option<Identifier> {
    match observation.field {
        fields::MDNS_TXT => announced(observation),
        fields::SSDP_USN => uuid(observation),
        fields::DHCPV6_DUID => plausible(&observation.value).map(|it| Identifier::Duid(it.into())),
        fields::DHCP_CLIENT_ID => client(observation, own),
        _ => named(observation),
    }
}

/// Where the names are that a device gives itself.
const NAMED_BY: [Field; 2] = [fields::DHCP_HOST_NAME, fields::MDNS_NAME];

fn named(observation: &Observation) -> Option<Identifier> {
    let name = observation.value.trim();
    let fits = !name.is_empty() && !name.contains(char::is_control);
    fits.then(|| Identifier::Name(name.to_lowercase().into()))
}

/// Whether the maker gave that address to one interface: neither chosen by the device nor shared.
#[must_use]
pub fn is_assigned(mac: Mac) -> bool {
    /// Addresses of virtual routers, which wander between devices: RFC 9568, section 7.3.
    const VIRTUAL_ROUTERS: [[u8; 5]; 2] = [[0, 0, 0x5e, 0, 1], [0, 0, 0x5e, 0, 2]];

    let [first @ .., _] = mac.0;
    !mac.is_locally_administered()
        && !mac.is_multicast()
        && !mac.is_zero()
        && !VIRTUAL_ROUTERS.contains(&first)
}

/// A key whose value is meant to be unique, of `type key=value`.
fn announced(observation: &Observation) -> Option<Identifier> {
    const UNIQUE: [&str; 7] =
        ["serial", "serialnumber", "serial_number", "serialno", "sn", "uuid", "deviceid"];

    let (kind, text) = observation.value.split_once(' ')?;
    let (key, value) = text.split_once('=')?;
    let key = UNIQUE.into_iter().find(|it| key.eq_ignore_ascii_case(it))?;
    let value = plausible(value)?;
    Some(Identifier::Announced(format!("{} {key}={value}", kind.to_ascii_lowercase()).into()))
}

/// The UUID of `uuid:0123::urn:…`.
fn uuid(observation: &Observation) -> Option<Identifier> {
    let (scheme, rest) = observation.value.split_at_checked(5)?;
    let uuid = rest.split("::").next().filter(|_| scheme.eq_ignore_ascii_case("uuid:"))?;
    Some(Identifier::Uuid(plausible(uuid)?.into()))
}

/// What option 61 holds: a DUID behind an association's number (RFC 4361), a MAC address, which says
/// nothing new if it is `own`, or a number of the device's.
fn client(observation: &Observation, own: &[Mac]) -> Option<Identifier> {
    let value = plausible(&observation.value)?;
    match value.split_at_checked(2)? {
        ("ff", rest) => Some(Identifier::Duid(plausible(rest.get(8..)?)?.into())),
        ("01", mac) if mac.len() == 12 => {
            let chosen = u8::from_str_radix(mac.get(..2)?, 16).ok()? & 0b10 != 0;
            let digits = || mac.chars().map(|it| it.to_digit(16));
            let known = own.iter().any(|own| digits().eq(hexadecimal(*own).map(Some)));
            (!known && !chosen).then(|| Identifier::ClientId(value.into()))
        }
        _ => Some(Identifier::ClientId(value.into())),
    }
}

fn hexadecimal(mac: Mac) -> impl Iterator<Item = u32> {
    mac.0.into_iter().flat_map(|byte| [byte >> 4, byte & 0xf]).map(u32::from)
}

/// A value that can be one device's: long enough, and not the filling that makers leave in.
fn plausible(value: &str) -> Option<String> {
    /// Shorter numbers come up twice by chance in a large building: our choice.
    const SHORTEST: usize = 8;
    /// A number written by a person has few signs, a unique one many: our choice.
    const FEWEST_SIGNS: u32 = 4;

    let value = value.trim();
    let signs = || value.chars().filter_map(|it| it.to_digit(36));
    let (count, seen) = signs().fold((0, 0_u64), |(count, seen), it| (count + 1, seen | 1 << it));
    let begins = |with: Range<u32>| signs().take(with.len()).eq(with);
    let rises = begins(0..8) || begins(1..9);
    let fits = count >= SHORTEST && seen.count_ones() >= FEWEST_SIGNS && !rises;
    (fits && !value.contains(char::is_control)).then(|| value.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use evidence::{Field, Host, Recorder, Sighting, SourceId, Timestamp};

    use super::*;
    use crate::{Settings, devices::group};

    #[test]
    fn what_a_protocol_means_to_be_unique_identifies() {
        check(
            fields::MDNS_TXT,
            "_lamp._tcp serial=A1B2C3D4",
            "announced _lamp._tcp serial=a1b2c3d4",
        );
        check(fields::MDNS_TXT, "_lamp._tcp Model=A1B2C3D4", "");
        check(fields::SSDP_USN, "uuid:2f402f80-da50::upnp:rootdevice", "uuid 2f402f80-da50");
        check(fields::SSDP_USN, "urn:2f402f80-da50", "");
        check(fields::DHCPV6_DUID, "000200007a3b5c4d9e", "duid 000200007a3b5c4d9e");
        check(fields::DHCP_CLIENT_ID, "ff5e0053010002000012ab9c4d", "duid 0002000012ab9c4d");
        check(fields::DHCP_CLIENT_ID, "006c616d70a7b3", "client-id 006c616d70a7b3");
        check(fields::DHCP_HOST_NAME, "Lamp", "name lamp");
    }

    #[test]
    fn a_mac_within_a_client_id_tells_only_of_another_interface() {
        check(fields::DHCP_CLIENT_ID, "0100005e005309", "client-id 0100005e005309");
        check(fields::DHCP_CLIENT_ID, "0102005e005301", "");
        check(fields::DHCP_CLIENT_ID, "010200005e5309", "");
    }

    #[test]
    fn what_makers_leave_in_identifies_nothing() {
        check(fields::SSDP_USN, "uuid:00000000-0000-0000-0000-000000000000", "");
        check(fields::SSDP_USN, "uuid:12345678-1234-1234-1234-123456789abc", "");
        check(fields::MDNS_TXT, "_lamp._tcp serial=1234", "");
        check(fields::MDNS_TXT, "_lamp._tcp serial=ffffffffffff", "");
    }

    #[test]
    fn identifiers_read_back_as_written() {
        for text in ["mac 00:00:5e:00:53:01", "uuid 2f40", "announced _a._tcp sn=1", "name a b"] {
            assert_eq!(text.parse::<Identifier>().unwrap().to_string(), text);
        }
        assert_eq!("00:00:5E:00:53:01".parse(), "mac 00:00:5e:00:53:01".parse::<Identifier>());
        for text in ["", "mac", "mac x", "colour red", "uuid "] {
            assert!(text.parse::<Identifier>().is_err(), "{text}");
        }
    }

    /// The identifier that a device with a MAC address of its own choice gets from one value.
    #[track_caller]
    fn check(field: Field, value: &str, expected: &str) {
        let host = Host::new(Some(Mac([2, 0, 0x5e, 0, 0x53, 1])), None).unwrap();
        let mut recorder = Recorder::default();
        let seen = Sighting { at: Timestamp(1), source: SourceId(1), frame: 1 };
        recorder.observe(host, None, field, value, seen);
        let ledger = recorder.finish();
        let grouped = group(&ledger, &Settings::default());
        let found: Vec<_> =
            identifiers(&grouped.devices[0]).iter().map(ToString::to_string).collect();
        assert_eq!(found.join(" "), expected, "{field} {value}");
    }
}
