//! A stable order that looks random: which entries stay when a collection is full.
//!
//! A full collection keeps the entries with the lowest *rank*, a fixed hash of their key. Keeping
//! the lowest k of a set commutes with union (a bottom-k sample, Cohen and Kaplan 2007,
//! doi:10.1145/1281100.1281133), so merged ledgers keep the same entries in whatever order they
//! were merged; "first come" would not. The sample is also fair: a host that floods the ledger
//! thins itself out evenly.

use std::hash::{Hash, Hasher};

use siphasher::sip::SipHasher13;

/// Ranks `key`. The same on every machine, for the saved form rests on it. How a key is fed to the hash is
/// the standard library's choice, so a new compiler may change ranks: the test below would tell for
/// integers, and full ledgers of both sides would then keep different samples.
#[must_use]
pub(crate) fn rank<K: Hash + ?Sized>(key: &K) -> u64 {
    let mut hasher = LittleEndian(SipHasher13::new_with_keys(0x686f_7573_6567_7565, 0x7374));
    key.hash(&mut hasher);
    hasher.0.finish()
}

/// Feeds integers in one byte order, so that the rank does not depend on the machine.
struct LittleEndian(SipHasher13);

impl Hasher for LittleEndian {
    fn finish(&self) -> u64 {
        self.0.finish()
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    fn write_u16(&mut self, number: u16) {
        self.0.write(&number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.0.write(&number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.0.write(&number.to_le_bytes());
    }

    fn write_u128(&mut self, number: u128) {
        self.0.write(&number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.0.write(&(number as u64).to_le_bytes());
    }

    fn write_isize(&mut self, number: isize) {
        self.0.write(&(number as i64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_never_change() {
        assert_eq!(rank("home.pcap"), rank("home.pcap"));
        assert_ne!(rank("home.pcap"), rank("home.pcaq"));
        // A change here changes which entries full ledgers keep: raise the saved form's version.
        assert_eq!(rank(&(1_u16, 2_u64)), 5_474_520_287_775_723_772);
    }
}
