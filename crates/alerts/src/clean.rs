//! Names that devices give themselves, made fit for a message.
//!
//! They come from whoever made the device or sent the frame, and end in mails, notifications and other
//! people's programs. What acts or hides is dropped, lines are joined, lengths are cut, and what a phone
//! would turn into a link is broken: a device must not be able to say "log in here".

use household::KnownDevice;
use reports::escape::is_deceptive;

/// The longest name, in characters. Our choice: it fits a phone's first line.
pub const NAME: usize = 60;

/// The longest sentence, in characters.
pub const SENTENCE: usize = 240;

/// A name: one line of at most [`NAME`] characters; never empty.
#[must_use]
pub fn name(text: &str) -> String {
    let name = line(text, NAME);
    if name.is_empty() { "a device without a name".to_owned() } else { name }
}

/// One line of at most `longest` characters, without what acts or hides.
#[must_use]
pub fn line(text: &str, longest: usize) -> String {
    let shown: String = text
        .chars()
        // A line more than could ever be shown is not looked at: names may be of any length.
        .take(longest.saturating_mul(8))
        .map(|it| if it.is_whitespace() { ' ' } else { it })
        .filter(|it| !is_deceptive(*it))
        .collect();
    let words: Vec<&str> = shown.split(' ').filter(|word| !word.is_empty()).collect();
    let joined = words.join(" ").replace("://", ": //");
    if joined.chars().count() <= longest {
        return joined;
    }
    let cut: String = joined.chars().take(longest.saturating_sub(1)).collect();
    format!("{}…", cut.trim_end())
}

/// What a device is called: by the user, else by what it is, else by itself, else by its number.
#[must_use]
pub fn called(device: &KnownDevice) -> String {
    if let Some(user) = device.user.name.as_deref() {
        return name(user);
    }
    let said = [(&device.user.brand, &device.brand), (&device.user.model, &device.model)];
    let said = said.map(|(user, ours)| user.as_deref().or(ours.as_deref()));
    let kind = device.user.kind.as_deref().or(device.kind.as_deref());
    let words: Vec<&str> = said.into_iter().chain([kind]).flatten().collect();
    match (words.is_empty(), device.called.as_deref()) {
        (false, _) => name(&words.join(" ")),
        (true, Some(own)) => name(own),
        // Not by its address: that says more than a name.
        (true, None) => format!("device {}", device.id),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_are_cleaned() {
        check("Kitchen lamp", "Kitchen lamp");
        check("Küche 台灯 💡", "Küche 台灯 💡");
        check("  a \t b\r\nBcc: x@y.example ", "a b Bcc: x@y.example");
        check("\u{1b}[2Jgone\u{7}", "[2Jgone");
        check("txt.\u{202e}exe", "txt.exe");
        check("see https://evil.example/login", "see https: //evil.example/login");
        check("\u{200b}", "a device without a name");
        check("", "a device without a name");
        check(&"x".repeat(10_000), &format!("{}…", "x".repeat(NAME - 1)));
    }

    proptest! {
        #[test]
        fn nothing_that_acts_is_left_and_nothing_is_long(text in any::<String>()) {
            let shown = name(&text);
            prop_assert!(!shown.contains(is_deceptive) && !shown.contains(char::is_control));
            prop_assert!(!shown.contains("://") && !shown.is_empty());
            prop_assert!(shown.chars().count() <= NAME);
            prop_assert_eq!(name(&shown), shown.as_str());
        }
    }

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(name(text), shown);
    }
}
