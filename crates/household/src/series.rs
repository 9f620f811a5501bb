//! How much a device sent and received, hour by hour or day by day: for pictures.

use evidence::Timestamp;

use crate::{
    GuestId, Household, HouseholdError,
    slices::HOME,
    stored::{stored, time},
};

/// How long one point lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An hour; of times kept by the day only, a day.
    Hour,
    /// A day (of UTC).
    Day,
}

/// The sum of a column of bytes, in SQL: SQLite's own `sum` fails where others claimed more than it counts.
pub(crate) fn bytes_in_all(column: &str) -> String {
    format!("CAST(min(total({column}), 4611686018427387903) AS INTEGER)")
}

/// What went back and forth in one stretch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Point {
    /// When it begins.
    pub start: Timestamp,
    /// How long it is, in seconds: 3,600 or 86,400.
    pub seconds: u64,
    /// Bytes from the device.
    pub bytes_up: u64,
    /// Bytes to the device.
    pub bytes_down: u64,
}

impl Household {
    /// What a device, or with `None` the whole home, sent and received from `from` up to but not with
    /// `to`, in order. Stretches in which it was not seen have no point; see also [`Self::gaps`].
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NoDevice`] if there is none of that number.
    pub fn series(
        &self,
        device: Option<GuestId>,
        from: Timestamp,
        to: Timestamp,
        step: Step,
    ) -> Result<Vec<Point>, HouseholdError> {
        if let Some(device) = device {
            self.device(device)?;
        }
        let day = "start - start % 86400000000000";
        let (start, length) = match step {
            Step::Hour => ("start", "length"),
            Step::Day => (day, "86400"),
        };
        let [up, down] = ["up", "down"].map(bytes_in_all);
        let sql = format!(
            "SELECT {start}, {length}, {up}, {down} FROM traffic
             WHERE start >= ?1 AND start < ?2
               AND station IN (SELECT key FROM device_key WHERE device = ?3
                               UNION ALL SELECT ?4 WHERE ?3 IS NULL)
             GROUP BY 1, 2 ORDER BY 1, 2"
        );
        let mut points = self.database.prepare_cached(&sql)?;
        let whose = device.map(|it| it.0);
        let rows = points.query_map((stored(from), stored(to), whose, HOME), |row| {
            Ok(Point {
                start: time(row.get(0)?),
                seconds: row.get(1)?,
                bytes_up: row.get(2)?,
                bytes_down: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
