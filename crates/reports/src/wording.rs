//! Numbers and enumerations in a reader's words.

use std::borrow::Cow;

use assessment::{
    Applies,
    model::{
        Claim, Claims, Confidence, Destination, Device, Encryption, Role, Score, Scores,
        ServerCountry, Stream, Through, Witness,
    },
};
use evidence::{Sampled, Timestamp};
use knowledge::kinds::{Effort, FindingKind, Purpose, Sensor, Severity};

use crate::countries;

/// `512 B`, `1.2 MB`: decimal units, as network operators count.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 7] = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    let (mut whole, mut tenth, mut units) = (count, 0, UNITS.iter());
    let mut unit = units.next();
    while whole >= 1000 {
        (whole, tenth, unit) = (whole / 1000, whole % 1000 / 100, units.next());
    }
    let unit = unit.copied().unwrap_or_default();
    if whole >= 10 || unit == "B" {
        format!("{whole} {unit}")
    } else {
        format!("{whole}.{tenth} {unit}")
    }
}

/// `1,234,567`.
#[must_use]
pub fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `text` as a sentence, with one full stop.
#[must_use]
pub fn sentence(text: &str) -> String {
    format!("{}.", text.trim_end_matches(['.', ' ']))
}

/// `1 device`, `2 devices`, from the word for one.
#[must_use]
pub fn counted(number: usize, one: &str) -> String {
    let number = u64::try_from(number).unwrap_or(u64::MAX);
    let plural = match one {
        "address" => "addresses",
        "entry" => "entries",
        "is" => "are",
        _ => "",
    };
    match (number, plural) {
        (1, _) => format!("1 {one}"),
        (_, "") => format!("{} {one}s", count(number)),
        (_, plural) => format!("{} {plural}", count(number)),
    }
}

/// `2026-11-21 08:00:05 UTC`; captures without a clock say so.
#[must_use]
pub fn moment(at: Timestamp) -> String {
    if at == Timestamp::EPOCH {
        return "at no known time".to_owned();
    }
    let text = at.to_string();
    match (text.get(..10), text.get(11..19)) {
        (Some(day), Some(time)) => format!("{day} {time} UTC"),
        _ => text,
    }
}

/// `2026-11-21 08:00 to 20:14 UTC (12 h 14 min)`.
#[must_use]
pub fn span(first: Timestamp, last: Timestamp) -> String {
    if last == Timestamp::EPOCH {
        return "at no known time".to_owned();
    }
    let (from, to) = (first.to_string(), last.to_string());
    let minute = |text: &str| text.get(..16).unwrap_or(text).replace('T', " ");
    let same_day = from.get(..10) == to.get(..10);
    let end = if same_day { to.get(11..16).unwrap_or(&to).to_owned() } else { minute(&to) };
    format!("{} to {end} UTC ({})", minute(&from), duration(last.since(first)))
}

/// `3 s`, `12 h 14 min`, `9 days`: the two largest units, from nanoseconds.
#[must_use]
pub fn duration(nanoseconds: u64) -> String {
    let seconds = nanoseconds / 1_000_000_000;
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match seconds {
        0 => "under a second".to_owned(),
        1..60 => format!("{seconds} s"),
        60..3600 => format!("{minutes} min"),
        3600..172_800 if minutes % 60 == 0 => format!("{hours} h"),
        3600..172_800 => format!("{hours} h {} min", minutes % 60),
        _ => format!("{days} days"),
    }
}

/// How sure, in a word or two.
#[must_use]
pub fn confidence(confidence: Confidence) -> &'static str {
    match confidence.value() {
        0.95.. => "almost certain",
        0.8.. => "very likely",
        0.5.. => "likely",
        _ => "possible",
    }
}

/// How sure a claim is, or that it is the user's own.
#[must_use]
pub fn sure(claim: &Claim) -> &'static str {
    if claim.is_users() { YOU_SAID } else { confidence(claim.confidence) }
}

/// How sure what a device is told to be is; that the user said so, where all of it is the user's.
/// `None` where nothing is sure enough to say.
#[must_use]
pub fn device_sure(host: &Device) -> Option<&'static str> {
    let (_, least) = device(host)?;
    let identity = &host.identity;
    let told = [&identity.brand, &identity.model, &identity.kind];
    let all_users = told.into_iter().filter_map(Claims::answer).all(Claim::is_users);
    Some(if all_users { YOU_SAID } else { confidence(least) })
}

/// What stands where other claims say how sure they are.
const YOU_SAID: &str = "you said";

/// How bad.
#[must_use]
pub const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "info",
        Severity::Low => "low",
        Severity::Medium => "medium",
        Severity::High => "high",
        Severity::Critical => "critical",
    }
}

/// What kind of finding.
#[must_use]
pub const fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Weakness => "weakness",
        FindingKind::Compromise => "compromise",
        FindingKind::Incident => "incident",
        FindingKind::Listing => "listing",
        FindingKind::Privacy => "privacy",
    }
}

/// How much work.
#[must_use]
pub const fn effort(effort: Effort) -> &'static str {
    match effort {
        Effort::Minutes => "minutes",
        Effort::Hour => "about an hour",
        Effort::Replace => "replace the device",
    }
}

/// What a destination is for.
#[must_use]
pub const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Function => "function",
        Purpose::Update => "update",
        Purpose::Time => "time",
        Purpose::Telemetry => "telemetry",
        Purpose::Advertising => "advertising",
        Purpose::Acr => "content recognition",
        Purpose::P2pRelay => "relay",
        Purpose::Voice => "voice",
        Purpose::Hosting => "hosting",
        Purpose::Connectivity => "connectivity check",
        Purpose::Names => "names",
        _ => "unknown",
    }
}

/// Whether others can read along.
#[must_use]
pub const fn encryption(encryption: Encryption) -> &'static str {
    match encryption {
        Encryption::Encrypted => "encrypted",
        Encryption::Clear => "clear",
        Encryption::Mixed => "mixed",
        Encryption::Unknown => "unknown",
    }
}

/// What bytes looked at look like, in one word: `text`, `random`, `other`, or `mixed`. `None` where none
/// were looked at.
#[must_use]
pub const fn looks_like(sampled: &Sampled) -> Option<&'static str> {
    match (sampled.text, sampled.random, sampled.other) {
        (0, 0, 0) => None,
        (_, 0, 0) => Some("text"),
        (0, _, 0) => Some("random"),
        (0, 0, _) => Some("other"),
        _ => Some("mixed"),
    }
}

/// What else there is to say of a destination, a sentence each: a steady stream to it, what its bytes
/// look like where no protocol tells, and how often reports go there.
#[must_use]
pub fn remarks(to: &Destination) -> Vec<String> {
    let reports = matches!(to.purpose, Purpose::Acr | Purpose::Telemetry | Purpose::Advertising);
    let rhythm = to.interval().filter(|_| reports).map(|seconds| {
        let often = duration(seconds.max(1).saturating_mul(1_000_000_000));
        format!("{} connections, one every {often} on average", count(to.connections))
    });
    [to.stream.as_ref().map(stream), looks(to), rhythm].into_iter().flatten().collect()
}

/// A steady stream, and that its shape is all that is known of it.
fn stream(stream: &Stream) -> String {
    let rate = count(stream.rate());
    let lasting = duration(stream.seconds.saturating_mul(1_000_000_000));
    format!(
        "sends a steady stream of {rate} kbit/s, {lasting} in all: the shape of live sound or video, \
         or of a long upload"
    )
}

/// What the bytes look like, where that is the only thing to judge by.
fn looks(to: &Destination) -> Option<String> {
    let what = match looks_like(&to.sampled)? {
        "text" => "readable text",
        "random" => "no pattern, so encrypted or compressed",
        "other" => "neither text nor without pattern",
        _ => "some readable, some not",
    };
    Some(format!("no protocol told, {} looked at: {what}", bytes(to.sampled.bytes().into())))
}

/// What part a host plays.
#[must_use]
pub const fn role(role: Role) -> &'static str {
    match role {
        Role::Device => "device",
        Role::Gateway => "gateway",
        Role::Client => "client",
        Role::Unknown => "unknown",
    }
}

/// Where the servers are, said with how little that is known.
#[must_use]
pub fn server_country(country: Option<&ServerCountry>) -> Cow<'static, str> {
    match country {
        None => "unknown".into(),
        Some(ServerCountry::Anywhere) => "anywhere (many places)".into(),
        Some(ServerCountry::Registered(code)) => countries::name(code).to_owned().into(),
    }
}

/// What a piece of evidence is of: a field's name, or one of ours for what is no field.
#[must_use]
pub fn witnessed(what: &Witness) -> &'static str {
    match what {
        Witness::Observation { field, .. } => field.name(),
        Witness::Conversation { .. } => "conversation",
        Witness::Address { .. } => "mac.address",
        Witness::Registration { .. } => "mac.registrant",
    }
}

/// A device in a few words, and how sure the least sure of them is: `TP-Link HS110 plug`. `None`
/// where nothing is sure enough to say. Untrusted.
#[must_use]
pub fn device(device: &Device) -> Option<(String, Confidence)> {
    let identity = &device.identity;
    let told: Vec<&Claim> = [&identity.brand, &identity.model, &identity.kind]
        .into_iter()
        .filter_map(Claims::answer)
        .collect();
    let least = told
        .iter()
        .map(|claim| claim.confidence)
        .reduce(|least, next| if next.value() < least.value() { next } else { least })?;
    let brand = identity.brand.answer().map(|claim| &*claim.value);
    let model = identity.model.answer().map(|claim| &*claim.value);
    let kind = identity.kind.answer().map(|claim| &*claim.value);
    let brand = brand.map(|brand| without_repeat(brand, model.unwrap_or_default()));
    let words = [brand, model, kind].into_iter().flatten().filter(|word| !word.is_empty());
    Some((words.collect::<Vec<_>>().join(" "), least))
}

/// The brand without the word that the model's name begins with too.
fn without_repeat<'a>(brand: &'a str, model: &str) -> &'a str {
    let (before, last) = brand.rsplit_once(' ').unwrap_or(("", brand));
    let begins =
        |with: &str| model.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
    if begins(brand) {
        ""
    } else if begins(last) {
        before
    } else {
        brand
    }
}

/// What is said instead of companies and lists where a brand is no more than a guess.
pub const TOLD_BY_PREFIX: &str =
    "not told, for only the prefix of its MAC address speaks for the brand";

/// What to call a device where something must be said: the user's name for it, what it is, else that
/// it is unknown, with its best candidate or the name it goes by. Untrusted.
#[must_use]
pub fn device_or_doubt(host: &Device) -> String {
    let what = described_or_doubt(host);
    match host.note.as_ref().and_then(|note| note.name.as_deref()) {
        Some(name) => format!("{name} ({what})"),
        None => what,
    }
}

fn described_or_doubt(host: &Device) -> String {
    if let Some((words, _)) = device(host) {
        return words;
    }
    let identity = &host.identity;
    let perhaps = [&identity.brand, &identity.kind].into_iter().find_map(|claims| claims.0.first());
    let part = match host.role {
        Role::Gateway => "gateway, otherwise unknown",
        Role::Client => "phone or computer, otherwise unknown",
        Role::Device | Role::Unknown => "unknown",
    };
    match (perhaps, host.names.first()) {
        (Some(claim), _) => format!("{part}, perhaps {}", claim.value),
        (None, Some(name)) => format!("{part}, named {name}"),
        (None, None) => part.to_owned(),
    }
}

/// What part a company has in a device.
#[must_use]
pub const fn part(part: Through) -> &'static str {
    match part {
        Through::Maker => "maker",
        Through::Seller => "seller",
        Through::Licensor => "owner of the name",
        Through::PlatformOperator => "platform operator",
        Through::Owner => "owner",
    }
}

/// Whether an entry of a list touches a device.
#[must_use]
pub const fn applies(applies: Applies) -> &'static str {
    match applies {
        Applies::Yes => "yes",
        Applies::Unknown => "unknown",
        Applies::No => "no",
    }
}

/// What a device can sense.
#[must_use]
pub const fn sensor(sensor: Sensor) -> &'static str {
    match sensor {
        Sensor::Camera => "pictures",
        Sensor::Microphone => "sound",
        Sensor::Location => "where somebody is",
        Sensor::Presence => "whether somebody is there",
        Sensor::Map => "the shape of rooms",
        Sensor::Screen => "what is on its screen",
        Sensor::Body => "measures of a body",
        Sensor::Use => "when electricity, heat or water is used",
        _ => "something else",
    }
}

/// The scores that are numbers of concern, by name and in the order they are shown in.
#[must_use]
pub fn dimensions(scores: &Scores) -> [(&'static str, Option<Score>); 6] {
    [
        ("weakness", Some(scores.weakness)),
        ("exposure", Some(scores.exposure)),
        ("data", Some(scores.data)),
        ("support", Some(scores.support)),
        ("transparency", Some(scores.transparency)),
        ("legal", scores.legal),
    ]
}

/// A score said with how much of it could not be judged.
#[must_use]
pub fn score(score: Score) -> String {
    let Score { low, high, unknown_share } = score;
    let unknown = format!("{:.0} %", unknown_share * 100.0);
    if high < 0.5 {
        return match &*unknown {
            "100 %" => "unknown: nothing of it could be checked".to_owned(),
            "0 %" => "none seen; all of it was checked".to_owned(),
            _ => format!("none seen; {unknown} of it could not be checked"),
        };
    }
    let range =
        if high - low < 0.5 { format!("{high:.0}") } else { format!("{low:.0} to {high:.0}") };
    format!("{range} of 100 (100 is the worst); {unknown} of it could not be checked")
}

/// A score in one cell: `40`, `40-65`, `?` where nothing could be checked.
#[must_use]
pub fn score_in_short(score: Score) -> String {
    let Score { low, high, unknown_share } = score;
    if high < 0.5 && unknown_share > 0.995 {
        "?".to_owned()
    } else if high - low < 0.5 {
        format!("{high:.0}")
    } else {
        format!("{low:.0}-{high:.0}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_well() {
        check(bytes(0), "0 B");
        check(bytes(999), "999 B");
        check(bytes(1_000), "1.0 kB");
        check(bytes(9_999), "9.9 kB");
        check(bytes(12_345), "12 kB");
        check(bytes(999_999), "999 kB");
        check(bytes(1_234_567), "1.2 MB");
        check(bytes(u64::MAX), "18 EB");
    }

    #[test]
    fn counts_have_separators() {
        check(count(7), "7");
        check(count(1_000), "1,000");
        check(count(1_234_567), "1,234,567");
        check(counted(1, "device"), "1 device");
        check(counted(2, "entry"), "2 entries");
        check(counted(0, "address"), "0 addresses");
    }

    #[test]
    fn a_brand_is_not_said_twice() {
        check(without_repeat("Brother", "Brother DCP-L3550CDW"), "");
        check(without_repeat("Philips Hue", "Hue Bridge"), "Philips");
        check(without_repeat("TP-Link", "HS110"), "TP-Link");
        check(without_repeat("TP-Link", ""), "TP-Link");
        check(without_repeat("é", "e"), "é");
    }

    #[test]
    fn times_are_in_utc_and_say_so() {
        let morning = Timestamp::from_parts(1_767_225_600, 500);
        let noon = Timestamp::from_parts(1_767_225_600 + 12 * 3600, 0);
        check(moment(morning), "2026-01-01 00:00:00 UTC");
        check(moment(Timestamp::EPOCH), "at no known time");
        check(span(morning, noon), "2026-01-01 00:00 to 12:00 UTC (11 h 59 min)");
        check(duration(noon.0), "20454 days");
        check(duration(90_000_000_000), "1 min");
        check(duration(1), "under a second");
    }

    #[track_caller]
    fn check(said: impl AsRef<str>, wanted: &str) {
        assert_eq!(said.as_ref(), wanted);
    }
}
