//! The files that stay in reach (landlock(7)).

use std::{fs::OpenOptions, path::Path};

use landlock::{
    ABI, Access as _, AccessFs, AccessNet, BitFlags, LandlockStatus, RestrictionStatus, Ruleset,
    RulesetAttr as _, RulesetCreatedAttr as _, RulesetError, RulesetStatus, Scope,
    path_beneath_rules,
};

use super::Needs;
use crate::failure::Failure;

/// What a program reads of the system: names and certificates of others, its own libraries, the time zone,
/// how much of the machine is ours. Nothing in it is anybody's secret.
const SYSTEM: &[&str] = &[
    "/dev/null",
    "/dev/urandom",
    "/etc/gai.conf",
    "/etc/host.conf",
    "/etc/hosts",
    "/etc/ld.so.cache",
    "/etc/localtime",
    "/etc/nsswitch.conf",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/ssl/certs",
    "/lib",
    "/lib64",
    "/proc/self",
    "/run/systemd/resolve",
    "/sys/fs/cgroup",
    "/usr/lib",
    "/usr/share/ca-certificates",
    "/usr/share/zoneinfo",
];

/// Where programs are that may be started, with what they read.
const PROGRAMS: &[&str] = &["/bin", "/usr/bin", "/usr/local/bin", "/lib", "/lib64", "/usr", "/etc"];

/// The newest version of landlock whose rights are asked for; older kernels give what they have.
const VERSION: ABI = ABI::V6;

/// Makes `file` where there is none, so that it can be named to the kernel; says now what cannot be
/// written, and not after an hour of listening.
pub(super) fn make(file: &Path) -> Result<(), Failure> {
    let made = OpenOptions::new().append(true).create(true).open(file);
    made.map(drop).map_err(|error| Failure::Unwritable { place: file.display().to_string(), error })
}

/// Leaves `needs` in reach and nothing else; says how far that went.
pub(super) fn fence(needs: &Needs) -> String {
    match restrict(needs) {
        Ok(RestrictionStatus { ruleset: RulesetStatus::NotEnforced, .. }) => {
            "files not fenced off, this kernel has no landlock".to_owned()
        }
        Ok(_) if needs.kept.is_empty() && needs.written.is_empty() => {
            "writes nowhere (landlock)".to_owned()
        }
        Ok(_) => {
            let places = needs.kept.iter().chain(&needs.written);
            let places: Vec<_> = places.map(|it| it.display().to_string()).collect();
            format!("writes only {} (landlock)", places.join(", "))
        }
        Err(error) => format!("files not fenced off: {error}"),
    }
}

fn restrict(needs: &Needs) -> Result<RestrictionStatus, RulesetError> {
    let mut net: BitFlags<AccessNet> = AccessNet::BindTcp.into();
    let mut scope: BitFlags<Scope> = Scope::Signal.into();
    if !needs.opens_sockets {
        net |= AccessNet::ConnectTcp;
    }
    if !needs.starts_programs {
        scope |= Scope::AbstractUnixSocket;
    }
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // Files and folders alone: no devices, sockets or programs.
    let special =
        AccessFs::MakeChar | AccessFs::MakeBlock | AccessFs::MakeSock | AccessFs::MakeFifo;
    let kept = AccessFs::from_all(VERSION) & !(special | AccessFs::Execute | AccessFs::IoctlDev);
    let written = AccessFs::WriteFile | AccessFs::Truncate;
    let rules = Ruleset::default()
        .handle_access(AccessFs::from_all(VERSION))?
        .handle_access(net)?
        .scope(scope)?
        .create()?
        .add_rules(path_beneath_rules(SYSTEM, read))?
        .add_rules(path_beneath_rules(["/dev/null"], read | AccessFs::WriteFile))?
        .add_rules(path_beneath_rules(&needs.read, read))?
        .add_rules(path_beneath_rules(&needs.kept, kept))?
        .add_rules(path_beneath_rules(&needs.written, written))?;
    let rules = if needs.starts_programs {
        rules.add_rules(path_beneath_rules(PROGRAMS, read | AccessFs::Execute))?
    } else {
        rules
    };
    rules.restrict_self()
}

/// Whether the kernel can do it.
pub(super) fn kernel_has() -> String {
    // Nothing is restricted by asking in a thread that ends.
    let asked = std::thread::spawn(|| {
        let rules = Ruleset::default().handle_access(AccessFs::Execute)?.create()?;
        rules.restrict_self().map(|status| status.landlock)
    });
    match asked.join() {
        Ok(Ok(LandlockStatus::Available { effective_abi, kernel_abi })) => {
            format!("landlock {}", kernel_abi.unwrap_or(effective_abi as i32))
        }
        Ok(Ok(LandlockStatus::NotEnabled)) => {
            "landlock is off: boot with lsm=landlock,…".to_owned()
        }
        _ => "no landlock: it came with Linux 5.13".to_owned(),
    }
}
