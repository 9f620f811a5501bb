//! What hosts said, as text: each value kept once, however many hosts said it.
//!
//! Devices of one kind say the same, and one device says it to many. So a value said before is found where
//! it was found lately, and hosts' notes are compared without any text.

use std::sync::Arc;

use hashbrown::HashTable;

/// Finds values by their hash.
#[derive(Debug, Default)]
pub(crate) struct Values {
    table: HashTable<Slot>,
    /// How many there may be before those that no host holds any more are let go.
    most: usize,
}

#[derive(Debug)]
struct Slot {
    hash: u64,
    value: Arc<str>,
}

impl Values {
    /// Below this, nothing is let go; our choice.
    const FEW: usize = 4_096;

    /// `value`, which has that hash, if somebody said it before.
    #[inline]
    pub(crate) fn find(&self, hash: u64, value: &str) -> Option<&Arc<str>> {
        let is = |slot: &Slot| slot.hash == hash && *slot.value == *value;
        self.table.find(hash, is).map(|slot| &slot.value)
    }

    /// Keeps `value`, which has that hash and was not [found](Self::find).
    pub(crate) fn keep(&mut self, hash: u64, value: &str) -> Arc<str> {
        if self.table.len() >= self.most {
            self.table.retain(|slot| Arc::strong_count(&slot.value) > 1);
            self.most = (2 * self.table.len()).max(Self::FEW);
        }
        let value: Arc<str> = value.into();
        let slot = Slot { hash, value: Arc::clone(&value) };
        self.table.insert_unique(hash, slot, |slot| slot.hash);
        value
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_where_it_is_kept() {
        let mut values = Values::default();
        let lamp = values.keep(1, "lamp");
        assert!(values.find(1, "lamp").is_some_and(|known| Arc::ptr_eq(known, &lamp)));
        assert!(values.find(1, "plug").is_none() && values.find(2, "lamp").is_none());
    }

    #[test]
    fn what_nobody_holds_is_let_go() {
        let mut values = Values::default();
        let held = values.keep(0, "held");
        for number in 1..100_000 {
            values.keep(number, &number.to_string());
        }
        assert!(values.table.len() <= Values::FEW);
        assert!(values.find(0, "held").is_some_and(|known| Arc::ptr_eq(known, &held)));
    }
}
