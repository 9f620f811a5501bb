//! Every device is told of soon after its first packet.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{Outcome, Table, seconds};
use crate::{
    lab::{
        api::{self, BOUND, has_mac, now},
        devices::{ALL, Device, Placed},
        home::{HOME as ROUTER, Home},
        spaces::done,
    },
    steps::say,
};

/// What people are promised of a new device.
const PROMISED: Duration = Duration::from_secs(5);

/// The number of the first device, in addresses; the router has 1.
const FIRST: u8 = 16;

/// Plugs every device in, one after another, and waits until each is told of.
pub(super) fn all(home: &Home, table: &Table) -> Result<BTreeMap<&'static str, Placed>, String> {
    let mut placed = BTreeMap::new();
    let mut here: Vec<(&Device, Placed)> = Vec::new();
    for (device, number) in ALL.iter().zip(FIRST..) {
        if let Some(program) = device.lacks() {
            say(&format!("skipped: the {}, for {program} is not installed", device.name));
            continue;
        }
        let place = Placed::place(device, number)?;
        placed.insert(device.name, place.clone());
        here.push((device, place));
    }
    let plugged: Mutex<BTreeMap<String, Instant>> = Mutex::default();
    let mut seen: BTreeMap<String, Instant> = BTreeMap::new();
    let plug_in = || -> Result<(), String> {
        for (device, place) in &here {
            plugged.lock().unwrap_or_else(PoisonError::into_inner).insert(place.mac(), now());
            home.plug_in(place)?;
            for child in (device.start)(place)? {
                home.keep(device.name, child);
            }
        }
        // Whoever says nothing of itself is heard of by its first word to the router.
        for (_, place) in here.iter().filter(|(device, _)| !device.asks_for_an_address) {
            let to = format!("{ROUTER}:9");
            let _ = place.space.player("knock").and_then(|mut it| done(it.arg(to)));
        }
        Ok(())
    };
    thread::scope(|scope| {
        let plugging = scope.spawn(plug_in);
        let began = now();
        while seen.len() < here.len() && began.elapsed() < BOUND {
            let devices = api::list(&home.router, "devices");
            for (_, place) in &here {
                let mac = place.mac();
                if !seen.contains_key(&mac) && devices.iter().any(|it| has_mac(it, &mac)) {
                    seen.insert(mac, now());
                }
            }
            thread::sleep(Duration::from_millis(50));
        }
        plugging.join().unwrap_or_else(|_| Err("plugging in failed".to_owned()))
    })?;
    let plugged = plugged.into_inner().unwrap_or_else(PoisonError::into_inner);
    for (device, place) in &here {
        let (plugged, seen) = (plugged.get(&place.mac()), seen.get(&place.mac()));
        appeared(device, plugged.zip(seen), table);
    }
    Ok(placed)
}

/// How long a device took to be told of, from the moment its cable was plugged in.
fn appeared(device: &Device, times: Option<(&Instant, &Instant)>, table: &Table) {
    let took = times.map(|(from, to)| to.duration_since(*from));
    let outcome = match took {
        Some(took) if took <= PROMISED => Outcome::Passed(seconds(took)),
        Some(took) => {
            Outcome::Passed(format!("{}, MORE than promised: the machine is busy", seconds(took)))
        }
        None => Outcome::Failed(format!("not in {}", seconds(BOUND))),
    };
    table.show(&format!("appears: {}", device.name), &outcome, took.unwrap_or(BOUND));
}
