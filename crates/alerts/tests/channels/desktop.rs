//! The desktop, by a program that writes down what it was asked to show.

#![cfg(unix)]

use std::{fs, os::unix::fs::PermissionsExt as _};

use alerts::{Blame, Channel, Details, Way, channels::Desktop};

use crate::message;

#[test]
fn the_desktop_shows_title_text_and_link_inert() {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("notify-send");
    let shown = folder.path().join("shown");
    let script = format!("#!/bin/sh\nprintf '%s\\n' \"$@\" > {}\n", shown.display());
    fs::write(&program, script).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    let mut message = message(Details::Full);
    message.text = "<b>1 & 2</b>".to_owned();
    let way = Way::Desktop(Desktop { program });
    let channel = Channel { name: "desktop".to_owned(), details: Details::Full, way };
    channel.send(&message).unwrap();
    assert_eq!(
        fs::read_to_string(shown).unwrap(),
        "--app-name=Houseguest\n--urgency=normal\n--\nKüche: camera X-Evil: 1: 2 changes\n\
         &lt;b&gt;1 &amp; 2&lt;/b&gt;\nhttp://192.0.2.1:8420/devices/g7\n"
    );
}

#[test]
fn without_a_desktop_it_is_said() {
    let way = Way::Desktop(Desktop { program: "/nowhere/notify-send".into() });
    let channel = Channel { name: "desktop".to_owned(), details: Details::Full, way };
    let error = channel.send(&message(Details::Full)).unwrap_err();
    assert_eq!(error.blame, Blame::Setup);
    assert!(error.what.contains("libnotify"), "{error}");
}
