//! Who may come in: names of this machine, visitors with a session, programs with a token.
//!
//! Without a password everybody on this machine may look, and the server listens to the machine
//! itself only. Requests must name this machine as their host: a page of somebody else whose name
//! was pointed here (DNS rebinding) names another one.

use std::{
    collections::BTreeMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sha2::{Digest as _, Sha256};
use thiserror::Error;
use tokio::{sync::OwnedMutexGuard, time::Instant};

use crate::keys::{Keys, KeysError, fresh_token, hex};

/// How long a visitor stays logged in without coming back. Our choice.
const SESSION: Duration = Duration::from_hours(12);

/// Sessions at the same time; the oldest goes. Our choice, far more than a household has.
const MOST_SESSIONS: usize = 64;

/// Wrong passwords from one address before it has to wait, and how long. Our choice.
const MOST_FAILURES: u32 = 5;
const WAIT: Duration = Duration::from_mins(15);

/// Addresses that are remembered for that; the one that tried least lately goes.
const MOST_ADDRESSES: usize = 1024;

/// Who may come in.
#[derive(Debug)]
pub struct Gate {
    keys: Keys,
    names: Vec<Box<str>>,
    secret: String,
    sessions: Mutex<BTreeMap<String, Instant>>,
    failures: Mutex<BTreeMap<IpAddr, (u32, Instant)>>,
    /// One password is tried at a time: each takes 32 MiB.
    turn: Arc<tokio::sync::Mutex<()>>,
}

/// Why the gate cannot be set up.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum GateError {
    /// Others could look, and no password is set.
    #[error(
        "{0} can be reached from other machines, so it needs a password: \
         `houseguest watch --set-password`"
    )]
    NoPassword(IpAddr),
    /// No secret can be made.
    #[error(transparent)]
    Keys(#[from] KeysError),
}

impl Gate {
    /// A gate at `address`.
    ///
    /// # Arguments
    ///
    /// * `names`: names of this machine that requests may be for, besides `localhost` and addresses.
    ///
    /// # Errors
    ///
    /// [`GateError::NoPassword`] where others can come and there is none.
    pub fn new(keys: Keys, address: IpAddr, names: Vec<Box<str>>) -> Result<Self, GateError> {
        if !address.is_loopback() && !keys.has_password() {
            return Err(GateError::NoPassword(address));
        }
        Ok(Self {
            keys,
            names,
            secret: fresh_token()?,
            sessions: Mutex::default(),
            failures: Mutex::default(),
            turn: Arc::default(),
        })
    }

    /// Whether visitors have to log in.
    #[must_use]
    pub const fn asks(&self) -> bool {
        self.keys.has_password()
    }

    /// What opens it.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Whether a `Host` header names this machine: an address, `localhost`, or one of its names.
    pub(crate) fn is_ours(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        let name = name.trim_end_matches('.');
        name.eq_ignore_ascii_case("localhost")
            || name.parse::<IpAddr>().is_ok()
            || self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Opens a session if the password is right.
    pub(crate) fn open(&self, password: &str) -> Option<String> {
        if !self.keys.opens(password) {
            return None;
        }
        let session = fresh_token().ok()?;
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        if sessions.len() >= MOST_SESSIONS {
            let oldest = sessions.iter().min_by_key(|(_, seen)| **seen).map(|(id, _)| id.clone());
            oldest.map(|id| sessions.remove(&id));
        }
        sessions.insert(hash(&session), Instant::now());
        Some(session)
    }

    /// Whether a session is open; coming back keeps it open.
    pub(crate) fn is_open(&self, session: &str) -> bool {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.retain(|_, seen| seen.elapsed() < SESSION);
        sessions.get_mut(&hash(session)).map(|seen| *seen = Instant::now()).is_some()
    }

    /// Ends a session.
    pub(crate) fn close(&self, session: &str) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.remove(&hash(session));
    }

    /// Waits for the turn to try a password; the next has it when that is dropped.
    pub(crate) async fn turn(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// How long `address` has to wait before it may try a password again.
    pub(crate) fn wait(&self, address: IpAddr) -> Option<Duration> {
        let failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        let (count, last) = failures.get(&neighbourhood(address))?;
        let left = WAIT.checked_sub(last.elapsed())?;
        (*count >= MOST_FAILURES).then_some(left)
    }

    /// Remembers a wrong password.
    pub(crate) fn failed(&self, address: IpAddr) {
        let mut failures = self.failures.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|_, (_, last)| last.elapsed() < WAIT);
        let address = neighbourhood(address);
        if failures.len() >= MOST_ADDRESSES && !failures.contains_key(&address) {
            let oldest = failures.iter().min_by_key(|(_, (_, last))| *last).map(|(it, _)| *it);
            oldest.map(|it| failures.remove(&it));
        }
        let entry = failures.entry(address).or_insert((0, Instant::now()));
        *entry = (entry.0 + 1, Instant::now());
    }

    /// What a form of the visitor with that cookie has to carry.
    pub(crate) fn token(&self, cookie: &str) -> String {
        hash(&format!("{}:{cookie}", self.secret))
    }
}

fn hash(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Who has one address of version 6 has a whole network of them.
fn neighbourhood(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => IpAddr::V6(Ipv6Addr::from_bits(it.to_bits() & !u128::from(u64::MAX))),
        IpAddr::V4(it) => IpAddr::V4(it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let gate = Gate::new(Keys::default(), HOME, vec!["router.example".into()]).unwrap();
        for (host, ours) in [
            ("127.0.0.1:8420", true),
            ("localhost:8420", true),
            ("LOCALHOST", true),
            ("[::1]:8420", true),
            ("192.0.2.1", true),
            ("router.example:8420", true),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("", false),
        ] {
            assert_eq!(gate.is_ours(host), ours, "{host}");
        }
    }

    #[test]
    fn others_may_only_look_behind_a_password() {
        let anywhere = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);
        let refused = Gate::new(Keys::default(), anywhere, Vec::new());
        assert_eq!(refused.err(), Some(GateError::NoPassword(anywhere)));
    }

    #[test]
    fn guessing_from_many_addresses_helps_no_other() {
        let gate = Gate::new(Keys::default(), HOME, Vec::new()).unwrap();
        let most = u32::try_from(MOST_ADDRESSES).unwrap();
        for number in 0..=most {
            gate.failed(std::net::Ipv4Addr::from_bits(0x0a00_0000 + number).into());
        }
        for _ in 0..MOST_FAILURES {
            gate.failed(HOME);
        }
        assert!(gate.wait(HOME).is_some());
        assert_eq!(gate.failures.lock().unwrap().len(), MOST_ADDRESSES);
    }

    #[test]
    fn guessing_has_to_wait() {
        let gate = Gate::new(Keys::default(), HOME, Vec::new()).unwrap();
        let guesser: IpAddr = "2001:db8::1".parse().unwrap();
        let neighbour: IpAddr = "2001:db8::2".parse().unwrap();
        for _ in 0..MOST_FAILURES {
            assert_eq!(gate.wait(guesser), None);
            gate.failed(guesser);
        }
        assert!(gate.wait(guesser).is_some());
        assert!(gate.wait(neighbour).is_some());
        assert_eq!(gate.wait(HOME), None);
    }
}
