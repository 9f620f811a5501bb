//! The user's file: who is told, and how (`alerts.toml`).
//!
//! Read whole or not at all; what is wrong is said with its line and what to try, and never by quoting the
//! line, for it may hold a token.

mod tables;

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use thiserror::Error;
use toml::Spanned;

use crate::Channel;

/// Who is told, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Where the pages are, as a phone would reach them; no slash at the end.
    pub pages: Option<String>,
    /// The channels, in the order of the file.
    pub channels: Vec<Channel>,
    /// What works, but should be put right.
    pub warnings: Vec<String>,
}

/// What is wrong with the file.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// It cannot be read at all.
    #[error("failed to read {}: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// What it says makes no sense.
    #[error("{}, line {line}: {what}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong, and what to try.
        what: String,
    },
}

/// The most channels: each is another place that words go to, and a thread while it sends.
const MOST_CHANNELS: usize = 16;

impl Config {
    /// The file's name, in the folder of the state.
    pub const FILE: &str = "alerts.toml";

    /// Reads the file in `folder`; no channels where there is none.
    ///
    /// # Errors
    ///
    /// [`ConfigError`] with the line, and what to try.
    pub fn read(folder: &Path) -> Result<Self, ConfigError> {
        let path = folder.join(Self::FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(ConfigError::Unreadable { path, error }),
        };
        let mut config = Self::parse(&text, folder).map_err(|(line, what)| ConfigError::Wrong {
            path: path.clone(),
            line,
            what,
        })?;
        config.warnings.extend(open_to_others(&path));
        Ok(config)
    }

    /// Reads `text`; files that it names are looked for in `folder`.
    fn parse(text: &str, folder: &Path) -> Result<Self, (usize, String)> {
        let line = |at: usize| 1 + text.bytes().take(at).filter(|it| *it == b'\n').count();
        let file: tables::File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            (line(at), error.message().replace('\n', "; "))
        })?;
        let mut config = Self::default();
        if let Some(pages) = file.pages {
            let at = line(pages.span().start);
            config.pages = Some(tables::pages(pages.as_ref()).map_err(|what| (at, what))?);
        }
        // In the order of the file, whatever their kind.
        let mut found = Vec::new();
        let mut take = |at: usize, channel: Result<Channel, String>| match channel {
            Ok(channel) => {
                found.push((at, channel));
                Ok(())
            }
            Err(what) => Err((line(at), what)),
        };
        each(file.ntfy, |at, it| take(at, it.channel(folder)))?;
        each(file.webhook, |at, it| take(at, it.channel(folder)))?;
        each(file.mail, |at, it| take(at, it.channel(folder)))?;
        each(file.mqtt, |at, it| take(at, it.channel(folder)))?;
        each(file.desktop, |at, it| take(at, it.channel()))?;
        found.sort_by_key(|(at, _)| *at);
        for (at, channel) in found {
            let twice = config.channels.iter().any(|other| other.name == channel.name);
            if twice {
                let what =
                    format!("another channel is called {} too; give it a name", channel.name);
                return Err((line(at), what));
            }
            if config.channels.len() >= MOST_CHANNELS {
                return Err((line(at), format!("more than {MOST_CHANNELS} channels")));
            }
            config.channels.push(channel);
        }
        Ok(config)
    }
}

fn each<T>(
    tables: Vec<Spanned<T>>,
    mut take: impl FnMut(usize, T) -> Result<(), (usize, String)>,
) -> Result<(), (usize, String)> {
    tables.into_iter().try_for_each(|table| take(table.span().start, table.into_inner()))
}

/// A warning if others of this machine can read `path`: it holds, or leads to, tokens.
#[cfg(unix)]
fn open_to_others(path: &Path) -> Option<String> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = fs::metadata(path).ok()?.permissions().mode();
    let open = mode & 0o077 != 0;
    open.then(|| format!("others can read {0}: chmod 600 {0}", path.display()))
}

#[cfg(not(unix))]
fn open_to_others(_: &Path) -> Option<String> {
    None
}

#[cfg(test)]
mod tests;
