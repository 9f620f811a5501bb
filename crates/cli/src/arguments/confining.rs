//! What is given up while listening.

use clap::Args;

/// How far the program is confined once everything is open.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct Confining {
    /// Started as root, go on as this user; if not given, as whoever called sudo.
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Keep rights, files and system calls that listening does not need: for kernels that get it wrong.
    #[arg(long)]
    pub(crate) no_confine: bool,
}
