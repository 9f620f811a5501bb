//! A loudspeaker that announces itself by name: `avahi-daemon` (mDNS).

use super::{Device, program};
use crate::lab::home::configuration;

pub(super) const DEVICE: Device = Device {
    name: "announcer",
    programs: &["avahi-daemon"],
    asks_for_an_address: false,
    start: |announcer| {
        let text = "[server]\nhost-name=lab-speaker\nuse-ipv6=no\nenable-dbus=no\n\
            [publish]\npublish-workstation=yes\npublish-hinfo=yes\n";
        let file = configuration("avahi.conf", text)?;
        let mut server = announcer.space.command(program("avahi-daemon"));
        server.args(["--no-drop-root", "--no-chroot", "--no-rlimits", "--file", &file]);
        Ok(vec![announcer.space.start("avahi", &mut server)?])
    },
};
