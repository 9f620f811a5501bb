//! IGMP ([RFC 3376], and versions 1 and 2): the groups a host joins.
//!
//! [RFC 3376]: https://www.rfc-editor.org/rfc/rfc3376

use std::net::Ipv4Addr;

/// Hands on each group that a message joins; false if it is cut short.
pub(crate) fn read(message: &[u8], mut joined: impl FnMut(Ipv4Addr)) -> bool {
    match message {
        [0x12 | 0x16, _, _, _, a, b, c, d, ..] => joined(Ipv4Addr::new(*a, *b, *c, *d)),
        [0x22, _, _, _, _, _, high, low, records @ ..] => {
            return reports(u16::from_be_bytes([*high, *low]), records, joined);
        }
        [0x12 | 0x16 | 0x22, ..] => return false,
        _ => {}
    }
    true
}

fn reports(count: u16, mut records: &[u8], mut joined: impl FnMut(Ipv4Addr)) -> bool {
    const EXCLUDES: [u8; 2] = [2, 4];
    for _ in 0..count {
        let &[kind, words, high, low, a, b, c, d, ref rest @ ..] = records else { return false };
        let sources = u16::from_be_bytes([high, low]);
        // To exclude no source is to join; to include none is to leave.
        if EXCLUDES.contains(&kind) || (kind != 6 && sources > 0) {
            joined(Ipv4Addr::new(a, b, c, d));
        }
        let length = usize::from(sources) * 4 + usize::from(words) * 4;
        let Some(next) = rest.get(length..) else { return false };
        records = next;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn joins_are_told_from_leaves() {
        check("version 2 report", &[0x16, 0, 0, 0, 239, 255, 255, 250], true, &["239.255.255.250"]);
        check("version 2 leave", &[0x17, 0, 0, 0, 239, 255, 255, 250], true, &[]);
        let mut report = vec![0x22, 0, 0, 0, 0, 0, 0, 2, 4, 0, 0, 0, 224, 0, 0, 251];
        report.extend([3, 0, 0, 0, 224, 0, 0, 252]);
        check("version 3 join and leave", &report, true, &["224.0.0.251"]);
        check("cut short", &report[..20], false, &["224.0.0.251"]);
        check("query", &[0x11, 0, 0, 0], true, &[]);
    }

    #[track_caller]
    fn check(name: &str, message: &[u8], whole: bool, expected: &[&str]) {
        let mut groups = Vec::new();
        assert_eq!(read(message, |group| groups.push(group.to_string())), whole, "{name}");
        assert_eq!(groups, expected, "{name}");
    }
}
