//! What a cache counts.

use std::ops::AddAssign;

/// How a cache, or all of them together, did so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CacheStatistics {
    /// Texts whose canonical form was known.
    pub hits: u64,
    /// Texts whose canonical form was not.
    pub misses: u64,
    /// Entries that were added.
    pub inserts: u64,
    /// Entries that made room for others.
    pub evictions: u64,
    /// Bytes that the entries take.
    pub size: u64,
}

impl AddAssign for CacheStatistics {
    fn add_assign(&mut self, other: Self) {
        self.hits += other.hits;
        self.misses += other.misses;
        self.inserts += other.inserts;
        self.evictions += other.evictions;
        self.size += other.size;
    }
}
