//! New records of the audit, as events tell them.

use std::sync::{Arc, Mutex, PoisonError};

use sluicegate_shared::event::AuditRow;

use super::board::AUDIT_MAX;
use super::change::{Change, Kind};
use super::row::milliseconds;
use crate::store::{AuditRecord, Store, StoreError};

/// Records that are told at once as what is new.
pub(super) const NEWS_MAX: usize = 1000;

/// What a look has found.
#[derive(Default)]
pub(super) struct News {
    /// The records, the oldest first.
    pub(super) changes: Vec<Change>,
    /// There were more than are told: who knows earlier ones has to begin anew.
    pub(super) gap: bool,
}

/// What has come into the audit since it was last looked at.
pub(super) struct AuditNews {
    store: Arc<Store>,
    /// The number of the last record that was seen; `None`: nobody has looked yet.
    seen: Mutex<Option<u64>>,
}

impl AuditNews {
    pub(super) fn new(store: Arc<Store>) -> Self {
        Self {
            store,
            seen: Mutex::default(),
        }
    }

    /// The next look tells of the last records again.
    pub(super) fn forget(&self) {
        self.see(None);
    }

    /// The records since the last look; of many, and when nobody has looked yet, the last ones.
    pub(super) async fn look(&self) -> News {
        let store = Arc::clone(&self.store);
        let seen = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let looked = tokio::task::spawn_blocking(move || since(&store, seen)).await;
        match looked.unwrap_or(Err(StoreError::Stopped)) {
            Ok((records, gap)) => {
                self.see(Some(
                    records.last().map_or(seen.unwrap_or(0), |last| last.id),
                ));
                let changes = records.into_iter().filter_map(change).collect();
                News { changes, gap }
            }
            Err(error) => {
                tracing::debug!("the audit can't be read: {error}");
                News::default()
            }
        }
    }

    fn see(&self, seen: Option<u64>) {
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = seen;
    }
}

/// The records after `seen`, and whether there were more.
fn since(store: &Store, seen: Option<u64>) -> Result<(Vec<AuditRecord>, bool), StoreError> {
    let new = store.audit_len()?.saturating_sub(seen.unwrap_or(0));
    let gap = seen.is_some() && new > NEWS_MAX as u64;
    let max = if gap || seen.is_none() {
        AUDIT_MAX
    } else {
        NEWS_MAX
    };
    if new == 0 {
        return Ok((Vec::new(), false));
    }
    let mut records = store.audit(0, new.min(max as u64), true)?;
    records.reverse();
    Ok((records, gap))
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
