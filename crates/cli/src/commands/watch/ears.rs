//! Interfaces and pipes, each on a thread of its own, which hands over what it heard every few seconds.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Duration,
};

use capture::Input;
use evidence::{Limits, Recorder};
use packets::Dissector;
use server::Ear;

use crate::{arguments::Judging, calendar::instant, commands::judge, failure::Failure};

/// How long a slice of evidence is. Our choice: with the time to judge it, a device is on the pages
/// within five seconds.
const SLICE: Duration = Duration::from_secs(3);

/// What an ear heard since it last told.
#[derive(Debug)]
pub(super) struct Heard {
    /// Which ear.
    pub(super) ear: usize,
    /// The evidence; putting it in order is left to whoever judges, for nobody listens meanwhile.
    pub(super) slice: Recorder,
    /// Frames since the start.
    pub(super) frames: u64,
    /// Their bytes on the wire.
    pub(super) bytes: u64,
    /// Frames that passed while it was busy.
    pub(super) lost: u64,
    /// That it stopped, if only for now.
    pub(super) end: Option<End>,
    /// Whether it is of this home, and not of captures to look around in.
    pub(super) remembered: bool,
}

/// How an ear stopped.
#[derive(Clone, Debug)]
pub(super) enum End {
    /// There is nothing to hear for now; it goes on when there is.
    Paused(String),
    /// There is no more to hear, or it was told to.
    Done,
    /// It could not go on.
    Failed(String),
}

impl End {
    fn of<T>(result: Result<T, impl std::fmt::Display>) -> Self {
        result.map_or_else(|error| Self::Failed(error.to_string()), |_| Self::Done)
    }
}

/// A dissector and its recorder, from which slices are taken while it goes on.
struct Listener {
    dissector: Dissector,
    recorder: Recorder,
    frames: u64,
    bytes: u64,
    /// Frames up to the last slice.
    told: u64,
}

impl Listener {
    fn new(name: &str, judging: &Judging) -> Self {
        let mut listener = Self {
            dissector: judge::dissector(judging),
            recorder: Recorder::new(Limits::default()),
            frames: 0,
            bytes: 0,
            told: 0,
        };
        listener.dissector.begin_source(&mut listener.recorder, name);
        listener
    }

    /// What there is to tell since the last slice; all of it once nothing comes any more. Connections
    /// under way are not cut.
    fn slice(&mut self, ends: bool) -> Recorder {
        let Self { dissector, recorder, .. } = self;
        if ends {
            dissector.end_source(recorder);
        } else if self.frames == self.told {
            dissector.tell_all(recorder);
        } else {
            dissector.tell(recorder);
        }
        self.told = self.frames;
        std::mem::replace(recorder, Recorder::new(Limits::default()))
    }
}

/// An interface that may be listened to.
#[cfg(target_os = "linux")]
pub(super) type Live = (String, capture::Live);
/// There is no way to listen on other systems yet.
#[cfg(not(target_os = "linux"))]
pub(super) type Live = (String, std::convert::Infallible);

/// Opens the interfaces, before any right to do so is given up.
#[cfg(target_os = "linux")]
pub(super) fn open(interfaces: &[String]) -> Result<Vec<Live>, Failure> {
    let open = |name: &String| match capture::Live::open(name) {
        Ok(live) => Ok((name.clone(), live)),
        Err(error) => Err(Failure::Unreadable(format!("failed to listen to {name}: {error}"))),
    };
    interfaces.iter().map(open).collect()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn open(interfaces: &[String]) -> Result<Vec<Live>, Failure> {
    match interfaces.first() {
        None => Ok(Vec::new()),
        Some(name) => Err(Failure::Usage(format!(
            "listening to {name} works on Linux only; pipe a capture in instead: \
             `tcpdump -i {name} -U -w - | houseguest watch -`"
        ))),
    }
}

/// Starts a thread for each interface and for standard input; what listens, by number.
pub(super) fn start(
    lives: Vec<Live>,
    pipe: bool,
    judging: &Judging,
    stop: &Arc<AtomicBool>,
    sender: &Sender<Heard>,
) -> Vec<Ear> {
    let mut ears = Vec::new();
    for (name, live) in lives {
        let listener = Listener::new(&name, judging);
        let (number, stop, sender) = (ears.len(), Arc::clone(stop), sender.clone());
        ears.push(Ear { name: name.into(), listening: true, ..Ear::default() });
        thread::spawn(move || hear(number, live, listener, &stop, &sender));
    }
    if pipe {
        let name = Input::Pipe.to_string();
        let listener = Arc::new(Mutex::new(Listener::new(&name, judging)));
        let number = ears.len();
        ears.push(Ear { name: name.into(), listening: true, ..Ear::default() });
        let ended = Arc::new(Mutex::new(None));
        let (theirs, end) = (Arc::clone(&listener), Arc::clone(&ended));
        thread::spawn(move || drain(&theirs, &end));
        let (stop, sender) = (Arc::clone(stop), sender.clone());
        thread::spawn(move || tell(number, &listener, &ended, &stop, &sender));
    }
    ears
}

/// Listens to an interface until told to stop. One that went down may come up, and one that is gone be made
/// anew under its name.
#[cfg(target_os = "linux")]
fn hear(
    ear: usize,
    mut live: capture::Live,
    mut listener: Listener,
    stop: &AtomicBool,
    sender: &Sender<Heard>,
) {
    use capture::LiveError;

    let mut next = instant() + SLICE;
    let mut counted = 0;
    let mut pause = None;
    loop {
        let Listener { dissector, recorder, .. } = &mut listener;
        let mut received = live.receive(dissector, recorder);
        match received {
            Ok(true) => pause = None,
            Err(down @ LiveError::Down) => {
                pause = Some(End::Paused(format!("{down}; listening goes on once it is up")));
                received = Ok(false);
            }
            Err(gone @ LiveError::Gone) => {
                received = live.again();
                let why = format!("{gone}; listening goes on once there is one of its name");
                pause = (received.as_ref().ok() == Some(&false)).then_some(End::Paused(why));
            }
            Ok(false) | Err(_) => {}
        }
        let ends = received.is_err() || stop.load(Ordering::Relaxed);
        if !ends && instant() < next {
            continue;
        }
        next = instant() + SLICE;
        let capture::Heard { frames, bytes, lost } = live.heard();
        listener.dissector.count_lost(lost - counted);
        counted = lost;
        listener.frames = frames;
        let slice = listener.slice(ends);
        let end = if ends { Some(End::of(received)) } else { pause.clone() };
        let heard = Heard { ear, slice, frames, bytes, lost, end, remembered: true };
        if sender.send(heard).is_err() || ends {
            return;
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn hear(_: usize, live: std::convert::Infallible, _: Listener, _: &AtomicBool, _: &Sender<Heard>) {
    match live {}
}

/// Reads standard input to its end, frame by frame, so that slices can be taken between.
fn drain(listener: &Mutex<Listener>, end: &Mutex<Option<End>>) {
    let limits = capture::Limits::default();
    let read = capture::frames(&Input::Pipe, &limits, &mut |_| {}, |frame| {
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        let Listener { dissector, recorder, frames, bytes, .. } = &mut *listener;
        *frames += 1;
        *bytes += u64::from(frame.wire_length);
        dissector.observe(recorder, frame);
    });
    *end.lock().unwrap_or_else(PoisonError::into_inner) = Some(End::of(read));
}

/// Hands over slices of what [`drain`] reads: a quiet pipe must not keep back what came before.
fn tell(
    ear: usize,
    listener: &Mutex<Listener>,
    end: &Mutex<Option<End>>,
    stop: &AtomicBool,
    sender: &Sender<Heard>,
) {
    let mut next = instant() + SLICE;
    loop {
        thread::sleep(Duration::from_millis(100));
        let end = end.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let ends = end.is_some() || stop.load(Ordering::Relaxed);
        if !ends && instant() < next {
            continue;
        }
        next = instant() + SLICE;
        let mut listener = listener.lock().unwrap_or_else(PoisonError::into_inner);
        let slice = listener.slice(ends);
        let Listener { frames, bytes, .. } = *listener;
        drop(listener);
        let heard = Heard { ear, slice, frames, bytes, lost: 0, end, remembered: true };
        if sender.send(heard).is_err() || ends {
            return;
        }
    }
}
