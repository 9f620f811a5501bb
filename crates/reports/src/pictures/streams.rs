//! Bytes on their way through three columns, as bands: a Sankey diagram.
//!
//! A band is as thick as its share of all bytes, but never too thin to be seen. What is in no place we
//! could name stands apart, below the others and dashed. Lengths are in tenths of a pixel, so that all
//! of it is whole numbers.

use std::{cmp::Reverse, collections::BTreeMap};

use maud::{Markup, html};

use super::cut;
use crate::{escape::visible, formats::pieces, wording};

/// Somewhere that bytes come from, pass or go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// What it is called. May be untrusted.
    pub name: String,
    /// What stands beside the name: an organisation's home.
    pub beside: Option<String>,
    /// Where it leads to.
    pub href: Option<String>,
    /// Whether it is no place at all: unknown, or everywhere.
    pub apart: bool,
}

/// Bytes on their way through three columns.
#[derive(Clone, Debug)]
pub struct Streams {
    headings: [&'static str; 3],
    columns: [Vec<Place>; 3],
    /// Bytes by the places they pass, one of each column.
    ways: BTreeMap<[usize; 3], u64>,
    total: u64,
}

/// The picture's width, where columns begin, and how wide their bars are.
const WIDTH: u64 = 10_000;
const COLUMNS: [u64; 3] = [2_500, 5_300, 7_980];
const BAR: u64 = 120;

/// How high all bytes together are at most, how much of that each place adds, and how thin a band may be.
const ALL: u64 = 3_000;
const EACH: u64 = 400;
const THINNEST: u64 = 15;

/// Height of a label of one line and of two, between places, above those apart, and of the headings.
const LINE: u64 = 200;
const TWO_LINES: u64 = 340;
const BETWEEN: u64 = 70;
const ABOVE_APART: u64 = 220;
const HEADINGS: u64 = 330;

/// Letters of a label: what fits beside the columns.
const LETTERS: [usize; 3] = [33, 33, 24];

impl Streams {
    /// Puts flows together.
    ///
    /// # Arguments
    ///
    /// * `most`: how many places of each column are shown; those with the fewest bytes become one.
    /// * `rest`: that one, for each column, of so many places.
    #[must_use]
    pub fn of(
        headings: [&'static str; 3],
        flows: &[([Place; 3], u64)],
        most: usize,
        rest: [fn(usize) -> Place; 3],
    ) -> Self {
        let [first, second, third] = [0, 1, 2].map(|column| {
            let places = flows.iter().filter_map(|(way, bytes)| Some((way.get(column)?, *bytes)));
            Column::of(places, most, rest.get(column).copied())
        });
        let mut ways = BTreeMap::new();
        for ([from, over, to], bytes) in flows {
            let way = [first.place(from), second.place(over), third.place(to)];
            let sum: &mut u64 = ways.entry(way).or_default();
            *sum = sum.saturating_add(*bytes);
        }
        ways.retain(|_, bytes| *bytes > 0);
        let total = ways.values().fold(0, |sum: u64, bytes| sum.saturating_add(*bytes));
        Self { headings, columns: [first.places, second.places, third.places], ways, total }
    }

    /// Whether nothing flows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    /// The picture, for those who see it; [`Self::table`] belongs beside it.
    #[must_use]
    pub fn picture(&self) -> Markup {
        let bands = [self.bands(0), self.bands(1)];
        let columns = [0, 1, 2].map(|column| self.slots(column, &bands));
        let bottoms = columns.iter().filter_map(|slots| slots.last());
        let height = bottoms.map(|slot| slot.top + slot.height).max().unwrap_or(0) + BETWEEN;
        html! {
            svg.streams viewBox={ "0 0 " (WIDTH) " " (height) } aria-hidden="true" {
                @for (place, (heading, x)) in self.headings.iter().zip(COLUMNS).enumerate() {
                    text.heading x=(if place == 0 { x + BAR } else { x }) y="150"
                        text-anchor=[(place == 0).then_some("end")] { (heading) }
                }
                @for (gap, bands) in bands.iter().enumerate() { (self.ribbons(gap, bands, &columns)) }
                @for (column, slots) in columns.iter().enumerate() {
                    @for (place, slot) in slots.iter().enumerate() { (self.place(column, place, slot)) }
                }
            }
        }
    }

    /// Every way with its bytes, most first.
    #[must_use]
    pub fn table(&self, caption: &str) -> Markup {
        let mut ways: Vec<_> = self.ways.iter().collect();
        ways.sort_by_key(|(way, bytes)| (Reverse(**bytes), **way));
        html! {
            table {
                caption.hidden { (caption) }
                thead { tr {
                    @for heading in self.headings { th scope="col" { (heading) } }
                    th scope="col" { "Sent" }
                } }
                tbody {
                    @for (way, bytes) in ways {
                        tr {
                            @for (column, place) in way.iter().enumerate() {
                                td { @if let Some(place) = self.at(column, *place) { (named(place)) } }
                            }
                            td.number { (wording::bytes(*bytes)) }
                        }
                    }
                }
            }
        }
    }

    /// How many lines the table has.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.ways.len()
    }

    fn at(&self, column: usize, place: usize) -> Option<&Place> {
        self.columns.get(column)?.get(place)
    }

    /// Bytes between a column and the next.
    fn bands(&self, gap: usize) -> BTreeMap<(usize, usize), u64> {
        let mut bands: BTreeMap<(usize, usize), u64> = BTreeMap::new();
        for (way, bytes) in &self.ways {
            let (Some(from), Some(to)) = (way.get(gap), way.get(gap + 1)) else { continue };
            *bands.entry((*from, *to)).or_default() += bytes;
        }
        bands
    }

    fn thickness(&self, bytes: u64) -> u64 {
        let places = self.columns.iter().map(Vec::len).max().unwrap_or(0);
        let all = u64::try_from(places).unwrap_or(ALL).saturating_mul(EACH).min(ALL);
        let share = u128::from(bytes) * u128::from(all) / u128::from(self.total.max(1));
        u64::try_from(share).unwrap_or(ALL).max(THINNEST)
    }

    /// Where the places of a column stand.
    fn slots(&self, column: usize, bands: &[BTreeMap<(usize, usize), u64>; 2]) -> Vec<Slot> {
        let mut top = HEADINGS;
        let mut was_apart = false;
        let mut slots = Vec::new();
        for (number, place) in self.columns.get(column).into_iter().flatten().enumerate() {
            let sum = |gap: Option<usize>, mine: fn(&(usize, usize)) -> usize| {
                let bands = gap.and_then(|gap| bands.get(gap)).into_iter().flatten();
                let mine = bands.filter(|(ends, _)| mine(ends) == number);
                mine.fold(0, |sum, (_, bytes)| sum + self.thickness(*bytes))
            };
            let arriving = sum(column.checked_sub(1), |ends| ends.1);
            let leaving = sum(Some(column), |ends| ends.0);
            let bar = arriving.max(leaving);
            let label = if place.beside.is_some() { TWO_LINES } else { LINE };
            top += if place.apart && !was_apart && number > 0 { ABOVE_APART } else { 0 };
            was_apart = place.apart;
            let height = bar.max(label);
            slots.push(Slot { top, height, bar });
            top += height + BETWEEN;
        }
        slots
    }

    /// The bands between a column and the next.
    fn ribbons(
        &self,
        gap: usize,
        bands: &BTreeMap<(usize, usize), u64>,
        columns: &[Vec<Slot>; 3],
    ) -> Markup {
        let begin = |column: usize| -> Vec<u64> {
            columns.get(column).into_iter().flatten().map(Slot::bar_top).collect()
        };
        let (mut left, mut right) = (begin(gap), begin(gap + 1));
        let (Some(from_x), Some(to_x)) = (COLUMNS.get(gap), COLUMNS.get(gap + 1)) else {
            return html! {};
        };
        let (from_x, to_x) = (from_x + BAR, *to_x);
        html! {
            @for ((from, to), bytes) in bands {
                @let thick = self.thickness(*bytes);
                @if let Some(((y, z), (a, b))) = left.get_mut(*from).zip(right.get_mut(*to))
                    .zip(self.at(gap, *from).zip(self.at(gap + 1, *to))) {
                    @let d = ribbon((from_x, *y), (to_x, *z), thick);
                    (band(a, b, *bytes, &d))
                    @let () = { *y += thick; *z += thick; };
                }
            }
        }
    }

    /// A place: its bar and its label.
    fn place(&self, column: usize, number: usize, slot: &Slot) -> Markup {
        let (Some(place), Some(x)) = (self.at(column, number), COLUMNS.get(column)) else {
            return html! {};
        };
        let letters = LETTERS.get(column).copied().unwrap_or(24);
        let (at, anchor) = if column == 0 { (x - 80, Some("end")) } else { (x + BAR + 80, None) };
        let middle = slot.top + slot.height / 2;
        let first = if place.beside.is_some() { middle - 25 } else { middle + 45 };
        let body = html! {
            title { (visible(&place.name)) @if let Some(beside) = &place.beside { ", " (visible(beside)) } }
            rect.bar-of x=(x) y=(slot.bar_top()) width=(BAR) height=(slot.bar) rx="20" {}
            text x=(at) y=(first) text-anchor=[anchor] { (cut(&visible(&place.name), letters)) }
            @if let Some(beside) = &place.beside {
                text.beside x=(at) y=(first + 150) text-anchor=[anchor] { (cut(&visible(beside), letters + 3)) }
            }
        };
        let class = if place.apart { "place apart-from" } else { "place" };
        html! {
            @match &place.href {
                Some(href) => a class=(class) href=(href) tabindex="-1" { (body) },
                None => g class=(class) { (body) },
            }
        }
    }
}

/// Where a place stands within its column.
#[derive(Clone, Copy, Debug)]
struct Slot {
    top: u64,
    height: u64,
    /// How high its bar is; it stands in the middle.
    bar: u64,
}

impl Slot {
    const fn bar_top(&self) -> u64 {
        self.top + (self.height - self.bar) / 2
    }
}

/// The places of a column, and which of them each place became.
struct Column {
    places: Vec<Place>,
    numbers: BTreeMap<Place, usize>,
}

impl Column {
    fn of<'a>(
        all: impl Iterator<Item = (&'a Place, u64)>,
        most: usize,
        rest: Option<fn(usize) -> Place>,
    ) -> Self {
        let mut sums: BTreeMap<&Place, u64> = BTreeMap::new();
        for (place, bytes) in all {
            let sum = sums.entry(place).or_default();
            *sum = sum.saturating_add(bytes);
        }
        sums.retain(|_, bytes| *bytes > 0);
        let (mut apart, mut named): (Vec<_>, Vec<_>) =
            sums.into_iter().partition(|(place, _)| place.apart);
        named.sort_by_key(|(place, bytes)| (Reverse(*bytes), *place));
        apart.sort_by_key(|(place, bytes)| (Reverse(*bytes), *place));
        // One more needs no more room than a line that says "one other".
        let kept = if named.len() > most + 1 { most } else { named.len() };
        let mut places: Vec<Place> = Vec::new();
        let mut numbers = BTreeMap::new();
        for (place, _) in named.iter().take(kept) {
            numbers.insert((*place).clone(), places.len());
            places.push((*place).clone());
        }
        let others = named.get(kept..).unwrap_or_default();
        if let Some(rest) = rest.filter(|_| !others.is_empty()) {
            numbers.extend(others.iter().map(|(place, _)| ((*place).clone(), places.len())));
            places.push(rest(others.len()));
        }
        for (place, _) in apart {
            numbers.insert(place.clone(), places.len());
            places.push(place.clone());
        }
        Self { places, numbers }
    }

    /// The number of what a place became. One without bytes has no number, and no bytes to draw.
    fn place(&self, place: &Place) -> usize {
        self.numbers.get(place).copied().unwrap_or(0)
    }
}

/// A band from one point to another, as high as it is thick.
fn ribbon((x, y): (u64, u64), (to_x, z): (u64, u64), thick: u64) -> String {
    let middle = u64::midpoint(x, to_x);
    let (under, below) = (y + thick, z + thick);
    format!(
        "M{x} {y}C{middle} {y} {middle} {z} {to_x} {z}V{below}C{middle} {below} {middle} {under} {x} {under}Z"
    )
}

fn band(from: &Place, to: &Place, bytes: u64, d: &str) -> Markup {
    let beside = |place: &Place| {
        place.beside.as_ref().map_or_else(String::new, |it| format!(" ({})", visible(it)))
    };
    let title = format!(
        "{}{} to {}{}: {} sent",
        cut(&visible(&from.name), 80),
        beside(from),
        cut(&visible(&to.name), 80),
        beside(to),
        wording::bytes(bytes)
    );
    let class = if from.apart || to.apart { "band apart-from" } else { "band" };
    let path = html! { path d=(d) { title { (title) } } };
    html! {
        @match from.href.as_ref().or(to.href.as_ref()) {
            Some(href) => a class=(class) href=(href) tabindex="-1" { (path) },
            None => g class=(class) { (path) },
        }
    }
}

fn named(place: &Place) -> Markup {
    let name = html! { @if place.apart { span.unknown { (place.name) } } @else { (pieces::said(&place.name)) } };
    html! {
        @match &place.href { Some(href) => a href=(href) { (name) }, None => (name) }
        @if let Some(beside) = &place.beside { span.meta { ", " (pieces::said(beside)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: [fn(usize) -> Place; 3] = [others, others, others];

    #[test]
    fn places_with_the_fewest_bytes_become_one_and_no_byte_is_lost() {
        let flows: Vec<_> =
            (1..=20).map(|number| (["a", "b", "c"].map(|it| place(it, number)), number)).collect();
        let streams = Streams::of(["From", "Over", "To"], &flows, 5, OTHERS);
        let names: Vec<_> = streams.columns[0].iter().map(|it| &*it.name).collect();
        assert_eq!(names, ["a20", "a19", "a18", "a17", "a16", "15 others"]);
        assert_eq!(streams.total, 210);
        assert_eq!(streams.ways.values().sum::<u64>(), 210);
    }

    #[test]
    fn what_is_no_place_stands_last_and_is_never_summed_with_others() {
        let nowhere = Place { name: "unknown".to_owned(), apart: true, ..Place::default() };
        let mut flows: Vec<_> =
            (1..=9).map(|number| (["a", "b", "c"].map(|it| place(it, number)), number)).collect();
        flows.push(([place("a", 1), nowhere.clone(), nowhere.clone()], 1_000));
        let streams = Streams::of(["From", "Over", "To"], &flows, 2, OTHERS);
        assert_eq!(streams.columns[2].last(), Some(&nowhere));
        assert_eq!(streams.columns[2].len(), 4);
    }

    #[test]
    fn any_name_is_drawn_inert_and_short() {
        let hostile =
            Place { name: format!("<script>\u{202e}{}", "A".repeat(9_000)), ..Place::default() };
        let flows = [([hostile.clone(), place("b", 1), place("c", 1)], u64::MAX)];
        let drawn = Streams::of(["From", "Over", "To"], &flows, 5, OTHERS).picture().into_string();
        assert!(!drawn.contains("<script") && !drawn.contains('\u{202e}'));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let none = [([place("a", 1), place("b", 1), place("c", 1)], 0)];
        assert!(Streams::of(["From", "Over", "To"], &none, 5, OTHERS).is_empty());
        assert!(Streams::of(["From", "Over", "To"], &[], 5, OTHERS).is_empty());
    }

    fn place(letter: &str, number: u64) -> Place {
        Place { name: format!("{letter}{number}"), ..Place::default() }
    }

    fn others(count: usize) -> Place {
        Place { name: format!("{count} others"), ..Place::default() }
    }
}
