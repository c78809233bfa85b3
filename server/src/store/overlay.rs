//! What was changed at run time.

use rusqlite::Connection;
use rusqlite::types::Type;
use serde_json::Value;

use super::{ObjectKind, Overlaid, Store, StoreError};

/// Puts what an object is now in the place of what it was.
pub(super) fn put(
    connection: &Connection,
    kind: ObjectKind,
    name: &str,
    document: Option<&Value>,
) -> rusqlite::Result<()> {
    let put = "INSERT INTO overlay (kind, name, document) VALUES (?1, ?2, ?3)
        ON CONFLICT (kind, name) DO UPDATE SET document = excluded.document";
    let document = document.map(Value::to_string);
    connection
        .prepare(put)?
        .execute((kind.name(), name, document))?;
    Ok(())
}

/// The object is as the files say.
pub(super) fn forget(
    connection: &Connection,
    kind: ObjectKind,
    name: &str,
) -> rusqlite::Result<()> {
    let forget = "DELETE FROM overlay WHERE kind = ?1 AND name = ?2";
    connection.prepare(forget)?.execute((kind.name(), name))?;
    Ok(())
}

/// The JSON of a column.
pub(super) fn json(column: usize, text: Option<String>) -> rusqlite::Result<Option<Value>> {
    let parsed = text.map(|text| serde_json::from_str(&text)).transpose();
    parsed.map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}

/// The kind of a column.
fn kind(column: usize, name: &str) -> rusqlite::Result<ObjectKind> {
    ObjectKind::named(name).ok_or_else(|| {
        let unknown = format!("there are no objects of the kind '{name}'");
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, unknown.into())
    })
}

impl Store {
    /// Everything that is not as the files say, in the order in which it became so.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn overlay(&self) -> Result<Vec<Overlaid>, StoreError> {
        self.look(|connection| {
            let query = "SELECT kind, name, document FROM overlay ORDER BY rowid";
            let mut query = connection.prepare(query)?;
            let overlaid = query.query_map((), |row| {
                Ok(Overlaid {
                    kind: kind(0, &row.get::<_, String>(0)?)?,
                    name: row.get(1)?,
                    document: json(2, row.get(2)?)?,
                })
            })?;
            overlaid.collect()
        })
    }

    /// Whether something else counts at the next start than what the files say of an object.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn hides_files(&self, kind: ObjectKind, name: &str) -> Result<bool, StoreError> {
        // Of what is there without a file the base has null.
        let of_files = self.of_files(kind, name).filter(|said| !said.is_null());
        Ok(of_files.is_some() && self.persists() && self.overlays(kind, name)?)
    }

    /// Whether the overlay says something of an object.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn overlays(&self, kind: ObjectKind, name: &str) -> Result<bool, StoreError> {
        self.look(|connection| {
            let query = "SELECT EXISTS (SELECT 1 FROM overlay WHERE kind = ?1 AND name = ?2)";
            connection.query_row(query, (kind.name(), name), |row| row.get(0))
        })
    }
}
