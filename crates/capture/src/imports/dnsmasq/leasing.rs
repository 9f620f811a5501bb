//! What the part of dnsmasq that leases addresses writes: to whom it leased, and with `log-dhcp` what the
//! client said of itself.
//!
//! `DHCPACK(br-lan) 192.168.1.5 00:00:5e:00:53:01 lamp`, `DHCPREPLY(br-lan) 2001:db8::5 DUID`. With `log-dhcp` a
//! transaction's number stands before each line, and lines like `vendor class: …` and `requested options:
//! 1:netmask, 3:router, ` belong to the client that the same number names.

use std::collections::BTreeMap;

use evidence::{Host, Mac, Timestamp, fields};

use crate::imports::{
    Line, Scribe,
    scribe::{Lease, address, hexadecimal},
};

/// How many transactions are open at once; our choice, far above any home.
const MOST_OPEN: usize = 256;

/// How many options a client can ask for (RFC 2132: one byte each).
const MOST_OPTIONS: usize = 255;

/// Transactions by number.
#[derive(Debug, Default)]
pub(super) struct Leasing(BTreeMap<u64, Client>);

/// What one client said so far.
#[derive(Debug, Default)]
struct Client {
    mac: Option<Mac>,
    name: Option<String>,
    vendor_class: Option<String>,
    options: Vec<u8>,
}

impl Leasing {
    pub(super) fn line(&mut self, text: &str, at: Timestamp, scribe: &mut Scribe<'_>) -> Line {
        let numbered = text.split_once(' ').and_then(|(it, rest)| Some((it.parse().ok()?, rest)));
        let (number, text): (Option<u64>, _) =
            numbered.map_or((None, text), |(number, rest)| (Some(number), rest));
        let Some((kind, rest)) = text.split_once('(').filter(|(kind, _)| is_message(kind)) else {
            return match number {
                Some(number) => self.detail(number, text, at, scribe),
                None => Line::Skipped("steps of leasing"),
            };
        };
        let words: Vec<_> = rest.split(' ').skip(1).take(3).collect();
        if let Some(number) = number {
            let mac = words.iter().find_map(|word| word.parse().ok());
            self.client(number).mac = mac;
        }
        let lease = match (kind, words.as_slice()) {
            ("DHCPACK", [ip, mac, name @ ..]) => acknowledged(ip, mac, name.first().copied()),
            ("DHCPREPLY", [ip, duid, ..]) => replied(ip, duid),
            ("DHCPACK" | "DHCPREPLY", _) => None,
            _ => return Line::Skipped("steps of leasing"),
        };
        Line::of(lease.and_then(|lease| scribe.lease(&lease, at)))
    }

    /// One thing that the client of a transaction said.
    fn detail(&mut self, number: u64, text: &str, at: Timestamp, scribe: &mut Scribe<'_>) -> Line {
        let Some((what, value)) = text.split_once(": ") else {
            return Line::Skipped("steps of leasing");
        };
        match what {
            "client provides name" => self.client(number).name = Some(value.to_owned()),
            "vendor class" => self.client(number).vendor_class = Some(value.to_owned()),
            "requested options" => {
                let options = &mut self.client(number).options;
                let numbers = value.split(',').filter_map(|it| it.trim().split(':').next());
                let room = MOST_OPTIONS.saturating_sub(options.len());
                options.extend(numbers.filter_map(|it| it.parse::<u8>().ok()).take(room));
            }
            // What is sent comes after all that was asked.
            "next server" => {
                if let Some(client) = self.0.remove(&number) {
                    client.note(at, scribe);
                }
                return Line::Skipped("steps of leasing");
            }
            _ => return Line::Skipped("steps of leasing"),
        }
        Line::Read
    }

    fn client(&mut self, number: u64) -> &mut Client {
        if self.0.len() >= MOST_OPEN && !self.0.contains_key(&number) {
            self.0.pop_first();
        }
        self.0.entry(number).or_default()
    }
}

impl Client {
    fn note(self, at: Timestamp, scribe: &mut Scribe<'_>) {
        let Some(host) = self.mac.and_then(|mac| Host::new(Some(mac), None)) else { return };
        let options: Vec<_> = self.options.iter().map(u8::to_string).collect();
        for (field, value) in [
            (fields::DHCP_HOST_NAME, self.name.unwrap_or_default()),
            (fields::DHCP_VENDOR_CLASS, self.vendor_class.unwrap_or_default()),
            (fields::DHCP_PARAMETER_LIST, options.join(",")),
        ] {
            scribe.note(host, field, &value, at);
        }
    }
}

/// Whether that is the name of a message: `DHCPACK`, `DHCPREPLY`.
fn is_message(kind: &str) -> bool {
    kind.starts_with("DHCP") && kind.bytes().all(|it| it.is_ascii_uppercase())
}

fn acknowledged(ip: &str, mac: &str, name: Option<&str>) -> Option<Lease> {
    let name = name.filter(|it| !it.is_empty()).map(str::to_owned);
    let (mac, ip) = (mac.parse().ok()?, address(ip)?);
    Some(Lease { mac: Some(mac), ip: Some(ip), name, ..Lease::default() })
}

fn replied(ip: &str, duid: &str) -> Option<Lease> {
    let (duid, ip) = (hexadecimal(duid)?, address(ip)?);
    Some(Lease { ip: Some(ip), duid: Some(duid), ..Lease::default() })
}
