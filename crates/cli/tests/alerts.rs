//! Alerts of a running `watch`, from the traffic to whoever is told, with everything on this machine.

#![cfg(feature = "alerts")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]
#![expect(clippy::print_stdout, reason = "what is skipped is said")]

mod running;

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use evidence::Timestamp;
use household::{Budget, Household};
use serde_json::Value;

use running::{Running, houseguest, until};

#[test]
fn each_device_is_told_of_once_and_never_again() {
    let home = Home::new();
    let hook = Hook::start();
    home.tell(&hook.channel());
    home.watch(&telnet(), |_| hook.took(3));
    let told = hook.taken();
    let devices: BTreeSet<_> = told.iter().map(|it| it["device"]["number"].to_string()).collect();
    assert_eq!((told.len(), devices.len()), (3, 3), "{told:#?}");
    for message in &told {
        assert_eq!(message["changes"][0]["kind"], "new-device", "{message:#}");
    }
    let grave: Vec<_> = told.iter().filter(|it| it["severity"] == "high").collect();
    assert_eq!(grave.len(), 1, "{told:#?}");
    // The same again, and nothing at all: nothing is told twice.
    home.watch(&telnet(), |_| ());
    home.watch(&[], |_| ());
    assert_eq!(hook.taken().len(), 3, "{:#?}", hook.taken());
}

#[test]
fn many_new_devices_are_one_message() {
    let home = Home::new();
    let hook = Hook::start();
    home.tell(&hook.channel());
    let capture = home.0.path().join("demo.pcap");
    let written = houseguest().args(["demo", "--capture"]).arg(&capture).status();
    assert!(written.unwrap().success());
    home.watch(&fs::read(capture).unwrap(), |_| hook.took(1));
    let told = hook.taken();
    assert_eq!(told.len(), 1, "{told:#?}");
    assert_eq!(told[0]["device"], Value::Null);
    let new = |it: &&Value| it["kind"] == "new-device";
    assert_eq!(told[0]["changes"].as_array().unwrap().iter().filter(new).count(), 26);
}

#[test]
fn what_could_not_be_sent_is_sent_after_a_restart() {
    let home = Home::new();
    let hook = Hook::start();
    hook.0.works.store(false, Ordering::Relaxed);
    home.tell(&hook.channel());
    home.watch(&telnet(), |running| {
        let shown = || running.get("/settings").contains("did not arrive");
        until("the page says what failed", shown);
        // Three messages, and one of them was tried.
        assert!(running.get("/settings").contains("3 messages waiting"));
    });
    assert_eq!(hook.taken(), [Value::Null; 0]);
    hook.0.works.store(true, Ordering::Relaxed);
    home.watch(&[], |_| hook.took(3));
    let told = hook.taken();
    let numbers: BTreeSet<_> = told.iter().map(|it| it["id"].to_string()).collect();
    assert_eq!((told.len(), numbers.len()), (3, 3));
    home.watch(&[], |_| ());
    assert_eq!(hook.taken().len(), 3);
}

#[test]
fn channels_can_be_tried_and_shown_without_their_secrets() {
    let home = Home::new();
    let hook = Hook::start();
    let nothing = home.alerts(&["test"]);
    assert_eq!(nothing.status.code(), Some(1));
    home.tell(&format!("{}\nsecret = \"s3cret\"", hook.channel()));
    let tried = home.alerts(&["test", "--channel", "webhook"]);
    assert!(tried.status.success());
    assert!(text(&tried.stdout).contains("/…): the message was taken"), "{}", text(&tried.stdout));
    assert_eq!(hook.taken()[0]["test"], true);
    hook.0.works.store(false, Ordering::Relaxed);
    let failed = home.alerts(&["test"]);
    assert_eq!(failed.status.code(), Some(1));
    assert!(text(&failed.stdout).contains("failed: it answered 500"));
    let shown = home.alerts(&["show"]);
    let shown = text(&shown.stdout);
    assert!(shown.contains("learning=0s severity=high") && !shown.contains("s3cret"), "{shown}");
    let set = home.alerts(&["set", "severity=medium", "digest-hour=7"]);
    assert!(text(&set.stdout).contains("severity=medium always=critical group=10m digest-hour=7"));
    home.tell("[[webhook]]\nurl = \"http://a.example\"\nsecrt = \"s3cret\"");
    let wrong = home.alerts(&["show"]);
    assert_eq!(wrong.status.code(), Some(3));
    let said = text(&wrong.stderr);
    assert!(said.contains("line 3") && said.contains("expected one of"), "{said}");
    assert!(!said.contains("s3cret"), "{said}");
}

#[test]
fn home_automation_is_shown_guests_until_they_are_erased() {
    let home = Home::new();
    let Some(broker) = Broker::start(home.0.path()) else { return };
    home.tell(&format!("[[mqtt]]\nserver = \"127.0.0.1\"\nport = {}", broker.1));
    let ear = broker.listen();
    let config = |number| format!("homeassistant/device/houseguest_g{number}/config");
    home.watch(&telnet(), |_| {
        for number in 1..=3 {
            ear.hears(&format!("{} {{", config(number)));
        }
        ear.hears("houseguest/alert {");
    });
    ear.hears("houseguest/status offline");
    let mut household =
        Household::open(&home.state().join("household.db"), Budget::default()).unwrap().household;
    let gone = household.devices().unwrap()[1].id;
    household.erase_device(gone, Timestamp::from_parts(1_900_000_000, 0)).unwrap();
    drop(household);
    let line = format!("{} ", config(gone.0));
    home.watch(&[], |_| until("it is taken back", || ear.lines().contains(&line)));
    // Told back once, and no more of it since.
    let later: Vec<_> = ear.lines().into_iter().skip_while(|it| *it != line).collect();
    assert!(!later.iter().any(|it| it.starts_with(&line) && *it != line), "{later:?}");
}

/// A folder of the state, with rules that tell everything at once.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        let set = home.alerts(&["set", "learning=0", "digest-hour=off"]);
        assert!(set.status.success(), "{}", text(&set.stderr));
        home
    }

    fn state(&self) -> std::path::PathBuf {
        self.0.path().join("state")
    }

    fn tell(&self, channels: &str) {
        fs::write(self.state().join("alerts.toml"), channels).unwrap();
    }

    fn alerts(&self, arguments: &[&str]) -> Output {
        houseguest()
            .arg("alerts")
            .args(arguments)
            .arg("--state")
            .arg(self.state())
            .output()
            .unwrap()
    }

    /// Watches a pipe with `capture` in it until `seen`, then ends it as Ctrl-C would.
    fn watch(&self, capture: &[u8], seen: impl FnOnce(&Running)) {
        let state = self.state();
        let options = ["-", "--state", state.to_str().unwrap()];
        let mut running = Running::start(&options, Stdio::piped());
        let mut pipe = running.child.stdin.take().unwrap();
        pipe.write_all(capture).unwrap();
        drop(pipe);
        seen(&running);
        running.end();
    }
}

/// Takes webhooks, or refuses them.
struct Hook(Arc<Shared>, u16);

struct Shared {
    works: AtomicBool,
    taken: Mutex<Vec<Value>>,
}

impl Hook {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared { works: AtomicBool::new(true), taken: Mutex::default() });
        let theirs = Arc::clone(&shared);
        std::thread::spawn(move || {
            for socket in listener.incoming() {
                theirs.take(socket.unwrap());
            }
        });
        Self(shared, port)
    }

    fn channel(&self) -> String {
        format!("[[webhook]]\nurl = \"http://127.0.0.1:{}/hook\"\nallow_private = true", self.1)
    }

    fn taken(&self) -> Vec<Value> {
        self.0.taken.lock().unwrap().clone()
    }

    fn took(&self, count: usize) {
        until("messages arrive", || self.taken().len() >= count);
    }
}

impl Shared {
    fn take(&self, socket: TcpStream) {
        let mut stream = BufReader::new(socket);
        let mut length = 0;
        loop {
            let mut line = String::new();
            if !matches!(stream.read_line(&mut line), Ok(1..)) {
                return;
            }
            let line = line.trim_end().to_lowercase();
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.parse().unwrap();
            }
            if line.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        stream.read_exact(&mut body).unwrap();
        let answer = if self.works.load(Ordering::Relaxed) {
            self.taken.lock().unwrap().push(serde_json::from_slice(&body).unwrap());
            "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
        } else {
            "HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        };
        let _ = stream.get_mut().write_all(answer.as_bytes());
    }
}

/// A broker of its own, ended with the test.
struct Broker(Child, u16);

impl Broker {
    fn start(folder: &Path) -> Option<Self> {
        let here = |name: &str| {
            let mut command = Command::new(name);
            command.arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
        };
        if !here("mosquitto") || !here("mosquitto_sub") || !here("mosquitto_pub") {
            println!("skipped: mosquitto or its clients are not installed");
            return None;
        }
        let config = folder.join("mosquitto.conf");
        // Somebody may take the port between our asking for a free one and the broker's taking it.
        (0..20).find_map(|_| {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let rules = "allow_anonymous true\npersistence false";
            fs::write(&config, format!("listener {port} 127.0.0.1\n{rules}\n")).unwrap();
            let mut command = Command::new("mosquitto");
            command.arg("-c").arg(&config).stdout(Stdio::null()).stderr(Stdio::null());
            let mut broker = Self(command.spawn().unwrap(), port);
            let mut ended = false;
            until("the broker listens or ends", || {
                ended = broker.0.try_wait().unwrap().is_some();
                ended || TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
            (!ended).then_some(broker)
        })
    }

    fn listen(&self) -> Ear {
        let port = self.1.to_string();
        let mut child = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &port, "-q", "1", "-v", "-t", "#"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (out, into) = (child.stdout.take().unwrap(), Arc::clone(&heard));
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                // Nothing is shown as `(null)`.
                into.lock().unwrap().push(line.replace(" (null)", " "));
            }
        });
        let ear = Ear(child, heard);
        until("the subscriber hears", || {
            let mut mark = Command::new("mosquitto_pub");
            mark.args(["-h", "127.0.0.1", "-p", &port, "-t", "mark", "-m", "x"]);
            mark.status().unwrap().success() && ear.lines().iter().any(|it| it == "mark x")
        });
        ear
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A subscriber to everything.
struct Ear(Child, Arc<Mutex<Vec<String>>>);

impl Ear {
    fn lines(&self) -> Vec<String> {
        self.1.lock().unwrap().clone()
    }

    fn hears(&self, begin: &str) {
        until(begin, || self.lines().iter().any(|it| it.starts_with(begin)));
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A home of three, one of which is logged in to over Telnet, as a capture.
fn telnet() -> Vec<u8> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus");
    let text = fs::read_to_string(corpus.join("telnet-login/scenario.toml")).unwrap();
    let scenario = scenarios::Scenario::parse(&text).unwrap();
    let mut capture = Vec::new();
    scenarios::pcap::write(scenario.frames(1), &mut capture).unwrap();
    capture
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
