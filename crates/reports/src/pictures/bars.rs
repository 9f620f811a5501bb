//! How many bytes were sent and received when, as bars side by side.
//!
//! Places along the time are shares of the width, so that the picture fits any screen with text of one
//! size. Sent and received have a scale each: what is sent is mostly little beside what is received.

use maud::{Markup, html};

use crate::wording;

/// A stretch of time.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// When it is, in words.
    pub when: String,
    /// What stands below it, where something does.
    pub tick: Option<String>,
    /// Bytes from the device.
    pub up: u64,
    /// Bytes to the device.
    pub down: u64,
    /// Whether anybody could see.
    pub watched: Watched,
}

/// Whether anybody could see what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Watched {
    /// We were watching.
    #[default]
    Yes,
    /// We were not, for a part of it at least.
    No,
}

/// Stretches of time, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bars(pub Vec<Bar>);

/// Height of the bars, in pixels.
const HEIGHT: u64 = 84;

impl Bars {
    /// Whether nothing was sent nor received.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|bar| bar.up == 0 && bar.down == 0)
    }

    /// Two pictures, for those who see them; [`Self::table`] belongs beside them.
    #[must_use]
    pub fn picture(&self) -> Markup {
        html! {
            div.bars aria-hidden="true" {
                (self.panel("Sent", |bar| bar.up))
                (self.panel("Received", |bar| bar.down))
                div.ticks {
                    svg width="100%" height="18" {
                        @for (number, bar) in self.0.iter().enumerate() {
                            @if let Some(tick) = &bar.tick {
                                text x=(percent(self.start(number))) y="13" { (tick) }
                            }
                        }
                    }
                }
            }
        }
    }

    /// The same as a table, without stretches in which nothing went.
    #[must_use]
    pub fn table(&self, caption: &str) -> Markup {
        html! {
            table {
                caption.hidden { (caption) }
                thead { tr { th scope="col" { "When" } th scope="col" { "Sent" } th scope="col" { "Received" } } }
                tbody {
                    @for bar in &self.0 {
                        @if bar.up > 0 || bar.down > 0 || bar.watched == Watched::No {
                            tr {
                                th scope="row" { (bar.when) }
                                @if bar.watched == Watched::No && bar.up == 0 && bar.down == 0 {
                                    td colspan="2" { span.unknown { "nobody was watching" } }
                                } @else {
                                    td.number { (wording::bytes(bar.up)) }
                                    td.number { (wording::bytes(bar.down)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn panel(&self, name: &str, of: fn(&Bar) -> u64) -> Markup {
        let most = self.0.iter().map(of).max().unwrap_or(0);
        let width = percent(self.start(1).saturating_sub(self.start(0)) * 4 / 5);
        html! {
            p.scale { strong { (name) } @if most > 0 { " · at most " (wording::bytes(most)) " at a time" } }
            svg width="100%" height=(HEIGHT + 1) {
                @for (number, bar) in self.0.iter().enumerate() {
                    @let height = height(of(bar), most);
                    @if bar.watched == Watched::No {
                        rect.unwatched x=(percent(self.start(number))) width=(percent(self.start(1))) y="0" height=(HEIGHT) {
                            title { (bar.when) ": nobody was watching" }
                        }
                    }
                    @if height > 0 {
                        rect x=(percent(self.start(number))) width=(width) y=(HEIGHT - height) height=(height) {
                            title { (bar.when) ": " (wording::bytes(of(bar))) " " (name.to_lowercase()) }
                        }
                    }
                }
                line x1="0" x2="100%" y1={ (HEIGHT) ".5" } y2={ (HEIGHT) ".5" } {}
            }
        }
    }

    /// Where a bar begins, in hundredths of a per cent of the width.
    fn start(&self, number: usize) -> u64 {
        let bars = u64::try_from(self.0.len()).unwrap_or(u64::MAX).max(1);
        u64::try_from(number).unwrap_or(0).saturating_mul(10_000) / bars
    }
}

fn percent(hundredths: u64) -> String {
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// What is more than nothing can be seen.
fn height(bytes: u64, most: u64) -> u64 {
    let share = u128::from(bytes) * u128::from(HEIGHT) / u128::from(most.max(1));
    u64::try_from(share).unwrap_or(HEIGHT).max(u64::from(bytes > 0) * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_share_and_never_invisible() {
        assert_eq!(height(0, 100), 0);
        assert_eq!(height(1, 1_000_000), 2);
        assert_eq!(height(50, 100), HEIGHT / 2);
        assert_eq!(height(u64::MAX, u64::MAX), HEIGHT);
        assert_eq!(height(0, 0), 0);
    }

    #[test]
    fn a_stretch_nobody_watched_is_not_drawn_as_silence() {
        let bars = Bars(vec![
            Bar { when: "Monday".to_owned(), up: 1, ..Bar::default() },
            Bar { when: "Tuesday".to_owned(), watched: Watched::No, ..Bar::default() },
            Bar { when: "Wednesday".to_owned(), ..Bar::default() },
        ]);
        let table = bars.table("").into_string();
        assert!(table.contains("nobody was watching") && !table.contains("Wednesday"));
        assert!(bars.picture().into_string().contains("Tuesday: nobody was watching"));
    }
}
