//! Whose a name or a web site is, for all who judge: put together once, for the first who asks.

use std::sync::{Arc, OnceLock};

use knowledge::{Knowledge, kinds::Id};

use super::{companies::Companies, sites::Sites};

/// The names and web sites of brands and companies.
#[derive(Debug)]
pub(crate) struct Makers<'k> {
    knowledge: &'k Knowledge,
    companies: OnceLock<Companies>,
    sites: OnceLock<Sites>,
}

impl<'k> Makers<'k> {
    /// Those in `knowledge`.
    pub(crate) fn of(knowledge: &'k Knowledge) -> Arc<Self> {
        Arc::new(Self { knowledge, companies: OnceLock::new(), sites: OnceLock::new() })
    }

    /// What they are from.
    pub(crate) const fn knowledge(&self) -> &'k Knowledge {
        self.knowledge
    }

    /// Who goes by which name.
    pub(crate) fn companies(&self) -> &Companies {
        self.companies.get_or_init(|| Companies::new(self.knowledge))
    }

    /// Whose a web site is.
    pub(crate) fn sites(&self) -> &Sites {
        self.sites.get_or_init(|| Sites::new(self.knowledge))
    }

    /// The one brand that goes by `name`, or whose maker does and makes no other.
    pub(crate) fn brand_named(&self, name: &str) -> Option<Id> {
        self.companies().brand(name, self.knowledge).map(|it| it.id.clone())
    }
}
