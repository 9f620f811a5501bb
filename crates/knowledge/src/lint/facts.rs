//! What every fact must have: a source that exists, dates that can be, fair words.

use super::{Lints, Problem, wording};
use crate::{
    dates::{is_date, later},
    kinds::{Country, Grade, Id, Pack},
};

/// The parts that all kinds of fact share.
pub(super) struct Fact<'a> {
    /// The kind of entry: `brand`, `law`, ….
    pub(super) kind: &'static str,
    /// Its id.
    pub(super) id: &'a str,
    pub(super) sources: &'a [Id],
    pub(super) verified: bool,
    /// The day from which it should be checked again.
    pub(super) review_by: Option<&'a str>,
    texts: Vec<&'a str>,
    dates: Vec<&'a str>,
    coming: Vec<&'a str>,
    span: (Option<&'a str>, Option<&'a str>),
    countries: Vec<&'a Country>,
}

pub(super) fn check(pack: &Pack, lints: &mut Lints) {
    for fact in super::cited::facts(pack) {
        fact.citations(pack, lints);
        fact.dates(&pack.as_of, lints);
        for words in fact.texts.iter().filter_map(|text| wording::judging(text)) {
            lints.add(fact.kind, fact.id, Problem::Judging { words });
        }
        for place in fact.countries.iter().filter(|place| !is_place(place)) {
            let name = (**place).clone();
            let wanted = "two capital letters of ISO 3166";
            lints.add(fact.kind, fact.id, Problem::Name { name, wanted });
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
        let dates = self.dates.iter().copied();
        dates.for_each(|it| date(self.kind, self.id, it, as_of, lints));
        let coming = self.coming.iter().copied().chain(from).chain(to);
        for it in coming.filter(|it| !is_date(it)) {
            lints.add(self.kind, self.id, Problem::Date { date: it.into() });
        }
        if let (Some(from), Some(to)) = (from, to)
            && later(from, to)
        {
            let problem = Problem::Backwards { from: from.into(), to: to.into() };
            lints.add(self.kind, self.id, problem);
        }
    }
}

impl<'a> Fact<'a> {
    pub(super) fn new(
        kind: &'static str,
        id: &'a str,
        (sources, verified): (&'a [Id], bool),
    ) -> Self {
        let (texts, dates, coming, countries) = Default::default();
        Self {
            kind,
            id,
            sources,
            verified,
            review_by: None,
            texts,
            dates,
            coming,
            span: (None, None),
            countries,
        }
    }

    /// Texts that people will read.
    pub(super) fn saying(mut self, texts: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        self.texts.extend(texts.into_iter().flatten());
        self
    }

    /// Days that must have come.
    pub(super) fn dated(mut self, dates: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        self.dates.extend(dates.into_iter().flatten());
        self
    }

    /// Days that may be to come.
    pub(super) fn coming(mut self, dates: impl IntoIterator<Item = Option<&'a str>>) -> Self {
        self.coming.extend(dates.into_iter().flatten());
        self
    }

    /// The day from which it should be checked again.
    pub(super) fn due(mut self, review_by: Option<&'a str>) -> Self {
        self.review_by = review_by;
        self.coming([review_by])
    }

    /// Over which time it holds; both ends may be to come.
    pub(super) const fn lasting(mut self, from: Option<&'a str>, to: Option<&'a str>) -> Self {
        self.span = (from, to);
        self
    }

    /// Places by code.
    pub(super) fn of(mut self, places: impl IntoIterator<Item = &'a Country>) -> Self {
        self.countries.extend(places);
        self
    }
}

fn date(kind: &'static str, id: &str, date: &str, as_of: &str, lints: &mut Lints) {
    if !is_date(date) || later(date, as_of) {
        lints.add(kind, id, Problem::Date { date: date.into() });
    }
}

/// Whether `code` is a country's two letters, or a region's after them.
fn is_place(code: &str) -> bool {
    let (country, region) = code.split_once('-').unwrap_or((code, "X"));
    let capital = |it: u8| it.is_ascii_uppercase() || it.is_ascii_digit();
    country.len() == 2
        && country.bytes().all(|it| it.is_ascii_uppercase())
        && (1..=3).contains(&region.len())
        && region.bytes().all(capital)
}
