//! One file per protocol. To add one, write the file and name it below.

use crate::protocol::Protocol;

mod cursor;
mod dns_message;
mod text;

#[cfg(test)]
pub(crate) mod rehearsal;

/// Declares each protocol's module and lists it in [`ALL`], in the order they are tried.
macro_rules! protocols {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// Every protocol this build can read.
        pub const ALL: &[Protocol] = &[$($name::PROTOCOL),*];
    };
}

protocols![
    tls, quic, dns, llmnr, mdns, nbns, netbios, ntp,
];
