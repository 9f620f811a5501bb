//! Parameters by whose name personal data is known, and the form that their values have.

use super::is_of_name;

/// Parameters that hold data of some kind, in lower case without `_`, `-` and `.`: names seen in
/// devices' clear-text reports and web pages.
const PARAMETERS: &[(Kind, &[&str])] = &[
    (
        Kind::NetworkName,
        &[
            "ssid",
            "wifissid",
            "essid",
            "apssid",
            "wlanssid",
            "stassid",
            "homessid",
            "routerssid",
            "networkssid",
            "wifiname",
        ],
    ),
    (
        Kind::NetworkPassword,
        &[
            "psk",
            "wpapsk",
            "wpakey",
            "wlankey",
            "wifikey",
            "presharedkey",
            "wifipassword",
            "wifipasswd",
            "wifipwd",
            "wlanpassword",
            "networkpassword",
            "passphrase",
        ],
    ),
    (
        Kind::Password,
        &["password", "passwd", "pwd", "userpwd", "loginpas", "userpassword", "adminpassword"],
    ),
    (
        Kind::SerialNumber,
        &[
            "serial",
            "serialnumber",
            "serialno",
            "serialnum",
            "deviceserial",
            "devserial",
            "deviceserialnumber",
            "hwserial",
            "hardwareserial",
            "sn",
            "devicesn",
            "devsn",
        ],
    ),
    (Kind::PhoneNumber, &["imei", "deviceimei", "phoneimei"]),
    (
        Kind::Address,
        &[
            "mac",
            "macaddress",
            "macaddr",
            "macid",
            "devicemac",
            "devmac",
            "wifimac",
            "wlanmac",
            "ethmac",
            "ethernetmac",
            "lanmac",
            "btmac",
            "blemac",
            "bluetoothmac",
            "gwmac",
            "gatewaymac",
            "routermac",
            "clientmac",
            "hwaddr",
            "bssid",
        ],
    ),
    (Kind::Latitude, &["lat", "latitude"]),
    (Kind::Longitude, &["lon", "lng", "long", "longitude"]),
    (
        Kind::Position,
        &["ll", "latlng", "latlon", "location", "coords", "coordinates", "position", "gps", "geo"],
    ),
    (
        Kind::Email,
        &[
            "email",
            "mail",
            "emailaddress",
            "useremail",
            "user",
            "username",
            "userid",
            "uid",
            "account",
            "accountname",
            "login",
            "loginname",
            "owner",
            "contact",
            "from",
            "to",
            "name",
        ],
    ),
];

/// What a piece of data is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A Wi-Fi network's name.
    NetworkName,
    /// A Wi-Fi network's key.
    NetworkPassword,
    Password,
    SerialNumber,
    /// An IMEI.
    PhoneNumber,
    /// A link-layer address.
    Address,
    Latitude,
    Longitude,
    /// Both in one.
    Position,
    Email,
}

impl Kind {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::NetworkName => "ssid",
            Self::NetworkPassword => "wifi password",
            Self::Password => "password",
            Self::SerialNumber => "serial number",
            Self::PhoneNumber => "imei",
            Self::Address => "mac",
            Self::Latitude | Self::Longitude | Self::Position => "coordinates",
            Self::Email => "email",
        }
    }

    /// Whether `value` has the form such a parameter's value has.
    pub(super) fn is_like(self, parameter: &str, value: &[u8]) -> bool {
        !is_placeholder(value)
            && match self {
                Self::NetworkName => value.len() <= 32,
                Self::NetworkPassword => (8..=64).contains(&value.len()),
                Self::Password => value.len() >= 4,
                Self::SerialNumber => is_serial(parameter, value),
                Self::PhoneNumber => is_imei(value),
                Self::Address => is_address(value),
                Self::Latitude => is_degrees(value, 90.0),
                Self::Longitude => is_degrees(value, 180.0),
                Self::Position => is_position(value),
                // Found by its form, under whatever name.
                Self::Email => false,
            }
    }
}

/// Our own spelling of a parameter's name.
pub(super) fn known_parameter(name: &[u8]) -> Option<(Kind, &'static str)> {
    const LONGEST: usize = 20;
    let name = name.strip_prefix(b"x-").or_else(|| name.strip_prefix(b"X-")).unwrap_or(name);
    let (mut plain, mut length) = ([0; LONGEST], 0);
    for byte in name.iter().filter(|byte| !matches!(byte, b'_' | b'-' | b'.')) {
        *plain.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    let plain = plain.get(..length)?;
    PARAMETERS.iter().find_map(|(kind, names)| {
        let known = names.iter().find(|known| known.as_bytes() == plain)?;
        Some((*kind, *known))
    })
}

/// What stands where nothing is known or shown.
fn is_placeholder(value: &[u8]) -> bool {
    const WORDS: [&str; 13] = [
        "null",
        "none",
        "nil",
        "unknown",
        "undefined",
        "<unknown ssid>",
        "n/a",
        "na",
        "true",
        "false",
        "default",
        "string",
        "%s",
    ];
    let is_one_character = || value.iter().all(|byte| Some(byte) == value.first());
    is_one_character() || WORDS.iter().any(|word| value.eq_ignore_ascii_case(word.as_bytes()))
}

/// Letters and digits as serial numbers have them; `sn` is also short for a sequence number, which has
/// no letters.
fn is_serial(parameter: &str, value: &[u8]) -> bool {
    let digits = value.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = value.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let is_short = parameter == "sn";
    (if is_short { 8..=40 } else { 5..=40 }).contains(&value.len())
        && value.iter().all(|byte| is_of_name(*byte) || matches!(byte, b':' | b'/'))
        && digits > 0
        && (letters > 0 || !is_short)
}

/// Fifteen digits, the last of which checks the others (3GPP TS 23.003, annex B).
fn is_imei(value: &[u8]) -> bool {
    let doubled = |digit: u32| if digit < 5 { digit * 2 } else { digit * 2 - 9 };
    let digits: Option<Vec<u32>> =
        value.iter().map(|byte| char::from(*byte).to_digit(10)).collect();
    digits.is_some_and(|digits| {
        let places = digits.iter().enumerate();
        let sum: u32 =
            places.map(|(at, digit)| if at % 2 == 1 { doubled(*digit) } else { *digit }).sum();
        digits.len() == 15 && sum.is_multiple_of(10)
    })
}

/// Twelve hexadecimal digits, in pairs with one sign between them or in one piece; not one to nobody
/// or everybody.
fn is_address(value: &[u8]) -> bool {
    let (digits, signs): (Vec<u8>, Vec<u8>) =
        value.iter().partition(|byte| byte.is_ascii_hexdigit());
    let in_pairs = value
        .chunks(3)
        .all(|pair| pair.get(..2).is_some_and(|it| it.iter().all(u8::is_ascii_hexdigit)));
    let sign = signs.first().copied().unwrap_or(b':');
    digits.len() == 12
        && (signs.is_empty() || (signs.len() == 5 && in_pairs))
        && matches!(sign, b':' | b'-')
        && signs.iter().all(|it| *it == sign)
        && !digits.iter().all(|digit| Some(digit) == digits.first())
}

/// Degrees with two places behind the point or more, about a kilometre; nought is nowhere.
fn is_degrees(value: &[u8], most: f64) -> bool {
    let Ok(text) = std::str::from_utf8(value) else { return false };
    let places = text.split_once('.').map_or(0, |(_, places)| places.len());
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.'));
    let degrees = text.parse::<f64>().unwrap_or_default().abs();
    is_plain && places >= 2 && degrees > 0.0 && degrees <= most
}

/// Two numbers of degrees with a comma between them.
fn is_position(value: &[u8]) -> bool {
    let mut parts = value.splitn(2, |byte| *byte == b',');
    let part = |part: Option<&[u8]>, most| part.is_some_and(|it| is_degrees(it.trim_ascii(), most));
    part(parts.next(), 90.0) && part(parts.next(), 180.0)
}
