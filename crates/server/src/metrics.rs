//! Figures for Prometheus, few and without names of devices.
//!
//! Format: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::Write as _;

use axum::{
    http::header,
    response::{IntoResponse as _, Response},
};
use knowledge::kinds::Severity;
use reports::{pieces, wording};

use crate::{present::Present, visit::Visit};

pub(crate) async fn page(visit: Visit) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (headers, figures(&visit.present)).into_response()
}

fn figures(present: &Present) -> String {
    const SEVERITIES: [Severity; 5] =
        [Severity::Info, Severity::Low, Severity::Medium, Severity::High, Severity::Critical];

    let mut text = String::new();
    let mut figure = |name: &str, kind: &str, help: &str, values: &[(String, u64)]| {
        let _ = writeln!(text, "# HELP houseguest_{name} {help}\n# TYPE houseguest_{name} {kind}");
        for (labels, value) in values {
            let _ = writeln!(text, "houseguest_{name}{labels} {value}");
        }
    };
    let one = |value: u64| vec![(String::new(), value)];
    let count = pieces::count(&present.assessment);
    figure("devices", "gauge", "Devices of this network.", &one(count.devices as u64));
    figure(
        "devices_identified",
        "gauge",
        "Devices that something sure can be said of.",
        &one(count.identified as u64),
    );
    let findings = SEVERITIES.map(|severity| {
        let found = present.assessment.findings.iter().filter(|it| it.severity == severity);
        (format!("{{severity=\"{}\"}}", wording::severity(severity)), found.count() as u64)
    });
    figure("findings", "gauge", "Findings by severity.", &findings);
    let actions = present.assessment.actions.len() as u64;
    figure("actions", "gauge", "Things to do.", &one(actions));
    let sum = |of: fn(&crate::present::Ear) -> u64| {
        present.ears.iter().fold(0_u64, |sum, ear| sum.saturating_add(of(ear)))
    };
    figure("frames_total", "counter", "Frames heard since the start.", &one(sum(|it| it.frames)));
    figure("bytes_total", "counter", "Bytes heard since the start.", &one(sum(|it| it.bytes)));
    figure(
        "frames_lost_total",
        "counter",
        "Frames that passed while the program was busy.",
        &one(sum(|it| it.lost)),
    );
    let listening = present.ears.iter().filter(|it| it.listening).count() as u64;
    figure("listening", "gauge", "Interfaces and pipes being listened to.", &one(listening));
    figure("changes_total", "counter", "Assessments shown since the start.", &one(present.number));
    text
}
