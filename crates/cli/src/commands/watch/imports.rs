//! What others write down, as it comes: logs and leases that grow, folders of captures, exported flows.
//!
//! One thread looks at all files now and then; each thing in them is heard once, also over a rotation and, as
//! far as it is remembered, over a restart. Flows arrive at a port of their own.

use std::{
    collections::BTreeSet,
    fs,
    net::{SocketAddr, UdpSocket},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::Duration,
};

use capture::{
    Input,
    imports::{Collector, Following, Homes, Position, Surroundings},
};
use evidence::{Limits, Recorder};
use packets::Share;
use serde_json::{Value, json};
use server::Ear;

use super::ears::{End, Heard};
use crate::{
    arguments::{Judging, Watch},
    calendar::instant,
    commands::judge,
    failure::Failure,
    output,
};

/// Where it is written down how far files were read, in the folder of the state.
const POSITIONS: &str = "imports.json";

/// How often a thread that waits looks whether it is to end.
const TICK: Duration = Duration::from_millis(200);

/// How long a slice of flows is, as for interfaces.
const SLICE: Duration = Duration::from_secs(3);

/// Files and folders to follow, and a port for flows, opened before any right to do so is given up.
#[derive(Debug)]
pub(super) struct Imports {
    /// What is remembered.
    remembered: Vec<PathBuf>,
    /// Folders to look around in: what comes to them is shown, and remembered no more than other captures.
    shown: Vec<PathBuf>,
    port: Option<UdpSocket>,
}

impl Imports {
    /// What `asked` names, and the folders among its sources.
    pub(super) fn open(asked: &Watch) -> Result<Self, Failure> {
        let port = asked.netflow.map(listen).transpose()?;
        let folders = asked.sources.iter().map(PathBuf::from).filter(|it| it.is_dir());
        Ok(Self { remembered: asked.import.clone(), shown: folders.collect(), port })
    }

    /// Starts the threads, and adds what listens to `ears`. With a folder of the `state` it is remembered there
    /// how far files were read.
    pub(super) fn start(
        self,
        asked: &Watch,
        state: Option<&Path>,
        stop: &Arc<AtomicBool>,
        sender: &Sender<Heard>,
        ears: &mut Vec<Ear>,
    ) {
        let Self { remembered, shown, port } = self;
        if let Some(port) = port {
            let place = port.local_addr().map_or_else(|_| String::new(), |it| it.to_string());
            let number = ears.len();
            ears.push(ear(&format!("flows sent to {place}")));
            let (judging, stop, sender) = (asked.judging.clone(), Arc::clone(stop), sender.clone());
            thread::spawn(move || collect(number, &port, &judging, &stop, &sender));
        }
        let positions = state.map(|folder| folder.join(POSITIONS));
        for (roots, remembered, positions) in [(remembered, true, positions), (shown, false, None)]
        {
            if roots.is_empty() {
                continue;
            }
            let first = ears.len();
            ears.extend(roots.iter().map(|root| ear(&root.display().to_string())));
            let root = |(ear, path)| Root { ear, path, remembered, frames: 0, bytes: 0 };
            let following = positions.as_deref().map(read_positions).unwrap_or_default();
            let desk = Desk {
                roots: (first..).zip(roots).map(root).collect(),
                following: Following::resumed(following),
                positions,
                settings: judge::reading(&asked.judging, Share::WHOLE),
                sender: sender.clone(),
                complained: BTreeSet::new(),
            };
            let (every, stop) = (asked.every, Arc::clone(stop));
            thread::spawn(move || desk.work(every, &stop));
        }
    }
}

fn ear(name: &str) -> Ear {
    Ear { name: name.into(), listening: true, ..Ear::default() }
}

fn listen(address: SocketAddr) -> Result<UdpSocket, Failure> {
    let failed = |error: std::io::Error| {
        Failure::Unreadable(format!("failed to listen for flows on {address}: {error}"))
    };
    let socket = UdpSocket::bind(address).map_err(failed)?;
    socket.set_read_timeout(Some(TICK)).map_err(failed)?;
    Ok(socket)
}

/// Hears what exporters send, until told to stop.
fn collect(
    ear: usize,
    port: &UdpSocket,
    judging: &Judging,
    stop: &AtomicBool,
    sender: &Sender<Heard>,
) {
    let homes = Homes::new(&judging.home_net);
    let mut collector = Collector::default();
    let mut recorder = Recorder::new(Limits::default());
    let mut datagram = vec![0; 1 << 16];
    let (mut bytes, mut next) = (0, instant() + SLICE);
    loop {
        let mut end = None;
        match port.recv_from(&mut datagram) {
            Ok((length, from)) => {
                let message = datagram.get(..length).unwrap_or_default();
                // An exporter that is sent to over both families is one still.
                let exporter = from.ip().to_canonical();
                let apart = collector.tells_apart(exporter);
                let who = if apart { exporter.to_string() } else { "others".to_owned() };
                let name = format!("flows from {who}");
                collector.datagram(exporter, message, &homes, &name, &mut recorder);
                bytes += length as u64;
            }
            Err(error) if is_pause(&error) => {}
            Err(error) => end = Some(End::Failed(error.to_string())),
        }
        let ends = end.is_some() || stop.load(Ordering::Relaxed);
        if !ends && instant() < next {
            continue;
        }
        next = instant() + SLICE;
        let slice = std::mem::replace(&mut recorder, Recorder::new(Limits::default()));
        let (frames, lost) = (collector.records(), collector.lost());
        let heard = Heard { ear, slice, frames, bytes, lost, end, remembered: true };
        if sender.send(heard).is_err() || ends {
            return;
        }
    }
}

/// Whether nothing came, or something unimportant happened.
fn is_pause(error: &std::io::Error) -> bool {
    use std::io::ErrorKind as Kind;

    matches!(error.kind(), Kind::WouldBlock | Kind::TimedOut | Kind::Interrupted)
        || error.kind() == Kind::ConnectionReset
}

/// A file or folder that is followed.
#[derive(Debug)]
struct Root {
    ear: usize,
    path: PathBuf,
    remembered: bool,
    frames: u64,
    bytes: u64,
}

impl Root {
    /// What was heard since it was last told.
    fn heard(&self, slice: Recorder) -> Heard {
        let Self { ear, frames, bytes, remembered, .. } = *self;
        Heard { ear, slice, frames, bytes, lost: 0, end: None, remembered }
    }

    /// The files to look at.
    fn files(&self) -> Vec<PathBuf> {
        if !self.path.is_dir() {
            return vec![self.path.clone()];
        }
        let found = capture::expand(&self.path.to_string_lossy()).unwrap_or_default();
        let path = |input| match input {
            Input::File(path) => Some(path),
            Input::Pipe => None,
        };
        found.into_iter().filter_map(path).collect()
    }
}

/// What lies beside a log under its name and an ending: it may be what was put aside of it.
fn beside(path: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|it| it.to_str()))
    else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let ends = |path: &Path| {
        let rest = path.file_name().and_then(|it| it.to_str()).and_then(|it| it.strip_prefix(name));
        rest.is_some_and(|rest| rest.starts_with(['.', '-']))
    };
    let mut found: Vec<_> = entries.filter(|path| path.is_file() && ends(path)).collect();
    found.sort_unstable();
    found
}

/// Looks at all files, and hands over what came to them.
struct Desk {
    roots: Vec<Root>,
    following: Following,
    positions: Option<PathBuf>,
    settings: packets::Settings,
    sender: Sender<Heard>,
    complained: BTreeSet<String>,
}

impl Desk {
    fn work(mut self, every: Duration, stop: &AtomicBool) {
        while !stop.load(Ordering::Relaxed) {
            for place in 0..self.roots.len() {
                if self.look(place, stop).is_none() {
                    return;
                }
            }
            self.save();
            let next = instant() + every;
            while instant() < next && !stop.load(Ordering::Relaxed) {
                thread::sleep(TICK.min(every));
            }
        }
        self.end();
    }

    /// Hands over what goes on, for nobody will look again.
    fn end(&mut self) {
        let mut recorder = Recorder::new(Limits::default());
        self.following.end(&mut recorder);
        if let Some(root) = self.roots.first() {
            // Where nobody listens any more, nobody is left to be told.
            let _ = self.sender.send(root.heard(recorder));
        }
    }

    /// Looks at what one root names; `None` if nobody listens any more.
    fn look(&mut self, place: usize, stop: &AtomicBool) -> Option<()> {
        let Some(root) = self.roots.get(place) else { return Some(()) };
        for path in root.files() {
            let replaced = self.read(place, &path, true, stop)?;
            if replaced {
                for path in beside(&path) {
                    self.read(place, &path, false, stop)?;
                }
            }
        }
        Some(())
    }

    /// Reads what came to one file; whether another stands in its place.
    fn read(&mut self, place: usize, path: &Path, all: bool, stop: &AtomicBool) -> Option<bool> {
        let mut replaced = false;
        loop {
            let mut recorder = Recorder::new(Limits::default());
            let mut with = Surroundings { settings: &self.settings, recorder: &mut recorder };
            let followed = match self.following.look(path, all, &mut with) {
                Ok(followed) => followed,
                Err(error) => {
                    self.complain(&error.to_string());
                    return Some(replaced);
                }
            };
            replaced |= followed.replaced;
            let Some(root) = self.roots.get_mut(place) else { return Some(replaced) };
            root.frames += followed.frames;
            root.bytes += followed.bytes;
            if followed.told {
                self.sender.send(root.heard(recorder)).ok()?;
            }
            if !followed.more || stop.load(Ordering::Relaxed) {
                return Some(replaced);
            }
        }
    }

    /// Says what failed, once: a file may come back.
    fn complain(&mut self, trouble: &str) {
        if self.complained.insert(trouble.to_owned()) {
            output::say(&format!("houseguest: failed to read {trouble}"));
        }
    }

    fn save(&mut self) {
        let Some(path) = self.positions.clone() else { return };
        let positions: Vec<_> = self.following.positions().map(|it| written(&it)).collect();
        let text = Value::from(positions).to_string();
        let new = path.with_extension("new");
        if let Err(error) = fs::write(&new, text).and_then(|()| fs::rename(&new, &path)) {
            self.complain(&format!("back how far files were read, in {}: {error}", path.display()));
        }
    }
}

fn written(position: &Position) -> Value {
    let Position { path, head: (length, hash), offset, number, entries } = position;
    json!({
        "path": path.to_string_lossy(), "head_bytes": length, "head": hash, "offset": offset,
        "number": number, "entries": entries,
    })
}

/// How far files were read; nothing where that cannot be read.
fn read_positions(path: &Path) -> Vec<Position> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let Ok(Value::Array(list)) = serde_json::from_str(&text) else { return Vec::new() };
    list.iter().filter_map(position).collect()
}

fn position(value: &Value) -> Option<Position> {
    let number = |key: &str| value.get(key).and_then(Value::as_u64);
    Some(Position {
        path: value.get("path")?.as_str()?.into(),
        head: (usize::try_from(number("head_bytes")?).ok()?, number("head")?),
        offset: number("offset")?,
        number: number("number")?,
        entries: value.get("entries")?.as_array()?.iter().filter_map(Value::as_u64).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_read_back_as_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(POSITIONS);
        assert_eq!(read_positions(&path), []);
        let one = Position {
            path: "pihole.log".into(),
            head: (256, u64::MAX),
            offset: 7,
            number: 3,
            entries: vec![1, u64::MAX],
        };
        fs::write(&path, Value::from(vec![written(&one)]).to_string()).unwrap();
        assert_eq!(read_positions(&path), [one]);
    }
}
