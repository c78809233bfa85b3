//! Whether the audit is whole, and the overlay what it says.

use std::fmt::{self, Write};

use rusqlite::Connection;
use serde_json::Value;

use super::audit::{COLUMNS, Row};
use super::link::{Hash, Tail, hash};
use super::{DONE, Store, StoreError, masked};

/// More faults than these are counted, not told.
const TOLD_MAX: usize = 100;

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many records there are.
    pub records: u64,
    /// The hash of the last, in hexadecimal digits: written down elsewhere, it proves later that
    /// nothing before it has changed.
    pub hash: String,
    /// What is wrong, the first 100.
    pub faults: Vec<AuditFault>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditFault {
    /// A record is not there.
    Missing {
        /// Its id.
        id: u64,
    },
    /// A record is not what was written.
    Changed {
        /// Its id.
        id: u64,
    },
    /// The overlay says something else of an object than the last record of it.
    Overlay {
        /// The kind of object.
        kind: String,
        /// Its name.
        name: String,
    },
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { id } => write!(f, "record {id} is missing"),
            Self::Changed { id } => write!(f, "record {id} is not what was written"),
            Self::Overlay { kind, name } => {
                write!(f, "{kind} {name} is not what the last record of it says")
            }
        }
    }
}

impl Store {
    /// Checks the hashes of all records, that none is missing, and that the overlay is what they say.
    ///
    /// # Errors
    /// Why that can't be read.
    pub fn verify(&self) -> Result<Verification, StoreError> {
        self.look(|connection| {
            // Of one moment, also while a gateway writes.
            let moment = connection.unchecked_transaction()?;
            let mut found = records(&moment)?;
            overlay(&moment, &mut found.faults)?;
            found.faults.truncate(TOLD_MAX);
            Ok(found)
        })
    }
}

fn records(connection: &Connection) -> rusqlite::Result<Verification> {
    let query = format!("SELECT {COLUMNS}, hash FROM audit ORDER BY id");
    let mut query = connection.prepare(&query)?;
    let mut rows = query.query(())?;
    let (mut last, mut count, mut faults) = (Tail::START, 0, Vec::new());
    while let Some(row) = rows.next()? {
        let (record, written): (Row, Hash) = (Row::read(row)?, row.get(12)?);
        count += 1;
        let gap = record.id != last.id + 1;
        if faults.len() < TOLD_MAX {
            faults.extend(
                (last.id + 1..record.id)
                    .take(TOLD_MAX)
                    .map(|id| AuditFault::Missing { id }),
            );
            // Behind a gap, what the hash should cover is not known.
            if !gap && hash(&last.hash, &record) != written {
                faults.push(AuditFault::Changed { id: record.id });
            }
        }
        last = Tail {
            id: record.id,
            hash: written,
        };
    }
    let tail = Tail::read(connection)?;
    if tail.id > last.id {
        faults.extend(
            (last.id + 1..=tail.id)
                .take(TOLD_MAX)
                .map(|id| AuditFault::Missing { id }),
        );
    } else if tail.id < last.id || tail.hash != last.hash {
        faults.push(AuditFault::Changed { id: last.id });
    }
    let mut hash = String::new();
    for byte in last.hash {
        // Writing to a String does not fail.
        let _ = write!(hash, "{byte:02x}");
    }
    Ok(Verification {
        records: count,
        hash,
        faults,
    })
}

fn overlay(connection: &Connection, faults: &mut Vec<AuditFault>) -> rusqlite::Result<()> {
    let query = format!(
        "SELECT kind, name, document,
             (SELECT after FROM audit WHERE audit.kind = overlay.kind AND audit.name = overlay.name
              AND outcome = '{DONE}' ORDER BY id DESC LIMIT 1)
         FROM overlay"
    );
    let mut query = connection.prepare(&query)?;
    let mut rows = query.query(())?;
    while let Some(row) = rows.next()? {
        let (document, after): (Option<String>, Option<String>) = (row.get(2)?, row.get(3)?);
        let document = document.map(|text| match serde_json::from_str::<Value>(&text) {
            Ok(document) => masked(&document).to_string(),
            Err(_) => text,
        });
        if document != after {
            faults.push(AuditFault::Overlay {
                kind: row.get(0)?,
                name: row.get(1)?,
            });
        }
    }
    Ok(())
}
