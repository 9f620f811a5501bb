//! Tried for real: what is given up cannot be had back, so each case runs in a process of its own, which is
//! this program of tests again.

use std::{
    env, fs, io,
    io::ErrorKind,
    net::UdpSocket,
    path::PathBuf,
    process::{self, Command},
};

use super::{Confinement, Needs};
use crate::{arguments::Confining, embedded, output};

/// The folder in which a child process tries things; tells a child from a test.
const FOLDER: &str = "HOUSEGUEST_TRY_CONFINED";

/// What the system says to what landlock and seccomp forbid.
const DENIED: ErrorKind = ErrorKind::PermissionDenied;

#[test]
fn files_outside_the_state_are_out_of_reach() {
    confined("files_outside_the_state_are_out_of_reach", |it| {
        if !it.said("(landlock)") {
            skip("this kernel has no landlock");
            return;
        }
        assert_eq!(failure(fs::write(it.folder.join("outside"), "x")), DENIED);
        assert_eq!(failure(fs::create_dir(it.folder.join("other"))), DENIED);
        assert_eq!(failure(fs::rename(it.state.join("mine"), it.folder.join("moved"))), DENIED);
        assert_eq!(failure(fs::read(it.folder.join("secret"))), DENIED);
        assert_eq!(failure(fs::read_dir("/")), DENIED);
        fs::write(it.state.join("inside"), "x").unwrap();
        fs::rename(it.state.join("inside"), it.state.join("renamed")).unwrap();
        fs::remove_file(it.state.join("renamed")).unwrap();
        assert_eq!(fs::read(it.folder.join("data/notes.toml")).unwrap(), b"# none");
        assert_eq!(failure(fs::write(it.folder.join("data/notes.toml"), "x")), DENIED);
        fs::write(it.folder.join("report.html"), "x").unwrap();
        assert_eq!(failure(fs::remove_file(it.folder.join("report.html"))), DENIED);
    });
}

#[test]
fn no_program_is_started_and_no_call_of_break_ins_works() {
    confined("no_program_is_started_and_no_call_of_break_ins_works", |it| {
        assert!(it.said("system calls refused"), "{}", it.words);
        assert_eq!(failure(Command::new("/bin/true").status()), DENIED);
        assert_eq!(failure(std::net::TcpStream::connect("127.0.0.1:9")), DENIED);
        assert_eq!(failure(UdpSocket::bind("127.0.0.1:0")), DENIED);
        let root_again = rustix::thread::set_thread_uid(rustix::process::Uid::ROOT);
        assert_eq!(root_again, Err(rustix::io::Errno::PERM));
    });
}

#[test]
fn what_messages_need_stays() {
    const NAME: &str = "what_messages_need_stays";
    let listens = || std::net::TcpListener::bind("127.0.0.1:0");
    confined_after(NAME, listens, |listener, it| {
        let Ok(listener) = listener else {
            skip("nothing listens here");
            return;
        };
        let place = listener.local_addr().unwrap();
        assert!(std::net::TcpStream::connect(place).is_ok(), "messages are sent");
        assert!(Command::new("/bin/true").status().unwrap().success(), "a program is started");
        if it.said("(landlock)") {
            let ours = it.state.join("program");
            fs::copy("/bin/true", &ours).unwrap();
            assert_eq!(failure(Command::new(ours).status()), DENIED, "none of our own making");
        }
        let mounted = Command::new("mount").args(["-t", "tmpfs", "none"]).arg(&it.state).output();
        assert!(!mounted.is_ok_and(|it| it.status.success()), "programs are confined too");
    });
}

#[test]
fn rights_are_gone() {
    confined("rights_are_gone", |_| {
        let rights = rustix::thread::capabilities(None).unwrap();
        assert!(rights.permitted.is_empty() && rights.effective.is_empty(), "{rights:?}");
        assert!(rustix::thread::no_new_privs().unwrap());
    });
}

#[test]
fn the_pack_is_read_and_threads_start() {
    confined("the_pack_is_read_and_threads_start", |_| {
        let pack = std::thread::spawn(embedded::pack).join().unwrap().unwrap();
        assert!(!pack.version.is_empty());
        output::say("a thread started");
    });
}

#[test]
fn the_household_is_kept() {
    use evidence::{Ledger, Timestamp};
    use household::{Budget, Household};

    confined("the_household_is_kept", |it| {
        let path = it.state.join("household.db");
        let now = Timestamp::from_parts(1_790_000_000, 0);
        let mut household = Household::open(&path, Budget::default()).unwrap().household;
        household.record(&Ledger::default(), now).unwrap();
        assert!(it.state.join("household.db-wal").exists());
        assert!(household.backup(now).unwrap().unwrap().exists());
        household.roll_up(now).unwrap();
        drop(household);
        let again = Household::open(&path, Budget::default()).unwrap().household;
        assert_eq!(again.watching_since().unwrap(), Some(now));
    });
}

#[test]
fn a_ring_opened_before_still_hears() {
    use evidence::{Limits, Recorder};

    const NAME: &str = "a_ring_opened_before_still_hears";
    if rustix::process::geteuid().as_raw() != 0 {
        skip("listening needs root");
        return;
    }
    let open = || (capture::Live::open("lo"), UdpSocket::bind("127.0.0.1:0"));
    confined_after(NAME, open, |(live, socket), _| {
        let (Ok(mut live), Ok(socket)) = (live, socket) else {
            skip("this root may not listen");
            return;
        };
        let place = socket.local_addr().unwrap();
        let mut dissector = packets::Dissector::new(&packets::Settings::default());
        let mut recorder = Recorder::new(Limits::default());
        dissector.begin_source(&mut recorder, "lo");
        // As often as it takes: the kernel hands packets over in its own time.
        for _ in 0..600 {
            socket.send_to(b"hello", place).unwrap();
            live.receive(&mut dissector, &mut recorder).unwrap();
            if live.heard().frames > 0 {
                return;
            }
        }
        panic!("nothing was heard");
    });
}

#[test]
fn root_goes_on_as_who_owns_the_folder() {
    const NAME: &str = "root_goes_on_as_who_owns_the_folder";
    if rustix::process::geteuid().as_raw() != 0 {
        skip("changing the user needs root");
        return;
    }
    let theirs = || {
        let state = Tried::here().state;
        std::os::unix::fs::chown(&state, Some(65_534), Some(65_534)).is_ok()
    };
    confined_after(NAME, theirs, |given, it| {
        if !given {
            skip("this root may not give files away");
            return;
        }
        assert_eq!(rustix::process::geteuid().as_raw(), 65_534);
        assert_eq!(rustix::process::getegid().as_raw(), 65_534);
        fs::write(it.state.join("theirs"), "x").unwrap();
    });
}

#[test]
fn nothing_is_given_up_where_it_is_not_wanted() {
    let asked = Confining { user: None, no_confine: true };
    let confined = Confinement::wanted(&asked).unwrap().enter(&Needs::default()).unwrap();
    assert_eq!(confined.to_string(), "not confined");
    assert!(Command::new("/bin/true").status().is_ok());
}

#[test]
fn unknown_users_are_refused() {
    let asked = Confining { user: Some("nobody-of-that-name".to_owned()), no_confine: false };
    let refused = Confinement::wanted(&asked).unwrap_err().to_string();
    assert!(refused.contains("nobody-of-that-name"), "{refused}");
}

/// What a child has around it.
struct Tried {
    folder: PathBuf,
    state: PathBuf,
    words: String,
}

impl Tried {
    fn here() -> Self {
        let folder = PathBuf::from(env::var_os(FOLDER).unwrap());
        Self { state: folder.join("state"), folder, words: String::new() }
    }

    fn said(&self, words: &str) -> bool {
        self.words.contains(words)
    }
}

/// Tries things confined.
#[track_caller]
fn confined(test: &str, attempt: impl FnOnce(&Tried)) {
    confined_after(test, || (), |(), tried| attempt(tried));
}

/// Runs the test of that name again as a child, and there opens first what `open` does, then gives up what
/// is to be given up, then tries.
#[track_caller]
fn confined_after<T>(test: &str, open: impl FnOnce() -> T, attempt: impl FnOnce(T, &Tried)) {
    if env::var_os(FOLDER).is_none() {
        parent(test);
        return;
    }
    let mut tried = Tried::here();
    let opened = open();
    let mut confinement = Confinement::wanted(&Confining::default()).unwrap();
    confinement.own(&tried.state).unwrap();
    let needs = Needs {
        kept: vec![tried.state.clone()],
        written: if test.starts_with("files") {
            vec![tried.folder.join("report.html")]
        } else {
            Vec::new()
        },
        read: vec![tried.folder.join("data")],
        opens_sockets: test.contains("messages"),
        starts_programs: test.contains("messages"),
    };
    tried.words = confinement.enter(&needs).unwrap().to_string();
    output::say(&tried.words);
    attempt(opened, &tried);
}

/// Starts the child and repeats what it said if it failed.
#[track_caller]
fn parent(test: &str) {
    let folder = tempfile::tempdir().unwrap();
    for name in ["state", "data"] {
        fs::create_dir(folder.path().join(name)).unwrap();
    }
    for (name, text) in [("state/mine", "x"), ("secret", "x"), ("data/notes.toml", "# none")] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let everybody = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(folder.path(), everybody).unwrap();
    let child = Command::new(env::current_exe().unwrap())
        .args(["--exact", &format!("commands::confine::tests::{test}"), "--nocapture"])
        .args(["--test-threads", "1"])
        .env(FOLDER, folder.path())
        .env("HOUSEGUEST_DATA", folder.path().join("data"))
        .env_remove("SUDO_UID")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout) + String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success(), "{said}");
    assert!(said.contains("1 passed"), "the child tried nothing: {said}");
    for line in said.lines().filter(|line| line.starts_with("skipped")) {
        output::say(line);
    }
}

fn skip(why: &str) {
    output::say(&format!("skipped: {why}"));
}

#[track_caller]
fn failure<T>(done: io::Result<T>) -> ErrorKind {
    match done {
        Ok(_) => panic!("it was not refused (process {})", process::id()),
        Err(error) => error.kind(),
    }
}
