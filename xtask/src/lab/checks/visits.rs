//! What people and devices do with the servers of a home, and what is told by that.

use std::{collections::BTreeMap, time::Duration};

use super::{Outcome, Table, seconds};
use crate::lab::{
    api::{device, finding, now, wait},
    devices::Placed,
    home::{Home, leased},
    spaces::done,
    which,
};

/// Everything that `visitor` does; of servers that are not there, nothing.
pub(super) fn all(
    home: &Home,
    visitor: &Placed,
    placed: &BTreeMap<&'static str, Placed>,
    table: &Table,
) {
    let router = &home.router;
    let called = |place: &Placed, name: &str| {
        let device = device(router, &place.mac())?;
        device.get("names")?.as_array()?.iter().any(|it| it == name).then_some(())
    };
    if let Some(plug) = placed.get("plug") {
        let has_one = || leased("lab-plug");
        table.check("the plug is told by its name", || {
            within("its name", has_one, || called(plug, "lab-plug"))
        });
    }
    if let Some(announcer) = placed.get("announcer") {
        let up = || home.still_up("announcer");
        table.check("the speaker is told by its name", || {
            within("its name", up, || called(announcer, "lab-speaker"))
        });
    }
    if let Some(disk) = placed.get("disk") {
        // A television that was told of it asks who it is.
        let ask = || visit(visitor, &format!("{}:8200", disk.address()), "/rootDesc.xml");
        table.check("the disk is told by its name", || {
            within("its name", ask, || called(disk, "Lab disk"))
        });
    }
    if let Some(panel) = placed.get("panel") {
        // Told by nothing of its own; what comes of it is another server in the traffic.
        let _ = visit(visitor, &format!("{}:80", panel.address()), "/");
    }
    if let Some(terminal) = placed.get("terminal") {
        let address = format!("{}:23", terminal.address());
        let log_in = || done(visitor.space.player("type")?.args([&address, "lab", "not-secret"]));
        let found = || finding(router, &terminal.mac(), "telnet-login-clear").map(drop);
        table.check("a login by telnet is found", || within("the finding", log_in, found));
    }
    if let (Some(broker), Some(publish)) = (placed.get("broker"), which("mosquitto_pub")) {
        let log_in = || {
            let mut part = visitor.space.command(&publish);
            part.args(["-h", &broker.address(), "-u", "lab", "-P", "not-secret"]);
            done(part.args(["-t", "lab/hello", "-m", "hello"]))
        };
        // Whoever logs in decides whether it is for all to read.
        let found = || finding(router, &visitor.mac(), "mqtt-login-clear").map(drop);
        table.check("a login by MQTT is found", || within("the finding", log_in, found));
    }
}

/// Looks at a page.
fn visit(visitor: &Placed, address: &str, path: &str) -> Result<(), String> {
    let request = format!("GET {path} HTTP/1.1\\r\\nHost: {address}\\r\\n\\r\\n");
    done(visitor.space.player("visit")?.args([address, &request]))
}

/// Does `act`, and again every few seconds, until `look` sees what comes of it. What could not be done to
/// the end is nothing that could have been seen.
fn within(
    what: &str,
    act: impl Fn() -> Result<(), String>,
    look: impl Fn() -> Option<()>,
) -> Result<Outcome, String> {
    const AGAIN: Duration = Duration::from_secs(5);

    let mut last = Ok(());
    let mut next = now();
    let seen = wait(what, || {
        if now() >= next {
            last = act();
            next = now() + AGAIN;
        }
        look()
    });
    match (seen, last) {
        (Ok(((), took)), _) => Ok(Outcome::Passed(seconds(took))),
        (Err(_), Err(why)) => Ok(Outcome::Skipped(why)),
        (Err(why), Ok(())) => Err(why),
    }
}
