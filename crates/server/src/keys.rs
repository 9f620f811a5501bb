//! The password and the tokens, as they are kept: never themselves, only what they hash to.
//!
//! Passwords go through scrypt ([RFC 7914]) with 32 MiB and a salt of their own, so that guessing from
//! a stolen file is slow. Tokens are 32 random bytes, which nobody guesses, so one SHA-256 is enough.
//!
//! The file is lines of text: `password LOG_N R P SALT HASH` and `token NAME HASH`, bytes in
//! hexadecimal.
//!
//! [RFC 7914]: https://www.rfc-editor.org/rfc/rfc7914

use std::{fmt::Write as _, str::FromStr};

use scrypt::{Params, scrypt};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

/// A password must have that many letters; our choice, after NIST SP 800-63B, section 3.1.1.
const SHORTEST: usize = 8;

/// The longest that is looked at, so that nobody makes us hash a book.
const LONGEST: usize = 1024;

/// The strength of new hashes: 2^15 blocks of 8 × 128 bytes, which is 32 MiB. OWASP's advice of 2023
/// for a machine with little memory to spare, with three passes.
const STRENGTH: (u8, u32, u32) = (15, 8, 3);

/// What opens the gate.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    password: Option<Password>,
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Password {
    strength: (u8, u32, u32),
    salt: [u8; 16],
    hash: [u8; 32],
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    name: Box<str>,
    hash: [u8; 32],
}

/// Why keys cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KeysError {
    /// Too easy to guess.
    #[error("a password needs at least {SHORTEST} letters")]
    Short,
    /// Too long to be one.
    #[error("a password has at most {LONGEST} bytes")]
    Long,
    /// A name that a line cannot hold.
    #[error("a token's name is one word of letters, digits, `-` and `_`")]
    Name,
    /// A line of the file is not one of ours.
    #[error("line {line} is no password and no token")]
    Line {
        /// Which, counted from 1.
        line: usize,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random numbers")]
    Random,
}

impl Keys {
    /// Whether there is a password.
    #[must_use]
    pub const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    /// The names of the tokens.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.tokens.iter().map(|token| &*token.name)
    }

    /// Takes `password` from now on.
    ///
    /// # Errors
    ///
    /// [`KeysError`] if it is too short or too long.
    pub fn set_password(&mut self, password: &str) -> Result<(), KeysError> {
        if password.chars().count() < SHORTEST {
            return Err(KeysError::Short);
        }
        if password.len() > LONGEST {
            return Err(KeysError::Long);
        }
        let salt = random()?;
        let hash = hashed(password, &salt, STRENGTH).ok_or(KeysError::Random)?;
        self.password = Some(Password { strength: STRENGTH, salt, hash });
        Ok(())
    }

    /// Whether `password` is the one. Takes a tenth of a second or more.
    #[must_use]
    pub fn opens(&self, password: &str) -> bool {
        let Some(own) = self.password.as_ref().filter(|_| password.len() <= LONGEST) else {
            return false;
        };
        hashed(password, &own.salt, own.strength).is_some_and(|hash| same(&hash, &own.hash))
    }

    /// Takes a token under that name, in place of one of the same name.
    ///
    /// # Errors
    ///
    /// [`KeysError::Name`] for a name that is no plain word.
    pub fn add_token(&mut self, name: &str, token: &str) -> Result<(), KeysError> {
        let plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
            return Err(KeysError::Name);
        }
        self.tokens.retain(|it| *it.name != *name);
        self.tokens.push(Token { name: name.into(), hash: Sha256::digest(token).into() });
        Ok(())
    }

    /// Whether `token` is one of ours.
    #[must_use]
    pub fn knows(&self, token: &str) -> bool {
        let hash: [u8; 32] = Sha256::digest(token).into();
        self.tokens.iter().fold(false, |found, it| found | same(&it.hash, &hash))
    }

    /// As a file.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if let Some(Password { strength: (n, r, p), salt, hash }) = &self.password {
            let _ = writeln!(text, "password {n} {r} {p} {} {}", hex(salt), hex(hash));
        }
        for Token { name, hash } in &self.tokens {
            let _ = writeln!(text, "token {name} {}", hex(hash));
        }
        text
    }
}

impl FromStr for Keys {
    type Err = KeysError;

    fn from_str(text: &str) -> Result<Self, KeysError> {
        let mut keys = Self::default();
        for (place, line) in text.lines().enumerate() {
            let wrong = KeysError::Line { line: place + 1 };
            let words: Vec<&str> = line.split_whitespace().collect();
            match words.as_slice() {
                [] => {}
                ["password", n, r, p, salt, hash] => {
                    let password = (|| {
                        Some(Password {
                            strength: (n.parse().ok()?, r.parse().ok()?, p.parse().ok()?),
                            salt: unhex(salt)?,
                            hash: unhex(hash)?,
                        })
                    })();
                    keys.password = Some(password.ok_or(wrong)?);
                }
                ["token", name, hash] => {
                    let hash = unhex(hash).ok_or(wrong)?;
                    keys.tokens.push(Token { name: (*name).into(), hash });
                }
                _ => return Err(wrong),
            }
        }
        Ok(keys)
    }
}

/// A new token: 32 random bytes in hexadecimal.
///
/// # Errors
///
/// [`KeysError::Random`] where the system has none.
pub fn fresh_token() -> Result<String, KeysError> {
    Ok(hex(&random::<32>()?))
}

fn random<const N: usize>() -> Result<[u8; N], KeysError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| KeysError::Random)?;
    Ok(bytes)
}

fn hashed(password: &str, salt: &[u8], (n, r, p): (u8, u32, u32)) -> Option<[u8; 32]> {
    // A file that somebody changed must not make us take a gigabyte.
    let params = Params::new(n.min(18), r.min(16), p.min(8), 32).ok()?;
    let mut hash = [0; 32];
    scrypt(password.as_bytes(), salt, &params, &mut hash).ok()?;
    Some(hash)
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &[u8; 32], other: &[u8; 32]) -> bool {
    one.iter().zip(other).fold(0, |sum, (left, right)| sum | (left ^ right)) == 0
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn unhex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    if text.len() != 2 * N {
        return None;
    }
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_opens_and_its_file_does_not_hold_it() {
        let mut keys = Keys::default();
        assert_eq!(keys.set_password("short"), Err(KeysError::Short));
        assert!(!keys.opens(""));
        keys.set_password("correct horse").unwrap();
        let text = keys.to_text();
        assert!(!text.contains("correct"));
        let read: Keys = text.parse().unwrap();
        assert_eq!(read, keys);
        assert!(read.opens("correct horse"));
        assert!(!read.opens("correct horsf"));
    }

    #[test]
    fn tokens_are_known_by_what_they_hash_to() {
        let mut keys = Keys::default();
        let token = fresh_token().unwrap();
        keys.add_token("grafana", &token).unwrap();
        assert_eq!(keys.add_token("two words", &token), Err(KeysError::Name));
        assert!(keys.knows(&token));
        assert!(!keys.knows("grafana"));
        assert!(!keys.to_text().contains(&token));
        assert_eq!("nonsense".parse::<Keys>(), Err(KeysError::Line { line: 1 }));
    }
}
