//! ntfy: a POST whose body is the text, with the rest in headers (<https://docs.ntfy.sh/publish/>).

use std::path::PathBuf;

use knowledge::kinds::Severity;
use ureq::http::{
    Uri,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderName},
};

use super::{encoded, http};
use crate::{Message, Secret, SendError, guard::Access};

/// A topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ntfy {
    /// Its address, such as `https://ntfy.example/topic`.
    pub url: Uri,
    /// An access token, where the topic wants one.
    pub token: Option<Secret>,
    /// Where it may be.
    pub access: Access,
    /// Certificates to trust instead of the machine's.
    pub trusted: Option<PathBuf>,
}

impl Ntfy {
    pub(super) fn send(&self, message: &Message) -> Result<(), SendError> {
        let named = HeaderName::from_static;
        let mut headers = vec![
            (CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
            (named("title"), encoded::words(&message.title, " ")),
            (named("priority"), priority(message.severity).to_owned()),
            (named("tags"), tag(message).to_owned()),
        ];
        if let Some(link) = &message.link {
            headers.push((named("click"), link.clone()));
        }
        if let Some(token) = &self.token {
            headers.push((AUTHORIZATION, format!("Bearer {}", token.expose())));
        }
        http::post(&self.url, self.access, self.trusted.as_deref(), &headers, &message.text)
    }
}

/// From 1, no sound, to 5, until somebody looks.
const fn priority(severity: Severity) -> &'static str {
    match severity {
        Severity::Info | Severity::Low => "2",
        Severity::Medium => "3",
        Severity::High => "4",
        Severity::Critical => "5",
    }
}

/// The picture before the title.
const fn tag(message: &Message) -> &'static str {
    match message.severity {
        _ if message.test => "test_tube",
        Severity::Info | Severity::Low => "house",
        Severity::Medium => "eyes",
        Severity::High => "warning",
        Severity::Critical => "rotating_light",
    }
}
