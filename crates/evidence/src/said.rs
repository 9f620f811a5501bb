//! What one host said and showed, while traffic is read.
//!
//! Nearly everything has been said before, often a whole message of it at once. So all that is known
//! of a host lies together: a few lines of a processor's cache instead of one for each value.

use std::sync::Arc;

use hashbrown::{HashSet, HashTable};

use crate::{Dropped, Field, Host, Observation, Seen, Service, merge::observation_rank};

/// Observations of one host.
#[derive(Debug, Default)]
pub(crate) struct Said {
    table: HashTable<Slot>,
    lines: Vec<Line>,
    text: String,
    fields: Vec<(Field, u32)>,
}

/// A line of the table.
#[derive(Clone, Copy, Debug)]
struct Slot {
    hash: u32,
    line: u32,
}

/// An observation whose value stands in the text.
#[derive(Clone, Copy, Debug)]
struct Line {
    seen: Seen,
    start: u32,
    length: u16,
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
        value: &str,
    ) -> Option<&mut Seen> {
        let Self { table, lines, text, .. } = self;
        let is = |slot: &Slot| {
            slot.hash == hash
                && lines.get(slot.line as usize).is_some_and(|line| {
                    line.field == field
                        && text.as_bytes().get(line.range()) == Some(value.as_bytes())
                        && line.about.as_ref() == about
                })
        };
        let line = table.find(spread(hash), is)?.line;
        lines.get_mut(line as usize).map(|line| &mut line.seen)
    }

    /// Writes down what was not there; returns how many values the field has now. `value` has at most
    /// [`Observation::LONGEST_VALUE`] bytes.
    pub(crate) fn insert(
        &mut self,
        hash: u32,
        field: Field,
        about: Option<Service>,
        value: &str,
        seen: Seen,
    ) -> usize {
        let slot = Slot { hash, line: number(self.lines.len()) };
        self.table.insert_unique(spread(hash), slot, |slot| spread(slot.hash));
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX);
        self.lines.push(Line { seen, start: number(self.text.len()), length, field, about });
        self.text.push_str(value);
        self.count(field)
    }

    /// The ranks of all observations, or of one field's.
    pub(crate) fn ranks(&self, host: &Host, of: Option<Field>) -> impl Iterator<Item = u64> {
        let lines =
            self.lines.iter().filter(move |line| of.is_none_or(|field| line.field == field));
        lines.map(|line| line.rank(host, &self.text))
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
            if concerned && line.rank(host, &before.text) >= ceiling {
                dropped.sightings = dropped.sightings.saturating_add(line.seen.count);
                places.push(None);
            } else {
                places.push(Some(number(self.lines.len())));
                self.lines.push(Line { start: number(self.text.len()), ..line });
                self.text.push_str(line.value(&before.text));
                self.count(line.field);
            }
        }
        self.table = before.table;
        self.table.retain(|slot| {
            let place = places.get(slot.line as usize).copied().flatten();
            slot.line = place.unwrap_or_default();
            place.is_some()
        });
    }

    /// All of it in canonical order; what others said too is shared with them through `values`.
    pub(crate) fn into_observations(self, values: &mut HashSet<Arc<str>>) -> Vec<Observation> {
        let Self { lines, text, .. } = self;
        let mut sorted: Vec<_> = lines.iter().map(|line| (line.beginning(&text), line)).collect();
        sorted.sort_unstable_by(|(beginning, line), (other_beginning, other)| {
            let whole = || line.key(&text).cmp(&other.key(&text));
            beginning.cmp(other_beginning).then_with(whole)
        });
        let observation = |(_, line): (u128, &Line)| {
            let Line { seen, field, about, .. } = *line;
            let value = values.get_or_insert_with(line.value(&text), |value| value.into());
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
    #[inline]
    const fn range(&self) -> std::ops::Range<usize> {
        let start = self.start as usize;
        start..start + self.length as usize
    }

    fn value<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.range()).unwrap_or_default()
    }

    /// What tells two lines of one host apart, and orders them.
    fn key<'a>(&self, text: &'a str) -> (Field, &'a str, Option<Service>) {
        (self.field, self.value(text), self.about)
    }

    /// The field and the value's first bytes as a number, in the order of [`key`](Self::key): most lines
    /// differ in it, and numbers are compared far faster than texts.
    fn beginning(&self, text: &str) -> u128 {
        let value = text.as_bytes().get(self.range()).unwrap_or_default();
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

    fn rank(&self, host: &Host, text: &str) -> u64 {
        observation_rank(host, self.field, self.value(text), self.about)
    }
}

/// The table looks at the lowest and the highest bits of a hash.
const fn spread(hash: u32) -> u64 {
    (hash as u64) << 32 | hash as u64
}

/// A host has far fewer observations, and far less text, than 2^32.
fn number(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
