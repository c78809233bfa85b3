//! The hashes that link the records of the audit.

use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::audit::Row;

/// A SHA-256 hash.
pub(super) type Hash = [u8; 32];

/// The last record.
pub(super) struct Tail {
    /// Its id; 0 when there is no record yet.
    pub(super) id: u64,
    /// Its hash; zeros when there is no record yet.
    pub(super) hash: Hash,
}

impl Tail {
    /// Before the first record.
    pub(super) const START: Self = Self {
        id: 0,
        hash: [0; 32],
    };

    pub(super) fn read(connection: &Connection) -> rusqlite::Result<Self> {
        let tail = connection.query_row("SELECT id, hash FROM tail", (), |row| {
            Ok(Self {
                id: row.get(0)?,
                hash: row.get(1)?,
            })
        });
        Ok(tail.optional()?.unwrap_or(Self::START))
    }

    pub(super) fn write(&self, connection: &Connection) -> rusqlite::Result<()> {
        let put = "INSERT INTO tail VALUES (1, ?1, ?2)
            ON CONFLICT (one) DO UPDATE SET id = excluded.id, hash = excluded.hash";
        connection.prepare(put)?.execute((self.id, self.hash))?;
        Ok(())
    }
}

/// The hash of a record that follows the one of the hash `previous`. It covers that and every
/// column; each with its length, so that nothing can be moved from one to the next.
pub(super) fn hash(previous: &Hash, row: &Row) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(previous);
    let mut field = |bytes: Option<&[u8]>| match bytes {
        None => hasher.update([0]),
        Some(bytes) => {
            hasher.update([1]);
            hasher.update((bytes.len() as u64).to_be_bytes());
            hasher.update(bytes);
        }
    };
    field(Some(&row.id.to_be_bytes()));
    field(Some(&row.operation.to_be_bytes()));
    field(Some(&row.time_ms.to_be_bytes()));
    for text in [&row.user, &row.address, &row.action, &row.kind, &row.name] {
        field(Some(text.as_bytes()));
    }
    field(row.before.as_deref().map(str::as_bytes));
    field(row.after.as_deref().map(str::as_bytes));
    field(Some(row.outcome.as_bytes()));
    field(row.undoes.map(u64::to_be_bytes).as_ref().map(|id| &id[..]));
    hasher.finalize().into()
}
