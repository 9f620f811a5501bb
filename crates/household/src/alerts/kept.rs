//! The rules as the household keeps them, and which changes were told.

use std::collections::BTreeMap;

use evidence::Timestamp;
use knowledge::kinds::Severity;

use super::{Alert, Quiet, Rules, Situation, Urgency, decide};
use crate::{
    EventId, Household, HouseholdError, Setting, StoredEvent,
    clock::learnt,
    events::read,
    stored::{SECOND, choice, set_state, state, stored, time, word},
};

/// [`Rules::learning`]: a week.
pub const LEARNING: Setting<u64> = Setting::new("alerts.learning", || 7 * 86_400);
/// [`Rules::severity`], as its word: `high`.
pub const SEVERITY: Setting<String> = Setting::new("alerts.severity", || "high".to_owned());
/// [`Rules::always`], as its word: `critical`.
pub const ALWAYS: Setting<String> = Setting::new("alerts.always", || "critical".to_owned());
/// [`Rules::group`]: ten minutes.
pub const GROUP: Setting<u64> = Setting::new("alerts.group", || 600);
/// [`Rules::digest_hour`]: 17 o'clock UTC; 24 and more for no digest.
pub const DIGEST_HOUR: Setting<u64> = Setting::new("alerts.digest-hour", || 17);

/// Changes that are looked at at once: as many as are kept by default.
const MOST_READ: i64 = 20_000;

impl Household {
    /// The rules as they are set.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn alert_rules(&self) -> Result<Rules, HouseholdError> {
        let hour = self.setting(&DIGEST_HOUR)?;
        Ok(Rules {
            learning: self.setting(&LEARNING)?,
            severity: choice(&self.setting(&SEVERITY)?).unwrap_or(Severity::High),
            always: choice(&self.setting(&ALWAYS)?).unwrap_or(Severity::Critical),
            group: self.setting(&GROUP)?,
            digest_hour: u8::try_from(hour).ok().filter(|hour| *hour < 24),
        })
    }

    /// Sets the rules.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn set_alert_rules(&mut self, rules: &Rules) -> Result<(), HouseholdError> {
        self.set_setting(&LEARNING, &rules.learning)?;
        self.set_setting(&SEVERITY, &word(&rules.severity))?;
        self.set_setting(&ALWAYS, &word(&rules.always))?;
        self.set_setting(&GROUP, &rules.group)?;
        self.set_setting(&DIGEST_HOUR, &rules.digest_hour.map_or(24, u64::from))
    }

    /// The messages due now. They stay due until [`Self::mark_alerted`]; what is never to be told is
    /// settled here.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read or written.
    pub fn alerts_due(
        &mut self,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<Vec<Alert>, HouseholdError> {
        let untold =
            "SELECT id, at, device, change FROM event WHERE told IS NULL ORDER BY id LIMIT ?1";
        let events = read(&self.database, untold, [MOST_READ])?;
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let situation = self.situation(&events, now)?;
        let decided = decide(&events, &situation, rules, now);
        self.settle_events(&decided.settled, "settled", now)?;
        Ok(decided.due)
    }

    /// That message was sent: its events are not due any more.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn mark_alerted(&mut self, alert: &Alert, now: Timestamp) -> Result<(), HouseholdError> {
        let ids: Vec<EventId> = alert.events.iter().map(|event| event.id).collect();
        let how = match alert.urgency {
            Urgency::Now => "sent",
            Urgency::Digest => "digest",
        };
        self.settle_events(&ids, how, now)
    }

    fn settle_events(
        &mut self,
        ids: &[EventId],
        how: &str,
        now: Timestamp,
    ) -> Result<(), HouseholdError> {
        if ids.is_empty() {
            return Ok(());
        }
        let change = self.database.transaction()?;
        for id in ids {
            let sql = "UPDATE event SET told = ?2, how_told = ?3 WHERE id = ?1 AND told IS NULL";
            change.prepare_cached(sql)?.execute((id.0, stored(now), how))?;
        }
        if how == "digest" {
            set_state(&change, "digest", stored(now))?;
        }
        Ok(change.commit()?)
    }

    fn situation(
        &self,
        events: &[StoredEvent],
        now: Timestamp,
    ) -> Result<Situation, HouseholdError> {
        let mut devices = BTreeMap::new();
        for id in events.iter().filter_map(|event| event.device) {
            if devices.contains_key(&id) {
                continue;
            }
            let Ok(device) = self.device(id) else { continue };
            let sql = "SELECT max(told) FROM event WHERE device = ?1 AND how_told = 'sent'";
            let told: Option<i64> =
                self.database.prepare_cached(sql)?.query_row([id.0], |row| row.get(0))?;
            let quiet = Quiet {
                first_seen: device.first_seen,
                muted_until: device.muted_until,
                last_told: told.map(time),
            };
            devices.insert(id, quiet);
        }
        Ok(Situation {
            devices,
            learnt: u64::try_from(learnt(&self.database, now)? / SECOND).unwrap_or(0),
            last_digest: state(&self.database, "digest")?.map(time),
        })
    }
}
