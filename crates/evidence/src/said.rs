//! What one host said and showed, while traffic is read.
//!
//! Nearly everything has been said before, often a whole message of it at once. So all that is known
//! of a host lies together: a few lines of a processor's cache instead of one for each value. The texts
//! are kept once for all hosts.

use std::sync::Arc;

use hashbrown::HashTable;

use crate::{Dropped, Field, Host, Observation, Seen, Service, merge::observation_rank};

/// Observations of one host.
#[derive(Debug, Default)]
pub(crate) struct Said {
    table: HashTable<Slot>,
    lines: Vec<Line>,
    fields: Vec<(Field, u32)>,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    line: u32,
}

/// An observation.
#[derive(Debug)]
struct Line {
    seen: Seen,
    value: Arc<str>,
    field: Field,
    about: Option<Service>,
}

impl Said {
    /// How many observations there are.
    pub(crate) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// How often `value` was seen, if it was.
    #[inline]
    pub(crate) fn find(
        &mut self,
        hash: u32,
        field: Field,
        about: Option<&Service>,
        value: &Arc<str>,
    ) -> Option<&mut Seen> {
        let Self { table, lines, .. } = self;
        let is = |slot: &Slot| {
            slot.hash == hash
                && lines.get(slot.line as usize).is_some_and(|line| {
                    line.field == field
                        && Arc::ptr_eq(&line.value, value)
                        && line.about.as_ref() == about
                })
        };
        let line = table.find(spread(hash), is)?.line;
        lines.get_mut(line as usize).map(|line| &mut line.seen)
    }

    /// Writes down what was not there; returns how many values the field has now.
    pub(crate) fn insert(
        &mut self,
        hash: u32,
        field: Field,
        about: Option<Service>,
        value: Arc<str>,
        seen: Seen,
    ) -> usize {
        let slot = Slot { hash, line: number(self.lines.len()) };
        self.table.insert_unique(spread(hash), slot, |slot| spread(slot.hash));
        self.lines.push(Line { seen, value, field, about });
        self.count(field)
    }

    /// The ranks of all observations, or of one field's.
    pub(crate) fn ranks(&self, host: &Host, of: Option<Field>) -> impl Iterator<Item = u64> {
        let lines =
            self.lines.iter().filter(move |line| of.is_none_or(|field| line.field == field));
        lines.map(|line| line.rank(host))
    }

    /// Fields with more values than `limit`.
    pub(crate) fn crowded(&self, limit: usize) -> Vec<Field> {
        let fields = self.fields.iter().filter(|(_, count)| *count as usize > limit);
        fields.map(|(field, _)| *field).collect()
    }

    /// Leaves the observations, or the one field's, that rank below `ceiling`.
    pub(crate) fn cut(
        &mut self,
        host: &Host,
        of: Option<Field>,
        ceiling: u64,
        dropped: &mut Dropped,
    ) {
        let before = std::mem::take(self);
        let mut places = Vec::with_capacity(before.lines.len());
        for line in before.lines {
            let concerned = of.is_none_or(|field| line.field == field);
            if concerned && line.rank(host) >= ceiling {
                dropped.sightings = dropped.sightings.saturating_add(line.seen.count);
                places.push(None);
            } else {
                places.push(Some(number(self.lines.len())));
                self.count(line.field);
                self.lines.push(line);
            }
        }
        self.table = before.table;
        self.table.retain(|slot| {
            let place = places.get(slot.line as usize).copied().flatten();
            slot.line = place.unwrap_or_default();
            place.is_some()
        });
    }

    /// All of it in canonical order.
    pub(crate) fn into_observations(self) -> Vec<Observation> {
        let mut sorted: Vec<_> = self.lines.iter().map(|line| (line.beginning(), line)).collect();
        sorted.sort_unstable_by(|(beginning, line), (other_beginning, other)| {
            beginning.cmp(other_beginning).then_with(|| line.key().cmp(&other.key()))
        });
        let observation = |(_, line): (u128, &Line)| {
            let Line { seen, field, about, ref value } = *line;
            Observation { about, field, value: Arc::clone(value), seen }
        };
        sorted.into_iter().map(observation).collect()
    }

    fn count(&mut self, field: Field) -> usize {
        if let Some((_, count)) = self.fields.iter_mut().find(|(known, _)| *known == field) {
            *count += 1;
            *count as usize
        } else {
            self.fields.push((field, 1));
            1
        }
    }
}

impl Line {
    /// What tells two lines of one host apart, and orders them.
    fn key(&self) -> (Field, &str, Option<Service>) {
        (self.field, &self.value, self.about)
    }

    /// The field and the value's first bytes as a number, in the order of [`key`](Self::key): most lines
    /// differ in it, and numbers are compared far faster than texts.
    fn beginning(&self) -> u128 {
        let value = self.value.as_bytes();
        let mut first = [0; 14];
        let count = value.len().min(first.len());
        if let (Some(to), Some(from)) = (first.get_mut(..count), value.get(..count)) {
            to.copy_from_slice(from);
        }
        let [a, b] = self.field.rank().to_be_bytes();
        let [c, d, e, f, g, h, i, j, k, l, m, n, o, p] = first;
        let bytes = [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p];
        u128::from_be_bytes(bytes)
    }

    fn rank(&self, host: &Host) -> u64 {
        observation_rank(host, self.field, &self.value, self.about)
    }
}

/// The table looks at the lowest and the highest bits of a hash.
const fn spread(hash: u32) -> u64 {
    (hash as u64) << 32 | hash as u64
}

/// A host has far fewer observations than 2^32.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
