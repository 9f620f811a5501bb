//! Deterministic test homes: a TOML scenario to frames.
