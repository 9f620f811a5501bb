//! Leases as Kea keeps them: `kea-leases4.csv`, `kea-leases6.csv`, and their copies `.1`, `.2`.
//!
//! The first line names the columns. Commas within values are written `&#x2c`. A lease is appended anew each
//! time it changes, so the lines are a history: a lease is given its valid lifetime before it expires.

use evidence::Timestamp;

use super::{
    Line, Lines, Scribe,
    scribe::{Lease, hexadecimal},
};

/// How many columns are read; Kea has some twenty. Our choice.
const MOST_COLUMNS: usize = 64;

/// Reads such a file.
#[derive(Debug, Default)]
pub(super) struct Kea {
    columns: Vec<String>,
}

impl Lines for Kea {
    fn line(&mut self, line: &str, scribe: &mut Scribe<'_>) -> Line {
        /// What stands in the column `state` of a lease that is held.
        const HELD: &str = "0";
        /// In `lease_type`: the address is a whole network, delegated to a router.
        const DELEGATED: &str = "2";

        if self.heading(line) {
            return Line::Read;
        }
        let values: Vec<_> = line.split(',').collect();
        let value = |name: &str| {
            let place = self.columns.iter().position(|it| it == name)?;
            values.get(place).copied().filter(|it| !it.is_empty())
        };
        if value("lease_type") == Some(DELEGATED) {
            return Line::Skipped("delegated networks");
        }
        let ends: Option<u64> = value("expire").and_then(|it| it.parse().ok());
        let lasts: Option<u64> = value("valid_lifetime").and_then(|it| it.parse().ok());
        let (Some(ends), Some(lasts), Some(ip)) = (ends, lasts, value("address")) else {
            return Line::Malformed;
        };
        let Ok(ip) = ip.parse() else { return Line::Malformed };
        // A lifetime of all ones never ends; what is given back ends at once.
        if value("state").is_some_and(|it| it != HELD) || lasts == 0 {
            return Line::Skipped("leases given back");
        }
        let lease = Lease {
            mac: value("hwaddr").and_then(|it| it.parse().ok()),
            ip: Some(ip),
            name: value("hostname").map(|it| it.trim_end_matches('.').replace("&#x2c", ",")),
            client_id: value("client_id").and_then(hexadecimal),
            duid: value("duid").and_then(hexadecimal),
            vendor_class: None,
        };
        let given = Timestamp::from_parts(ends.saturating_sub(lasts), 0);
        Line::of(scribe.lease(&lease, given))
    }

    fn heading(&mut self, line: &str) -> bool {
        let is = recognises(line);
        if is {
            self.columns = line.split(',').take(MOST_COLUMNS).map(str::to_owned).collect();
        }
        is
    }
}

/// Whether `line` names the columns of such a file.
pub(super) fn recognises(line: &str) -> bool {
    line.starts_with("address,hwaddr,") || line.starts_with("address,duid,")
}

#[cfg(test)]
mod tests {
    use crate::imports::{Format, fuzzing::rehearse};

    const FOUR: &str = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,\
                        hostname,state,user_context,pool_id\n";
    const SIX: &str = "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,\
                       prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,\
                       hwaddr_source,pool_id\n";

    #[test]
    fn leases_are_of_when_they_were_given() {
        let host = "192.168.1.5 (00:00:5e:00:53:01)";
        check(
            FOUR,
            "192.168.1.5,00:00:5e:00:53:01,01:00:00:5e:00:53:01,3600,1795345200,1,0,0,lamp,0,,0\n\
             192.168.1.6,00:00:5e:00:53:02,,3600,1795345200,1,0,0,,2,,0\n\
             192.168.1.7,00:00:5e:00:53:02,,3600\n",
            &[
                &format!("{host} dhcp.client_id 0100005e005301 2 @2026-11-22T10:00:00Z"),
                &format!("{host} dhcp.host_name lamp 2 @2026-11-22T10:00:00Z"),
                &format!("{host} dhcp.offered 192.168.1.5 2 @2026-11-22T10:00:00Z"),
                "malformed line 1",
                "skipped leases given back 1",
            ],
        );
    }

    #[test]
    fn leases_of_ipv6_name_the_station_where_it_was_seen() {
        let host = "2001:db8::5 (00:00:5e:00:53:01)";
        check(
            SIX,
            "2001:db8::5,00:04:01:02:03:04:05:06,3600,1795345200,1,1800,0,7,128,0,0,lamp.example.,\
             00:00:5e:00:53:01,0,,1,2,0\n\
             2001:db8:9::,00:04:01:02:03:04:05:06,3600,1795345200,1,1800,2,7,56,0,0,,,0,,,,0\n",
            &[
                &format!("{host} dhcpv6.duid 0004010203040506 2 @2026-11-22T10:00:00Z"),
                &format!("{host} dhcpv6.host_name lamp.example 2 @2026-11-22T10:00:00Z"),
                &format!("{host} dhcpv6.offered 2001:db8::5 2 @2026-11-22T10:00:00Z"),
                "skipped delegated networks 1",
            ],
        );
    }

    #[track_caller]
    fn check(heading: &str, text: &str, expected: &[&str]) {
        assert_eq!(rehearse(Format::Kea, &format!("{heading}{text}")), expected, "{text}");
    }
}
