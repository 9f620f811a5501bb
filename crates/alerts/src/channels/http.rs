//! One POST to a web address: guarded, without redirects, with an end to every wait.

use std::{path::Path, sync::Arc, time::Duration};

use ureq::{
    Agent,
    http::{Uri, header::HeaderName},
    tls::{Certificate, RootCerts, TlsConfig},
    unversioned::transport::DefaultConnector,
};

use crate::{
    SendError,
    guard::{Access, Guarded},
    trust,
};

/// For everything: name, connection, answer. Our choice.
const PATIENCE: Duration = Duration::from_secs(20);

/// Of an answer only the head is read, and no more than this of it, in bytes.
const HEAD: usize = 16 << 10;

/// Sends `body`; nothing of the answer is looked at but its status.
pub(super) fn post(
    url: &Uri,
    access: Access,
    trusted: Option<&Path>,
    headers: &[(HeaderName, String)],
    body: &str,
) -> Result<(), SendError> {
    let mut request = agent(url, access, trusted)?.post(url);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let answer = request.send(body).map_err(|error| failure(&error))?;
    judge(answer.status().as_u16())
}

fn agent(url: &Uri, access: Access, trusted: Option<&Path>) -> Result<Agent, SendError> {
    let mut config = Agent::config_builder()
        // The system's proxy would go where we may not.
        .proxy(None)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .max_response_header_size(HEAD)
        .user_agent(concat!("houseguest/", env!("CARGO_PKG_VERSION")));
    if url.scheme_str() == Some("https") {
        let roots = trust::roots(trusted)?;
        let roots: Vec<_> = roots.iter().map(|it| Certificate::from_der(it).to_owned()).collect();
        config = config.tls_config(
            TlsConfig::builder()
                .root_certs(RootCerts::Specific(Arc::new(roots)))
                .unversioned_rustls_crypto_provider(trust::provider())
                .build(),
        );
    }
    Ok(Agent::with_parts(config.build(), DefaultConnector::new(), Guarded(access)))
}

fn failure(error: &ureq::Error) -> SendError {
    match error {
        ureq::Error::Timeout(_) => SendError::moment("the other side did not answer in time"),
        ureq::Error::HostNotFound => SendError::moment("no address was found for that name"),
        ureq::Error::Io(error) => {
            SendError::from(std::io::Error::new(error.kind(), error.to_string()))
        }
        ureq::Error::Other(_) | ureq::Error::Tls(_) | ureq::Error::Rustls(_) => {
            SendError::setup(error.to_string())
        }
        _ => SendError::moment(error.to_string()),
    }
}

/// What a status says of the message.
fn judge(status: u16) -> Result<(), SendError> {
    match status {
        200..=299 => Ok(()),
        300..=399 => Err(SendError::setup(format!(
            "it answered {status}: the address has moved, and redirects are not followed; write the new one"
        ))),
        401 | 403 => Err(SendError::setup(format!(
            "it answered {status}: the token or password does not fit"
        ))),
        404 | 405 | 410 => {
            Err(SendError::setup(format!("it answered {status}: nothing takes messages there")))
        }
        408 | 425 | 429 => {
            Err(SendError::moment(format!("it answered {status}: it wants to be asked later")))
        }
        400..=499 => {
            Err(SendError::message(format!("it answered {status}: it does not take that")))
        }
        _ => Err(SendError::moment(format!("it answered {status}: it does not work now"))),
    }
}

#[cfg(test)]
mod tests {
    use crate::Blame;

    #[test]
    fn a_status_says_who_must_act() {
        for (status, blame) in [
            (200, None),
            (204, None),
            (301, Some(Blame::Setup)),
            (307, Some(Blame::Setup)),
            (400, Some(Blame::Message)),
            (401, Some(Blame::Setup)),
            (404, Some(Blame::Setup)),
            (413, Some(Blame::Message)),
            (429, Some(Blame::Moment)),
            (500, Some(Blame::Moment)),
            (503, Some(Blame::Moment)),
        ] {
            assert_eq!(super::judge(status).err().map(|it| it.blame), blame, "{status}");
        }
    }
}
