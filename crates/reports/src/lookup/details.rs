//! The second layer: every statement with what it rests on.

use assessment::{
    Applies, Listing,
    dossier::{
        About, Alternative, Cited, Demand, Disclosed, Dossier, Entitled, Happened, Lawful, Layer,
        Model, Part, Reached, Relabel,
    },
};

use knowledge::{Knowledge, kinds::Policy};

use super::{
    Depth, Lookup,
    glance::{places, support_of},
};
use crate::{
    page::{Line, Page},
    terms,
    wording::counted,
};

/// Models shown one by one; more are named only. Our choice.
const MOST_MODELS: usize = 8;

/// Incidents about other models or products that are shown; more are counted. Our choice.
const MOST_OTHERS: usize = 4;

/// Adds all details.
pub(super) fn add(page: &mut Page, dossier: &Dossier, lookup: &Lookup<'_>) {
    let layers = &dossier.layers;
    page.add("Who is behind it", None, layers.iter().map(|it| layer(it, layers)).collect());
    page.add("Under other names", None, dossier.relabels.iter().map(relabel).collect());
    page.add("Disclosed links", Some(LINKS), dossier.links.iter().map(link).collect());
    page.add("Models", None, models(&dossier.models, lookup.depth));
    page.add("Lists", None, listings(dossier, lookup.knowledge, Some(lookup.policy)));
    page.add(
        "Laws",
        Some(LAWS),
        dossier.reach.iter().flat_map(|it| laws(it, lookup.depth)).collect(),
    );
    page.add("Incidents", None, incidents(&dossier.incidents, lookup.depth));
    let note = "What they ask of such a device. Whether this one meets them takes a look at it: \
                `houseguest audit` tells what traffic shows.";
    page.add("Standards and labels", Some(note), standards(&dossier.standards, lookup));
    if let Some(residence) = &dossier.residence {
        let heading = format!("What you may ask, living in {}", terms::place(residence));
        let mut lines: Vec<_> = dossier.rights.iter().map(right).collect();
        if lines.is_empty() {
            lines.push(Line::plain("rights", "This pack has none for that place."));
        }
        page.add(&heading, None, lines);
    }
    let note = "Of the same type, for what can be measured in this pack; never for a country.";
    page.add("Alternatives", Some(note), alternatives(dossier));
    let unknown = dossier.unknown.iter().map(|it| Line::plain(it.what, it.says.to_string()));
    page.add("Not known", Some("Unknown is not the same as fine."), unknown.collect());
}

/// Adds what concerns a company, for its own page.
pub(crate) fn add_company(page: &mut Page, dossier: &Dossier, knowledge: &Knowledge) {
    let layers = &dossier.layers;
    let owners = layers.iter().filter(|it| it.part == Part::Owner);
    page.add("Who holds it, upward", None, owners.map(|it| layer(it, layers)).collect());
    page.add("Products under other names", None, dossier.relabels.iter().map(relabel).collect());
    page.add("Disclosed links", Some(LINKS), dossier.links.iter().map(link).collect());
    page.add("Lists", None, listings(dossier, knowledge, None));
    page.add(
        "Laws",
        Some(LAWS),
        dossier.reach.iter().flat_map(|it| laws(it, Depth::Full)).collect(),
    );
    page.add("Incidents", None, dossier.incidents.iter().map(incident).collect());
}

const LINKS: &str =
    "As published, of companies and public offices; none of it says that anything was done.";

const LAWS: &str = "What these laws could require of the companies named. A possibility is not an \
                    event: nothing here says that it was ever done.";

fn layer(layer: &Layer, all: &[Layer]) -> Line {
    let time = terms::time(layer.from.as_deref(), layer.to.as_deref());
    let mut text = format!("{}{}", layer.name, places(layer));
    if let Some(of) = &layer.of {
        text = format!("{text}: {}", terms::holding(layer.share.as_deref(), named(of, all)));
    }
    if !time.is_empty() {
        text = format!("{text}, {time}");
    }
    let label = match (layer.part, layer.now) {
        (Part::Owner, false) => "Former owner",
        (part, _) => terms::part(part),
    };
    let line = Line { about: layer.id.clone(), ..Line::cited(label, text, &layer.cited) };
    line.and_of("Shares listed", layer.shares_listed.as_deref())
}

/// A company's name, where it stands among the layers.
pub(crate) fn named<'a>(id: &'a str, layers: &'a [Layer]) -> &'a str {
    let named = layers.iter().find(|it| it.part != Part::Brand && it.id.as_deref() == Some(id));
    named.map_or(id, |it| &*it.name)
}

fn relabel(it: &Relabel) -> Line {
    let models = match &*it.models {
        [] => "which models is not recorded".to_owned(),
        models => models.join(", "),
    };
    let text = format!("{}: made by {} ({models})", it.label, it.made_by_name);
    Line::cited("Relabelled", text, &it.cited)
        .and(terms::time(it.from.as_deref(), it.to.as_deref()))
        .and(format!("How to tell: {}", it.recognise))
}

fn link(it: &Disclosed) -> Line {
    let time = terms::time(it.from.as_deref(), it.to.as_deref());
    let time = if time.is_empty() { time } else { format!(" ({time})") };
    Line::cited(terms::link(it.kind), format!("{}: {}{time}", it.name, it.statement), &it.cited)
        .and(format!("Kind of statement: {}", terms::standing(it.standing)))
        .and(format!("Response: {}", it.response.as_deref().unwrap_or("none recorded")))
}

fn models(models: &[Model], depth: Depth) -> Vec<Line> {
    let most = if depth == Depth::Full { models.len() } else { MOST_MODELS };
    let mut lines: Vec<_> = models.iter().take(most).map(model).collect();
    let more: Vec<_> = models.iter().skip(most).map(|it| &*it.model).collect();
    if !more.is_empty() {
        lines.push(Line::plain("and", more.join(", ")));
    }
    lines
}

fn model(it: &Model) -> Line {
    let sensors: Vec<_> = it.sensors.iter().map(|it| terms::sensor_word(*it)).collect();
    let sensors = if sensors.is_empty() { "not recorded".to_owned() } else { sensors.join(", ") };
    let text = format!("{}; senses: {sensors}; updates: {}", it.kind, support_of(it));
    let joined = |list: &[Box<str>]| (!list.is_empty()).then(|| list.join(", "));
    let places: Vec<_> = it.produced_in.iter().map(|it| terms::place(it)).collect();
    Line::cited(&it.model, text, &it.cited)
        .and_of("First sold", it.released.as_deref())
        .and_of("Authorised for the market", it.authorised.as_deref())
        .and_of("FCC ID", joined(&it.fcc_ids).as_deref())
        .and_of("Produced in", (!places.is_empty()).then(|| places.join(", ")).as_deref())
        .and_of("Labels held", joined(&it.labels).as_deref())
}

fn listings(dossier: &Dossier, knowledge: &Knowledge, policy: Option<&Policy>) -> Vec<Line> {
    let mut lines: Vec<_> = dossier.listings.iter().map(|it| listing(it, policy)).collect();
    let pack = knowledge.pack();
    if dossier.listings.iter().all(|it| it.applies != Applies::Yes) {
        let whole = pack.lists.values().filter(|it| it.complete).count();
        let complete = format!(
            "Of {} in it, {whole} {} held whole; entries of others may be missing.",
            counted(pack.lists.len(), "list"),
            if whole == 1 { "is" } else { "are" }
        );
        let text = format!("No record found in pack {} of {}.", pack.version, pack.as_of);
        lines.insert(0, Line::plain("none", text).and(complete));
    }
    lines
}

fn listing(it: &Listing, policy: Option<&Policy>) -> Line {
    let time = terms::time(it.from.as_deref(), it.to.as_deref());
    let time = if time.is_empty() { time } else { format!(", {time}") };
    let kind = terms::entry_kind(it.kind);
    let text = format!("{}: \"{}\" ({kind}){time}", it.list_name, it.entry_name);
    let reasons: Vec<_> = it.reasons.iter().map(|step| &*step.says).collect();
    let cited = Cited {
        entry: it.entry.clone(),
        sources: it.sources.clone(),
        verified: it.verified,
        ..Cited::default()
    };
    let line = Line::cited(terms::applies(it.applies), text, &cited).and(sentences(&reasons));
    if it.applies == Applies::No {
        return line;
    }
    let waivers = it.waivers.iter().map(|it| {
        format!("Exempt: {} {}", it.what, terms::time(it.from.as_deref(), it.to.as_deref()))
    });
    let mut line = line
        .and(format!("Effect: {}", it.effect))
        .and(format!("Does not restrict: {}", it.does_not_restrict))
        .and_of("Limited to", it.qualifier.as_deref());
    line.more.extend(waivers.map(|it| it.trim_end().to_owned()));
    if let Some(policy) = policy.filter(|policy| policy.lists.contains(&it.list)) {
        line = line.and(format!("Counts under your policy, {}.", policy.id));
    }
    line
}

/// Steps as sentences.
fn sentences(steps: &[&str]) -> String {
    let capital = |step: &&str| {
        let mut letters = step.chars();
        let first = letters.next().map(|it| it.to_uppercase().to_string()).unwrap_or_default();
        let end = if step.ends_with('.') { "" } else { "." };
        format!("{first}{}{end}", letters.as_str())
    };
    steps.iter().map(capital).collect::<Vec<_>>().join(" ")
}

fn laws(reached: &Reached, depth: Depth) -> Vec<Line> {
    let through: Vec<_> = reached
        .through
        .iter()
        .map(|it| {
            let why = match (it.registered, it.head_office) {
                (true, true) => "registered and head office there",
                (true, false) => "registered there",
                (false, _) => "head office there",
            };
            let why = match &it.member {
                Some(member) => format!("through {}", terms::place(member)),
                None => why.to_owned(),
            };
            format!("{} ({}, {why})", it.name, terms::role(it.part))
        })
        .collect();
    let label = terms::place(&reached.jurisdiction);
    let text = format!("Its law could reach {}.", through.join("; "));
    let none = if reached.laws.is_empty() {
        "This pack has no law of this place in force that day."
    } else {
        ""
    };
    let mut lines = vec![Line::plain(&label, text).and(none)];
    lines.extend(reached.laws.iter().map(|it| law(it, depth)));
    lines
}

fn law(it: &Lawful, depth: Depth) -> Line {
    let articles = it.articles.as_deref().map_or_else(String::new, |it| format!(", {it}"));
    let from = it.from.as_deref().map_or_else(String::new, |it| format!(", since {it}"));
    let label = format!("- {}", terms::subject(it.subject));
    let text = format!("{}{articles}{from}: {}", it.name, it.obliges);
    let line = Line::cited(&label, text, &it.cited);
    if depth == Depth::Short {
        return line;
    }
    line.and(format!("Whom: {}", it.whom))
        .and_of("Across borders", it.cross_border.as_deref())
        .and_of("Safeguards and redress", it.safeguards.as_deref())
}

fn incidents(all: &[Happened], depth: Depth) -> Vec<Line> {
    let most = if depth == Depth::Full { all.len() } else { MOST_OTHERS };
    let far = |it: &&Happened| matches!(it.about, About::OtherModels | About::Company);
    let mut lines: Vec<_> = all.iter().filter(|it| !far(it)).map(incident).collect();
    lines.extend(all.iter().filter(far).take(most).map(incident));
    let more: Vec<_> = all.iter().filter(far).skip(most).map(|it| &*it.id).collect();
    if !more.is_empty() {
        let text = format!("{} about other models or products: {}", more.len(), more.join(", "));
        lines.push(Line::plain("and", text));
    }
    lines
}

fn incident(it: &Happened) -> Line {
    let finder = it.finder.as_deref().map_or_else(String::new, |it| format!("; found by {it}"));
    let line = Line::cited(&it.date, it.title.to_string(), &it.cited).and(format!(
        "{}; {}{finder}",
        capital(terms::about(it.about)),
        terms::standing(it.standing)
    ));
    let line = line.and(format!("Affects: {}", it.affects));
    if matches!(it.about, About::OtherModels | About::Company) {
        return line;
    }
    line.and_of("CVE", (!it.cves.is_empty()).then(|| it.cves.join(", ")).as_deref())
        .and(format!("Exposed: {}", it.exposed))
        .and(format!("Response: {}", it.response))
        .and(format!("Outcome: {}", it.outcome))
}

fn capital(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

fn standards(all: &[Demand], lookup: &Lookup<'_>) -> Vec<Line> {
    let first = |it: &&Demand| lookup.policy.standards.contains(&it.id);
    let chosen = all.iter().filter(first);
    let ordered = chosen.chain(all.iter().filter(|it| !first(it)));
    ordered.map(|it| standard(it, lookup.depth)).collect()
}

fn standard(it: &Demand, depth: Depth) -> Line {
    let held = if it.held { "Held by this product, as recorded. " } else { "" };
    let from = it.from.as_deref().map_or_else(String::new, |it| format!(" since {it}"));
    let text = format!(
        "{held}{}, {}{from}. Binds: {}",
        terms::place(&it.jurisdiction),
        terms::status(it.status),
        it.binds
    );
    let line = Line::cited(&it.name, text, &it.cited);
    if depth == Depth::Short {
        return line;
    }
    let clauses = it
        .clauses
        .iter()
        .map(|it| format!("{} {} ({})", it.number, it.asks, terms::observable(it.observable)));
    let mut line =
        line.and(format!("Covers: {}", it.scope)).and_of("Leaves out", it.excludes.as_deref());
    line.more.extend(clauses);
    line
}

fn right(it: &Entitled) -> Line {
    let asks: Vec<_> = it.asks.iter().map(|it| terms::ask(*it)).collect();
    Line::cited(&asks.join(", "), it.says.to_string(), &it.cited)
        .and(format!("By {}. Ask: {}. {}", it.basis, it.answers, it.how))
        .and_of("Answer within", it.deadline.as_deref())
        .and_of("Complain to", it.complain_to.as_deref())
}

fn alternatives(dossier: &Dossier) -> Vec<Line> {
    let found: Vec<_> = dossier.alternatives.iter().map(alternative).collect();
    let one = dossier.model.is_some() && dossier.models.len() == 1;
    if found.is_empty() && one {
        let none = "No product of this type is measurably better in what this pack has recorded.";
        return vec![Line::plain("none", none)];
    }
    found
}

fn alternative(it: &Alternative) -> Line {
    let but = (!it.but.is_empty()).then(|| it.but.join("; "));
    Line::cited(&it.name, it.because.join("; "), &it.cited).and_of("But", but.as_deref())
}
