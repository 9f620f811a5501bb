//! Takes down for the ledger what a protocol reads in a flow.

use std::cell::OnceCell;

use evidence::{Field, Host, Recorder, Service, Sighting, SourceId};

use crate::{
    account::Account,
    flow::{Moment, Who},
    pair::{Pair, Side},
    protocol::{Sink, Whose},
};

/// Writes what a message from `from` says.
pub(crate) struct Scribe<'a> {
    pub(crate) recorder: &'a mut Recorder,
    pub(crate) account: &'a mut Account,
    pub(crate) who: &'a Who,
    pub(crate) from: Side,
    pub(crate) source: SourceId,
    pub(crate) moment: Moment,
    pub(crate) wholeness: Wholeness,
    /// The two ends, once one of them is asked for: a message says many things of one host.
    pub(crate) hosts: Pair<OnceCell<Option<Host>>>,
}

/// How much of a message the capture holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wholeness {
    Whole,
    /// A part: what is wrong with it is the capture's fault.
    Cut,
    /// A part, and that has been counted.
    CutAndCounted,
}

impl Sink for Scribe<'_> {
    fn note(&mut self, whose: Whose, field: Field, value: &str, in_conversation: bool) {
        let (host, about) = match whose {
            Whose::Sender => self.end(self.from, in_conversation),
            Whose::Receiver => self.end(self.from.other(), in_conversation),
            // Whichever worker's it is, it must be taken down once.
            Whose::Named(host) => (self.who.counts.then_some(host), None),
        };
        let Some(host) = host else { return };
        let Moment { at, frame } = self.moment;
        let sighting = Sighting { at, source: self.source, frame };
        self.recorder.observe(host, about, field, value, sighting);
    }

    fn malformed(&mut self, protocol: &'static str) {
        match self.wholeness {
            Wholeness::Whole if self.who.counts => self.account.malformed(protocol),
            Wholeness::Cut => self.cut(),
            Wholeness::Whole | Wholeness::CutAndCounted => {}
        }
    }
}

impl Scribe<'_> {
    fn end(&self, side: Side, in_conversation: bool) -> (Option<Host>, Option<Service>) {
        let host = self.hosts.of(side).get_or_init(|| self.who.host(side));
        (*host, in_conversation.then(|| self.who.service(side)))
    }

    /// Counts the message as one of which the capture holds only a part, once.
    pub(crate) const fn cut(&mut self) {
        self.wholeness = Wholeness::CutAndCounted;
        if self.who.counts {
            self.account.cut();
        }
    }
}
