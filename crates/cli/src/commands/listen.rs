//! A live interface to evidence: what `audit -i` has instead of captures.

use super::judge::{Gathered, Words};
use crate::{arguments::Audit, failure::Failure};

/// Listens to `interface` until Ctrl-C, or for as long as asked, and says what could not be looked at.
/// All that follows, to the report, is confined.
#[cfg(target_os = "linux")]
pub(crate) fn gather(interface: &str, asked: &Audit, words: Words) -> Result<Gathered, Failure> {
    use std::sync::{Arc, atomic::AtomicBool};

    use evidence::{Limits, Recorder};
    use signal_hook::consts::{SIGINT, SIGTERM};

    use super::{
        confine::{self, Confinement, Needs},
        judge,
    };
    use crate::{output, progress::Reading};

    let failed = |error: &dyn std::fmt::Display| {
        Failure::Unreadable(format!("failed to listen to {interface}: {error}"))
    };
    let (most, judging) = (asked.most, &asked.judging);
    let confinement = Confinement::wanted(&asked.confining)?;
    let stop = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&stop)).map_err(|error| failed(&error))?;
    }
    let mut live = capture::Live::open(interface).map_err(|error| failed(&error))?;
    let written = [&asked.showing.output, &asked.save];
    let confined = confinement.enter(&Needs {
        written: written.into_iter().flatten().cloned().collect(),
        read: confine::data_and(judging.notes.as_deref()),
        ..Needs::default()
    })?;
    if words != Words::Few {
        let end = most.map_or_else(
            || "Ctrl-C ends it and reports".to_owned(),
            |most| format!("for {} s; Ctrl-C ends it sooner and reports", most.as_secs()),
        );
        output::say(&format!("listening to {interface}, {end}"));
        output::say(&confined.to_string());
    }
    let bar = Reading::new(0, words == Words::Few);
    let mut dissector = judge::dissector(judging);
    let mut recorder = Recorder::new(Limits::default());
    let listened =
        live.listen(most, &stop, &mut dissector, &mut recorder, &mut |heard| bar.at(heard.bytes));
    bar.done();
    let heard = live.heard();
    // What was heard before the interface went is told all the same.
    let mut unread = 0;
    if let Err(error) = listened {
        if heard.frames == 0 {
            return Err(failed(&error));
        }
        output::say(&format!("houseguest: failed to go on listening to {interface}: {error}"));
        unread = 1;
    }
    if words != Words::Few && (heard.lost > 0 || words == Words::Many) {
        output::say(&format!(
            "{interface}: {} frames, {} bytes; {} frames passed while this program was busy",
            heard.frames, heard.bytes, heard.lost
        ));
    }
    Ok(Gathered { ledger: recorder.finish(), unread })
}

/// There is no way to listen on other systems yet.
#[cfg(not(target_os = "linux"))]
pub(crate) fn gather(interface: &str, _: &Audit, _: Words) -> Result<Gathered, Failure> {
    Err(Failure::Usage(format!(
        "listening to {interface} works on Linux only; pipe a capture in instead: \
         `tcpdump -i {interface} -w - | houseguest audit -`"
    )))
}
