//! Whose a domain name is.

use super::Knowledge;
use crate::kinds::Destination;

impl Knowledge {
    /// What the pack says about `name`: the entry with the longest suffix it ends in, label by label.
    #[must_use]
    pub fn destination(&self, name: &str) -> Option<&Destination> {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let mut suffix = name.as_str();
        loop {
            match self.suffix(suffix) {
                Some(found) if !found.exact || suffix.len() == name.len() => return Some(found),
                _ => suffix = suffix.split_once('.')?.1,
            }
        }
    }

    fn suffix(&self, suffix: &str) -> Option<&Destination> {
        let destinations = &self.pack.destinations;
        let found = destinations.binary_search_by(|it| (*it.suffix).cmp(suffix));
        destinations.get(found.ok()?)
    }
}
