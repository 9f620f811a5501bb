//! Every format of a sample household: what it looks like, and what can never get through.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod sample;

use std::io;

use assessment::Assessment;
use proptest::prelude::*;
use reports::{
    Colour, Options, escape,
    formats::{self, Format},
};
use unicode_width::UnicodeWidthStr as _;

#[test]
fn every_format_of_the_sample_household() {
    let options = Options { generated_by: "0.0.0".into(), pretty: true, ..Options::default() };
    for format in formats::ALL {
        insta::with_settings!({ snapshot_suffix => format.name(), omit_expression => true }, {
            insta::assert_snapshot!(written(*format, &sample::household(), &options));
        });
    }
}

#[test]
fn every_format_of_nothing_at_all() {
    for format in formats::ALL {
        let empty = written(*format, &Assessment::default(), &Options::default());
        assert!(!empty.contains("NaN"), "{format:?}");
    }
}

#[test]
fn formats_are_found_by_their_names() {
    for format in formats::ALL {
        assert_eq!(Format::from_name(format.name()).map(|it| it.name()), Some(format.name()));
    }
    assert!(Format::from_name("docx").is_none());
}

#[test]
fn text_fits_its_width_and_colours_only_when_told() {
    let text = Format::from_name("text").unwrap();
    for width in [20, 60, 72, 80, 99, 100, 200] {
        let options = Options { width, ..Options::default() };
        let plain = written(text, &sample::household(), &options);
        let room = width.clamp(Options::NARROWEST, Options::WIDEST);
        for line in plain.lines() {
            assert!(line.width() <= room, "{} > {room}: {line}", line.width());
        }
        let colourful = Options { colour: Colour::Always, ..options };
        let colourful = written(text, &sample::household(), &colourful);
        assert_ne!(colourful, plain);
        assert_eq!(without_colour(&colourful), plain);
    }
}

#[test]
fn a_large_network_is_summed_up_and_says_so() {
    let mut large = sample::household();
    let device = large.devices[0].clone();
    large.devices.extend(std::iter::repeat_n(device, 300));
    let text = written(Format::from_name("text").unwrap(), &large, &Options::default());
    assert!(text.contains("This is a summary"), "{text}");
    assert!(text.lines().count() < 1_500);
}

#[test]
fn documents_are_written_piece_by_piece() {
    let mut large = sample::household();
    let device = large.devices[0].clone();
    large.devices.extend(std::iter::repeat_n(device, 3_000));
    for format in formats::ALL.iter().filter(|format| format.name() != "html") {
        let mut pieces = Pieces::default();
        format.write(&large, &Options::default(), &mut pieces).unwrap();
        assert!(pieces.largest <= 64 * 1024, "{format:?}: {pieces:?}");
    }
}

/// Forgets what is written, but not how large the largest piece was.
#[derive(Debug, Default)]
struct Pieces {
    largest: usize,
}

impl io::Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.largest = self.largest.max(piece.len());
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// `text` is put in every place that a stranger can choose.
    #[test]
    fn nothing_a_stranger_says_acts_on_a_reader(text in prop_oneof![
        any::<String>(),
        "[\u{0}-\u{ff}<>&\"'=@\u{200b}\u{202e}\u{1b}]{0,40}",
    ]) {
        let household = sample::with_untrusted(&text);
        let plain = sample::with_untrusted("x");
        for format in formats::ALL {
            let out = written(*format, &household, &Options::default());
            if format.name() == "html" {
                let plain = written(*format, &plain, &Options::default());
                for sign in ['<', '>', '"'] {
                    prop_assert_eq!(out.matches(sign).count(), plain.matches(sign).count());
                }
            }
            let acts = |c: char| escape::is_deceptive(c) && c != '\n';
            prop_assert!(!out.contains(acts), "{format:?}: {:?}", out.find(acts));
        }
    }
}

fn written(format: Format, assessment: &Assessment, options: &Options) -> String {
    let mut out = Vec::new();
    format.write(assessment, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn without_colour(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        rest = after.split_once('m').unwrap().1;
    }
    plain + rest
}
