//! A plug that asks for an address and says its name and kind while it does: `udhcpc`.

use super::{Device, program};
use crate::lab::{home::configuration, spaces::done};

pub(super) const DEVICE: Device = Device {
    name: "plug",
    programs: &["udhcpc", "dnsmasq"],
    asks_for_an_address: true,
    start: |plug| {
        // Takes the address that it is given (udhcpc(8): the script is told by the environment).
        let script = configuration(
            "address.sh",
            "#!/bin/sh\n[ \"$1\" = bound ] || exit 0\n\
             ip address replace \"$ip/24\" dev \"$interface\"\n\
             ip route replace default via \"$router\"\n",
        )?;
        done(std::process::Command::new("chmod").args(["755", &script]))?;
        let mut client = plug.space.command(program("udhcpc"));
        client.args(["-f", "-i", "eth0", "-s", &script, "-t", "20", "-T", "1"]);
        client.args(["-x", "hostname:lab-plug", "-V", "lab plug 1.0"]);
        Ok(vec![plug.space.start("udhcpc", &mut client)?])
    },
};
