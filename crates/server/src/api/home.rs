//! What the pages draw of a home, for programs: flows, time series, rooms, letters, the search.

use std::{collections::BTreeMap, sync::Arc};

use assessment::model::{Device, ServerCountry};
use axum::{
    Router,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse as _, Response},
    routing::get,
};
use evidence::Timestamp;
use household::GuestId;
use knowledge::kinds::{Id, Sensor};
use reports::wording;
use serde::{Deserialize, Serialize};

use super::{answer, not_found};
use crate::{
    forms::query,
    house::House,
    pages::{
        letter,
        rooms::{Senses, by_room, senses},
        search::{self, Hits},
        series::{Back, remembered},
    },
    present::Present,
    visit::Visit,
};

pub(super) fn routes() -> Router<Arc<House>> {
    Router::new()
        .route("/api/v1/flows", get(flows))
        .route("/api/v1/series", get(series))
        .route("/api/v1/devices/{key}/series", get(series_of))
        .route("/api/v1/devices/{key}/letter", get(written))
        .route("/api/v1/rooms", get(rooms))
        .route("/api/v1/search", get(found))
}

/// A device by what its addresses here name it by, and what it is called.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Named {
    key: String,
    name: String,
}

impl Named {
    fn of(device: &Device) -> Self {
        Self { key: Present::key(device), name: wording::device_or_doubt(device) }
    }
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
struct Company<'a> {
    id: &'a str,
    name: &'a str,
    country: Option<&'a str>,
}

/// What a device sent to one organisation's servers in one country, and got from there.
#[derive(Debug, Serialize)]
struct Flow<'a> {
    device: Named,
    organisation: Option<Company<'a>>,
    /// A country's code, `anywhere`, or null where it is not known.
    server_country: Option<&'a str>,
    bytes_up: u64,
    bytes_down: u64,
}

/// By device, company and servers' country.
type Way<'a> = (&'a Id, Option<Company<'a>>, Option<&'a str>);

async fn flows(visit: Visit) -> Response {
    let mut sums: BTreeMap<Way<'_>, (u64, u64)> = BTreeMap::new();
    let keys: BTreeMap<Id, &Device> =
        visit.present.local().map(|device| (Present::key(device).into(), device)).collect();
    for (key, device) in &keys {
        for to in &device.destinations {
            let company = to.organisation.as_ref().map(|party| Company {
                id: &party.id,
                name: &party.name,
                country: party.country.as_deref(),
            });
            let country = to.server_country.as_ref().map(|country| match country {
                ServerCountry::Registered(code) => &**code,
                ServerCountry::Anywhere => "anywhere",
            });
            let sum = sums.entry((key, company, country)).or_default();
            *sum = (sum.0.saturating_add(to.bytes_up), sum.1.saturating_add(to.bytes_down));
        }
    }
    let flows: Vec<_> = sums
        .into_iter()
        .filter_map(|((key, organisation, server_country), (bytes_up, bytes_down))| {
            let device = Named::of(keys.get(key)?);
            Some(Flow { device, organisation, server_country, bytes_up, bytes_down })
        })
        .collect();
    answer(&flows)
}

/// How far back; days if it does not say.
#[derive(Debug, Default, Deserialize)]
struct Wanted {
    back: Option<String>,
}

#[derive(Debug, Serialize)]
struct Series {
    from: String,
    to: String,
    points: Vec<Point>,
    /// When nobody was watching.
    gaps: Vec<Gap>,
}

#[derive(Debug, Serialize)]
struct Point {
    start: String,
    seconds: u64,
    bytes_up: u64,
    bytes_down: u64,
}

#[derive(Debug, Serialize)]
struct Gap {
    from: String,
    to: String,
}

async fn series(visit: Visit, Query(wanted): Query<Wanted>) -> Response {
    told(&visit, None, &wanted)
}

async fn series_of(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    let known = visit.present.device(&key).and_then(|device| visit.present.known.number(device));
    known.map_or_else(not_found, |number| told(&visit, Some(number), &wanted))
}

fn told(visit: &Visit, device: Option<GuestId>, wanted: &Wanted) -> Response {
    let Some(back) = wanted.back.as_deref().map_or(Some(Back::default()), Back::known) else {
        return (StatusCode::BAD_REQUEST, "back is days, month or year\n").into_response();
    };
    let Some(Ok(remembered)) = remembered(visit, device, back) else {
        return not_found();
    };
    let moment = |at: Timestamp| at.to_string();
    let points = remembered.points.iter().map(|point| Point {
        start: moment(point.start),
        seconds: point.seconds,
        bytes_up: point.bytes_up,
        bytes_down: point.bytes_down,
    });
    let gaps = remembered.gaps.iter().map(|gap| Gap { from: moment(gap.from), to: moment(gap.to) });
    let series = Series {
        from: moment(remembered.from),
        to: moment(remembered.to),
        points: points.collect(),
        gaps: gaps.collect(),
    };
    answer(&series)
}

#[derive(Debug, Serialize)]
struct Room<'a> {
    /// Null for devices of which nobody said where they are.
    room: Option<&'a str>,
    devices: Vec<Resident>,
}

#[derive(Debug, Serialize)]
struct Resident {
    #[serde(flatten)]
    device: Named,
    senses: Vec<Sensor>,
    /// `model`, `kind`, or null where it is not known.
    known_by: Option<&'static str>,
}

async fn rooms(visit: Visit) -> Response {
    let (rooms, nowhere) = by_room(&visit.present);
    let resident = |device: &&Device| {
        let senses = senses(device);
        let known_by = match senses {
            Senses::Model(_) => Some("model"),
            Senses::Kind(_) => Some("kind"),
            Senses::Unknown => None,
        };
        Resident { device: Named::of(device), senses: senses.all(), known_by }
    };
    let named = rooms.into_iter().map(|(room, devices)| (Some(room), devices));
    let all = named.chain([(None, nowhere)]);
    let rooms: Vec<_> = all
        .map(|(room, devices)| Room { room, devices: devices.iter().map(resident).collect() })
        .collect();
    answer(&rooms)
}

#[derive(Debug, Serialize)]
struct Letter<'a> {
    /// The pack's entry.
    entry: &'a str,
    title: &'a str,
    right: Option<&'a str>,
    addressee: Option<Company<'a>>,
    text: &'a str,
    /// What its writer must still write in.
    missing: &'a [&'static str],
    verified: bool,
}

async fn written(
    visit: Visit,
    Path(key): Path<String>,
    Query(wanted): Query<letter::Wanted>,
) -> Response {
    let Some(device) = visit.present.device(&key) else { return not_found() };
    let Some(written) = letter::written(&visit, device, &visit.house.knowledge, &wanted) else {
        return not_found();
    };
    let addressee = written.addressee.map(|it| Company {
        id: &it.id,
        name: &it.name,
        country: it.headquartered_in.as_deref(),
    });
    answer(&Letter {
        entry: &written.letter.id,
        title: &written.letter.title,
        right: written.right.map(|it| &*it.id),
        addressee,
        text: &written.text,
        missing: &written.missing,
        verified: written.letter.verified,
    })
}

/// What fits a search: ids and names, to be asked for by their own addresses.
#[derive(Debug, Serialize)]
struct Found<'a> {
    devices: Vec<Named>,
    companies: Vec<Company<'a>>,
    /// Their ids.
    findings: Vec<String>,
    names: Vec<Contacted<'a>>,
}

#[derive(Debug, Serialize)]
struct Contacted<'a> {
    name: &'a str,
    by: Vec<Named>,
}

async fn found(visit: Visit, Query(wanted): Query<search::Wanted>) -> Response {
    let hits = Hits::of(&visit.present, &query(&wanted.q, search::LONGEST));
    let found = Found {
        devices: hits.devices.iter().map(|it| Named::of(it)).collect(),
        companies: hits
            .companies
            .values()
            .map(|party| Company {
                id: &party.id,
                name: &party.name,
                country: party.country.as_deref(),
            })
            .collect(),
        findings: hits.findings.iter().map(|(index, _)| format!("f{}", index + 1)).collect(),
        names: hits
            .names
            .iter()
            .map(|(name, by)| Contacted { name, by: by.iter().map(|it| Named::of(it)).collect() })
            .collect(),
    };
    answer(&found)
}
