//! A record written field by field, its long lists by several threads, each a stretch of the items.

use std::{
    fmt,
    io::{self, Write},
    mem,
    num::NonZero,
    ops::Range,
    sync::mpsc,
    thread,
};

use serde::ser::{self, Serialize};

use super::{Inside, Json};

/// Writes the record that `fields` writes; its lists by so many threads.
pub(crate) fn record(
    out: &mut dyn Write,
    workers: NonZero<usize>,
    fields: impl FnOnce(&mut Record<'_>) -> fmt::Result,
) -> io::Result<()> {
    let mut record = Record { json: Json::to(out), before: b'{', workers };
    let written = fields(&mut record);
    Inside { json: &mut record.json, before: record.before, close: b'}' }.close();
    record.json.end(written)
}

/// A record whose fields are written one after another.
pub(crate) struct Record<'o> {
    json: Json<'o>,
    before: u8,
    workers: NonZero<usize>,
}

impl Record<'_> {
    pub(crate) fn field(&mut self, name: &'static str, value: &impl Serialize) -> fmt::Result {
        self.name(name);
        value.serialize(&mut self.json)
    }

    /// A list of `length` items; `items` makes those of a stretch of it.
    pub(crate) fn list<I: Iterator<Item: Serialize>>(
        &mut self,
        name: &'static str,
        length: usize,
        items: impl Fn(Range<usize>) -> I + Sync,
    ) -> fmt::Result {
        self.stretches(name, [b'[', b']'], length, |range, list| {
            items(range).try_for_each(|item| ser::SerializeSeq::serialize_element(list, &item))
        })
    }

    /// The same for a record of `length` fields.
    pub(crate) fn map<K: Serialize, V: Serialize, I: Iterator<Item = (K, V)>>(
        &mut self,
        name: &'static str,
        length: usize,
        entries: impl Fn(Range<usize>) -> I + Sync,
    ) -> fmt::Result {
        self.stretches(name, [b'{', b'}'], length, |range, map| {
            entries(range).try_for_each(|(key, value)| {
                ser::SerializeMap::serialize_key(map, &key)?;
                ser::SerializeMap::serialize_value(map, &value)
            })
        })
    }

    fn name(&mut self, name: &'static str) {
        self.json.name(mem::replace(&mut self.before, b','), name);
    }

    fn stretches(
        &mut self,
        name: &'static str,
        [open, close]: [u8; 2],
        length: usize,
        write: impl Fn(Range<usize>, &mut Inside<'_, Json<'_>>) -> fmt::Result + Sync,
    ) -> fmt::Result {
        self.name(name);
        let json = &mut self.json;
        let write = |range: Range<usize>, json: &mut Json<'_>| {
            let before = if range.start == 0 { open } else { b',' };
            write(range, &mut Inside { json, before, close })
        };
        if length == 0 {
            json.buffer.push(open);
        } else if self.workers == NonZero::<usize>::MIN || length <= FIRST {
            write(0..length, json)?;
        } else {
            let first = stretch(0..FIRST, Vec::new(), &write)?;
            json.pass(&first);
            let stretches = Stretches::after(&first, length);
            in_order(self.workers.get(), &stretches, &write, |stretch| json.pass(stretch))?;
        }
        json.buffer.push(close);
        Ok(())
    }
}

/// With so many items, a list is written by several threads; how long these are tells how many of the rest
/// a thread writes at a time. Our choice.
const FIRST: usize = 16;

/// A list's items after the first, in stretches.
struct Stretches {
    length: usize,
    each: usize,
}

impl Stretches {
    /// About how much a thread writes at a time, in bytes; our choice: enough to be worth handing over, and
    /// little enough that it is still in the processor's cache when it goes out.
    const BYTES: usize = 128 * 1024;

    /// The items of a list of `length` after those that `first` shows.
    const fn after(first: &[u8], length: usize) -> Self {
        let each = Self::BYTES * FIRST / (first.len() + 1);
        Self { length, each: if each == 0 { 1 } else { each } }
    }

    fn count(&self) -> usize {
        (self.length - FIRST).div_ceil(self.each)
    }

    fn nth(&self, place: usize) -> Range<usize> {
        let start = FIRST + place * self.each;
        start..self.length.min(start + self.each)
    }
}

/// Writes `stretches` by so many threads, while this one hands what they wrote to `out` in order.
fn in_order(
    workers: usize,
    stretches: &Stretches,
    write: &(impl Fn(Range<usize>, &mut Json<'_>) -> fmt::Result + Sync),
    mut out: impl FnMut(&[u8]),
) -> fmt::Result {
    /// How many each thread may be ahead; our choice.
    const AHEAD: usize = 2;

    let workers = workers.min(stretches.count());
    thread::scope(|scope| {
        let start = |worker: usize| {
            let (give, written) = mpsc::sync_channel(AHEAD);
            let (give_back, used) = mpsc::channel();
            scope.spawn(move || {
                for place in (worker..stretches.count()).step_by(workers) {
                    let buffer = used.try_recv().unwrap_or_default();
                    if give.send(stretch(stretches.nth(place), buffer, write)).is_err() {
                        return;
                    }
                }
            });
            (written, give_back)
        };
        let desks: Vec<_> = (0..workers).map(start).collect();
        for (_, (written, give_back)) in (0..stretches.count()).zip(desks.iter().cycle()) {
            // Nobody is there any more if it panicked; the scope passes that on.
            let stretch = written.recv().map_err(|_| fmt::Error)??;
            out(&stretch);
            let _ = give_back.send(stretch);
        }
        Ok(())
    })
}

/// One stretch of a list, written over an earlier one.
fn stretch(
    range: Range<usize>,
    mut buffer: Vec<u8>,
    write: &impl Fn(Range<usize>, &mut Json<'_>) -> fmt::Result,
) -> Result<Vec<u8>, fmt::Error> {
    buffer.clear();
    let mut json = Json { buffer, out: None, failure: None };
    write(range, &mut json).map(|()| json.buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_threads_write_what_one_does() {
        for length in [0, 1, FIRST, FIRST + 1, 99_999] {
            let alone = numbered(length, 1);
            assert!(serde_json::from_str::<serde_json::Value>(&alone).is_ok(), "{length}");
            for workers in [2, 3, 64] {
                assert!(numbered(length, workers) == alone, "{length} items, {workers} threads");
            }
        }
    }

    #[test]
    fn a_shape_that_the_contract_lacks_ends_all_threads() {
        #[derive(serde::Serialize)]
        struct Lacking(u8, u8);
        let lacking = |_: usize| Lacking(0, 0);
        let written = record(&mut io::sink(), 2.try_into().unwrap(), |record| {
            record.list("items", 99_999, |range| range.map(lacking))
        });
        assert!(written.is_err());
    }

    /// A document of `length` numbered texts, as a list and by name.
    fn numbered(length: usize, workers: usize) -> String {
        let mut out = Vec::new();
        let text = |number: usize| format!("\u{202e}{number}");
        record(&mut out, workers.try_into().unwrap(), |record| {
            record.field("length", &(length as u64))?;
            record.list("texts", length, |range| range.map(text))?;
            record.map("named", length, |range| range.map(|it| (text(it), it as u64)))
        })
        .unwrap();
        String::from_utf8(out).unwrap()
    }
}
