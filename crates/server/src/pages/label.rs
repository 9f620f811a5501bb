//! A device's label: as a picture, and as a page of its own.

use assessment::dossier::{Viewpoint, dossier_of_seen};
use axum::{
    extract::Path,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use reports::label::{Form, Label};

use crate::visit::{ALONE, Visit};

pub(crate) async fn page(visit: Visit, Path(key): Path<String>) -> Response {
    drawn(&visit, &key, Form::Html, "text/html; charset=utf-8")
}

pub(crate) async fn picture(visit: Visit, Path(key): Path<String>) -> Response {
    drawn(&visit, &key, Form::Svg, "image/svg+xml")
}

fn drawn(visit: &Visit, key: &str, form: Form, kind: &'static str) -> Response {
    let assessment = &visit.present.assessment;
    let Some(device) = visit.present.device(key) else { return super::device::missing() };
    let knowledge = &visit.house.knowledge;
    let view = Viewpoint { day: &assessment.as_of, residence: assessment.residence.as_deref() };
    let dossier = dossier_of_seen(device, view, knowledge);
    let pack = knowledge.pack();
    let label = Label::new(&dossier, Some((assessment, device)), (&pack.version, &pack.as_of));
    let mut out = Vec::new();
    if label.write(form, &visit.house.options, &mut out).is_err() {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let headers = [(header::CONTENT_TYPE, kind), (header::CONTENT_SECURITY_POLICY, ALONE)];
    (headers, out).into_response()
}
