//! A panel with a page of its own: `lighttpd`.

use super::{Device, program};
use crate::lab::{home::configuration, spaces::FOLDER};

pub(super) const DEVICE: Device = Device {
    name: "panel",
    programs: &["lighttpd"],
    asks_for_an_address: false,
    start: |panel| {
        let text = format!("server.document-root = \"{FOLDER}\"\nserver.port = 80\n");
        let file = configuration("lighttpd.conf", &text)?;
        let mut server = panel.space.command(program("lighttpd"));
        Ok(vec![panel.space.start("lighttpd", server.args(["-D", "-f", &file]))?])
    },
};
