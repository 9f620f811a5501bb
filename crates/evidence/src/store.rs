//! Hosts, or what was noted of them, found by their hash.
//!
//! The table holds eight bytes an entry, so that it stays in a processor's cache; the entries lie on
//! pages that never move.

use hashbrown::HashTable;

/// Entries on a page; our choice, some tens of kilobytes.
const PAGE: usize = 512;

/// Where an entry is.
pub(crate) type Place = u32;

/// No place at all: the end of a list of places.
pub(crate) const NOWHERE: Place = Place::MAX;

/// Keeps entries and finds them again.
#[derive(Debug)]
pub(crate) struct Store<T> {
    table: HashTable<Slot>,
    pages: Vec<Vec<Option<T>>>,
    free: Vec<Place>,
    length: usize,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    place: Place,
}

impl<T> Default for Store<T> {
    fn default() -> Self {
        Self { table: HashTable::new(), pages: Vec::new(), free: Vec::new(), length: 0 }
    }
}

impl<T> Store<T> {
    /// Entries in it.
    pub(crate) const fn len(&self) -> usize {
        self.length
    }

    /// The place of the entry with that hash for which `is` holds.
    #[inline]
    pub(crate) fn find(&self, hash: u64, is: impl Fn(&T) -> bool) -> Option<Place> {
        let hash = shortened(hash);
        let same = |slot: &Slot| slot.hash == hash && self.get(slot.place).is_some_and(&is);
        self.table.find(spread(hash), same).map(|slot| slot.place)
    }

    /// Puts in an entry that is not in it.
    pub(crate) fn insert(&mut self, hash: u64, entry: T) -> Place {
        let place = match self.free.pop() {
            Some(place) => {
                if let Some(free) = self.room(place) {
                    *free = Some(entry);
                }
                place
            }
            None => self.append(entry),
        };
        let hash = shortened(hash);
        self.table.insert_unique(spread(hash), Slot { hash, place }, |slot| spread(slot.hash));
        self.length += 1;
        place
    }

    /// Takes an entry out.
    pub(crate) fn remove(&mut self, hash: u64, place: Place) -> Option<T> {
        let hash = shortened(hash);
        let slot = self.table.find_entry(spread(hash), |slot| slot.place == place).ok()?;
        slot.remove();
        let entry = self.room(place)?.take();
        self.free.push(place);
        self.length -= 1;
        entry
    }

    #[inline]
    pub(crate) fn get(&self, place: Place) -> Option<&T> {
        let place = place as usize;
        self.pages.get(place / PAGE)?.get(place % PAGE)?.as_ref()
    }

    #[inline]
    pub(crate) fn get_mut(&mut self, place: Place) -> Option<&mut T> {
        self.room(place)?.as_mut()
    }

    /// All entries.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages.iter().flatten().flatten()
    }

    /// All entries, to be changed but in what their hashes are of.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.pages.iter_mut().flatten().flatten()
    }

    /// All entries with their places.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Place, &T)> {
        let all = (0..).zip(self.pages.iter().flatten());
        all.filter_map(|(place, entry)| Some((place, entry.as_ref()?)))
    }

    /// Empties it, place by place. Each page's room is given back when its entries have been handed out.
    pub(crate) fn into_places(self) -> impl Iterator<Item = Option<T>> {
        let Self { table, pages, .. } = self;
        drop(table);
        pages.into_iter().flatten()
    }

    #[inline]
    fn room(&mut self, place: Place) -> Option<&mut Option<T>> {
        let place = place as usize;
        self.pages.get_mut(place / PAGE)?.get_mut(place % PAGE)
    }

    fn append(&mut self, entry: T) -> Place {
        let pages = self.pages.len();
        let (before, page) = match self.pages.last_mut() {
            Some(page) if page.len() < PAGE => (pages - 1, page),
            _ => (pages, self.pages.push_mut(Vec::with_capacity(PAGE))),
        };
        let place = before * PAGE + page.len();
        page.push(Some(entry));
        Place::try_from(place).unwrap_or(NOWHERE)
    }
}

/// What the table keeps of a hash.
#[expect(clippy::cast_possible_truncation, reason = "the low bits are as good as any")]
const fn shortened(hash: u64) -> u32 {
    (hash ^ hash >> 32) as u32
}

/// The table looks at the lowest and the highest bits of a hash.
const fn spread(hash: u32) -> u64 {
    (hash as u64) << 32 | hash as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_found_until_they_are_taken_out() {
        let mut store = Store::default();
        let places: Vec<Place> = (0..2_000_u64).map(|it| store.insert(it % 7, it)).collect();
        for (number, place) in (0..).zip(&places) {
            assert_eq!(store.find(number % 7, |it| *it == number), Some(*place));
        }
        for (number, place) in (0..).zip(&places).take(1_000) {
            assert_eq!(store.remove(number % 7, *place), Some(number));
        }
        assert_eq!((store.len(), store.find(1, |it| *it == 1)), (1_000, None));
        let again = store.insert(1, 1);
        assert!(places.contains(&again));
        assert_eq!(store.iter().count(), 1_001);
        assert_eq!(store.into_places().flatten().count(), 1_001);
    }
}
