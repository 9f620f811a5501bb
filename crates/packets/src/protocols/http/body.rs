//! What is between heads: skipped without being kept, but for the start of bodies that may hold a
//! page's title, a device's description, a login, a request for an open port or data about people.

use evidence::fields;

use super::{Headers, state::State};
use crate::{
    protocol::{Notes, Progress},
    protocols::{credentials, described, personal, port_mapping, upnp},
};

/// The most of a body that is looked at; less than the flow table holds of a stream. Our choice: titles
/// come early, and descriptions of devices are some KiB.
const LONGEST_LOOK: usize = 12 * 1024;

/// What a body may tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interest {
    /// Nothing.
    Nothing,
    /// A login in a form.
    Form,
    /// A login in JSON.
    Json,
    /// A request to open a port.
    PortMapping,
    /// A page's title.
    Title,
    /// A device's description.
    Description,
    /// Personal data in text of another kind.
    Text,
    /// Personal data or a device's description in JSON that is answered.
    Answer,
}

impl Interest {
    pub(super) const fn bits(self) -> u32 {
        match self {
            Self::Nothing => 0,
            Self::Form => 1,
            Self::Json => 2,
            Self::PortMapping => 3,
            Self::Title => 4,
            Self::Description => 5,
            Self::Text => 6,
            Self::Answer => 7,
        }
    }

    pub(super) const fn from_bits(bits: u32) -> Self {
        match bits {
            1 => Self::Form,
            2 => Self::Json,
            3 => Self::PortMapping,
            4 => Self::Title,
            5 => Self::Description,
            6 => Self::Text,
            7 => Self::Answer,
            _ => Self::Nothing,
        }
    }

    pub(super) fn in_request(headers: &Headers<'_>) -> Self {
        if headers.has("content-type", "x-www-form-urlencoded") {
            Self::Form
        } else if headers.has("content-type", "json") {
            Self::Json
        } else if headers.has("soapaction", "PortMapping") {
            Self::PortMapping
        } else if headers.value("content-encoding").is_some_and(|it| it != b"identity") {
            Self::Nothing
        } else if headers.value("content-type").is_none()
            || headers.has("content-type", "text/")
            || headers.has("content-type", "xml")
        {
            Self::Text
        } else {
            Self::Nothing
        }
    }

    pub(super) fn in_response(headers: &Headers<'_>) -> Self {
        let encoded = headers.value("content-encoding").is_some_and(|it| it != b"identity");
        if encoded {
            Self::Nothing
        } else if headers.has("content-type", "html") {
            Self::Title
        } else if headers.has("content-type", "xml") {
            Self::Description
        } else if headers.has("content-type", "json") {
            Self::Answer
        } else {
            Self::Nothing
        }
    }

    /// How much of the body is looked at.
    const fn room(self) -> usize {
        match self {
            Self::Text | Self::Answer => personal::LONGEST_LOOK,
            _ => LONGEST_LOOK,
        }
    }

    /// What the part looked at ends with, so that it need not be waited out.
    const fn end(self) -> Option<&'static str> {
        match self {
            Self::Title => Some("</title"),
            Self::Description => Some("</root>"),
            _ => None,
        }
    }
}

/// Reads on in a body; the head is done with.
pub(super) fn read(bytes: &[u8], state: &mut State, notes: &mut Notes<'_>) -> Progress {
    if state.is_chunked() && state.left() == 0 {
        return read_chunk_size(bytes, state);
    }
    let available = if state.is_until_close() {
        bytes
    } else {
        let left = usize::try_from(state.left()).unwrap_or(usize::MAX);
        bytes.get(..left).unwrap_or(bytes)
    };
    let interest = state.interest();
    if interest != Interest::Nothing {
        let is_all = !state.is_until_close() && available.len() == state.left() as usize;
        if !is_all && available.len() < interest.room() && !ends(available, interest) {
            return Progress::More;
        }
        // A chunk is counted with the line end behind it.
        let looked_at = available.get(..interest.room()).unwrap_or(available).trim_ascii_end();
        look(looked_at, interest, notes);
        state.set_interest(Interest::Nothing);
    }
    if state.is_until_close() {
        return Progress::Finished;
    }
    let read = u32::try_from(available.len()).unwrap_or(u32::MAX);
    state.set_left(state.left().saturating_sub(read));
    Progress::Consumed(available.len())
}

/// Reads the line before a chunk; with the last one, what trails it.
fn read_chunk_size(bytes: &[u8], state: &mut State) -> Progress {
    /// Sizes with extensions are seldom longer; our choice.
    const LONGEST_LINE: usize = 256;
    const LINE_END: u32 = 2;

    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
        return if bytes.len() > LONGEST_LINE { Progress::Finished } else { Progress::More };
    };
    let line = bytes.get(..end).unwrap_or_default();
    let digits = line.split(|&byte| byte == b';').next().unwrap_or_default().trim_ascii();
    let size = std::str::from_utf8(digits).ok().and_then(|it| u32::from_str_radix(it, 16).ok());
    match size {
        Some(0) => {
            state.end_chunks();
            let trailer = bytes.get(end + 1..).unwrap_or_default();
            let blank = if trailer.starts_with(b"\r\n") { 2 } else { 0 };
            Progress::Consumed(end + 1 + blank)
        }
        Some(size) if size <= State::MOST_BYTES - LINE_END => {
            state.set_left(size + LINE_END);
            Progress::Consumed(end + 1)
        }
        _ => Progress::Finished,
    }
}

fn ends(bytes: &[u8], interest: Interest) -> bool {
    interest.end().is_some_and(|end| find(bytes, end).is_some())
}

fn look(bytes: &[u8], interest: Interest, notes: &mut Notes<'_>) {
    look_for_people(bytes, interest, notes);
    match interest {
        Interest::Nothing | Interest::Text => {}
        Interest::Answer => described::read_json(bytes, notes),
        Interest::Form => {
            if let Some(login) = credentials::in_form(bytes) {
                notes.sender_here(fields::HTTP_LOGIN, &login);
            }
        }
        Interest::Json => {
            if let Some(login) = credentials::in_json(bytes) {
                notes.sender_here(fields::HTTP_LOGIN, &login);
            }
        }
        Interest::PortMapping => {
            if let Some(asked) = port_mapping::asked_by_call(bytes) {
                notes.sender(fields::PORT_MAPPING_ASKED, &asked);
            }
        }
        // Some cameras call what they answer HTML, whatever it is.
        Interest::Title if matches!(bytes.first(), Some(b'{' | b'[')) => {
            described::read_json(bytes, notes);
        }
        Interest::Title => {
            if let Some(title) = element(bytes, "title").filter(|title| !title.is_empty()) {
                notes.sender(fields::HTTP_TITLE, &title);
            }
        }
        Interest::Description => {
            if upnp::is_description(bytes) {
                upnp::read_description(bytes, notes);
            } else {
                described::read_xml(bytes, notes);
            }
        }
    }
}

/// Notes personal data. What is answered is of the end that gives it and of the one that gets it: only
/// one of them may be of this home.
fn look_for_people(bytes: &[u8], interest: Interest, notes: &mut Notes<'_>) {
    match interest {
        Interest::Form | Interest::Json | Interest::Text => {
            personal::look(bytes, "http body", &mut |line| {
                notes.sender_here(fields::CLEAR_PERSONAL, line);
            });
        }
        Interest::Answer => personal::look(bytes, "http answer", &mut |line| {
            notes.sender_here(fields::CLEAR_PERSONAL, line);
            notes.receiver_here(fields::CLEAR_PERSONAL, line);
        }),
        Interest::Nothing | Interest::PortMapping | Interest::Title | Interest::Description => {}
    }
}

/// The text of the first element of that name, its blanks joined.
fn element(bytes: &[u8], name: &str) -> Option<String> {
    let mut start = find(bytes, &format!("<{name}"))? + 1 + name.len();
    start += bytes.get(start..)?.iter().position(|&byte| byte == b'>')? + 1;
    let inside = bytes.get(start..)?;
    let text = String::from_utf8_lossy(inside.get(..find(inside, "</")?)?);
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn find(bytes: &[u8], part: &str) -> Option<usize> {
    let first = part.bytes().next()?;
    let mut start = 0;
    loop {
        let rest = bytes.get(start..)?;
        start += rest.iter().position(|&byte| byte == first)?;
        let candidate = bytes.get(start..start + part.len())?;
        if candidate.eq_ignore_ascii_case(part.as_bytes()) {
            return Some(start);
        }
        start += 1;
    }
}
