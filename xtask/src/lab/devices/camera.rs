//! A camera that logs in to its cloud over clear HTTP, and over TLS once it is mended: `curl`.

use super::{Device, Way, Weakness, program};
use crate::lab::{home::CLOUD, spaces::done};

pub(super) const DEVICE: Device = Device {
    name: "camera",
    programs: &["curl", "openssl"],
    asks_for_an_address: false,
    start: |_| Ok(Vec::new()),
};

pub(super) const WEAKNESS: Weakness = Weakness {
    device: "camera",
    rule: "http-login-clear",
    act: |home, camera, way| {
        let scheme = if way == Way::Badly { "http" } else { "https" };
        let log_in = |host: &str| {
            let mut curl = camera.space.command(program("curl"));
            curl.args(["--silent", "--show-error", "--insecure", "--max-time", "10"]);
            done(curl.args(["--user", "lab:not-secret"]).arg(format!("{scheme}://{host}/")))
        };
        // Where nobody answers for names, the address is all there is.
        let address = home.usual.address.to_string();
        log_in(&format!("camera.{CLOUD}")).or_else(|_| log_in(&address))
    },
};
