//! A doorbell that speaks a version of TLS that was withdrawn, and a newer one once it is mended:
//! `openssl s_client`.

use super::{Device, Way, Weakness, program};
use crate::lab::{home::CLOUD, spaces::done};

pub(super) const DEVICE: Device = Device {
    name: "doorbell",
    programs: &["openssl"],
    asks_for_an_address: false,
    start: |_| Ok(Vec::new()),
};

pub(super) const WEAKNESS: Weakness = Weakness {
    device: "doorbell",
    rule: "tls-old-version",
    act: |home, doorbell, way| {
        let version: &[&str] = match way {
            Way::Badly => &["-tls1", "-cipher", "ALL:@SECLEVEL=0"],
            Way::Well => &["-tls1_3"],
        };
        let mut client = doorbell.space.command(program("openssl"));
        client.args(["s_client", "-connect"]).arg(format!("{}:443", home.usual.address));
        client.arg("-servername").arg(format!("doorbell.{CLOUD}"));
        done(client.args(version))
    },
};
