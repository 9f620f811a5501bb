//! Which of two ports is the service's.
//!
//! Decided from the two numbers alone, never from who came first: a capture may begin in the middle,
//! and ledgers made apart must agree. A known service wins, then the lower number.

use crate::{protocol::Protocol, protocols};

/// Whether port `left` rather than `right` is the service's; `None` where they are equal.
#[inline]
pub(crate) fn is_left(left: u16, right: u16) -> Option<bool> {
    match (is_known(left), is_known(right)) {
        _ if left == right => None,
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => Some(left < right),
    }
}

/// Whether services are usually found on `port`.
#[inline]
pub(crate) fn is_known(port: u16) -> bool {
    let (word, bit) = (usize::from(port / 64), port % 64);
    KNOWN_BITS.get(word).is_some_and(|word| word >> bit & 1 == 1)
}

/// Ports of the IANA registry that are common in homes, and ports that home devices and malware are
/// known to serve on though nobody registered them.
const KNOWN: &[u16] = &[
    7, 9, 13, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 49, 53, 67, 69, 70, 79, 80, 81, 82, 83, 88,
    102, 110, 111, 113, 119, 123, 135, 137, 138, 139, 143, 161, 162, 179, 194, 389, 427, 443, 444,
    445, 465, 500, 502, 514, 515, 520, 521, 523, 547, 548, 554, 587, 623, 631, 636, 646, 830, 843,
    853, 873, 989, 990, 992, 993, 994, 995, 1080, 1194, 1433, 1434, 1521, 1645, 1646, 1701, 1723,
    1812, 1813, 1883, 1900, 1935, 1982, 2000, 2049, 2222, 2323, 2375, 2376, 3000, 3074, 3128, 3283,
    3306, 3333, 3389, 3478, 3479, 3480, 3481, 3544, 3689, 3702, 4070, 4433, 4443, 4444, 4500, 4567,
    4786, 4840, 5000, 5001, 5004, 5005, 5060, 5061, 5201, 5222, 5223, 5228, 5229, 5230, 5269, 5349,
    5350, 5351, 5353, 5355, 5357, 5432, 5540, 5555, 5577, 5672, 5683, 5684, 5900, 5938, 5985, 5986,
    6000, 6379, 6443, 6466, 6467, 6514, 6666, 6667, 6668, 6669, 6697, 6881, 7000, 7001, 7070, 7100,
    7547, 7777, 8000, 8001, 8002, 8003, 8008, 8009, 8010, 8060, 8080, 8081, 8082, 8083, 8086, 8088,
    8090, 8123, 8181, 8200, 8333, 8443, 8554, 8555, 8728, 8800, 8843, 8880, 8883, 8888, 8889, 8899,
    9000, 9001, 9080, 9090, 9091, 9100, 9123, 9197, 9200, 9443, 9522, 9998, 9999, 10000, 10001,
    10101, 10554, 11211, 15600, 16992, 16993, 17500, 18181, 19132, 20002, 23323, 25565, 27015,
    27017, 30050, 30303, 32100, 32108, 32400, 32410, 32412, 32414, 32469, 34567, 34568, 37020,
    37215, 37777, 37778, 38899, 39500, 44818, 47808, 48101, 48899, 49152, 49153, 49154, 50000,
    51413, 51820, 52869, 54321, 55443, 56700, 60001, 62078, 65001,
];

/// Ports that only clients use, though datagrams on them are read.
const CLIENTS: [u16; 2] = [68, 546];

/// [`KNOWN`] and the ports of every protocol this build reads, one bit a port.
const KNOWN_BITS: [u64; 1024] = {
    let mut bits = with([0; 1024], KNOWN);
    let mut rest: &[Protocol] = protocols::ALL;
    while let Some((protocol, after)) = rest.split_first() {
        bits = with(with(bits, protocol.datagram_ports), protocol.stream_ports);
        rest = after;
    }
    bits
};

#[expect(clippy::indexing_slicing, reason = "evaluated while compiling; a port is below 64 * 1024")]
const fn with(mut bits: [u64; 1024], mut ports: &[u16]) -> [u64; 1024] {
    while let Some((&port, rest)) = ports.split_first() {
        if port != CLIENTS[0] && port != CLIENTS[1] {
            bits[port as usize / 64] |= 1 << (port % 64);
        }
        ports = rest;
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_service_wins_then_the_lower_port() {
        check(40_000, 443, Some(false));
        check(443, 40_000, Some(true));
        check(80, 443, Some(true));
        check(68, 67, Some(false));
        check(546, 547, Some(false));
        check(40_000, 50_001, Some(true));
        check(123, 123, None);
    }

    #[track_caller]
    fn check(left: u16, right: u16, expected: Option<bool>) {
        assert_eq!(is_left(left, right), expected);
    }
}
