//! A device with a terminal for everybody: `telnetd`, given its callers by the lab as inetd would.

use super::{Device, program};

pub(super) const DEVICE: Device = Device {
    name: "terminal",
    programs: &["telnetd"],
    asks_for_an_address: false,
    start: |terminal| {
        let mut server = terminal.space.player("serve")?;
        server.arg(format!("{}:23", terminal.address())).arg(program("telnetd"));
        Ok(vec![terminal.space.start("telnetd", &mut server)?])
    },
};
