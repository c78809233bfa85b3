//! What the API was asked, as a file of comma-separated values (`admin_audit`).
//!
//! A row for each request, also for those that were refused. What changes is in the audit of the
//! store as well, bound by hashes; this file tells of reads and of failures, and how long they took.

mod entry;
mod row;
mod writer;

use std::sync::OnceLock;
use std::time::Duration;

pub(super) use entry::Entry;
use row::Row;
use writer::Writer;

use super::state::ApiOptions;
use crate::config::ApiAuditParameters;

/// The file, from its first row on.
#[derive(Default)]
pub(super) struct Trail(OnceLock<Option<Writer>>);

impl Trail {
    /// Queues a row. Never waits.
    fn push(&self, parameters: &ApiAuditParameters, row: &Row) {
        let writer = self.0.get_or_init(|| match Writer::start() {
            Ok(writer) => Some(writer),
            Err(error) => {
                tracing::error!("admin_audit: the thread that writes can't be started: {error}");
                None
            }
        });
        if let Some(writer) = writer {
            writer.push(&parameters.file, row.line());
        }
    }

    /// Has the file opened anew before the next row: it may have been moved away.
    pub(super) fn reopen(&self) {
        if let Some(Some(writer)) = self.0.get() {
            writer.reopen();
        }
    }

    /// Waits until all rows are written, but not for longer than that. Blocks.
    pub(super) fn flush(&self, within: Duration) {
        if let Some(Some(writer)) = self.0.get() {
            writer.flush(within);
        }
    }
}

impl ApiOptions {
    /// Whether requests by a method are written.
    fn writes_row(&self, method: &str) -> bool {
        let excluded = &self.audit.excluded;
        self.audit.enabled && !excluded.iter().any(|one| one.eq_ignore_ascii_case(method))
    }
}
