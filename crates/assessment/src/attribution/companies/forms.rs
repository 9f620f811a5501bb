//! Legal forms at the end of companies' names, each in its spellings.

/// Cuts the legal form off `words`, lower case and without punctuation, unless nothing else is left.
pub(super) fn split<'w>(words: &'w [&'w str]) -> (&'w [&'w str], Option<&'static str>) {
    for (spelling, form) in FORMS {
        if words.len() > spelling.len() && words.ends_with(spelling) {
            let (name, _) = words.split_at(words.len() - spelling.len());
            return (name, Some(form));
        }
    }
    (words, None)
}

/// Longer spellings before those they end with.
const FORMS: &[(&[&str], &str)] = &[
    (&["gmbh", "and", "co", "kg"], "gmbh-co-kg"),
    (&["sp", "z", "o", "o"], "sp-zoo"),
    (&["corporation", "limited"], "corp-ltd"),
    (&["corporation", "ltd"], "corp-ltd"),
    (&["corp", "limited"], "corp-ltd"),
    (&["corp", "ltd"], "corp-ltd"),
    (&["company", "limited"], "co-ltd"),
    (&["company", "ltd"], "co-ltd"),
    (&["co", "limited"], "co-ltd"),
    (&["co", "ltd"], "co-ltd"),
    (&["coltd"], "co-ltd"),
    (&["private", "limited"], "pvt-ltd"),
    (&["pvt", "limited"], "pvt-ltd"),
    (&["pvt", "ltd"], "pvt-ltd"),
    (&["pte", "limited"], "pte-ltd"),
    (&["pte", "ltd"], "pte-ltd"),
    (&["pty", "limited"], "pty-ltd"),
    (&["pty", "ltd"], "pty-ltd"),
    (&["sdn", "bhd"], "sdn-bhd"),
    (&["a", "s"], "as"),
    (&["ab"], "ab"),
    (&["ag"], "ag"),
    (&["aps"], "aps"),
    (&["as"], "as"),
    (&["bv"], "bv"),
    (&["co"], "co"),
    (&["company"], "co"),
    (&["corp"], "corp"),
    (&["corporation"], "corp"),
    (&["gmbh"], "gmbh"),
    (&["inc"], "inc"),
    (&["incorporated"], "inc"),
    (&["jsc"], "jsc"),
    (&["kg"], "kg"),
    (&["kk"], "kk"),
    (&["limited"], "ltd"),
    (&["llc"], "llc"),
    (&["llp"], "llp"),
    (&["lp"], "lp"),
    (&["ltd"], "ltd"),
    (&["nv"], "nv"),
    (&["oy"], "oy"),
    (&["oyj"], "oyj"),
    (&["plc"], "plc"),
    (&["sa"], "sa"),
    (&["sarl"], "sarl"),
    (&["sas"], "sas"),
    (&["se"], "se"),
    (&["spa"], "spa"),
    (&["srl"], "srl"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_form_at_the_end_is_cut_off() {
        check("acme works co ltd", "acme works", Some("co-ltd"));
        check("acme a s", "acme", Some("as"));
        check("co ltd", "co", Some("ltd"));
        check("ag neo vision", "ag neo vision", None);
        check("acme", "acme", None);
    }

    #[track_caller]
    fn check(words: &str, name: &str, form: Option<&str>) {
        let words: Vec<_> = words.split(' ').collect();
        let (left, found) = split(&words);
        assert_eq!((left.join(" ").as_str(), found), (name, form));
    }
}
