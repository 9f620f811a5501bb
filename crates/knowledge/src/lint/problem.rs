//! A problem, the entry it is in, and its place in the pack's files.

use std::collections::BTreeMap;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// Something wrong with one entry.
#[derive(Clone, Debug, PartialEq, Error)]
#[error("{kind} `{id}` {problem}")]
pub struct Lint {
    /// The kind of entry: `brand`, `source`, ….
    pub kind: &'static str,
    /// Its id.
    pub id: Box<str>,
    /// What is wrong.
    pub problem: Problem,
}

/// What can be wrong; each completes "brand `example` …".
#[derive(Clone, Debug, PartialEq, Error)]
#[non_exhaustive]
pub enum Problem {
    /// A fact without a source is an opinion.
    #[error("cites no source")]
    Uncited,
    /// Nothing has that name.
    #[error("names the {kind} `{id}`, which is not in the pack")]
    Unknown {
        /// The kind it should be.
        kind: &'static str,
        /// The name.
        id: Box<str>,
    },
    /// Nobody read a source of a fact that is called verified.
    #[error("is called verified, but none of its sources has been read")]
    Unread,
    /// A fact that is called verified rests on nothing better than grade `other`.
    #[error("is called verified, but rests only on sources of grade `other`")]
    Weak,
    /// A company's place that is called verified is a mailing address.
    #[error(
        "is called verified, but only the listings of MAC prefixes say where it sits: a mailing address"
    )]
    MailingAddress,
    /// Not a date, or none that can have come.
    #[error("has the date `{date}`, which is not `2026`, `2026-11` or `2026-11-21`, or is to come")]
    Date {
        /// What stands there.
        date: Box<str>,
    },
    /// It ends before it starts.
    #[error("ends (`{to}`) before it starts (`{from}`)")]
    Backwards {
        /// Since when.
        from: Box<str>,
        /// Until when.
        to: Box<str>,
    },
    /// Not made of the letters such a name is made of.
    #[error("has the name `{name}`, which is not {wanted}")]
    Name {
        /// What stands there.
        name: Box<str>,
        /// What should stand there.
        wanted: &'static str,
    },
    /// A name that is in no registry.
    #[error("claims the registrant `{registrant}`, which has no prefix")]
    Unregistered {
        /// The name.
        registrant: Box<str>,
    },
    /// A name that is said to be on this brand's products only, and is not one of its registrants.
    #[error("says that `{registrant}` is exclusive, which is none of its registrants")]
    NotItsRegistrant {
        /// The name.
        registrant: Box<str>,
    },
    /// Exclusive prefixes without any.
    #[error("says that its prefixes are exclusive, and names no registrant")]
    NoRegistrants,
    /// Two claim one name, so that it tells neither.
    #[error("claims the registrant `{registrant}`, and so does the {kind} `{id}`")]
    Contested {
        /// The name.
        registrant: Box<str>,
        /// The other's kind.
        kind: &'static str,
        /// The other's id.
        id: Box<str>,
    },
    /// A pattern that cannot be compiled, or not within bounds.
    #[error("has the pattern `{pattern}`: {message}")]
    Pattern {
        /// The pattern.
        pattern: Box<str>,
        /// Why it is refused.
        message: String,
    },
    /// It has no examples to be tested by.
    #[error("has no {0}")]
    Lacks(&'static str),
    /// It fails its own example.
    #[error("does not match its example `{0}`")]
    Misses(Box<str>),
    /// It matches what it must not.
    #[error("matches its counterexample `{0}`")]
    Catches(Box<str>),
    /// A told text that an example leaves empty.
    #[error("tells nothing as `{told}` for its example `{example}`")]
    Empty {
        /// The text with groups.
        told: Box<str>,
        /// The example.
        example: Box<str>,
    },
    /// Going to a brand's own servers speaks for the brand anyway.
    #[error("tells only the brand, as the destination `{0}` does already")]
    Repeats(Box<str>),
    /// A word outside the vocabulary.
    #[error("uses `{word}` as {wanted}")]
    Word {
        /// The word.
        word: Box<str>,
        /// What it should be one of.
        wanted: &'static str,
    },
    /// It sells something else as well.
    #[error("is said to make one kind of device, but its product `{product}` is a {kind}")]
    OtherKind {
        /// The product's id.
        product: Box<str>,
        /// The product's kind.
        kind: Box<str>,
    },
    /// A number outside its range.
    #[error("has the {what} {number}, which is not in {range}")]
    Range {
        /// Which number.
        what: &'static str,
        /// The number.
        number: f64,
        /// Where it may be.
        range: &'static str,
    },
    /// Words that judge motives or nations.
    #[error("says `{words}`: say what was seen or published, not why somebody would do it")]
    Judging {
        /// The words.
        words: Box<str>,
    },
    /// Controlling holdings go round in a circle.
    #[error("owns itself through `{through}`")]
    OwnsItself {
        /// The organisation it holds that leads back to it.
        through: Box<str>,
    },
    /// More than all of it is held.
    #[error("is held to {percent} %{}", on(day.as_deref()))]
    Overfull {
        /// The day; `None` where one stake alone is too much.
        day: Option<Box<str>>,
        /// How much.
        percent: f64,
    },
    /// An allegation or a disputed statement without what its subject said.
    #[error("is an allegation or disputed, and lacks the response of its subject")]
    Unanswered,
    /// A condition that no evidence can carry.
    #[error("has a condition that {0}")]
    Condition(&'static str),
}

fn on(day: Option<&str>) -> String {
    day.map(|day| format!(" on the day `{day}`")).unwrap_or_default()
}

/// A [`Lint`] with the place it is about, for people.
#[derive(Debug, Diagnostic, Error)]
#[error("{lint}")]
#[diagnostic(code(knowledge::lint))]
pub struct Located {
    /// What is wrong.
    pub lint: Lint,
    /// The file.
    #[source_code]
    pub file: NamedSource<String>,
    /// Where in the file.
    #[label("here")]
    pub place: SourceSpan,
}

impl Lint {
    /// Finds the entry in the files the pack was loaded from; `Err` gives it back unplaced.
    ///
    /// # Errors
    ///
    /// The lint itself, if no file holds such an entry, as with packs loaded from bytes.
    pub fn locate(self, files: &BTreeMap<String, String>) -> Result<Located, Self> {
        let Some((path, text, offset, length)) = self.place(files) else { return Err(self) };
        let file = NamedSource::new(path, text.clone());
        Ok(Located { lint: self, file, place: (offset, length).into() })
    }

    fn place<'a>(
        &self,
        files: &'a BTreeMap<String, String>,
    ) -> Option<(&'a String, &'a String, usize, usize)> {
        let (table, key, id) = match self.kind {
            "weakness" => (String::new(), "id", format!("\"{}\"", self.id)),
            "destination" => ("[[destination]]".to_owned(), "suffix", format!("\"{}\"", self.id)),
            "network" => ("[[network]]".to_owned(), "system", self.id.to_string()),
            kind => (format!("[[{kind}]]"), "id", format!("\"{}\"", self.id)),
        };
        let line = format!("{key} = {id}");
        let held = files.iter().filter(|(_, text)| text.contains(&table));
        let mut places = held.filter_map(|(path, text)| Some((path, text, text.find(&line)?)));
        let (path, text, offset) = places.next()?;
        Some((path, text, offset, line.len()))
    }
}
