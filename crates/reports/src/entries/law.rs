//! A law, and a jurisdiction with all its laws that the pack has.

use knowledge::{
    Knowledge,
    kinds::{AccessProfile, Jurisdiction, Law},
};

use super::{Known, all, cited};
use crate::{
    page::{Line, Page},
    terms,
};

const POSSIBILITY: &str =
    "What a law can require is a possibility, not an event: nothing here says that it was done.";

pub(super) fn page(law: &Law, day: &str) -> Page {
    let mut page = Page {
        title: law.name.to_string(),
        lead: vec![terms::place(&law.jurisdiction), POSSIBILITY.to_owned()],
        ..Page::default()
    };
    page.add("The law", None, vec![line(law, day, "Obliges")]);
    page
}

/// A jurisdiction's page: how its access laws work, then law by law, the same for all states.
pub(super) fn jurisdiction_page(it: &Jurisdiction, day: &str, knowledge: &Knowledge) -> Page {
    let mut page = Page {
        title: format!("Law of {}", it.name),
        lead: vec![POSSIBILITY.to_owned()],
        ..Page::default()
    };
    let pack = knowledge.pack();
    let of = |code: &str| {
        pack.laws.values().filter(|law| *law.jurisdiction == *code).collect::<Vec<_>>()
    };
    if let Some(known) =
        all(pack).find(|known| known.kind == "jurisdictions" && *known.id == *it.id)
    {
        page.add("How access works", None, profile(it, &known, day));
    }
    page.add(
        "Laws",
        None,
        of(&it.id).into_iter().map(|law| line(law, day, terms::subject(law.subject))).collect(),
    );
    for union in &it.part_of {
        let heading = format!("Laws of {}", terms::place(union));
        let laws = of(union).into_iter().map(|law| line(law, day, terms::subject(law.subject)));
        page.add(&heading, Some("They apply there too."), laws.collect());
    }
    let lists =
        pack.lists.values().filter(|list| list.jurisdiction.split('-').next() == Some(&*it.id));
    let lists = lists.map(|list| Line::plain(&list.id, format!("{}, {}", list.name, list.issuer)));
    page.add("Lists kept there", None, lists.collect());
    page
}

fn profile(it: &Jurisdiction, known: &Known<'_>, day: &str) -> Vec<Line> {
    let cited = cited(known, day);
    let unions: Vec<_> = it.part_of.iter().map(|it| terms::place(it)).collect();
    let unions = if unions.is_empty() { "none recorded".to_owned() } else { unions.join(", ") };
    let mut lines = vec![Line::cited("Part of", unions, &cited)];
    let Some(access) = it.access else {
        lines.push(Line::plain("Access", "How its access laws work was not gone through."));
        return lines;
    };
    let AccessProfile { prior_authorisation, secrecy, reach_abroad, device_duty, redress } = access;
    let said = [
        (
            "Before",
            prior_authorisation,
            [
                "no independent body must agree",
                "an independent body must agree for some powers",
                "an independent body must agree as a rule",
            ],
        ),
        (
            "Secrecy",
            secrecy,
            [
                "the company may tell",
                "it may be forbidden to tell for a time",
                "it may be forbidden to tell without end",
            ],
        ),
        (
            "Abroad",
            reach_abroad,
            [
                "data held abroad are not reached",
                "whether data held abroad are reached is debated",
                "data held abroad are reached expressly",
            ],
        ),
        (
            "Devices",
            device_duty,
            [
                "the duty is about telecommunications alone",
                "the duty may cover devices, flaws or keys",
                "the duty covers devices, flaws or keys",
            ],
        ),
        (
            "Redress",
            redress,
            [
                "somebody abroad cannot seek redress",
                "somebody abroad can seek limited redress",
                "somebody abroad can seek redress as residents do",
            ],
        ),
    ];
    for (label, value, words) in said {
        let words = words.get(usize::from(value)).copied().unwrap_or("not known");
        lines.push(Line::plain(label, format!("{words} ({value} of 2)")));
    }
    lines
}

fn line(law: &Law, day: &str, label: &str) -> Line {
    let articles = law.articles.as_deref().map_or_else(String::new, |it| format!(", {it}"));
    let time = terms::time(law.from.as_deref(), law.to.as_deref());
    let time = if time.is_empty() { time } else { format!(", {time}") };
    let text =
        format!("{}{articles}{time} ({}): {}", law.name, terms::status(law.status), law.obliges);
    let known = Known {
        kind: "laws",
        id: &law.id,
        title: &law.name,
        aliases: &[],
        sources: &law.sources,
        verified: Some(law.verified),
        checked: law.as_of.as_deref(),
        review_by: law.review_by.as_deref(),
        note: law.note.as_deref(),
        entry: super::Entry::Law(law),
    };
    Line::cited(label, text, &cited(&known, day))
        .and(format!("Whom: {}", law.whom))
        .and_of("Across borders", law.cross_border.as_deref())
        .and_of("Safeguards and redress", law.safeguards.as_deref())
        .and(format!("Kind of statement: {}", terms::standing(law.standing)))
}
