//! Classifications, kept by canonical form: what was seen once need not be looked at again.
//!
//! A cache belongs to one worker and has no lock. Its size is bounded; what has not been asked for
//! in a while goes first (a clock with a second chance).

mod slots;
mod statistics;

pub use slots::CacheEntry;
pub use statistics::CacheStatistics;

use super::canonical::{CanonicalHasher, canonicalize};
use super::classification::{Classification, Kinds};
use super::classify::classify;
use super::dialect::Dialect;
use slots::Slots;

/// What a text does, with its canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Analysis<'c> {
    /// What it does.
    pub classification: Classification,
    /// Its canonical form; it is there until the next text is asked for.
    pub canonical: &'c [u8],
    /// The hash of the canonical form.
    pub hash: u64,
}

/// Classifies texts, and remembers.
#[derive(Debug)]
pub struct ClassificationCache {
    slots: Slots,
    /// The canonical form of the last text.
    form: Vec<u8>,
    statistics: CacheStatistics,
}

impl ClassificationCache {
    /// A larger buffer is not kept for the next text.
    const FORM_KEPT_MAX: usize = 1 << 18;

    /// A cache that takes at most `bytes_max` bytes; 0: it remembers nothing.
    pub fn new(bytes_max: usize) -> Self {
        Self {
            slots: Slots::new(bytes_max),
            form: Vec::new(),
            statistics: CacheStatistics::default(),
        }
    }

    /// Classifies a text and gives its canonical form.
    pub fn classify(&mut self, text: &[u8], dialect: Dialect) -> Analysis<'_> {
        if self.form.capacity() > Self::FORM_KEPT_MAX {
            self.form = Vec::new();
        }
        canonicalize(text, dialect, &mut self.form);
        let hash = CanonicalHasher::hash(&self.form);
        let classification = match self.slots.get(hash, dialect, &self.form) {
            Some(known) => {
                self.statistics.hits += 1;
                if known.kinds.contains(Kinds::LITERALS_MATTER) {
                    classify(text, dialect)
                } else {
                    known
                }
            }
            None => self.learn(text, hash, dialect),
        };
        Analysis {
            classification,
            canonical: &self.form,
            hash,
        }
    }

    fn learn(&mut self, text: &[u8], hash: u64, dialect: Dialect) -> Classification {
        let classification = classify(text, dialect);
        let change = self.slots.insert(hash, dialect, &self.form, classification);
        self.statistics.misses += 1;
        self.statistics.inserts += u64::from(change.inserted);
        self.statistics.evictions += change.evicted;
        self.statistics.size = self.slots.size() as u64;
        classification
    }

    /// Sets another limit; what does not fit any more goes.
    pub fn set_bytes_max(&mut self, bytes_max: usize) {
        self.statistics.evictions += self.slots.set_bytes_max(bytes_max);
        self.statistics.size = self.slots.size() as u64;
    }

    /// How it did so far.
    pub const fn statistics(&self) -> CacheStatistics {
        self.statistics
    }

    /// What it remembers, in no order.
    pub fn entries(&self) -> impl Iterator<Item = CacheEntry<'_>> {
        self.slots.entries()
    }
}

#[cfg(test)]
mod tests;
