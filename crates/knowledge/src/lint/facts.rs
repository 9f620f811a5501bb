//! What every fact must have: a source that exists, dates that can be, fair words.

use super::{Lints, Problem, wording};
use crate::kinds::{Country, Grade, Id, Pack};

/// The parts that all kinds of fact share.
struct Fact<'a> {
    kind: &'static str,
    id: &'a str,
    sources: &'a [Id],
    verified: bool,
    texts: Vec<&'a str>,
    dates: Vec<&'a str>,
    span: (Option<&'a str>, Option<&'a str>),
    countries: Vec<&'a Country>,
}

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    for fact in facts(pack) {
        fact.citations(pack, lints);
        fact.dates(&pack.as_of, lints);
        for words in fact.texts.iter().filter_map(|text| wording::judging(text)) {
            lints.add(fact.kind, fact.id, Problem::Judging { words });
        }
        for country in &fact.countries {
            let letters = country.len() == 2 && country.bytes().all(|it| it.is_ascii_uppercase());
            if !letters {
                let name = (**country).clone();
                let wanted = "two capital letters of ISO 3166";
                lints.add(fact.kind, fact.id, Problem::Name { name, wanted });
            }
        }
    }
    for source in pack.sources.values() {
        let dates = source.date.iter().chain(&source.read);
        dates.for_each(|it| date("source", &source.id, it, &pack.as_of, lints));
    }
    date("pack", "", &pack.as_of, &pack.as_of, lints);
}

impl Fact<'_> {
    fn citations(&self, pack: &Pack, lints: &mut Lints) {
        if self.sources.is_empty() {
            return lints.add(self.kind, self.id, Problem::Uncited);
        }
        let known = self.sources.iter().filter_map(|id| {
            let source = pack.sources.get(id);
            if source.is_none() {
                let problem = Problem::Unknown { kind: "source", id: id.clone() };
                lints.add(self.kind, self.id, problem);
            }
            source
        });
        let known: Vec<_> = known.collect();
        if !self.verified || known.is_empty() {
            return;
        }
        if known.iter().all(|source| source.read.is_none()) {
            lints.add(self.kind, self.id, Problem::Unread);
        }
        if known.iter().all(|source| source.grade == Grade::Other) {
            lints.add(self.kind, self.id, Problem::Weak);
        }
    }

    fn dates(&self, as_of: &str, lints: &mut Lints) {
        let (from, to) = self.span;
        let dates = self.dates.iter().copied().chain(from).chain(to);
        dates.for_each(|it| date(self.kind, self.id, it, as_of, lints));
        if let (Some(from), Some(to)) = (from, to)
            && later(from, to)
        {
            let problem = Problem::Backwards { from: from.into(), to: to.into() };
            lints.add(self.kind, self.id, problem);
        }
    }
}

fn facts(pack: &Pack) -> Vec<Fact<'_>> {
    let mut facts = companies(pack);
    for it in &pack.destinations {
        let fact = Fact::new("destination", &it.suffix, &it.sources, it.verified);
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.fingerprints.values() {
        let fact = Fact::new("fingerprint", &it.id, &it.sources, it.verified);
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.weaknesses.values() {
        let fact = Fact::new("weakness", &it.id, &it.sources, it.verified);
        let texts = [Some(&*it.title), Some(&*it.prose), Some(&*it.action.text)];
        facts.push(fact.saying(texts).saying([it.action.breaks.as_deref()]));
    }
    facts
}

fn companies(pack: &Pack) -> Vec<Fact<'_>> {
    let mut facts = Vec::new();
    for it in pack.organisations.values() {
        let mut fact = Fact::new("organisation", &it.id, &it.sources, it.verified)
            .saying([it.note.as_deref()])
            .dated([it.as_of.as_deref()]);
        fact.countries.extend(it.registered_in.iter().chain(&it.headquartered_in));
        facts.push(fact);
        for holding in &it.owners {
            let fact = Fact::new("organisation", &it.id, &holding.sources, holding.verified);
            let span = (holding.from.as_deref(), holding.to.as_deref());
            facts.push(Fact { span, ..fact.saying([holding.note.as_deref()]) });
        }
    }
    for it in pack.brands.values() {
        let fact = Fact::new("brand", &it.id, &it.sources, it.verified)
            .saying([it.note.as_deref()])
            .dated([it.as_of.as_deref()]);
        facts.push(Fact { span: (it.from.as_deref(), it.to.as_deref()), ..fact });
    }
    for it in pack.modules.values() {
        let mut fact = Fact::new("module", &it.id, &it.sources, it.verified);
        fact.countries.extend(&it.headquartered_in);
        facts.push(fact.saying([it.note.as_deref()]));
    }
    for it in pack.networks.values() {
        let fact = Fact::new("network", &it.name, &it.sources, it.verified);
        facts.push(fact.saying([it.note.as_deref()]));
    }
    facts
}

impl<'a> Fact<'a> {
    fn new(kind: &'static str, id: &'a str, sources: &'a [Id], verified: bool) -> Self {
        let (texts, dates, countries) = (Vec::new(), Vec::new(), Vec::new());
        Self { kind, id, sources, verified, texts, dates, span: (None, None), countries }
    }

    fn saying<const N: usize>(mut self, texts: [Option<&'a str>; N]) -> Self {
        self.texts.extend(texts.into_iter().flatten());
        self
    }

    fn dated<const N: usize>(mut self, dates: [Option<&'a str>; N]) -> Self {
        self.dates.extend(dates.into_iter().flatten());
        self
    }
}

fn date(kind: &'static str, id: &str, date: &str, as_of: &str, lints: &mut Lints) {
    if !is_date(date) || later(date, as_of) {
        lints.add(kind, id, Problem::Date { date: date.into() });
    }
}

/// Whether `a` is after `b` as far as both are precise.
fn later(a: &str, b: &str) -> bool {
    let length = a.len().min(b.len());
    a.get(..length) > b.get(..length)
}

/// Whether `text` is a year, a month or a day of the calendar.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut part = |length: usize| {
        parts.next().map(|it| it.parse::<u32>().ok().filter(|_| it.len() == length).unwrap_or(0))
    };
    let (year, month, day) = (part(4), part(2), part(2));
    let year = year.unwrap_or_default();
    let days = month.map_or(31, |month| days_in(year, month));
    let whole = parts.next().is_none() && text.bytes().all(|it| it.is_ascii_digit() || it == b'-');
    whole && year > 0 && days > 0 && day.is_none_or(|day| (1..=days).contains(&day))
}

/// 0 for what is no month.
fn days_in(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_a_year_a_month_or_a_day_of_the_calendar() {
        for good in ["2026", "2026-11", "2026-11-21", "2024-02-29"] {
            assert!(is_date(good), "{good}");
        }
        for bad in
            ["", "26", "2026-13", "2026-1", "2026-02-29", "2026-11-00", "2026-11-21-1", "+026"]
        {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn a_vaguer_date_is_not_later_than_a_day_within_it() {
        assert!(!later("2026-11", "2026-11-21"));
        assert!(!later("2026-11-21", "2026-11"));
        assert!(later("2026-12", "2026-11-21"));
    }
}
