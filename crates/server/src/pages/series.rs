//! How much a device sent and received when, as the household remembers it.

use evidence::Timestamp;
use household::{GuestId, HouseholdError, Point, Span, Step};
use maud::{Markup, html};
use reports::{
    pictures::{Bar, Bars, Watched},
    pieces::wide,
};

use crate::visit::Visit;

/// How far back a picture goes, and how long its bars are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Back {
    /// Two days, by the hour.
    #[default]
    Days,
    /// A month, by the day.
    Month,
    /// A year, by the week.
    Year,
}

const HOUR: u64 = 3_600;
const DAY: u64 = 24 * HOUR;

impl Back {
    const ALL: [Self; 3] = [Self::Days, Self::Month, Self::Year];

    /// The one of that name; days if there is none.
    pub(crate) fn named(name: &str) -> Self {
        Self::known(name).unwrap_or_default()
    }

    /// The one of that name.
    pub(crate) fn known(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.name() == name)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Month => "month",
            Self::Year => "year",
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::Days => "Two days, by the hour",
            Self::Month => "A month, by the day",
            Self::Year => "A year, by the week",
        }
    }

    /// Seconds of a bar, and how many bars there are.
    const fn bars(self) -> (u64, u64) {
        match self {
            Self::Days => (HOUR, 48),
            Self::Month => (DAY, 30),
            Self::Year => (7 * DAY, 52),
        }
    }

    /// What the household is asked for.
    const fn step(self) -> Step {
        match self {
            Self::Days => Step::Hour,
            Self::Month | Self::Year => Step::Day,
        }
    }

    /// Whether the bar of that number, which begins then, has a word below: noon and midnight, or some.
    const fn marks(self, number: u64, begin: Timestamp) -> bool {
        match self {
            Self::Days => begin.seconds().is_multiple_of(12 * HOUR),
            Self::Month => number.is_multiple_of(7),
            Self::Year => number.is_multiple_of(13),
        }
    }
}

/// What the household remembers of a stretch.
#[derive(Debug)]
pub(crate) struct Remembered {
    pub(crate) points: Vec<Point>,
    pub(crate) gaps: Vec<Span>,
    pub(crate) from: Timestamp,
    pub(crate) to: Timestamp,
}

/// Asks the household; `None` where there is no memory.
pub(crate) fn remembered(
    visit: &Visit,
    device: Option<GuestId>,
    back: Back,
) -> Option<Result<Remembered, HouseholdError>> {
    let (length, bars) = back.bars();
    // The last bar is the one that is going on.
    let end = (visit.now().seconds() / length + 1).saturating_mul(length);
    let begin = end.saturating_sub(length.saturating_mul(bars));
    let (from, to) = (Timestamp::from_parts(begin, 0), Timestamp::from_parts(end, 0));
    visit.house.memory(|household| {
        let points = household.series(device, from, to, back.step())?;
        let mut gaps = household.gaps(from, to)?;
        // What was before the household was born nobody watched either.
        let born = household.watching_since()?.unwrap_or(to);
        if born > from {
            gaps.insert(0, Span { from, to: born });
        }
        Ok(Remembered { points, gaps, from, to })
    })
}

/// A picture with its table, and ways to look further back.
pub(super) fn shown(visit: &Visit, device: Option<GuestId>, back: Back, here: &str) -> Markup {
    let bars = match remembered(visit, device, back) {
        None => return html! {},
        Some(Err(error)) => {
            let text = reports::escape::visible(&error.to_string()).into_owned();
            return html! { p.unknown { "What was remembered could not be read: " (text) } };
        }
        Some(Ok(remembered)) => bars(&remembered, back),
    };
    html! {
        figure {
            figcaption {
                nav.ranges aria-label="How far back" {
                    ul {
                        @for each in Back::ALL {
                            li { a href={ (here) "?back=" (each.name()) "#when" } aria-current=[(each == back).then_some("true")] { (each.says()) } }
                        }
                    }
                }
            }
            @if bars.is_empty() {
                p.unknown { "Nothing was seen to leave or reach this home in that time." }
            } @else {
                (bars.picture())
                p.meta { "Times are UTC. Grey: nobody was watching." }
                details {
                    summary { "The same as a table" }
                    (wide("Table of what was sent and received", &bars.table("What was sent and received")))
                }
            }
        }
    }
}

fn bars(remembered: &Remembered, back: Back) -> Bars {
    let (length, count) = back.bars();
    let begin = remembered.from.seconds();
    let bar = |number: u64| {
        let start = begin + number * length;
        let (from, to) =
            (Timestamp::from_parts(start, 0), Timestamp::from_parts(start + length, 0));
        let within = remembered.points.iter().filter(|it| it.start >= from && it.start < to);
        let (up, down) = within.fold((0_u64, 0_u64), |(up, down), point| {
            (up.saturating_add(point.bytes_up), down.saturating_add(point.bytes_down))
        });
        let gone = remembered
            .gaps
            .iter()
            .map(|gap| gap.to.min(to).seconds().saturating_sub(gap.from.max(from).seconds()));
        // What was read of older captures was heard, though nobody watched.
        let unwatched = up == 0 && down == 0 && gone.sum::<u64>() * 2 > length;
        Bar {
            when: when(from, back),
            tick: back.marks(number, from).then(|| tick(from, back)),
            up,
            down,
            watched: if unwatched { Watched::No } else { Watched::Yes },
        }
    };
    Bars((0..count).map(bar).collect())
}

/// When a bar is, in words.
fn when(at: Timestamp, back: Back) -> String {
    let text = at.to_string();
    let clock = text.get(11..16).unwrap_or_default();
    match back {
        Back::Days => format!("{} {clock}", day(&text)),
        Back::Month => day(&text),
        Back::Year => format!("week of {} {}", day(&text), text.get(..4).unwrap_or_default()),
    }
}

/// The word below a bar: short, for on a telephone four stand side by side.
fn tick(at: Timestamp, back: Back) -> String {
    let text = at.to_string();
    match text.get(11..16) {
        Some(clock) if back == Back::Days && clock != "00:00" => clock.to_owned(),
        _ => day(&text),
    }
}

/// The day within its year of a time as RFC 3339 writes it: `14 March`.
fn day(text: &str) -> String {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    let number = |range| text.get(range).and_then(|it: &str| it.parse::<usize>().ok());
    let month = number(5..7).and_then(|it| MONTHS.get(it.checked_sub(1)?));
    match (number(8..10), month) {
        (Some(day), Some(month)) => format!("{day} {month}"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_as_people_name_them() {
        let at = Timestamp::from_parts(1_773_450_000, 0);
        assert_eq!(when(at, Back::Days), "14 Mar 01:00");
        assert_eq!(when(at, Back::Month), "14 Mar");
        assert_eq!(when(at, Back::Year), "week of 14 Mar 2026");
        let noon = Timestamp::from_parts(1_773_446_400 + 12 * HOUR, 0);
        assert_eq!(tick(noon, Back::Days), "12:00");
        assert_eq!(tick(noon, Back::Month), "14 Mar");
    }

    #[test]
    fn every_byte_is_in_one_bar_and_gaps_are_no_silence() {
        let at = |seconds| Timestamp::from_parts(seconds, 0);
        let point = |seconds, bytes| Point {
            start: at(seconds),
            seconds: HOUR,
            bytes_up: bytes,
            bytes_down: 1,
        };
        let remembered = Remembered {
            points: vec![point(0, 5), point(HOUR, 7), point(20 * HOUR, 0), point(47 * HOUR, 9)],
            gaps: vec![
                Span { from: at(10 * HOUR), to: at(12 * HOUR) },
                Span { from: at(20 * HOUR), to: at(21 * HOUR) },
            ],
            from: at(0),
            to: at(48 * HOUR),
        };
        let Bars(bars) = bars(&remembered, Back::Days);
        assert_eq!(bars.len(), 48);
        assert_eq!(bars.iter().map(|bar| bar.up).sum::<u64>(), 21);
        let unwatched: Vec<_> = bars
            .iter()
            .enumerate()
            .filter(|(_, bar)| bar.watched == Watched::No)
            .map(|(at, _)| at)
            .collect();
        assert_eq!(unwatched, [10, 11]);
        let marked = bars.iter().filter_map(|bar| bar.tick.as_deref());
        assert_eq!(marked.collect::<Vec<_>>(), ["1 Jan", "12:00", "2 Jan", "12:00"]);
    }
}
