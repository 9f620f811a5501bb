//! Words that judge: motives nobody can see in packets, and nations instead of companies.
//!
//! A word in quotation marks is somebody's own and stays. The list is this project's choice.

/// Words that ascribe a motive.
const MOTIVES: &[&str] = &[
    "spy",
    "spies",
    "spying",
    "spyware",
    "backdoor",
    "backdoors",
    "malicious maker",
    "malicious manufacturer",
    "malicious company",
    "hostile state",
    "enemy",
    "steals",
    "stealing",
];

/// Nationalities, which say nothing of a device.
const NATIONS: &[&str] = &[
    "american",
    "british",
    "chinese",
    "dutch",
    "french",
    "german",
    "indian",
    "israeli",
    "japanese",
    "korean",
    "russian",
    "taiwanese",
    "turkish",
    "vietnamese",
];

/// What a nationality must not stand before.
const THINGS: &[&str] =
    &["device", "devices", "camera", "cameras", "router", "routers", "product", "products"];

/// The first judging words of `text`.
pub(super) fn judging(text: &str) -> Option<Box<str>> {
    let words: Vec<String> = text.split_whitespace().map(bare).collect();
    let motive = MOTIVES.iter().find(|motive| {
        let wanted: Vec<_> = motive.split(' ').collect();
        words.windows(wanted.len()).any(|window| window == wanted.as_slice())
    });
    let nation = || {
        words.windows(2).find_map(|pair| match pair {
            [nation, thing] if NATIONS.contains(&&**nation) && THINGS.contains(&&**thing) => {
                Some(format!("{nation} {thing}").into())
            }
            _ => None,
        })
    };
    motive.map(|motive| (*motive).into()).or_else(nation)
}

/// The word in lower case without the marks around it; quotation marks stay, and so protect it.
fn bare(word: &str) -> String {
    word.trim_matches(|it: char| ",.;:!?()[]*_".contains(it)).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_motives_and_nations_but_not_what_others_said() {
        check("It is a spy.", Some("spy"));
        check("Its maker is a malicious company", Some("malicious company"));
        check("avoid Chinese cameras", Some("chinese cameras"));
        check("the record calls it a \"backdoor\"", None);
        check("the company is registered in China", None);
        check("the Chinese privacy policy names this company", None);
    }

    #[track_caller]
    fn check(text: &str, words: Option<&str>) {
        assert_eq!(judging(text).as_deref(), words, "{text}");
    }
}
