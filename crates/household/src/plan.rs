//! What to do, and whether it is done: a step is ticked by what later traffic shows, and by nothing
//! else.
//!
//! A finding is gone if nothing that shows it was seen any more although the device was there to be seen,
//! for the whole window ([`SILENCE`], longer where the pack's advice says so). Sooner where the same place
//! is still talked to, now encrypted, or others are talked to and it is not. What rests on a product and its
//! firmware is not said day by day, so its silence proves nothing: a newer firmware with which it is not
//! found does. A step is done when all findings of its cause are gone, and is to be done again when one
//! comes back.

mod proof;

use std::collections::{BTreeMap, BTreeSet};

use assessment::{
    Assessment,
    model::{Action, Device, Finding},
};
use evidence::Timestamp;
use knowledge::kinds::{Dimension, Effort, FindingKind, Severity, Shows};
use rusqlite::{Connection, OptionalExtension};
use serde::{Deserialize, Serialize};

use crate::{
    Change, GuestId, Household, HouseholdError, Setting,
    clock::watched,
    stored::{choice, stored, time, word},
};
use proof::{Silence, Since, elsewhere_after, encrypted_after};

/// For how long, in seconds in which we were watching and the device was seen, a finding must not show to
/// count as gone: a week, in which most things of a home happen once.
pub const SILENCE: Setting<u64> = Setting::new("plan.silence", || 7 * 86_400);

/// One step of the plan: the answer to one root cause on one device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanStep {
    /// Its number; never used again.
    pub id: i64,
    /// Whose.
    pub device: GuestId,
    /// The root cause it answers.
    pub cause: Box<str>,
    /// The rule whose advice it is.
    pub rule: Box<str>,
    /// One sentence in the imperative.
    pub text: Box<str>,
    /// What it may break.
    pub breaks: Option<Box<str>>,
    /// What later traffic must show for it to count as done, for people.
    pub verified_by: Option<Box<str>>,
    /// How much work.
    pub effort: Effort,
    /// The gravest finding it answers.
    pub severity: Severity,
    /// Since when it is in the plan.
    pub since: Timestamp,
    /// When what it answers was last seen.
    pub last_seen: Timestamp,
    /// Where it stands.
    pub state: State,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// To be done.
    Open,
    /// Later traffic shows that it is done.
    Verified {
        /// Since when that is known.
        at: Timestamp,
        /// What shows it.
        by: Proof,
    },
    /// It was done, and what it answers was seen again.
    CameBack {
        /// Since when.
        at: Timestamp,
    },
}

/// What shows that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// What it answers was not seen for the window, in which the device was.
    Silence,
    /// Nothing in clear was seen for the window, and the device talks there still, encrypted.
    Encrypted,
    /// The place was not contacted for the window, and others were.
    NotContacted,
    /// The device runs a newer firmware, and what it answers is not found with that.
    NewerFirmware,
}

/// Something wrong with a device, now or before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownFinding {
    /// Whose.
    pub device: GuestId,
    /// The rule.
    pub rule: Box<str>,
    /// The root cause.
    pub cause: Box<str>,
    /// One line.
    pub title: Box<str>,
    /// How bad.
    pub severity: Severity,
    /// When its evidence was first and last seen.
    pub first_seen: Timestamp,
    /// See above.
    pub last_seen: Timestamp,
    /// Since when it is known to be gone, and what shows it.
    pub gone: Option<(Timestamp, Proof)>,
}

impl Household {
    /// Every step: open ones by what they gain, then those that are done, the latest first.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn plan(&self) -> Result<Vec<PlanStep>, HouseholdError> {
        let mut gravest: BTreeMap<(GuestId, Box<str>), (Severity, Timestamp)> = BTreeMap::new();
        for finding in self.findings()? {
            let entry = gravest
                .entry((finding.device, finding.cause))
                .or_insert((finding.severity, finding.last_seen));
            *entry = (entry.0.max(finding.severity), entry.1.max(finding.last_seen));
        }
        let mut steps = self.database.prepare_cached(
            "SELECT id, device, cause, rule, text, breaks, verified_by, effort, since, state, state_at,
               proof FROM step
             ORDER BY state = 'verified', CASE state WHEN 'verified' THEN -state_at ELSE place END, id",
        )?;
        let rows = steps.query_map([], |row| {
            let (device, cause) = (GuestId(row.get(1)?), row.get::<_, Box<str>>(2)?);
            let since = time(row.get(8)?);
            let found = gravest.get(&(device, cause.clone())).copied();
            let (severity, last_seen) = found.unwrap_or((Severity::Info, since));
            let at = time(row.get(10)?);
            let by = row.get::<_, Option<String>>(11)?.and_then(|it| choice(&it));
            Ok(PlanStep {
                id: row.get(0)?,
                device,
                cause,
                rule: row.get(3)?,
                text: row.get(4)?,
                breaks: row.get(5)?,
                verified_by: row.get(6)?,
                effort: choice(&row.get::<_, String>(7)?).unwrap_or(Effort::Hour),
                severity,
                since,
                last_seen,
                state: match &*row.get::<_, String>(9)? {
                    "verified" => State::Verified { at, by: by.unwrap_or(Proof::Silence) },
                    "came-back" => State::CameBack { at },
                    _ => State::Open,
                },
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Everything that is or was wrong, by device and rule.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn findings(&self) -> Result<Vec<KnownFinding>, HouseholdError> {
        let mut findings = self.database.prepare_cached(
            "SELECT device, rule, cause, title, severity, first_seen, last_seen, gone_at, gone_by
             FROM finding ORDER BY device, rule",
        )?;
        let rows = findings.query_map([], |row| {
            let by = row.get::<_, Option<String>>(8)?.and_then(|it| choice(&it));
            let gone: Option<i64> = row.get(7)?;
            Ok(KnownFinding {
                device: GuestId(row.get(0)?),
                rule: row.get(1)?,
                cause: row.get(2)?,
                title: row.get(3)?,
                severity: choice(&row.get::<_, String>(4)?).unwrap_or(Severity::Info),
                first_seen: time(row.get(5)?),
                last_seen: time(row.get(6)?),
                gone: gone.map(|at| (time(at), by.unwrap_or(Proof::Silence))),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A device whose findings and steps are followed.
pub(crate) struct Followed<'a> {
    pub(crate) guest: GuestId,
    pub(crate) devices: &'a [&'a Device],
    /// When it was last seen.
    pub(crate) last_seen: i64,
    /// Its firmware, as last answered.
    pub(crate) firmware: Option<Box<str>>,
    /// Whether it has had that for the whole window: what is found was found with it.
    pub(crate) firmware_settled: bool,
    /// [`SILENCE`], in nanoseconds.
    pub(crate) silence: i64,
}

/// Brings findings and steps of one device up to what the assessment says; returns what changed.
pub(crate) fn follow(
    database: &Connection,
    assessment: &Assessment,
    now: Timestamp,
    of: &Followed<'_>,
) -> Result<Vec<Change>, HouseholdError> {
    let mut changes = Vec::new();
    let indexes = of.devices.iter().flat_map(|it| &it.findings);
    let found: Vec<&Finding> =
        indexes.filter_map(|index| assessment.findings.get(*index)).collect();
    for finding in &found {
        changes.extend(keep_finding(database, assessment, finding, now, of)?);
    }
    let rules: BTreeSet<&str> = found.iter().map(|it| &*it.rule).collect();
    changes.extend(judge_findings(database, assessment, &rules, now, of)?);
    let actions = of.devices.iter().flat_map(|it| &it.actions);
    for place in actions {
        if let Some(action) = assessment.actions.get(*place) {
            keep_step(database, assessment, action, *place, now, of.guest)?;
        }
    }
    changes.extend(judge_steps(database, now, of.guest)?);
    Ok(changes)
}

/// Keeps a finding; says so if it is new or back.
fn keep_finding(
    database: &Connection,
    assessment: &Assessment,
    finding: &Finding,
    now: Timestamp,
    of: &Followed<'_>,
) -> Result<Option<Change>, HouseholdError> {
    let cited = finding.evidence().iter().filter_map(|id| assessment.evidence.get(*id));
    let spans = cited.map(|it| (it.first.at, it.last));
    let (first, last) = spans
        .fold((now, Timestamp::EPOCH), |(first, last), span| (first.min(span.0), last.max(span.1)));
    let (first, last) = (stored(first), stored(last.min(now)));
    let known = "SELECT last_seen, gone_at FROM finding WHERE device = ?1 AND rule = ?2";
    let known: Option<(i64, Option<i64>)> = database
        .prepare_cached(known)?
        .query_row((of.guest.0, &*finding.rule), |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let is_news = known.is_none_or(|(before, gone)| gone.is_some() && last > before);
    if !is_news && known.is_some_and(|(_, gone)| gone.is_some()) {
        return Ok(None);
    }
    let keep = "INSERT INTO finding (device, rule, cause, title, severity, proof, firmware, first_seen, last_seen)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
         ON CONFLICT (device, rule) DO UPDATE SET cause = excluded.cause, title = excluded.title,
           severity = excluded.severity, proof = excluded.proof,
           firmware = CASE WHEN ?10 THEN excluded.firmware ELSE coalesce(firmware, excluded.firmware) END,
           last_seen = max(last_seen, excluded.last_seen), gone_at = NULL, gone_by = NULL";
    database.prepare_cached(keep)?.execute((
        of.guest.0,
        &*finding.rule,
        &*finding.root_cause,
        &*finding.title,
        word(&finding.severity),
        word(&proof_of(finding, assessment)),
        of.firmware.as_deref(),
        first,
        last,
        of.firmware_settled,
    ))?;
    Ok(is_news.then(|| Change::NewFinding {
        rule: finding.rule.clone(),
        title: (*finding.title).into(),
        severity: word(&finding.severity).into(),
    }))
}

/// What would show that a finding is gone.
fn proof_of(finding: &Finding, assessment: &Assessment) -> Proof {
    let of_product = matches!(finding.kind, FindingKind::Incident | FindingKind::Listing);
    if of_product || finding.dimension == Some(Dimension::Support) {
        return Proof::NewerFirmware;
    }
    match assessment.verifications.get(&finding.rule).map(|it| it.shows) {
        Some(Shows::Encrypted) => Proof::Encrypted,
        Some(Shows::NotContacted) => Proof::NotContacted,
        Some(Shows::NewerFirmware) => Proof::NewerFirmware,
        Some(Shows::Silence) | None => Proof::Silence,
    }
}

/// Marks findings as gone of which that is shown.
fn judge_findings(
    database: &Connection,
    assessment: &Assessment,
    found: &BTreeSet<&str>,
    now: Timestamp,
    of: &Followed<'_>,
) -> Result<Vec<Change>, HouseholdError> {
    let sql = "SELECT id, rule, title, last_seen, proof, firmware FROM finding
         WHERE device = ?1 AND gone_at IS NULL";
    let mut open = database.prepare_cached(sql)?;
    let mut rows = open.query([of.guest.0])?;
    let mut gone = Vec::new();
    while let Some(row) = rows.next()? {
        let rule: Box<str> = row.get(1)?;
        let last_seen: i64 = row.get(3)?;
        let then: Option<Box<str>> = row.get(5)?;
        let since = Since {
            silence: Silence {
                watched: watched(database, last_seen, of.last_seen)?,
                days: days_seen(database, of.guest, last_seen, of.last_seen)?,
            },
            firmware_then: then.as_deref(),
            firmware_now: of.firmware.as_deref(),
            elsewhere: elsewhere_after(of, last_seen),
            encrypted: encrypted_after(assessment, &rule, of, last_seen),
        };
        let wanted = choice(&row.get::<_, String>(4)?).unwrap_or(Proof::Silence);
        // What is found by old evidence alone was silent since: traffic of long ago is assessed too.
        let is_told = wanted == Proof::NewerFirmware && found.contains(&*rule);
        let verify = assessment.verifications.get(&rule).copied();
        let by = if is_told { None } else { since.shows(wanted, verify, of.silence) };
        if let Some(by) = by {
            gone.push((row.get::<_, i64>(0)?, by, rule, row.get::<_, Box<str>>(2)?));
        }
    }
    let mut changes = Vec::new();
    for (id, by, rule, title) in gone {
        let sql = "UPDATE finding SET gone_at = ?2, gone_by = ?3 WHERE id = ?1";
        database.execute(sql, (id, stored(now), word(&by)))?;
        changes.push(Change::FindingGone { rule, title });
    }
    Ok(changes)
}

/// On how many days a device was seen since, not counting the hour it was, nor what a clock that was set
/// back named later.
fn days_seen(
    database: &Connection,
    guest: GuestId,
    since: i64,
    until: i64,
) -> Result<i64, HouseholdError> {
    let mut days = database.prepare_cached(
        "SELECT count(DISTINCT start / 86400000000000) FROM traffic WHERE start > ?2 AND start <= ?3
         AND station IN (SELECT key FROM device_key WHERE device = ?1)",
    )?;
    Ok(days.query_row((guest.0, since, until), |row| row.get(0))?)
}

/// Keeps the advice for one cause.
fn keep_step(
    database: &Connection,
    assessment: &Assessment,
    action: &Action,
    place: usize,
    now: Timestamp,
    guest: GuestId,
) -> Result<(), HouseholdError> {
    let answered = action.findings.first().and_then(|index| assessment.findings.get(*index));
    let Some(cause) = answered.map(|it| &it.root_cause) else { return Ok(()) };
    let keep = "INSERT INTO step (device, cause, rule, text, breaks, verified_by, effort, place, since, state, state_at)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 'open', ?9)
         ON CONFLICT (device, cause) DO UPDATE SET rule = excluded.rule, text = excluded.text,
           breaks = excluded.breaks, verified_by = excluded.verified_by, effort = excluded.effort,
           place = excluded.place
         WHERE (rule, text, effort, place) <> (excluded.rule, excluded.text, excluded.effort, excluded.place)
           OR breaks IS NOT excluded.breaks OR verified_by IS NOT excluded.verified_by";
    database.prepare_cached(keep)?.execute((
        guest.0,
        &**cause,
        &*action.rule,
        &*action.text,
        action.breaks.as_deref(),
        action.verified_by.as_deref(),
        word(&action.effort),
        i64::try_from(place).unwrap_or(i64::MAX),
        stored(now),
    ))?;
    Ok(())
}

/// Ticks steps of which all findings are gone, and unticks those of which one is back.
fn judge_steps(
    database: &Connection,
    now: Timestamp,
    guest: GuestId,
) -> Result<Vec<Change>, HouseholdError> {
    let sql = "SELECT s.id, s.text, s.state, count(*) FILTER (WHERE f.gone_at IS NULL),
           CASE WHEN max(f.gone_by = 'newer-firmware') THEN 'newer-firmware'
             WHEN min(f.gone_by) = max(f.gone_by) THEN min(f.gone_by) ELSE 'silence' END
         FROM step s JOIN finding f ON f.device = s.device AND f.cause = s.cause
         WHERE s.device = ?1 GROUP BY s.id";
    let mut steps = database.prepare_cached(sql)?;
    let mut rows = steps.query([guest.0])?;
    let mut turned = Vec::new();
    while let Some(row) = rows.next()? {
        let (id, text): (i64, Box<str>) = (row.get(0)?, row.get(1)?);
        let done = row.get::<_, String>(2)? == "verified";
        let open: u64 = row.get(3)?;
        let by = row.get::<_, Option<String>>(4)?.and_then(|it| choice(&it));
        let by: Proof = by.unwrap_or(Proof::Silence);
        match (done, open) {
            (false, 0) => {
                turned.push((id, "verified", Some(by), Change::StepVerified { step: id, text }));
            }
            (true, 1..) => {
                turned.push((id, "came-back", None, Change::StepCameBack { step: id, text }));
            }
            _ => {}
        }
    }
    let mut changes = Vec::new();
    for (id, state, by, change) in turned {
        let sql = "UPDATE step SET state = ?2, state_at = ?3, proof = ?4 WHERE id = ?1";
        database.execute(sql, (id, state, stored(now), by.map(|it| word(&it))))?;
        changes.push(change);
    }
    Ok(changes)
}
