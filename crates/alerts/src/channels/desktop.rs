//! The desktop of this machine, by its own program `notify-send`: no library, and nothing where there is no
//! desktop.

use std::{
    io,
    path::PathBuf,
    process::{Command, Stdio},
};

use knowledge::kinds::Severity;

use crate::{Message, SendError};

/// The desktop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Desktop {
    /// The program that shows messages.
    pub program: PathBuf,
}

impl Default for Desktop {
    fn default() -> Self {
        Self { program: "notify-send".into() }
    }
}

impl Desktop {
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let link = message.link.iter().map(String::as_str);
        let text =
            std::iter::once(message.text.as_str()).chain(link).collect::<Vec<_>>().join("\n");
        let shown = Command::new(&self.program)
            .args(["--app-name=Houseguest", urgency(message.severity), "--"])
            .args([message.title.as_str(), &escaped(&text)])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        match shown {
            Ok(status) if status.success() => Ok(()),
            Ok(_) => Err(SendError::setup(
                "this program cannot reach the desktop: run it as the user who is logged in",
            )),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(SendError::setup(
                "the program notify-send is not here: install libnotify-bin or libnotify",
            )),
            Err(error) => Err(SendError::moment(error.to_string())),
        }
    }
}

const fn urgency(severity: Severity) -> &'static str {
    match severity {
        Severity::Info | Severity::Low => "--urgency=low",
        Severity::Medium | Severity::High => "--urgency=normal",
        Severity::Critical => "--urgency=critical",
    }
}

/// Text in a body that knows a little markup (Desktop Notifications Specification, "Markup").
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
