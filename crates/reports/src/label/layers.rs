//! What stands on a label: the same facts for every form.

use assessment::{
    Applies, Assessment,
    dossier::{About, Dossier, Part},
    model::{Device, Encryption},
};
use knowledge::kinds::{Observable, Severity, Status};

use super::{Group, Label, Row, code};
use crate::{
    escape::short,
    lookup::{facts, named},
    terms,
    wording::{self, counted},
};

/// Bytes that a code of 73 modules holds at the lowest level of correction: still easy to read on
/// paper four centimetres wide.
const CODE_BYTES: usize = 440;

/// Destinations and incidents named one by one. Our choice.
const MOST: usize = 6;

pub(super) fn label(
    dossier: &Dossier,
    seen: Option<(&Assessment, &Device)>,
    (version, as_of): (&str, &str),
) -> Label {
    let stamp = format!("pack {version} of {as_of}");
    let title = title(dossier, seen.map(|(_, device)| device));
    let title = short(&title, LONGEST_TITLE).into_owned();
    let glance = glance(dossier, seen, &stamp);
    let head = format!("HOUSEGUEST LABEL {}, {stamp}", dossier.day);
    let rows = glance.iter().filter(|row| row.label != "It is").map(|row| {
        let text =
            row.observed.as_ref().filter(|_| row.declared.is_empty()).unwrap_or(&row.declared);
        format!("{}: {text}", row.label)
    });
    let lines: Vec<_> = [head, title.clone()].into_iter().chain(rows).collect();
    Label {
        stamp: format!("As things stood on {}; {stamp}", dossier.day),
        seen: seen.map(|(_, device)| {
            format!("Seen in traffic {}", wording::span(device.first, device.last))
        }),
        details: details(dossier, seen),
        code: code::fitting(&lines, CODE_BYTES),
        title,
        glance,
    }
}

/// Letters of a title: what a card holds. Names of devices can be longer.
const LONGEST_TITLE: usize = 120;

fn title(dossier: &Dossier, device: Option<&Device>) -> String {
    match (&*dossier.title, device) {
        ("", Some(device)) => wording::device_or_doubt(device),
        (title, _) => {
            let types = dossier.types.join(", ");
            if dossier.types.len() == 1 { format!("{title}, {types}") } else { title.to_owned() }
        }
    }
}

fn glance(dossier: &Dossier, seen: Option<(&Assessment, &Device)>, stamp: &str) -> Vec<Row> {
    let order = [
        "Can sense",
        "Updates",
        "Made by",
        "Sold by",
        "Owned by",
        "Cloud and app",
        "Lists",
        "Incidents",
    ];
    let facts = facts(dossier, stamp);
    let mut rows: Vec<Row> = Vec::new();
    for label in order {
        let Some((label, declared)) = facts.iter().find(|(it, _)| *it == label) else { continue };
        let stands_out = match *label {
            "Lists" => dossier.listings.iter().any(|it| it.applies == Applies::Yes),
            "Updates" => dossier.models.iter().any(|it| it.supported == Some(false)),
            _ => false,
        };
        let (declared, observed) = (declared.clone(), None);
        rows.push(Row { label, declared, observed, stands_out });
    }
    let place = rows.iter().position(|row| row.label == "Cloud and app").unwrap_or(rows.len());
    let going = seen.map(|(_, device)| destinations(device));
    if let Some(row) = rows.get_mut(place) {
        row.label = "Data goes to";
        row.observed = going;
    }
    if let Some((assessment, device)) = seen {
        rows.push(findings(assessment, device));
    }
    rows
}

/// To whom traffic went, most bytes first.
fn destinations(device: &Device) -> String {
    if device.destinations.is_empty() {
        return "nobody outside the home was seen".to_owned();
    }
    let unnamed = device.destinations.iter().filter(|it| it.named_by.is_none()).count();
    let mut names: Vec<&str> = Vec::new();
    for destination in device.destinations.iter().filter(|it| it.named_by.is_some()) {
        let organisation = destination.organisation.as_ref().map(|it| &*it.name);
        let name = organisation.or(destination.domain.as_deref()).unwrap_or(&destination.name);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let more = names.len().saturating_sub(MOST);
    names.truncate(MOST);
    let mut parts: Vec<_> = names.into_iter().map(str::to_owned).collect();
    if more > 0 {
        parts.push(format!("{more} more"));
    }
    if unnamed > 0 {
        parts.push(format!("{} without a name", counted(unnamed, "address")));
    }
    let clear = |it: &&assessment::model::Destination| {
        matches!(it.encryption, Encryption::Clear | Encryption::Mixed)
    };
    let clear = match device.destinations.iter().filter(clear).count() {
        0 => "nothing seen in clear text".to_owned(),
        count => format!("{} in clear text", counted(count, "destination")),
    };
    format!("{}; {clear}", parts.join(", "))
}

/// How many findings are open, the worst first.
fn findings(assessment: &Assessment, device: &Device) -> Row {
    let severities =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];
    let open: Vec<_> =
        device.findings.iter().filter_map(|it| assessment.findings.get(*it)).collect();
    let counts = severities.into_iter().filter_map(|severity| {
        let count = open.iter().filter(|it| it.severity == severity).count();
        (count > 0).then(|| format!("{count} {}", wording::severity(severity)))
    });
    let counts: Vec<_> = counts.collect();
    let observed = match &*counts {
        [] => "none in what was seen".to_owned(),
        counts => counts.join(", "),
    };
    Row {
        label: "Open findings",
        declared: String::new(),
        observed: Some(observed),
        stands_out: open.iter().any(|it| it.severity >= Severity::High),
    }
}

fn details(dossier: &Dossier, seen: Option<(&Assessment, &Device)>) -> Vec<Group> {
    let mut groups = vec![
        Group { heading: "Who is behind it", lines: layers(dossier) },
        Group { heading: "Lists", lines: lists(dossier) },
        Group {
            heading: "Laws that could reach these companies (a possibility)",
            lines: laws(dossier),
        },
        Group { heading: "Incidents", lines: incidents(dossier) },
        Group { heading: "Standards and labels", lines: standards(dossier, seen) },
    ];
    if let Some((assessment, device)) = seen {
        let found = device.findings.iter().filter_map(|it| assessment.findings.get(*it));
        let lines = found.map(|it| format!("{}: {}", wording::severity(it.severity), it.title));
        groups.push(Group { heading: "Open findings", lines: lines.collect() });
    }
    let unknown = dossier.unknown.iter().map(|it| it.says.to_string());
    groups.push(Group { heading: "Not known", lines: unknown.collect() });
    groups.retain(|group| !group.lines.is_empty());
    groups
}

fn doubt(verified: bool) -> &'static str {
    if verified { "" } else { " (unverified)" }
}

fn layers(dossier: &Dossier) -> Vec<String> {
    let now = dossier.layers.iter().filter(|it| it.now && it.part != Part::Brand);
    let said = now.map(|it| {
        let places: Vec<_> =
            [&it.registered_in, &it.headquartered_in].into_iter().flatten().collect();
        let mut places: Vec<_> = places.into_iter().map(|it| terms::place(it)).collect();
        places.dedup();
        let places =
            if places.is_empty() { String::new() } else { format!(" ({})", places.join(" / ")) };
        let share = it.of.as_ref().map(|of| {
            let held = named(of, &dossier.layers);
            format!(", {}", terms::holding(it.share.as_deref(), held))
        });
        let share = share.unwrap_or_default();
        format!("{}: {}{places}{share}{}", terms::part(it.part), it.name, doubt(it.cited.verified))
    });
    said.collect()
}

fn lists(dossier: &Dossier) -> Vec<String> {
    let touched = dossier.listings.iter().filter(|it| it.applies != Applies::No);
    let said = touched.map(|it| {
        let verdict = match it.applies {
            Applies::Yes => "Listed",
            _ => "Not decided",
        };
        format!(
            "{verdict}: {} ({}). Effect: {} Does not restrict: {}{}",
            it.list_name,
            it.entry_name,
            ended(&it.effect),
            ended(&it.does_not_restrict),
            doubt(it.verified)
        )
    });
    let mut lines: Vec<_> = said.collect();
    lines.dedup();
    if lines.is_empty() {
        lines.push("No record found in this pack.".to_owned());
    }
    lines
}

/// A sentence with its full stop.
fn ended(text: &str) -> String {
    if text.ends_with('.') { text.to_owned() } else { format!("{text}.") }
}

fn laws(dossier: &Dossier) -> Vec<String> {
    let said = dossier.reach.iter().map(|it| {
        let mut names: Vec<_> = it.through.iter().map(|it| &*it.name).collect();
        names.dedup();
        let mut laws: Vec<_> = it.laws.iter().map(|it| &*it.name).collect();
        laws.dedup();
        let laws =
            if laws.is_empty() { "no law recorded here".to_owned() } else { laws.join("; ") };
        format!("{}, through {}: {laws}", terms::place(&it.jurisdiction), names.join(", "))
    });
    said.collect()
}

fn incidents(dossier: &Dossier) -> Vec<String> {
    let close = dossier.incidents.iter().take(dossier.close_incidents());
    let mut lines: Vec<_> = close
        .take(MOST)
        .map(|it| {
            let named = if it.about == About::ThisModel { "names this model; " } else { "" };
            format!(
                "{} {} ({named}{}){}",
                it.date,
                it.title,
                terms::standing(it.standing),
                doubt(it.cited.verified)
            )
        })
        .collect();
    let more = dossier.incidents.len() - lines.len();
    if lines.is_empty() {
        lines.push("No record found for this one in this pack.".to_owned());
    }
    if more > 0 {
        lines.push(format!("{more} more, also about other models or products"));
    }
    lines
}

/// Which standards concern such a device; with a capture, the verdict for each clause that traffic can
/// tell anything of.
fn standards(dossier: &Dossier, seen: Option<(&Assessment, &Device)>) -> Vec<String> {
    let named = |held: bool| {
        let wanted = dossier.standards.iter().filter(move |it| it.held == held);
        wanted.map(|it| match it.status {
            Status::InForce => it.name.to_string(),
            status => format!("{} ({})", it.name, terms::status(status)),
        })
    };
    let (held, other): (Vec<_>, Vec<_>) = (named(true).collect(), named(false).collect());
    let mut lines = Vec::new();
    if !held.is_empty() {
        lines.push(format!("Held by this product, as recorded: {}", held.join("; ")));
    }
    if !other.is_empty() {
        lines.push(format!("Concern such a device: {}", other.join("; ")));
    }
    let Some((assessment, device)) = seen else { return lines };
    let found = device.findings.iter().filter_map(|it| assessment.findings.get(*it));
    let rules: Vec<_> = found.map(|it| &it.rule).collect();
    for standard in &dossier.standards {
        let verdicts = standard.clauses.iter().filter_map(|clause| {
            let against = rules.iter().any(|rule| clause.not_met_by.contains(rule));
            let watched =
                clause.observable == Observable::Passively && !clause.not_met_by.is_empty();
            match (against, watched) {
                (true, _) => Some(format!("{} not met", clause.number)),
                (false, true) => Some(format!("{} nothing seen against it", clause.number)),
                (false, false) => None,
            }
        });
        let verdicts: Vec<_> = verdicts.collect();
        if !verdicts.is_empty() {
            lines.push(format!(
                "{}: {}; other clauses cannot be seen",
                standard.name,
                verdicts.join(", ")
            ));
        }
    }
    lines
}
