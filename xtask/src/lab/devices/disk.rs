//! A disk with films for televisions: `minidlnad` (SSDP and UPnP).

use std::fs;

use super::{Device, program};
use crate::lab::{home::configuration, spaces::FOLDER};

pub(super) const DEVICE: Device = Device {
    name: "disk",
    programs: &["minidlnad"],
    asks_for_an_address: false,
    start: |disk| {
        let films = format!("{FOLDER}/films");
        fs::create_dir_all(&films).map_err(|error| error.to_string())?;
        let text = format!(
            "media_dir={films}\ndb_dir={FOLDER}/films-db\nlog_dir={FOLDER}\nfriendly_name=Lab disk\n\
             network_interface=eth0\ninotify=no\n"
        );
        let file = configuration("minidlna.conf", &text)?;
        let pid = format!("{FOLDER}/minidlna.pid");
        let mut server = disk.space.command(program("minidlnad"));
        Ok(vec![disk.space.start("minidlna", server.args(["-S", "-f", &file, "-P", &pid]))?])
    },
};
