//! The built-in home as the pages show it: with a memory of its day, and the rooms its people named.

use std::sync::Arc;

use assessment::assess;
use evidence::{Ledger, Timestamp};
use household::{Household, HouseholdError};
use server::{Gate, House, Present};

use super::judging;
use crate::{
    arguments::Judging,
    commands::{demo, judge},
    embedded,
    failure::Failure,
    notes,
};

/// How long the stretches are that its memory is told in: shorter than what counts as a gap.
const STRETCH: u64 = 10 * 60 * 1_000_000_000;

/// The built-in home, behind `gate`.
pub(super) fn home(judging: &Judging, gate: Arc<Gate>) -> Result<House, Failure> {
    let judging = demo::at_home(judging);
    let knowledge = embedded::knowledge()?;
    let broken = |error: HouseholdError| Failure::Broken(error.to_string());
    let mut household = Household::in_memory().map_err(broken)?;
    let slices = judge::demo_slices(&judging, STRETCH)?;
    let end = slices.last().map_or(Timestamp::EPOCH, |(end, _)| *end);
    for (until, slice) in &slices {
        household.record(slice, *until).map_err(broken)?;
    }
    let ledger = judge::gather_demo(&judging)?.ledger;
    let settings = judge::settings(&judging, &knowledge)?;
    household.remember(&assess(&ledger, &knowledge, &settings), end).map_err(broken)?;
    name_rooms(&mut household)?;
    let house = House::new(knowledge, judge::options(None), gate)
        .of_sample()
        .remembering(household)
        .judged_by(move |house| show(house, &ledger, &judging, end));
    house.look_again();
    Ok(house)
}

/// Puts devices where its people say they stand.
fn name_rooms(household: &mut Household) -> Result<(), Failure> {
    let broken = |error: HouseholdError| Failure::Broken(error.to_string());
    let rooms = notes::parse(scenarios::DEMO_ROOMS).map_err(Failure::Broken)?;
    let devices = household.devices().map_err(broken)?;
    for note in rooms {
        let key = note.device.to_string();
        let device = devices.iter().find(|device| device.keys.iter().any(|it| **it == *key));
        if let Some(device) = device {
            household.set_room(device.id, note.room.as_deref()).map_err(broken)?;
        }
    }
    Ok(())
}

/// Judges it anew with what visitors said, and shows that.
fn show(house: &House, ledger: &Ledger, judging: &Judging, end: Timestamp) {
    let Ok(mut settings) = judge::settings(judging, &house.knowledge) else { return };
    let day: String = end.to_string().chars().take(10).collect();
    if let Some(Ok(notes)) = house.memory(|household| household.notes(&day)) {
        settings.notes.extend(notes);
    }
    let assessment = assess(ledger, &house.knowledge, &settings);
    let known = house.memory(|household| judging::known(household, &assessment, end));
    let known = known.and_then(Result::ok).unwrap_or_default();
    house.publish(Present { assessment, known, ..Present::default() });
}
