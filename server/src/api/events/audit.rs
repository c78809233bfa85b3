//! New records of the audit, as events tell them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sluicegate_shared::event::AuditRow;

use super::board::AUDIT_MAX;
use super::change::{Change, Kind};
use super::row::milliseconds;
use crate::store::{AuditRecord, Store, StoreError};

/// What has come into the audit since it was last looked at.
pub(super) struct AuditNews {
    store: Arc<Store>,
    /// The number of the last record that was seen.
    seen: AtomicU64,
}

impl AuditNews {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            seen: AtomicU64::new(0),
        }
    }

    /// The next look tells of the last records again.
    pub(super) fn forget(&self) {
        self.seen.store(0, Ordering::Relaxed);
    }

    /// The records since the last look, the oldest first; of many the last ones.
    pub(super) async fn look(&self) -> Vec<Change> {
        let (store, seen) = (Arc::clone(&self.store), self.seen.load(Ordering::Relaxed));
        let looked = tokio::task::spawn_blocking(move || since(&store, seen)).await;
        match looked.unwrap_or(Err(StoreError::Stopped)) {
            Ok(records) => {
                if let Some(last) = records.last() {
                    self.seen.store(last.id, Ordering::Relaxed);
                }
                records.into_iter().filter_map(change).collect()
            }
            Err(error) => {
                tracing::debug!("the audit can't be read: {error}");
                Vec::new()
            }
        }
    }
}

fn since(store: &Store, seen: u64) -> Result<Vec<AuditRecord>, StoreError> {
    let new = store.audit_len()?.saturating_sub(seen);
    if new == 0 {
        return Ok(Vec::new());
    }
    let mut records = store.audit(0, new.min(AUDIT_MAX as u64), true)?;
    records.reverse();
    Ok(records)
}

/// All records are representable; one that were not would be told as nothing.
fn change(record: AuditRecord) -> Option<Change> {
    let row = AuditRow {
        id: record.id,
        operation: record.operation,
        at_ms: milliseconds(record.time),
        user: record.user,
        address: record.address,
        action: record.action,
        kind: record.kind,
        name: record.name,
        outcome: record.outcome,
        undoes: record.undoes,
    };
    Some(Change {
        kind: Kind::Audit,
        id: row.id.to_string().into(),
        before: None,
        after: Some(serde_json::to_vec(&row).ok()?.into()),
        end: None,
    })
}
