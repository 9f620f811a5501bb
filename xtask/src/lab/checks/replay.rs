//! A capture of many devices, played into the network.

#![expect(clippy::indexing_slicing, reason = "of JSON: what is not there is null")]

use std::{path::Path, process::Command};

use serde_json::Value;

use super::{Outcome, Table, seconds};
use crate::{
    lab::{
        api::{self, has_mac, wait},
        devices::{Device, Placed},
        home::Home,
        spaces::{FOLDER, done, said},
        which,
    },
    steps::say,
};

/// The player's number among the devices.
const NUMBER: u8 = 15;

/// The sample home's traffic, played into the network: each of its devices is told.
pub(super) fn all(home: &Home, program: &Path, table: &Table) {
    let Some(tcpreplay) = which("tcpreplay") else {
        say("skipped: the sample home's traffic, for tcpreplay is not installed");
        return;
    };
    table.check("the sample home's devices appear", || {
        let file = Path::new(FOLDER).join("sample.pcap");
        done(Command::new(program).args(["demo", "--capture"]).arg(&file))?;
        let report = said(
            Command::new(program)
                .args(["audit", "--quiet", "--no-notes", "--format", "json"])
                .arg(&file),
        )?;
        let report: Value = serde_json::from_str(&report).map_err(|error| error.to_string())?;
        let macs: Vec<String> = report["devices"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|device| device["local"] == true)
            .filter_map(|device| device["addresses"]["mac"][0].as_str().map(str::to_owned))
            .collect();
        let device = Device {
            name: "player",
            programs: &[],
            asks_for_an_address: true,
            start: |_| Ok(Vec::new()),
        };
        let player = Placed::place(&device, NUMBER)?;
        home.plug_in(&player)?;
        let mut play = player.space.command(tcpreplay);
        done(play.args(["--intf1=eth0", "--topspeed", "--quiet"]).arg(&file))?;
        let all = || {
            let devices = api::list(&home.router, "devices");
            let there = |mac: &String| devices.iter().any(|it| has_mac(it, mac));
            macs.iter().all(there).then_some(())
        };
        let ((), took) = wait("telling them all", all)?;
        Ok(Outcome::Passed(format!("{} devices, {}", macs.len(), seconds(took))))
    });
}
