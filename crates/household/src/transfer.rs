//! Taking the household along: one text with all of it, a row a line.

use std::{
    fmt::Write as _,
    io::{BufRead, Read, Write},
};

use rusqlite::{Connection, params_from_iter, types::Value, types::ValueRef};
use serde::{Deserialize, Serialize};

use crate::{
    Household, HouseholdError, schema,
    schema::{Table, tables},
    slices::unpack,
    sums,
};

/// What the first line says.
const FORMAT: &str = "houseguest.household";

/// The longest line taken, in bytes: a ledger of a day in hexadecimal is far shorter.
const LONGEST: u64 = 256 << 20;

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
struct Head {
    format: Box<str>,
    schema: i64,
}

/// A row: its table, and its values by column.
#[derive(Debug, Deserialize, Serialize)]
struct Line {
    table: String,
    row: serde_json::Map<String, serde_json::Value>,
}

/// How bytes begin among the values.
const BYTES: &str = "hex:";

/// Texts that look like bytes are told apart by this.
const TEXT: &str = "text:";

impl Household {
    /// Writes everything as lines of JSON: the first names the format and the schema, the others are
    /// rows, with ledgers in hexadecimal.
    ///
    /// # Errors
    ///
    /// [`HouseholdError`] if the file cannot be read or `to` cannot be written.
    pub fn export(&self, to: &mut dyn Write) -> Result<(), HouseholdError> {
        // All of one moment, though another program writes meanwhile.
        let moment = self.database.unchecked_transaction()?;
        let head = Head { format: FORMAT.into(), schema: schema::version(&moment)? };
        write_line(to, &head)?;
        for table in tables(&moment)? {
            let columns = table.columns.join(", ");
            let sql = format!("SELECT {columns} FROM {} ORDER BY id", table.name);
            let mut rows = moment.prepare(&sql)?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let mut line = Line { table: table.name.clone(), row: serde_json::Map::new() };
                for (place, column) in table.columns.iter().enumerate() {
                    line.row.insert(column.clone(), written(row.get_ref(place)?));
                }
                write_line(to, &line)?;
            }
        }
        Ok(to.flush()?)
    }

    /// Reads what [`Self::export`] of this or an earlier version wrote, into an empty household. Returns
    /// how many rows were taken.
    ///
    /// # Errors
    ///
    /// [`HouseholdError::NotEmpty`], or [`HouseholdError::Foreign`] with the line; nothing is taken then.
    pub fn import(&mut self, from: &mut dyn BufRead) -> Result<u64, HouseholdError> {
        let taken = "SELECT (SELECT count(*) FROM device) + (SELECT count(*) FROM slice)";
        if self.database.query_row(taken, [], |row| row.get::<_, u64>(0))? > 0 {
            return Err(HouseholdError::NotEmpty);
        }
        let foreign = |line, why: &str| HouseholdError::Foreign { line, why: why.into() };
        let mut lines = Lines { from, number: 0 };
        let head = lines.next_line()?.and_then(|text| serde_json::from_str::<Head>(&text).ok());
        let head = head.filter(|it| &*it.format == FORMAT && it.schema > 0);
        let head = head.ok_or_else(|| foreign(1, "the first line does not say so"))?;
        if head.schema > schema::newest() {
            return Err(HouseholdError::Newer { found: head.schema, known: schema::newest() });
        }
        // An earlier version's rows go through the same migrations as its file would.
        let mut staged = Connection::open("")?;
        sums::define(&staged)?;
        schema::migrate(&mut staged, head.schema)?;
        let mut known = Vec::new();
        for table in tables(&staged)? {
            let odd = of_another_kind(&staged, &table)?;
            known.push((table, odd));
        }
        let change = staged.transaction()?;
        while let Some(text) = lines.next_line()? {
            let line: Line = serde_json::from_str(&text)
                .map_err(|error| foreign(lines.number, &error.to_string()))?;
            take(&change, &known, line).map_err(|why| foreign(lines.number, &why))?;
        }
        change.commit()?;
        schema::migrate(&mut staged, schema::newest())?;
        self.take_all(&staged)
    }

    /// Takes every row of another database of the same schema.
    fn take_all(&mut self, staged: &Connection) -> Result<u64, HouseholdError> {
        let change = self.database.transaction()?;
        let mut taken = 0;
        for table in tables(staged)? {
            change.execute(&format!("DELETE FROM {}", table.name), [])?;
            let columns = table.columns.join(", ");
            let marks = vec!["?"; table.columns.len()].join(", ");
            let sql = format!("INSERT INTO {} ({columns}) VALUES ({marks})", table.name);
            let mut insert = change.prepare(&sql)?;
            let mut rows = staged.prepare(&format!("SELECT {columns} FROM {}", table.name))?;
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let values = (0..table.columns.len()).map(|place| row.get::<_, Value>(place));
                let values: Vec<Value> = values.collect::<Result<_, _>>()?;
                insert.execute(params_from_iter(values))?;
                taken += 1;
            }
        }
        change.commit()?;
        Ok(taken)
    }
}

/// Asks whether a row has a value of another kind than its column, which SQLite takes and nobody could read.
fn of_another_kind(database: &Connection, table: &Table) -> Result<String, HouseholdError> {
    let mut columns = database.prepare("SELECT name, lower(type) FROM pragma_table_info(?1)")?;
    let odd = columns.query_map([&table.name], |row| {
        let (name, kind): (String, String) = (row.get(0)?, row.get(1)?);
        Ok(format!("typeof({name}) NOT IN ('null', '{kind}')"))
    })?;
    let odd = odd.collect::<Result<Vec<_>, _>>()?.join(" OR ");
    Ok(format!("SELECT 1 FROM {} WHERE id = ?1 AND ({odd})", table.name))
}

/// Takes one row, or says why not.
fn take(change: &Connection, known: &[(Table, String)], line: Line) -> Result<(), String> {
    let table = known.iter().find(|(it, _)| it.name == line.table);
    let (table, odd) = table.ok_or_else(|| format!("there is no table `{}`", line.table))?;
    let mut columns = Vec::new();
    let mut values = Vec::new();
    for (column, value) in line.row {
        if !table.columns.contains(&column) {
            return Err(format!("there is no column `{column}`"));
        }
        values.push(read(value).ok_or_else(|| format!("`{column}` is no value"))?);
        columns.push(column);
    }
    if table.name == "slice" {
        let place = |name: &str| columns.iter().position(|it| it == name);
        let of = |name| place(name).and_then(|place| values.get(place));
        let (Some(Value::Integer(packing)), Some(Value::Blob(bytes))) =
            (of("packing"), of("ledger"))
        else {
            return Err("a slice without a ledger".to_owned());
        };
        unpack(*packing, bytes).ok_or("its ledger cannot be read")?;
    }
    let marks = vec!["?"; columns.len()].join(", ");
    let sql = format!("INSERT INTO {} ({}) VALUES ({marks})", table.name, columns.join(", "));
    let inserted =
        change.prepare_cached(&sql).and_then(|mut it| it.insert(params_from_iter(values)));
    let is_odd = inserted.and_then(|id| change.prepare_cached(odd)?.exists([id]));
    match is_odd {
        Ok(false) => Ok(()),
        Ok(true) => Err("a value is of another kind than its column".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

/// Lines of untrusted text, each of bounded length.
struct Lines<'a> {
    from: &'a mut dyn BufRead,
    number: usize,
}

impl Lines<'_> {
    fn next_line(&mut self) -> Result<Option<String>, HouseholdError> {
        let mut line = Vec::new();
        self.number += 1;
        (&mut *self.from).take(LONGEST).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            return Ok(None);
        }
        let text = String::from_utf8(line);
        text.map(Some)
            .map_err(|_| HouseholdError::Foreign { line: self.number, why: "it is no text".into() })
    }
}

fn write_line(to: &mut dyn Write, line: &impl Serialize) -> Result<(), HouseholdError> {
    serde_json::to_writer(&mut *to, line).map_err(std::io::Error::from)?;
    Ok(to.write_all(b"\n")?)
}

fn written(value: ValueRef<'_>) -> serde_json::Value {
    match value {
        ValueRef::Null => serde_json::Value::Null,
        ValueRef::Integer(number) => number.into(),
        ValueRef::Real(number) => number.into(),
        ValueRef::Text(text) => {
            let text = String::from_utf8_lossy(text);
            let ambiguous = text.starts_with(BYTES) || text.starts_with(TEXT);
            if ambiguous { format!("{TEXT}{text}").into() } else { text.into_owned().into() }
        }
        ValueRef::Blob(bytes) => {
            let mut text = String::with_capacity(BYTES.len() + bytes.len() * 2);
            text.push_str(BYTES);
            for byte in bytes {
                let _ = write!(text, "{byte:02x}");
            }
            text.into()
        }
    }
}

fn read(value: serde_json::Value) -> Option<Value> {
    Some(match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(number) => Value::Integer(number),
            None => Value::Real(number.as_f64()?),
        },
        serde_json::Value::String(text) => {
            match (text.strip_prefix(BYTES), text.strip_prefix(TEXT)) {
                (Some(digits), _) => Value::Blob(bytes(digits)?),
                (_, Some(text)) => Value::Text(text.to_owned()),
                _ => Value::Text(text),
            }
        }
        _ => return None,
    })
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        u8::try_from(high? << 4 | low?).ok()
    };
    rest.is_empty().then(|| pairs.iter().map(byte).collect())?
}
