//! What the user chose for one assessment.

use std::net::IpAddr;

/// What the user chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The policy's id.
    pub policy: Box<str>,
    /// Networks that are the home's own although their addresses are public: address and prefix
    /// length in bits.
    pub home_networks: Vec<(IpAddr, u8)>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { policy: "inform-only".into(), home_networks: Vec::new() }
    }
}
