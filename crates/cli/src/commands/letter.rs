//! `letter`: the letter by which somebody asks a company for what is theirs to ask.

use assessment::{
    letters::{self, About},
    search::find,
};
use knowledge::Knowledge;
use reports::{letter, page::Form};

use super::{judge, label};
use crate::{
    arguments::{Identifiers, Letter, LetterFormat},
    calendar, embedded,
    failure::{Failure, Outcome},
    output,
};

/// Fills in the letter, and says what is missing.
pub(crate) fn run(asked: &Letter) -> Result<Outcome, Failure> {
    let Some(residence) = asked.judging.residence.as_deref() else {
        return Err(Failure::Usage(
            "which law gives you a right depends on where you live: add --residence, such as DE or US-CA"
                .to_owned(),
        ));
    };
    let knowledge = embedded::knowledge()?;
    let Some((about, unread)) = about(asked, &knowledge)? else {
        output::say(&format!(
            "houseguest: no entry for `{0}`; `houseguest lookup {0}` offers the nearest names",
            asked.about
        ));
        return Ok(Outcome::NothingFound);
    };
    let day = calendar::day(asked.judging.as_of.as_deref(), &knowledge.pack().as_of);
    let ask = asked.ask.ask();
    let occasion = about.occasion(ask, residence, &day);
    let place = asked.output.as_deref();
    match letters::write(&occasion, &knowledge) {
        Ok(written) => {
            if !asked.quiet {
                for line in letter::remarks(&written) {
                    output::say(&line);
                }
            }
            output::write(place, |out| match asked.format {
                LetterFormat::Text => letter::write(&written, out),
                LetterFormat::Html => letter::write_page(&written, out),
            })?;
            Ok(Outcome::answered(unread))
        }
        Err(none) => {
            let page = letter::instead(&none, residence, ask);
            let options = judge::options(None);
            output::write(None, |out| page.write(Form::Text, &options, out))?;
            Ok(Outcome::NothingFound)
        }
    }
}

/// What is named: a device of a report, or a name of the pack; and how many sources could not be read wholly.
fn about(asked: &Letter, knowledge: &Knowledge) -> Result<Option<(About, usize)>, Failure> {
    let number = asked.about.strip_prefix(['d', 'D']).unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()) {
        let (assessment, unread) = label::assessed(&asked.sources, &asked.judging, asked.quiet)?;
        let device = label::device(&assessment, &asked.about)?;
        let about = About::device(device, knowledge);
        let about = match asked.identifiers {
            Identifiers::No => about,
            Identifiers::Yes => about.identified(device),
        };
        return Ok(Some((about, unread)));
    }
    if let Some(stray) = asked.sources.first() {
        return Err(Failure::Usage(format!(
            "`{stray}` is too much: sources go with a device, such as d3; put quotes around a name of several words"
        )));
    }
    let readings = find(&asked.about, knowledge).readings;
    Ok(readings.into_iter().next().map(|it| (About::meant(it.meant, knowledge), 0)))
}
