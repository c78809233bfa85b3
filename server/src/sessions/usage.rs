//! What a worker uses, and what it remembers of statements.

use super::table::Table;
use super::worker::Worker;
use crate::sql::Classification;
use crate::sql::cache::CacheStatistics;

/// What a worker uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorkerUsage {
    /// The worker.
    pub index: usize,
    /// Bytes that its sessions hold.
    pub session_bytes: u64,
    /// How its cache of classifications has done.
    pub classifications: CacheStatistics,
}

/// A statement that a worker has classified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassifiedStatement {
    /// Its canonical form.
    pub canonical: String,
    /// How often it came after it had been seen first.
    pub hits: u64,
    /// What it does.
    pub classification: Classification,
}

impl Worker {
    /// What this worker uses; other tasks run in between.
    pub(super) async fn usage(&self) -> WorkerUsage {
        WorkerUsage {
            index: self.index,
            session_bytes: session_bytes(&self.table).await,
            classifications: self.classifications.borrow().statistics(),
        }
    }

    /// The `top` statements that came most often.
    pub(super) fn classified(&self, top: usize) -> Vec<ClassifiedStatement> {
        let cache = self.classifications.borrow();
        let mut entries: Vec<_> = cache.entries().collect();
        if entries.len() > top {
            entries.select_nth_unstable_by_key(top, |entry| std::cmp::Reverse(entry.hits));
            entries.truncate(top);
        }
        let classified = entries.into_iter().map(|entry| ClassifiedStatement {
            canonical: String::from_utf8_lossy(entry.canonical).into_owned(),
            hits: entry.hits,
            classification: entry.classification,
        });
        classified.collect()
    }
}

async fn session_bytes(table: &Table) -> u64 {
    let (mut last, mut bytes) = (0, 0);
    loop {
        let batch = table.batch(last);
        let Some(end) = batch.last() else {
            return bytes;
        };
        last = end.identity().id;
        bytes += batch.iter().map(|record| record.memory()).sum::<u64>();
        tokio::task::yield_now().await;
    }
}
