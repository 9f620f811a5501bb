//! What the first payload of a direction looks like, where no protocol tells: text, bytes without any
//! pattern, or neither.
//!
//! Looked at once, at most [`MOST`] bytes. Text can be read on the way. Bytes that pass for random are
//! encrypted, compressed or both: the two cannot be told apart by their distribution, and nothing here
//! says more. Thresholds and their error rates: `docs/decisions/0032-looks-of-bytes.md`.

use evidence::Sampled;

use crate::protocols::personal;

/// The most bytes of one direction that are looked at; our choice.
pub(crate) const MOST: usize = 1_024;

/// Fewer bytes than this say nothing; our choice.
const FEWEST_OF_TEXT: usize = 16;

/// Fewer bytes than this are not called random; our choice: a header of 40 bytes before a payload
/// without pattern shows.
const FEWEST_OF_RANDOM: usize = 128;

/// What chi-square stays below in 999 of 1,000 samples of random bytes: 255 degrees of freedom, their
/// standard deviation `sqrt(2 * 255)`, 3.29 of these (one-sided, a bit fewer exceed it).
const MOST_CHI_SQUARE: u32 = 330;

/// Files the first payload of a direction under what it looks like.
pub(crate) fn look(payload: &[u8]) -> Sampled {
    let payload = payload.get(..MOST).unwrap_or(payload);
    // Never more than `MOST`.
    let count = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut sampled = Sampled::default();
    if payload.len() >= FEWEST_OF_TEXT && personal::is_text(payload) {
        sampled.text = count;
    } else if payload.len() >= FEWEST_OF_RANDOM {
        let is_random = chi_square(payload) <= MOST_CHI_SQUARE;
        *(if is_random { &mut sampled.random } else { &mut sampled.other }) = count;
    }
    sampled
}

/// Pearson's chi-square of how often each value of a byte comes against all coming alike, rounded
/// down: `256 / n * sum(count^2) - n`.
fn chi_square(bytes: &[u8]) -> u32 {
    let mut counts = [0_u32; 256];
    for byte in bytes {
        if let Some(count) = counts.get_mut(usize::from(*byte)) {
            *count += 1;
        }
    }
    let squares: u32 = counts.iter().map(|count| count * count).sum();
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).max(1);
    (squares.saturating_mul(256) / length).saturating_sub(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_filed_under_what_they_look_like() {
        let text = b"{\"cmd\":\"status\",\"on\":true,\"name\":\"Lamp\"}".repeat(5);
        let zeros_between: Vec<u8> = noise(256, 7).into_iter().flat_map(|byte| [byte, 0]).collect();
        let header = [&[0x55_u8, 0xaa, 0, 0, 0, 1, 0, 0].repeat(10), &*noise(200, 3)].concat();
        check("text", &text, 200, 0, 0);
        check("few letters", b"PING", 0, 0, 0);
        check("no pattern", &noise(600, 1), 0, 600, 0);
        check("much without pattern", &noise(5_000, 2), 0, 1_024, 0);
        check("too few without pattern", &noise(100, 1), 0, 0, 0);
        check("samples of sixteen bits", &zeros_between, 0, 0, 512);
        check("a header before no pattern", &header, 0, 0, 280);
        check("each value once", &(0..=255).collect::<Vec<u8>>(), 0, 256, 0);
        check("nothing", &[], 0, 0, 0);
    }

    #[test]
    fn nearly_all_random_bytes_are_called_so_whatever_their_number() {
        for length in [128, 256, 512, 1_024] {
            let random = (1..=2_000).filter(|seed| look(&noise(length, *seed)).random > 0).count();
            assert!(random >= 1_980, "{random} of 2,000 samples of {length} bytes");
        }
    }

    /// Bytes of a generator with a good distribution (splitmix64).
    fn noise(length: usize, seed: u64) -> Vec<u8> {
        let mut state = seed.wrapping_mul(0x1234_5678_9abc_def1);
        let mut next = || {
            state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mixed = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
            (mixed ^ mixed >> 31).to_le_bytes()[0]
        };
        (0..length).map(|_| next()).collect()
    }

    #[track_caller]
    fn check(name: &str, payload: &[u8], text: u32, random: u32, other: u32) {
        assert_eq!(look(payload), Sampled { text, random, other }, "{name}");
    }
}
