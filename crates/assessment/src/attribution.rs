//! Who and what: a device's identity, where it talks to, and who is behind it.

pub(crate) mod companies;
pub(crate) mod destinations;
pub(crate) mod exposure;
pub(crate) mod identity;
pub(crate) mod listings;
pub(crate) mod makers;
pub(crate) mod ownership;
pub(crate) mod provenance;
pub(crate) mod rights;
pub(crate) mod rivals;
pub(crate) mod sites;
