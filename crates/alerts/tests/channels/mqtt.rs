//! MQTT against Debian's mosquitto, as a subscriber sees it.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
};

use alerts::{
    Blame, Details, Way,
    channels::{
        Mqtt,
        mqtt::{
            Session,
            discovery::{Guest, Kept, gone, of_guest, of_household},
        },
    },
};
use evidence::{Mac, Timestamp};
use household::GuestId;
use knowledge::kinds::Severity;
use serde_json::{Value, json};

use crate::{channel, has, message, until};

/// A broker of its own, ended with the test.
struct Broker(Child, u16);

impl Broker {
    /// `None` where none is installed.
    fn start(folder: &Path, more: &str) -> Option<Self> {
        if !has("mosquitto", "-h") || !has("mosquitto_sub", "--help") {
            return None;
        }
        let config = folder.join("mosquitto.conf");
        // Somebody may take the port between our asking for a free one and the broker's taking it.
        for _ in 0..20 {
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let text = format!("listener {port} 127.0.0.1\npersistence false\n{more}\n");
            fs::write(&config, text).unwrap();
            let broker = Command::new("mosquitto")
                .arg("-c")
                .arg(&config)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn();
            let mut broker = Self(broker.unwrap(), port);
            let mut ended = false;
            until("the broker listens or ends", || {
                ended = broker.0.try_wait().unwrap().is_some();
                ended || TcpStream::connect(("127.0.0.1", port)).is_ok()
            });
            if !ended {
                return Some(broker);
            }
        }
        panic!("no broker could be started");
    }

    fn listen(&self) -> Ear {
        let mut child = Command::new("mosquitto_sub")
            .args(["-h", "127.0.0.1", "-p", &self.1.to_string(), "-q", "1", "-t", "#"])
            .args(["-F", "%r %t %p"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let heard: Arc<Mutex<Vec<String>>> = Arc::default();
        let (out, into) = (child.stdout.take().unwrap(), Arc::clone(&heard));
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                into.lock().unwrap().push(line);
            }
        });
        let ear = Ear(child, heard);
        // What is kept is handed out on subscribing, so all of it came before this.
        until("the subscriber hears", || {
            let told = Command::new("mosquitto_pub")
                .args(["-h", "127.0.0.1", "-p", &self.1.to_string(), "-t", "mark", "-m", "x"])
                .status();
            told.unwrap().success() && ear.lines().iter().any(|it| it == "0 mark x")
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

/// A subscriber to everything: `1 topic text` for what was kept, `0 topic text` for what comes.
struct Ear(Child, Arc<Mutex<Vec<String>>>);

impl Ear {
    fn lines(&self) -> Vec<String> {
        self.1.lock().unwrap().clone()
    }

    fn hears(&self, line: &str) {
        until(line, || self.lines().iter().any(|it| it.starts_with(line)));
    }

    /// What is kept, by topic.
    fn kept(&self) -> BTreeMap<String, String> {
        let lines = self.lines();
        let kept = lines.iter().filter_map(|line| line.strip_prefix("1 ")?.split_once(' '));
        kept.map(|(topic, text)| (topic.to_owned(), text.to_owned())).collect()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn home_automation_finds_guests_and_hears_alerts() {
    let folder = tempfile::tempdir().unwrap();
    let Some(broker) = Broker::start(folder.path(), "allow_anonymous true") else { return };
    let mqtt = broker_of(folder.path(), broker.1, "");
    let live = broker.listen();
    let mut session = Session::open(&mqtt, "watch", true).unwrap();
    let pages = Some("http://192.0.2.1:8420");
    let guest = guest();
    for Kept { topic, text } in
        of_household(&mqtt, 1, pages).into_iter().chain(of_guest(&mqtt, &guest, pages))
    {
        session.publish(&topic, &text, true).unwrap();
    }
    session.stay().unwrap();
    session.alert(&message(Details::Full)).unwrap();
    live.hears("0 houseguest/alert {");
    let alert = live.lines().into_iter().find(|it| it.starts_with("0 houseguest/g7/alert"));
    let alert: Value = serde_json::from_str(alert.unwrap().splitn(3, ' ').nth(2).unwrap()).unwrap();
    assert_eq!((&alert["event_type"], &alert["severity"]), (&json!("alert"), &json!("high")));
    // Who comes later finds all but the alerts, which are of the moment.
    let kept = broker.listen().kept();
    let topics: Vec<&str> = kept.keys().map(String::as_str).collect();
    assert_eq!(
        topics,
        [
            "homeassistant/device/houseguest_g7/config",
            "homeassistant/device/houseguest_hub/config",
            "houseguest/g7/state",
            "houseguest/state",
            "houseguest/status",
        ]
    );
    assert_eq!(kept["houseguest/status"], "online");
    assert_fields(&kept);
    // Erased: nothing is kept of it.
    for Kept { topic, text } in gone(&mqtt, guest.id) {
        session.publish(&topic, &text, true).unwrap();
    }
    let kept = broker.listen().kept();
    assert!(!kept.keys().any(|it| it.contains("g7")), "{kept:?}");
    // Who dies says goodbye by the broker.
    drop(session);
    live.hears("0 houseguest/status offline");
    let session = Session::open(&mqtt, "watch", true).unwrap();
    session.close();
    assert_eq!(broker.listen().kept()["houseguest/status"], "offline");
}

/// Field by field what <https://www.home-assistant.io/integrations/mqtt/#device-discovery-payload>,
/// <https://www.home-assistant.io/integrations/sensor.mqtt/> and
/// <https://www.home-assistant.io/integrations/event.mqtt/> ask for.
#[track_caller]
fn assert_fields(kept: &BTreeMap<String, String>) {
    let topic = "homeassistant/device/houseguest_g7/config";
    // <discovery_prefix>/<component>/<object_id>/config, the last in [a-zA-Z0-9_-].
    let object = topic.split('/').nth(2).unwrap();
    assert!(object.bytes().all(|it| it.is_ascii_alphanumeric() || b"_-".contains(&it)));
    let config: Value = serde_json::from_str(&kept[topic]).unwrap();
    let device = &config["device"];
    assert_eq!(
        *device,
        json!({
            "identifiers": ["houseguest_g7"],
            "connections": [["mac", "02:00:00:00:00:07"]],
            "name": "Porch camera",
            "manufacturer": "Example Ltd",
            "model": "C-1",
            "sw_version": "2.0",
            "suggested_area": "Porch",
            "via_device": "houseguest_hub",
            "configuration_url": "http://192.0.2.1:8420/devices/g7",
        })
    );
    // Mandatory beside the device: origin with a name.
    assert_eq!(config["origin"]["name"], "Houseguest");
    assert_eq!(config["availability_topic"], "houseguest/status");
    let state: Value = serde_json::from_str(&kept["houseguest/g7/state"]).unwrap();
    let components = config["components"].as_object().unwrap();
    let mut unique = Vec::new();
    for (key, component) in components {
        unique.push(component["unique_id"].as_str().unwrap().to_owned());
        assert!(component["name"].is_string(), "{key}");
        match component["platform"].as_str().unwrap() {
            "sensor" => {
                // The template reads a field that the state has.
                assert_eq!(component["value_template"], format!("{{{{ value_json.{key} }}}}"));
                assert!(state.get(key).is_some(), "{key} is in no state");
                assert_eq!(config["state_topic"], "houseguest/g7/state");
                assert_eq!(component["entity_category"], "diagnostic");
            }
            "event" => {
                assert_eq!(component["state_topic"], "houseguest/g7/alert");
                assert_eq!(component["event_types"], json!(["alert", "digest", "test"]));
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!(components["last_seen"]["device_class"], "timestamp");
    assert_eq!(state["last_seen"], "2026-11-22T09:50:00Z");
    assert_eq!((&state["findings_high"], &state["findings_low"]), (&json!(2), &json!(0)));
    assert_eq!(components["findings_high"]["state_class"], "measurement");
    let count = unique.len();
    unique.sort();
    unique.dedup();
    assert_eq!((unique.len(), count), (7, 7));
    // What the hub's alert is listened for at, and that the guests' parent is there.
    let hub: Value =
        serde_json::from_str(&kept["homeassistant/device/houseguest_hub/config"]).unwrap();
    assert_eq!(hub["device"]["identifiers"], json!(["houseguest_hub"]));
    assert_eq!(hub["components"]["alert"]["state_topic"], "houseguest/alert");
    assert_eq!(kept["houseguest/state"], "{\"devices\":1}");
}

#[test]
fn one_message_alone_and_a_login() {
    let folder = tempfile::tempdir().unwrap();
    let passwords = folder.path().join("passwords");
    if !has("mosquitto_passwd", "-h") {
        return;
    }
    let made = Command::new("mosquitto_passwd")
        .args(["-b", "-c"])
        .arg(&passwords)
        .args(["home", "hunter2"])
        .stderr(Stdio::null())
        .status();
    assert!(made.unwrap().success());
    // The broker gives up its rights, and must still be able to read it.
    open(&passwords);
    open(folder.path());
    let rules = format!("allow_anonymous false\npassword_file {}", passwords.display());
    let Some(broker) = Broker::start(folder.path(), &rules) else { return };
    let text =
        |more: &str| format!("[[mqtt]]\nserver = \"127.0.0.1\"\nport = {}\n{more}", broker.1);
    let login = text("user = \"home\"\npassword = \"hunter2\"");
    channel(folder.path(), &login).send(&message(Details::Full)).unwrap();
    for wrong in ["", "user = \"home\"\npassword = \"wrong\""] {
        let error = channel(folder.path(), &text(wrong)).send(&message(Details::Full)).unwrap_err();
        assert_eq!(error.blame, Blame::Setup, "{error}");
    }
}

#[cfg(unix)]
fn open(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[cfg(not(unix))]
fn open(_: &Path) {}

#[test]
fn what_is_no_broker_is_said_to_be_none() {
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        use std::io::Write as _;
        let (mut socket, _) = listener.accept().unwrap();
        let _ = socket.write_all(b"HTTP/1.1 400 Bad Request\r\n");
        let _ = socket.write_all(&[b'x'; 200]);
        let _ = std::io::copy(&mut socket, &mut std::io::sink());
    });
    let error = Session::open(&broker_of(folder.path(), port, ""), "watch", true).unwrap_err();
    assert_eq!(error.what, "what answers there is no MQTT broker");
}

fn broker_of(folder: &Path, port: u16, more: &str) -> Mqtt {
    let text = format!("[[mqtt]]\nserver = \"127.0.0.1\"\nport = {port}\n{more}");
    match channel(folder, &text).way {
        Way::Mqtt(mqtt) => mqtt,
        other => panic!("{other:?}"),
    }
}

fn guest() -> Guest {
    Guest {
        id: GuestId(7),
        macs: vec![Mac([2, 0, 0, 0, 0, 7])],
        name: "Porch\u{202e} camera".to_owned(),
        room: Some("Porch".to_owned()),
        brand: Some("Example Ltd".to_owned()),
        model: Some("C-1\u{1b}".to_owned()),
        firmware: Some("2.0".to_owned()),
        last_seen: Timestamp::from_parts(1_795_341_030, 5),
        findings: BTreeMap::from([(Severity::High, 2)]),
    }
}
