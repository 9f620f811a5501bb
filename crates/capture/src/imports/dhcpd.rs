//! Leases as ISC's server keeps them: `dhcpd.leases` and `dhcpd6.leases`.
//!
//! Blocks in braces, one statement a line; the file is a history, in which the last block of an address
//! counts. Of leases that are over only the names are kept: somebody else may hold the address by now.

use std::net::IpAddr;

use evidence::Timestamp;

use super::{
    Line, Lines, Scribe,
    clock::Stamp,
    prefix::{date_of, of_day},
    scribe::Lease,
};

/// Reads such a file.
#[derive(Debug, Default)]
pub(super) struct Dhcpd {
    /// The association of DHCPv6 the block is in, by its client's identifier.
    duid: Option<String>,
    /// When that client was last heard.
    heard: Option<Timestamp>,
    lease: Option<Block>,
    /// How deep in blocks of other kinds.
    deeper: usize,
}

/// What a block says so far.
#[derive(Debug, Default)]
struct Block {
    lease: Lease,
    held: bool,
    /// When the client was last heard, else when the lease began.
    heard: Option<Timestamp>,
    begins: Option<Timestamp>,
}

impl Lines for Dhcpd {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        let line = line.trim();
        if line.starts_with('#') {
            return Line::Read;
        }
        if let Some(begins) = line.strip_suffix('{') {
            return self.begin(begins.trim_end());
        }
        match (line, &mut self.lease) {
            ("}", _) if self.deeper > 0 => {
                self.deeper -= 1;
                Line::Read
            }
            ("}", Some(_)) => self.close(scribe),
            ("}", None) => {
                self.duid = None;
                Line::Read
            }
            (_, Some(block)) if self.deeper == 0 => {
                let statement = line.strip_suffix(';').unwrap_or(line);
                Line::of(block.statement(statement, scribe))
            }
            _ if self.duid.is_some() => {
                let heard =
                    line.strip_prefix("cltt ").and_then(|it| time(it.trim_end_matches(';')));
                self.heard = heard.and_then(|it| scribe.clock.moment(it)).or(self.heard);
                Line::Read
            }
            _ => Line::Skipped("settings of the server"),
        }
    }

    fn end(&mut self) -> Option<&'static str> {
        let is_within = self.lease.is_some() || self.duid.is_some() || self.deeper > 0;
        is_within.then_some("block without its end")
    }
}

impl Dhcpd {
    fn begin(&mut self, words: &str) -> Line {
        let (kind, what) = words.split_once(' ').unwrap_or((words, ""));
        let address = |duid: Option<String>| {
            let ip: IpAddr = what.trim().parse().ok()?;
            let lease = Lease { ip: Some(ip), duid, ..Lease::default() };
            Some(Block { lease, ..Block::default() })
        };
        let heard = self.heard;
        match kind {
            _ if self.lease.is_some() || self.deeper > 0 => self.deeper += 1,
            "lease" => {
                self.lease = address(None);
                return Line::of(self.lease.is_some().then_some(()));
            }
            "iaaddr" => {
                let block = address(self.duid.clone());
                self.lease = block.map(|block| Block { heard, ..block });
                return Line::of(self.lease.is_some().then_some(()));
            }
            "ia-na" | "ia-ta" => {
                // The number of the association, in four bytes, stands before the identifier.
                let bytes = quoted(what.trim()).unwrap_or_default();
                let duid = bytes.get(4..).filter(|it| !it.is_empty());
                self.duid = Some(duid.map(as_hexadecimal).unwrap_or_default());
                self.heard = None;
            }
            _ => self.deeper += 1,
        }
        Line::Read
    }

    fn close(&mut self, scribe: &mut Scribe<'_>) -> Line {
        let Some(Block { mut lease, held, heard, begins }) = self.lease.take() else {
            return Line::Read;
        };
        lease.duid = lease.duid.filter(|it| !it.is_empty());
        let at = heard.or(begins).unwrap_or(scribe.clock.written);
        if held {
            return Line::of(scribe.lease(&lease, at));
        }
        lease.ip = None;
        if lease.mac.is_some() { Line::of(scribe.lease(&lease, at)) } else { Line::Read }
    }
}

impl Block {
    /// Reads one statement; those that say nothing of the holder are passed over.
    fn statement(&mut self, line: &str, scribe: &Scribe<'_>) -> Option<()> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let rest = rest.trim();
        match word {
            "cltt" => self.heard = scribe.clock.moment(time(rest)?),
            "starts" => self.begins = scribe.clock.moment(time(rest)?),
            "binding" => self.held = rest == "state active",
            "hardware" => {
                let (kind, address) = rest.split_once(' ')?;
                if kind == "ethernet" {
                    self.lease.mac = Some(address.parse().ok()?);
                }
            }
            "uid" => self.lease.client_id = Some(as_hexadecimal(&identifier(rest)?)),
            "client-hostname" => self.lease.name = Some(text(rest)?),
            "set" => {
                let (name, value) = rest.split_once('=')?;
                if name.trim() == "vendor-class-identifier" {
                    self.lease.vendor_class = Some(text(value.trim())?);
                }
            }
            _ => {}
        }
        Some(())
    }
}

/// Whether `line` is of such a file.
pub(super) fn recognises(line: &str) -> bool {
    let block =
        |kind: &str| line.strip_prefix(kind).is_some_and(|rest| rest.trim_end().ends_with('{'));
    ["lease ", "ia-na ", "ia-ta ", "ia-pd "].into_iter().any(block)
        || line.starts_with("# The format of this file is documented in the dhcpd.leases")
}

/// `4 2026/11/19 10:00:00` in UTC, `epoch 1795341600; # …`; `never` is no time.
fn time(text: &str) -> Option<Stamp> {
    let mut words = text.split(' ');
    let first = words.next()?;
    if first == "never" {
        return Some(Stamp::Moment(Timestamp::from_parts(u64::from(u32::MAX), 0)));
    }
    let second = words.next()?;
    if first == "epoch" {
        let seconds = second.trim_end_matches(';').parse().ok()?;
        return Some(Stamp::Moment(Timestamp::from_parts(seconds, 0)));
    }
    let wall = date_of(second, '/')? * 86_400 + i64::from(of_day(words.next()?)?.0);
    Some(Stamp::Moment(Timestamp::from_parts(u64::try_from(wall).ok()?, 0)))
}

/// An identifier as text in quotes, or as bytes in hexadecimal with colons.
fn identifier(text: &str) -> Option<Vec<u8>> {
    if text.starts_with('"') {
        return quoted(text);
    }
    text.split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect()
}

fn text(text: &str) -> Option<String> {
    quoted(text).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// What stands in quotes: bytes that are no letters are written `\ooo`, in octal.
fn quoted(text: &str) -> Option<Vec<u8>> {
    let mut inside = text.strip_prefix('"')?.strip_suffix('"')?.bytes();
    let mut bytes = Vec::new();
    while let Some(byte) = inside.next() {
        let byte = match byte {
            b'\\' => match inside.next()? {
                digit @ b'0'..=b'7' => {
                    let mut number = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let digit = inside.next().filter(|it| (b'0'..=b'7').contains(it))?;
                        number = number * 8 + u32::from(digit - b'0');
                    }
                    u8::try_from(number).ok()?
                }
                other => other,
            },
            byte => byte,
        };
        bytes.push(byte);
    }
    Some(bytes)
}

fn as_hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    #[test]
    fn a_lease_that_is_held_claims_its_address() {
        let host = "192.168.1.5 (00:00:5e:00:53:01)";
        check(
            "# The format of this file is documented in the dhcpd.leases(5) manual page.\n\
             server-duid \"\\000\\001\";\n\
             lease 192.168.1.5 {\n  starts 0 2026/11/22 09:30:00;\n  ends 0 2026/11/22 10:30:00;\n  \
             cltt 0 2026/11/22 09:45:00;\n  binding state active;\n  next binding state free;\n  \
             hardware ethernet 00:00:5e:00:53:01;\n  uid \"\\001\\000\\000^\\000S\\001\";\n  \
             set vendor-class-identifier = \"udhcp 1.30\";\n  client-hostname \"lamp\";\n}\n",
            &[
                &format!("{host} dhcp.client_id 0100005e005301 13 @2026-11-22T09:45:00Z"),
                &format!("{host} dhcp.host_name lamp 13 @2026-11-22T09:45:00Z"),
                &format!("{host} dhcp.offered 192.168.1.5 13 @2026-11-22T09:45:00Z"),
                &format!("{host} dhcp.vendor_class udhcp 1.30 13 @2026-11-22T09:45:00Z"),
                "skipped settings of the server 1",
            ],
        );
    }

    #[test]
    fn a_lease_that_is_over_leaves_the_name_alone() {
        check(
            "lease 192.168.1.5 {\nstarts epoch 1795341600; # Sun\nbinding state free;\n\
             hardware ethernet 00:00:5e:00:53:01;\nclient-hostname \"lamp\";\n}\n",
            &["00:00:5e:00:53:01 dhcp.host_name lamp 6 @2026-11-22T10:00:00Z"],
        );
    }

    #[test]
    fn associations_of_ipv6_are_known_by_their_duid() {
        check(
            "ia-na \"\\007\\000\\000\\000\\000\\004abcdefgh\" {\n  cltt 0 2026/11/22 10:00:00;\n  \
             iaaddr 2001:db8::5 {\n    binding state active;\n    max-life 600;\n  }\n}\n",
            &["2001:db8::5 dhcpv6.duid 00046162636465666768 6 @2026-11-22T10:00:00Z"],
        );
        check("lease here {\n}\n", &["malformed line 1"]);
    }

    #[test]
    fn a_block_that_the_files_end_goes_through_is_counted() {
        let cut = "lease 192.168.1.5 {\n  binding state active;\n";
        check(cut, &["malformed block without its end 1"]);
        check("ia-na \"\\007\\000\\000\\000a\" {\n", &["malformed block without its end 1"]);
    }

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::Dhcpd, text), expected, "{text}");
    }
}
