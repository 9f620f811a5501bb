//! Any bytes as the protocol that the variable `PROTOCOL` names, or as each in turn.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let wanted = std::env::var("PROTOCOL").ok();
    for name in packets::fuzzing::protocol_names() {
        if wanted.as_deref().is_none_or(|wanted| wanted == name) {
            packets::fuzzing::protocol(name, bytes);
        }
    }
});
