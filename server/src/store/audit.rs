//! Who changed what, when and from where.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension};
use serde_json::Value;

use super::link::{Tail, hash};
use super::overlay::json;
use super::{Change, ObjectKind, Store, StoreError, masked};

/// One record: what one operation did to one object.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRecord {
    /// Its number, from 1 without gaps.
    pub id: u64,
    /// The id of the first record of the operation.
    pub operation: u64,
    /// When.
    pub time: SystemTime,
    /// Who.
    pub user: String,
    /// From where.
    pub address: String,
    /// What was done.
    pub action: String,
    /// To what kind of object, as the API names it.
    pub kind: String,
    /// The object's name.
    pub name: String,
    /// What it was, without secrets; `None`: it was not there.
    pub before: Option<Value>,
    /// What it was then, without secrets; `None`: it was not there any more.
    pub after: Option<Value>,
    /// How it ended: [`super::DONE`], or why not.
    pub outcome: String,
    /// The operation that this one undid.
    pub undoes: Option<u64>,
    /// Whether what it replaced is kept apart, because there were secrets in it.
    kept: bool,
}

/// A record as it is in the file.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) id: u64,
    pub(super) operation: u64,
    pub(super) time_ms: i64,
    pub(super) user: String,
    pub(super) address: String,
    pub(super) action: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) outcome: String,
    pub(super) undoes: Option<u64>,
}

/// The columns of a [`Row`], in order.
pub(super) const COLUMNS: &str =
    "id, operation, time_ms, user, address, action, kind, name, before, after, outcome, undoes";

/// The columns of an [`AuditRecord`], in order.
fn told() -> String {
    format!("{COLUMNS}, EXISTS (SELECT 1 FROM kept WHERE kept.id = audit.id)")
}

impl Row {
    pub(super) fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            operation: row.get(1)?,
            time_ms: row.get(2)?,
            user: row.get(3)?,
            address: row.get(4)?,
            action: row.get(5)?,
            kind: row.get(6)?,
            name: row.get(7)?,
            before: row.get(8)?,
            after: row.get(9)?,
            outcome: row.get(10)?,
            undoes: row.get(11)?,
        })
    }
}

impl AuditRecord {
    fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<Self> {
        let kept = row.get(12)?;
        let row = Row::read(row)?;
        Ok(Self {
            id: row.id,
            operation: row.operation,
            time: UNIX_EPOCH + Duration::from_millis(row.time_ms.try_into().unwrap_or_default()),
            user: row.user,
            address: row.address,
            action: row.action,
            kind: row.kind,
            name: row.name,
            before: json(8, row.before)?,
            after: json(9, row.after)?,
            outcome: row.outcome,
            undoes: row.undoes,
            kept,
        })
    }

    /// Whether the object was something else afterwards. It need not be seen in what is told of it:
    /// a password may have been changed.
    pub fn changed_something(&self) -> bool {
        self.kept || self.before != self.after
    }
}

/// Adds the record of a change; `how` are its outcome and the operation that it undoes.
pub(super) fn append(
    connection: &Connection,
    tail: &mut Tail,
    operation: u64,
    change: &Change<'_>,
    how: (&str, Option<u64>),
) -> rusqlite::Result<()> {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let row = Row {
        id: tail.id + 1,
        operation,
        time_ms: i64::try_from(now.as_millis()).unwrap_or(i64::MAX),
        user: change.author.user.clone(),
        address: change.author.address.clone(),
        action: change.action.to_owned(),
        kind: change.kind.name().to_owned(),
        name: change.name.to_owned(),
        before: change.before.map(|document| masked(document).to_string()),
        after: change.after.map(|document| masked(document).to_string()),
        outcome: how.0.to_owned(),
        undoes: how.1,
    };
    let before = change.before.filter(|_| change.before != change.after);
    let before = before.map(Value::to_string);
    if let Some(secret) = before.filter(|text| row.before.as_ref() != Some(text)) {
        let keep = "INSERT INTO kept (id, before) VALUES (?1, ?2)";
        connection.prepare(keep)?.execute((row.id, secret))?;
    }
    *tail = Tail {
        id: row.id,
        hash: hash(&tail.hash, &row),
    };
    insert(connection, &row, tail)
}

fn insert(connection: &Connection, row: &Row, tail: &Tail) -> rusqlite::Result<()> {
    let insert = format!(
        "INSERT INTO audit ({COLUMNS}, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
    );
    connection.prepare(&insert)?.execute(rusqlite::params![
        row.id,
        row.operation,
        row.time_ms,
        row.user,
        row.address,
        row.action,
        row.kind,
        row.name,
        row.before,
        row.after,
        row.outcome,
        row.undoes,
        tail.hash,
    ])?;
    Ok(())
}

impl Store {
    /// How many records there are.
    ///
    /// # Errors
    /// Why that can't be read.
    pub fn audit_len(&self) -> Result<u64, StoreError> {
        self.look(|connection| {
            // Their ids have no gaps.
            let query = "SELECT ifnull(max(id), 0) FROM audit";
            connection.query_row(query, (), |row| row.get(0))
        })
    }

    /// At most `limit` records after the first `offset`, the oldest first or the `newest_first`.
    ///
    /// # Errors
    /// Why they can't be read.
    pub fn audit(
        &self,
        offset: u64,
        limit: u64,
        newest_first: bool,
    ) -> Result<Vec<AuditRecord>, StoreError> {
        // Their ids have no gaps: none of those before has to be read.
        let part = if newest_first {
            "id <= (SELECT ifnull(max(id), 0) FROM audit) - ?2 ORDER BY id DESC"
        } else {
            "id > ?2 ORDER BY id"
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let offset = i64::try_from(offset).unwrap_or(i64::MAX);
        self.look(|connection| {
            let query = format!("SELECT {} FROM audit WHERE {part} LIMIT ?1", told());
            let mut query = connection.prepare(&query)?;
            query
                .query_map((limit, offset), AuditRecord::read)?
                .collect()
        })
    }

    /// One record.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn audit_record(&self, id: u64) -> Result<Option<AuditRecord>, StoreError> {
        // Greater ids than SQLite has are not there.
        let Ok(id) = i64::try_from(id) else {
            return Ok(None);
        };
        self.look(|connection| {
            let query = format!("SELECT {} FROM audit WHERE id = ?1", told());
            connection
                .query_row(&query, [id], AuditRecord::read)
                .optional()
        })
    }

    /// The records of an operation, in order, each with what the object was before with its secrets.
    ///
    /// # Errors
    /// Why they can't be read.
    pub fn operation(&self, id: u64) -> Result<Vec<(AuditRecord, Option<Value>)>, StoreError> {
        self.look(|connection| {
            let query = format!(
                "SELECT {} FROM audit WHERE operation = ?1 ORDER BY id",
                told()
            );
            let mut query = connection.prepare(&query)?;
            let records = query.query_map([id], AuditRecord::read)?;
            let with_secrets = records.map(|record| {
                let record = record?;
                let kept = "SELECT before FROM kept WHERE id = ?1";
                let kept = connection
                    .query_row(kept, [record.id], |row| row.get(0))
                    .optional()?;
                let before = match kept {
                    Some(text) => json(0, Some(text))?,
                    None => record.before.clone(),
                };
                Ok((record, before))
            });
            with_secrets.collect()
        })
    }

    /// Whether what a record tells of is gone: it was made only until the end of a process, and that
    /// has ended.
    pub fn is_gone(&self, record: &AuditRecord) -> bool {
        record.outcome == super::DONE_UNTIL_THE_END && record.id <= self.inherited
    }

    /// The last record of an object with a lower id than `before` that tells of a change that was
    /// made, and that is not gone.
    ///
    /// # Errors
    /// Why it can't be read.
    pub fn last_change_of(
        &self,
        kind: ObjectKind,
        name: &str,
        before: u64,
    ) -> Result<Option<AuditRecord>, StoreError> {
        self.look(|connection| {
            let query = format!(
                "SELECT {} FROM audit WHERE kind = ?1 AND name = ?2 AND id < ?3
                 AND (outcome = '{}' OR outcome = '{}' AND id > ?4) ORDER BY id DESC LIMIT 1",
                told(),
                super::DONE,
                super::DONE_UNTIL_THE_END,
            );
            let before = i64::try_from(before).unwrap_or(i64::MAX);
            let inherited = i64::try_from(self.inherited).unwrap_or(i64::MAX);
            let key = (kind.name(), name, before, inherited);
            connection
                .query_row(&query, key, AuditRecord::read)
                .optional()
        })
    }
}
