//! The memory of a cache: slots in a ring, found by hash.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use crate::sql::classification::Classification;
use crate::sql::dialect::Dialect;

/// What a cache remembers of one canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheEntry<'c> {
    /// The canonical form.
    pub canonical: &'c [u8],
    /// How often it was asked for after it had been added.
    pub hits: u64,
    /// What the first text of this form does.
    pub classification: Classification,
}

/// What an insertion did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Change {
    pub(super) inserted: bool,
    pub(super) evicted: u64,
}

#[derive(Debug)]
struct Slot {
    key: u64,
    dialect: Dialect,
    canonical: Box<[u8]>,
    classification: Classification,
    hits: u64,
    /// Whether it was asked for since the hand last passed.
    wanted: bool,
}

impl Slot {
    fn cost(&self) -> usize {
        cost(&self.canonical)
    }
}

/// What an entry takes: its slot, its form, its place in the index.
const fn cost(canonical: &[u8]) -> usize {
    const INDEX_COST: usize = 32;
    size_of::<Slot>() + canonical.len() + INDEX_COST
}

/// Keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Entries within a limit. One hash has one entry at most.
#[derive(Debug)]
pub(super) struct Slots {
    bytes_max: usize,
    bytes: usize,
    index: HashMap<u64, usize, BuildHasherDefault<AsItIs>>,
    ring: Vec<Slot>,
    /// Where the search for an entry that can go goes on.
    hand: usize,
}

impl Slots {
    /// No entry may take more than this part of the limit.
    const SHARE_MAX: usize = 8;

    pub(super) fn new(bytes_max: usize) -> Self {
        Self {
            bytes_max,
            bytes: 0,
            index: HashMap::default(),
            ring: Vec::new(),
            hand: 0,
        }
    }

    pub(super) const fn size(&self) -> usize {
        self.bytes
    }

    /// Looks a form up.
    #[inline]
    pub(super) fn get(
        &mut self,
        hash: u64,
        dialect: Dialect,
        canonical: &[u8],
    ) -> Option<Classification> {
        let at = *self.index.get(&key(hash, dialect))?;
        let slot = self.ring.get_mut(at)?;
        if *slot.canonical != *canonical || slot.dialect != dialect {
            return None;
        }
        slot.hits += 1;
        slot.wanted = true;
        Some(slot.classification)
    }

    /// Adds a form, in place of another one of the same hash.
    pub(super) fn insert(
        &mut self,
        hash: u64,
        dialect: Dialect,
        canonical: &[u8],
        classification: Classification,
    ) -> Change {
        let cost = cost(canonical);
        if cost > self.bytes_max / Self::SHARE_MAX {
            return Change::default();
        }
        let key = key(hash, dialect);
        let mut evicted = 0;
        if let Some(&at) = self.index.get(&key) {
            self.remove(at);
            evicted += 1;
        }
        evicted += self.make_room(self.bytes_max - cost);
        self.index.insert(key, self.ring.len());
        self.bytes += cost;
        self.ring.push(Slot {
            key,
            dialect,
            canonical: canonical.into(),
            classification,
            hits: 0,
            wanted: false,
        });
        Change {
            inserted: true,
            evicted,
        }
    }

    /// Sets another limit; says how many entries had to go.
    pub(super) fn set_bytes_max(&mut self, bytes_max: usize) -> u64 {
        self.bytes_max = bytes_max;
        let evicted = self.make_room(bytes_max);
        self.ring.shrink_to_fit();
        self.index.shrink_to_fit();
        evicted
    }

    /// Lets entries go until the others take `bytes_max` at most; says how many.
    fn make_room(&mut self, bytes_max: usize) -> u64 {
        let mut evicted = 0;
        while self.bytes > bytes_max {
            if self.hand >= self.ring.len() {
                self.hand = 0;
            }
            match self.ring.get_mut(self.hand) {
                Some(slot) if slot.wanted => {
                    slot.wanted = false;
                    self.hand += 1;
                }
                Some(_) => {
                    self.remove(self.hand);
                    evicted += 1;
                }
                None => return evicted,
            }
        }
        evicted
    }

    /// Takes an entry out; the last one of the ring gets its place.
    fn remove(&mut self, at: usize) {
        let slot = self.ring.swap_remove(at);
        self.bytes -= slot.cost();
        self.index.remove(&slot.key);
        if let Some(moved) = self.ring.get(at) {
            self.index.insert(moved.key, at);
        }
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = CacheEntry<'_>> {
        self.ring.iter().map(|slot| CacheEntry {
            canonical: &slot.canonical,
            hits: slot.hits,
            classification: slot.classification,
        })
    }
}

/// The same form in another dialect has another key: it may mean something else.
#[inline]
fn key(hash: u64, dialect: Dialect) -> u64 {
    hash ^ dialect.fingerprint()
}
