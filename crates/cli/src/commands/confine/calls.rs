//! The system calls that are refused (seccomp(2)).
//!
//! A list of what is refused and not of what is allowed: a C library's next version may use calls that
//! nobody has heard of yet, and a program that dies in the night guards nothing. Refused is what runs other
//! programs, looks into them, mounts, loads code into the kernel, makes namespaces (from where the kernel's
//! rarer doors are open), or is known as a way around such lists.

use std::{collections::BTreeMap, env::consts::ARCH, io};

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter,
    SeccompRule, TargetArch,
};

use super::Needs;

/// Refused whatever is needed.
const REFUSED: &[i64] = &[
    // looking into other programs
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_process_madvise,
    libc::SYS_pidfd_getfd,
    libc::SYS_kcmp,
    libc::SYS_perf_event_open,
    // mounting
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_pivot_root,
    libc::SYS_chroot,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_fspick,
    libc::SYS_mount_setattr,
    libc::SYS_swapon,
    libc::SYS_swapoff,
    libc::SYS_quotactl,
    // the kernel itself
    libc::SYS_init_module,
    libc::SYS_finit_module,
    libc::SYS_delete_module,
    libc::SYS_bpf,
    libc::SYS_kexec_load,
    #[cfg(any(target_arch = "x86_64", target_env = "gnu"))]
    libc::SYS_kexec_file_load,
    libc::SYS_reboot,
    libc::SYS_syslog,
    libc::SYS_acct,
    libc::SYS_personality,
    libc::SYS_add_key,
    libc::SYS_request_key,
    libc::SYS_keyctl,
    // namespaces
    libc::SYS_unshare,
    libc::SYS_setns,
    // ways around: files by number, memory by fault, calls by ring
    libc::SYS_name_to_handle_at,
    libc::SYS_open_by_handle_at,
    libc::SYS_userfaultfd,
    libc::SYS_io_uring_setup,
    libc::SYS_io_uring_enter,
    libc::SYS_io_uring_register,
    // the machine's name and clock
    libc::SYS_sethostname,
    libc::SYS_setdomainname,
    libc::SYS_settimeofday,
    libc::SYS_clock_settime,
    libc::SYS_clock_adjtime,
    libc::SYS_adjtimex,
    libc::SYS_vhangup,
    // becoming somebody
    libc::SYS_setuid,
    libc::SYS_setgid,
    libc::SYS_setreuid,
    libc::SYS_setregid,
    libc::SYS_setresuid,
    libc::SYS_setresgid,
    libc::SYS_setfsuid,
    libc::SYS_setfsgid,
    libc::SYS_setgroups,
    libc::SYS_capset,
    // ports and tables of this processor
    #[cfg(target_arch = "x86_64")]
    libc::SYS_iopl,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_ioperm,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_modify_ldt,
];

/// Refused unless programs are started.
const STARTING: &[i64] = &[libc::SYS_execve, libc::SYS_execveat];

/// Flags of clone(2) that make namespaces; the kernel's numbers.
const NAMESPACES: [u64; 7] =
    [0x0002_0000, 0x0200_0000, 0x0400_0000, 0x0800_0000, 0x1000_0000, 0x2000_0000, 0x4000_0000];

/// Kinds of sockets that messages and name look-ups need.
const SOCKETS: [i32; 4] = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6, libc::AF_NETLINK];

/// Pushing letters into a terminal, as if its user typed them.
const TERMINAL: [u64; 2] = [0x5412, 0x541C];

/// On this processor most calls have a second number, for programs with short pointers: this more.
#[cfg(target_arch = "x86_64")]
const SECOND: i64 = 0x4000_0000;
/// And some have one of their own there: `execve`, `execveat`, `ptrace`, `kexec_load`, `process_vm_readv`
/// and `process_vm_writev`.
#[cfg(target_arch = "x86_64")]
const SECOND_ALONE: [i64; 6] = [520, 545, 521, 528, 539, 540];

/// Refuses them from now on; says how far that went.
pub(super) fn refuse(needs: &Needs) -> String {
    match filters(needs) {
        Ok((filters, count)) => {
            let applied: Result<Vec<_>, _> =
                filters.iter().map(|it| seccompiler::apply_filter(it)).collect();
            match applied {
                Ok(_) => format!("{count} system calls refused (seccomp)"),
                Err(error) => format!("system calls not refused: {error}"),
            }
        }
        Err(error) => format!("system calls not refused: {error}"),
    }
}

/// Whether they can be refused here.
pub(super) fn kernel_has() -> String {
    match std::fs::read_to_string("/proc/sys/kernel/seccomp/actions_avail") {
        Ok(actions) if actions.split_whitespace().any(|it| it == "errno") => "seccomp".to_owned(),
        Err(error) if error.kind() != io::ErrorKind::NotFound => "seccomp unknown".to_owned(),
        _ => "no seccomp in this kernel".to_owned(),
    }
}

/// The programs for the kernel, and how many calls they refuse. A second one answers "no such call" to
/// clone3, whose flags cannot be looked at: C libraries then use clone.
fn filters(needs: &Needs) -> Result<(Vec<BpfProgram>, usize), seccompiler::BackendError> {
    let arch = TargetArch::try_from(ARCH)?;
    let mut rules = refused(needs)?;
    let count = rules.len();
    second_numbers(&mut rules);
    let refusing = |rules, errno: i32| {
        let errno = SeccompAction::Errno(errno.unsigned_abs());
        SeccompFilter::new(rules, SeccompAction::Allow, errno, arch)?.try_into()
    };
    let unknown = BTreeMap::from([(libc::SYS_clone3, Vec::new())]);
    Ok((vec![refusing(rules, libc::EPERM)?, refusing(unknown, libc::ENOSYS)?], count))
}

type Rules = BTreeMap<i64, Vec<SeccompRule>>;

fn refused(needs: &Needs) -> Result<Rules, seccompiler::BackendError> {
    use SeccompCmpOp::{Eq, MaskedEq, Ne};

    let when = |argument, operator, value| {
        SeccompCondition::new(argument, SeccompCmpArgLen::Dword, operator, value)
    };
    let only = |condition| SeccompRule::new(vec![condition]);
    let mut rules: Rules = REFUSED.iter().map(|call| (*call, Vec::new())).collect();
    if !needs.starts_programs {
        rules.extend(STARTING.iter().map(|call| (*call, Vec::new())));
    }
    let mut clone = Vec::new();
    for flag in NAMESPACES {
        clone.push(only(when(0, MaskedEq(flag), flag)?)?);
    }
    rules.insert(libc::SYS_clone, clone);
    let mut terminal = Vec::new();
    for request in TERMINAL {
        terminal.push(only(when(1, Eq, request)?)?);
    }
    rules.insert(libc::SYS_ioctl, terminal);
    let mut socket = Vec::new();
    if needs.opens_sockets {
        const KIND: u64 = 0xf;

        let mut other = Vec::new();
        for family in SOCKETS {
            other.push(when(0, Ne, u64::from(family.unsigned_abs()))?);
        }
        socket.push(SeccompRule::new(other)?);
        // Netlink sockets are raw by name only.
        let raw = u64::from(libc::SOCK_RAW.unsigned_abs());
        let netlink = u64::from(libc::AF_NETLINK.unsigned_abs());
        socket.push(SeccompRule::new(vec![when(1, MaskedEq(KIND), raw)?, when(0, Ne, netlink)?])?);
    }
    rules.insert(libc::SYS_socket, socket);
    Ok(rules)
}

#[cfg(target_arch = "x86_64")]
fn second_numbers(rules: &mut Rules) {
    let seconds: Rules = rules.iter().map(|(call, rules)| (call | SECOND, rules.clone())).collect();
    rules.extend(seconds);
    rules.extend(SECOND_ALONE.iter().map(|call| (call | SECOND, Vec::new())));
}

#[cfg(not(target_arch = "x86_64"))]
fn second_numbers(_: &mut Rules) {}
