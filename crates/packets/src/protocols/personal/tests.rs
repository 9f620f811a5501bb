use proptest::prelude::*;

use super::*;

#[test]
fn email_addresses_need_a_domain_under_a_public_suffix() {
    for (text, expected) in [
        ("user=jo.doe@example.com", &["email, 18 bytes, in q as user"][..]),
        ("u%3Djo%40example.org", &["email, 14 bytes, in q"]),
        ("user=jo%2Bx%40example.org&x=1", &["email, 16 bytes, in q as user"]),
        (r#"{"Email" : "a@mail.example.co.uk"}"#, &["email, 20 bytes, in q as email"]),
        (r#"{\"email\":\"a@example.com\"}"#, &["email, 13 bytes, in q as email"]),
        ("From: Jo <jo@example.net>", &["email, 14 bytes, in q as from"]),
        ("https://a.example/x?u=b@example.com", &["email, 13 bytes, in q"]),
        ("zzz=12@163.com", &["email, 10 bytes, in q"]),
        ("a@example.com,b@example.com", &["email, 13 bytes, in q", "email, 13 bytes, in q"]),
        ("a@home.example", &[]),
        ("a@localhost", &[]),
        ("user=a@co.uk", &[]),
        ("icon@2x.png", &[]),
        ("archive@2.zip", &[]),
        ("run@me.sh", &[]),
        ("pkg@1.0.2", &[]),
        ("http://me:secret@example.com/x", &[]),
        ("git@example.com:a/b.git", &[]),
        ("sip:100@example.com", &[]),
        ("@example.com", &[]),
        ("a@@example.com", &[]),
        (".a.@example.com", &[]),
        ("@media screen", &[]),
    ] {
        check(text, expected);
    }
}

#[test]
fn only_what_is_right_before_an_address_makes_it_a_login() {
    let far = format!("http://a.example/{}jo@example.com", "x/".repeat(LONGEST_VALUE));
    check(&far, &["email, 14 bytes, in q"]);
    check("http://a.example/x/jo@example.com", &[]);
}

#[test]
fn network_names_and_passwords_need_their_parameter() {
    for (text, expected) in [
        ("ssid=Home+net&x=1", &["ssid, 8 bytes, in q as ssid"][..]),
        (r#"{"wifi_ssid": "The Net"}"#, &["ssid, 7 bytes, in q as wifissid"]),
        ("<SSID>The Net</SSID>", &["ssid, 7 bytes, in q as ssid"]),
        ("SSID: The-Net\r\nb", &["ssid, 7 bytes, in q as ssid"]),
        ("wpa_psk=correct%20horse", &["wifi password, 13 bytes, in q as wpapsk"]),
        (r#"{"passwd":"12345678"}"#, &["password, 8 bytes, in q as passwd"]),
        ("ssid=", &[]),
        ("ssid=null", &[]),
        ("ssid=<unknown ssid>", &[]),
        ("hidden_ssid_count=3", &[]),
        ("psk=1", &[]),
        ("password=********", &[]),
        (r#"{"password":true}"#, &[]),
        ("my ssid is nice", &[]),
        ("</ssid>x", &[]),
    ] {
        check(text, expected);
    }
}

#[test]
fn numbers_of_devices_need_their_parameter_and_form() {
    for (text, expected) in [
        ("sn=AB12CD34", &["serial number, 8 bytes, in q as sn"][..]),
        ("X-Serial-Number: 0012345", &["serial number, 7 bytes, in q as serialnumber"]),
        ("imei=490154203237518", &["imei, 15 bytes, in q as imei"]),
        ("mac=02:00:5e:10:00:01", &["mac, 17 bytes, in q as mac"]),
        ("mac=02%3A00%3A5e%3A10%3A00%3A01", &["mac, 17 bytes, in q as mac"]),
        (r#"{"bssid":"02-00-5E-10-00-01"}"#, &["mac, 17 bytes, in q as bssid"]),
        ("device_mac=02005e100001", &["mac, 12 bytes, in q as devicemac"]),
        ("sn=1700000000123", &[]),
        ("sn=7", &[]),
        ("serial=abcdef", &[]),
        ("serial=12 34", &[]),
        ("imei=490154203237519", &[]),
        ("imei=000000000000000", &[]),
        ("mac=00:00:00:00:00:00", &[]),
        ("mac=02:00:5e:10:00", &[]),
        ("mac=hmac-sha256", &[]),
        ("id=02:00:5e:10:00:01", &[]),
        ("stomac=02005e100001", &[]),
    ] {
        check(text, expected);
    }
}

#[test]
fn coordinates_need_both_degrees_and_places() {
    for (text, expected) in [
        ("lat=52.5200&lon=13.4050", &["coordinates, 14 bytes, in q"][..]),
        (r#"{"pos":{"longitude": -0.12, "latitude":"51.50"}}"#, &["coordinates, 10 bytes, in q"]),
        ("ll=52.52,13.40&z=1", &["coordinates, 11 bytes, in q as ll"]),
        ("ll=52.52%2C13.40", &["coordinates, 11 bytes, in q as ll"]),
        (r#"{"location":"52.52, 13.40"}"#, &["coordinates, 12 bytes, in q as location"]),
        ("lat=52.5200", &[]),
        ("lat=52&lon=13", &[]),
        ("lat=0.00&lon=0.00", &[]),
        ("lat=95.20&lon=13.40", &[]),
        ("lat=1e2.00&lon=13.40", &[]),
        ("flat=52.5200&salon=13.4050", &[]),
        ("location=Berlin", &[]),
    ] {
        check(text, expected);
    }
}

#[test]
fn what_is_kept_otherwise_loses_its_email_addresses() {
    for (text, expected) in [
        ("/user/jo@example.com/lamp", "/user/[email]/lamp"),
        ("/u/jo%2Bx%40example.com", "/u/[email]"),
        ("a@example.com b@example.com", "[email] [email]"),
        ("jo@example.com:1f2e", "[email]:1f2e"),
        ("app_jo@example.com_1f2e", "[email]_1f2e"),
        ("a@example.com@b@example.com", "[email]@[email]"),
        ("/to/http://me:secret@example.com/x", "/to/http://me:[email]/x"),
        ("/a@2x.png", "/a@2x.png"),
        ("/plain", "/plain"),
        ("/é@example.com", "/é@example.com"),
    ] {
        assert_eq!(without_emails(text), expected, "{text}");
    }
}

#[test]
fn headers_are_parameters() {
    for (name, value, expected) in [
        ("X-Device-Sn", "AB12CD34", Some("serial number, 8 bytes, in q as devicesn")),
        ("Mac", "02:00:5e:10:00:01", Some("mac, 17 bytes, in q as mac")),
        ("Date", "02:00:5e:10:00:01", None),
        ("Location", "/index.html", None),
        ("Lat", "52.52", None),
    ] {
        let mut lines = Vec::new();
        look_at_parameter(name.as_bytes(), value.as_bytes(), "q", &mut |it| {
            lines.push(it.to_owned());
        });
        assert_eq!(lines.first().map(String::as_str), expected, "{name}");
    }
}

#[test]
fn text_is_told_from_other_bytes() {
    for (bytes, expected) in [
        (&b"mac=02\r\n"[..], true),
        ("é".as_bytes(), true),
        (b"cut \xc3", true),
        (b"a\0b", false),
        (b"\xff\xfe", false),
        (b"\x1b[0m", false),
    ] {
        assert_eq!(is_text(bytes), expected, "{bytes:?}");
    }
}

proptest! {
    #[test]
    fn never_panics_and_never_repeats_a_value(noise in "[a-z0-9@.%=:&<>\"\\\\ ,/]{0,80}") {
        let secret = "zq7zq7zq7@example.com";
        let text = format!("{noise} email={secret}&ssid=zq7zq7zq7&sn=ZQ7ZQ7ZQ7 {noise}");
        look(text.as_bytes(), "q", &mut |line| assert!(!line.to_lowercase().contains("zq7"), "{line}"));
        let _ = without_emails(&text);
    }

    #[test]
    fn never_panics_on_bytes(noise in prop::collection::vec(any::<u8>(), 0..200)) {
        look(&noise, "q", &mut |_| {});
        let _ = is_text(&noise);
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut lines = Vec::new();
    look(text.as_bytes(), "q", &mut |line| lines.push(line.to_owned()));
    assert_eq!(lines, expected, "{text}");
}
