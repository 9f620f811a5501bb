//! Any bytes as a capture file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| packets::fuzzing::file(bytes));
