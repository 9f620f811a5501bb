//! Three registers of numbered flaws: which are exploited, how likely that is, what each is.

use serde::Deserialize;

use super::{ImportError, Imported, columns};
use crate::kinds::{Id, Vulnerability};

/// Reads the catalogue of flaws known to be exploited.
pub(super) fn exploited(bytes: &[u8], source: &Id) -> Result<Imported, ImportError> {
    #[derive(Deserialize)]
    struct Catalogue {
        vulnerabilities: Vec<Row>,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Row {
        #[serde(rename = "cveID")]
        cve: String,
        date_added: String,
        #[serde(default)]
        short_description: Option<String>,
    }
    let catalogue: Catalogue = parse(bytes)?;
    let mut imported = Imported::default();
    for (place, row) in (1..).zip(catalogue.vulnerabilities) {
        if !crate::dates::is_date(&row.date_added) {
            imported.refuse(place, "the day it was added is none");
            continue;
        }
        let said = Vulnerability {
            summary: row.short_description.map(|it| short(&it)),
            exploited_since: Some(row.date_added.as_str().into()),
            ..named(&row.cve, source)
        };
        enter(&mut imported, place, said)?;
    }
    Ok(imported)
}

/// Reads likelihoods: a comment line, then `cve,epss,percentile`.
pub(super) fn likelihoods(bytes: &[u8], source: &Id) -> Result<Imported, ImportError> {
    let mut table = csv::ReaderBuilder::new().comment(Some(b'#')).flexible(true).from_reader(bytes);
    let heads = table.headers().map_err(|error| ImportError::Foreign(error.to_string()))?.clone();
    let [cve, likelihood] = columns(&heads, ["cve", "epss"])?;
    let mut imported = Imported::default();
    for (place, record) in (1..).zip(table.records()) {
        let Ok(record) = record else {
            imported.refuse(place, "the row is damaged");
            continue;
        };
        let number = record.get(likelihood).and_then(|it| it.trim().parse::<f32>().ok());
        let Some(number) = number.filter(|it| (0.0..=1.0).contains(it)) else {
            imported.refuse(place, "a likelihood is a number from 0 to 1");
            continue;
        };
        let cve = record.get(cve).unwrap_or_default();
        let said = Vulnerability { likelihood: Some(number), ..named(cve, source) };
        enter(&mut imported, place, said)?;
    }
    Ok(imported)
}

/// Reads records of the vulnerability database's interface, version 2.0.
pub(super) fn records(bytes: &[u8], source: &Id) -> Result<Imported, ImportError> {
    let answer: Answer = parse(bytes)?;
    let mut imported = Imported::default();
    for (place, row) in (1..).zip(answer.vulnerabilities) {
        let english = row.cve.descriptions.iter().find(|it| it.lang == "en");
        let metrics = &row.cve.metrics;
        let newest = [&metrics.v40, &metrics.v31, &metrics.v30, &metrics.v2];
        let severity = newest.into_iter().find_map(|it| Some(it.first()?.data.base_score));
        let said = Vulnerability {
            summary: english.map(|it| short(&it.value)),
            severity: severity.filter(|it| (0.0..=10.0).contains(it)),
            ..named(&row.cve.id, source)
        };
        enter(&mut imported, place, said)?;
    }
    Ok(imported)
}

#[derive(Deserialize)]
struct Answer {
    vulnerabilities: Vec<Answered>,
}

#[derive(Deserialize)]
struct Answered {
    cve: Record,
}

#[derive(Deserialize)]
struct Record {
    id: String,
    #[serde(default)]
    descriptions: Vec<Description>,
    #[serde(default)]
    metrics: Metrics,
}

#[derive(Deserialize)]
struct Description {
    lang: String,
    value: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Metrics {
    #[serde(rename = "cvssMetricV40")]
    v40: Vec<Metric>,
    #[serde(rename = "cvssMetricV31")]
    v31: Vec<Metric>,
    #[serde(rename = "cvssMetricV30")]
    v30: Vec<Metric>,
    #[serde(rename = "cvssMetricV2")]
    v2: Vec<Metric>,
}

#[derive(Deserialize)]
struct Metric {
    #[serde(rename = "cvssData")]
    data: Score,
}

#[derive(Deserialize)]
struct Score {
    #[serde(rename = "baseScore")]
    base_score: f32,
}

fn parse<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, ImportError> {
    serde_json::from_slice(bytes).map_err(|error| ImportError::Foreign(error.to_string()))
}

fn named(cve: &str, source: &Id) -> Vulnerability {
    let id = cve.trim().to_ascii_uppercase().into();
    Vulnerability { id, sources: vec![source.clone()], ..Vulnerability::default() }
}

fn enter(imported: &mut Imported, place: usize, said: Vulnerability) -> Result<(), ImportError> {
    if is_cve(&said.id) {
        imported.pack.vulnerabilities.insert(said.id.clone(), said);
        imported.take()
    } else {
        imported.refuse(place, "a flaw's number looks like CVE-2021-36260");
        Ok(())
    }
}

/// `CVE-`, a year, a number of four digits or more.
fn is_cve(id: &str) -> bool {
    let digits = |it: &str| it.bytes().all(|byte| byte.is_ascii_digit());
    let parts = id.strip_prefix("CVE-").and_then(|rest| rest.split_once('-'));
    parts.is_some_and(|(year, number)| {
        year.len() == 4 && digits(year) && (4..=19).contains(&number.len()) && digits(number)
    })
}

/// The beginning: registers describe at length, and a line is enough here.
fn short(text: &str) -> Box<str> {
    const MOST: usize = 400;
    text.chars().take(MOST).collect::<String>().into()
}
