//! Names as their words, without case and punctuation.

/// The forms of companies, which people leave out.
const FORMS: &[&str] = &[
    "ab",
    "ag",
    "as",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "group",
    "inc",
    "incorporated",
    "kg",
    "limited",
    "llc",
    "ltd",
    "nv",
    "oy",
    "plc",
    "pty",
    "sa",
    "sas",
    "se",
    "spa",
    "srl",
];

/// The words of `text`, lower case; a `+` is the word it stands for in names of products.
pub(super) fn words(text: &str) -> Vec<String> {
    spelled(text).into_iter().map(|word| word.to_lowercase()).collect()
}

/// The same as they are written.
pub(super) fn spelled(text: &str) -> Vec<String> {
    let text = text.replace('+', " plus ");
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of `text` in one.
pub(super) fn key(text: &str) -> String {
    words(text).concat()
}

/// A company's name without the words for its form, in one.
pub(super) fn stem(words: &[String]) -> String {
    let kept = words.iter().filter(|word| !FORMS.contains(&word.as_str()));
    let stem: String = kept.map(String::as_str).collect();
    if stem.is_empty() { words.concat() } else { stem }
}

/// How many of the first of `asked` make up `name`.
pub(super) fn starts_with(asked: &[String], name: &str) -> Option<usize> {
    let name = key(name);
    (1..=asked.len()).find(|count| asked.get(..*count).is_some_and(|it| it.concat() == name))
}
