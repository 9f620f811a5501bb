//! What the user chose, kept with the household: small values under fixed names.

use rusqlite::OptionalExtension;

use crate::{Household, HouseholdError};

/// A setting of one type, declared once: `const PORT: Setting<u64> = Setting::new("server.port", …)`.
#[derive(Clone, Copy, Debug)]
pub struct Setting<T> {
    name: &'static str,
    default: fn() -> T,
}

impl<T> Setting<T> {
    /// Declares a setting under `name` (`area.thing`).
    #[must_use]
    pub const fn new(name: &'static str, default: fn() -> T) -> Self {
        Self { name, default }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }
}

/// What a setting can hold.
pub trait Keepable: Sized {
    /// As text.
    fn written(&self) -> String;
    /// From text; `None` if it is none of this type.
    fn read(text: &str) -> Option<Self>;
}

impl Keepable for String {
    fn written(&self) -> String {
        self.clone()
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
}

impl Keepable for bool {
    fn written(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

impl Keepable for u64 {
    fn written(&self) -> String {
        self.to_string()
    }

    fn read(text: &str) -> Option<Self> {
        text.parse().ok()
    }
}

/// Several values, one a line.
impl Keepable for Vec<String> {
    fn written(&self) -> String {
        self.join("\n")
    }

    fn read(text: &str) -> Option<Self> {
        Some(text.lines().map(str::to_owned).collect())
    }
}

impl Household {
    /// What is set; the default where nothing is, or where what is stored is of another type.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn setting<T: Keepable>(&self, setting: &Setting<T>) -> Result<T, HouseholdError> {
        let mut stored =
            self.database.prepare_cached("SELECT value FROM setting WHERE name = ?1")?;
        let text: Option<String> = stored.query_row([setting.name], |row| row.get(0)).optional()?;
        Ok(text.and_then(|it| T::read(&it)).unwrap_or_else(setting.default))
    }

    /// Sets it.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be written.
    pub fn set_setting<T: Keepable>(
        &mut self,
        setting: &Setting<T>,
        value: &T,
    ) -> Result<(), HouseholdError> {
        self.database.execute(
            "INSERT INTO setting (name, value) VALUES (?1, ?2)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            (setting.name, value.written()),
        )?;
        Ok(())
    }

    /// Everything that is set, by name.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read.
    pub fn settings(&self) -> Result<Vec<(String, String)>, HouseholdError> {
        let mut all = self.database.prepare("SELECT name, value FROM setting ORDER BY name")?;
        let rows = all.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
