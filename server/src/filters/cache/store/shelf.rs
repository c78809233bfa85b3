//! Entries by key and by table. When there are too many, one that was not used of late goes
//! ("second chance": a hand goes round and takes the first entry not used since it came by).

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use super::Result;

/// What an entry takes beside its key and data, roughly.
const ENTRY_OVERHEAD: usize = 200;

#[derive(Debug)]
pub(super) struct Entry {
    pub(super) result: Result,
    pub(super) stored: Instant,
    /// When a client began to refresh it.
    pub(super) refreshed: Option<Instant>,
    /// Whether it was used since the hand came by.
    pub(super) referenced: bool,
}

impl Entry {
    pub(super) fn new(result: Result, now: Instant) -> Self {
        Self {
            result,
            stored: now,
            refreshed: None,
            referenced: false,
        }
    }

    fn size(&self) -> usize {
        let Result {
            key, data, tables, ..
        } = &self.result;
        let tables: usize = tables.iter().map(|table| table.len() + 32).sum();
        key.len() + data.len() + tables + ENTRY_OVERHEAD
    }
}

#[derive(Debug)]
pub(super) struct Shelf {
    by_key: HashMap<Arc<[u8]>, usize>,
    by_table: HashMap<Box<str>, HashSet<usize>>,
    slots: Vec<Option<Entry>>,
    free: Vec<usize>,
    hand: usize,
    size: usize,
    count_max: usize,
    size_max: usize,
    pub(super) evictions: u64,
    pub(super) deletes: u64,
}

impl Shelf {
    pub(super) fn new(count_max: usize, size_max: usize) -> Self {
        Self {
            by_key: HashMap::new(),
            by_table: HashMap::new(),
            slots: Vec::new(),
            free: Vec::new(),
            hand: 0,
            size: 0,
            count_max,
            size_max,
            evictions: 0,
            deletes: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }

    pub(super) fn size(&self) -> usize {
        self.size
    }

    pub(super) fn get(&mut self, key: &[u8]) -> Option<&mut Entry> {
        let slot = *self.by_key.get(key)?;
        self.slots.get_mut(slot)?.as_mut()
    }

    /// Puts an entry in, in place of one with the same key. `false`: it is too large.
    pub(super) fn put(&mut self, entry: Entry) -> bool {
        let size = entry.size();
        if size > self.size_max || self.count_max == 0 {
            return false;
        }
        if let Some(&slot) = self.by_key.get(&entry.result.key) {
            self.remove(slot);
        }
        while self.len() >= self.count_max || self.size + size > self.size_max {
            self.evict();
        }
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(None);
            self.slots.len() - 1
        });
        self.size += size;
        self.by_key.insert(Arc::clone(&entry.result.key), slot);
        for table in &entry.result.tables {
            self.by_table.entry(table.clone()).or_default().insert(slot);
        }
        if let Some(place) = self.slots.get_mut(slot) {
            *place = Some(entry);
        }
        true
    }

    fn evict(&mut self) {
        loop {
            self.hand = (self.hand + 1) % self.slots.len().max(1);
            match self.slots.get_mut(self.hand) {
                Some(Some(entry)) if entry.referenced => entry.referenced = false,
                Some(Some(_)) => {
                    self.remove(self.hand);
                    self.evictions += 1;
                    return;
                }
                Some(None) if !self.by_key.is_empty() => {}
                _ => return,
            }
        }
    }

    fn remove(&mut self, slot: usize) {
        let Some(entry) = self.slots.get_mut(slot).and_then(Option::take) else {
            return;
        };
        self.size -= entry.size();
        self.by_key.remove(&entry.result.key);
        for table in &entry.result.tables {
            if let Some(slots) = self.by_table.get_mut(table) {
                slots.remove(&slot);
                if slots.is_empty() {
                    self.by_table.remove(table);
                }
            }
        }
        self.free.push(slot);
    }

    /// Removes what was read from a table; says how many entries that were.
    pub(super) fn remove_table(&mut self, table: &str) -> u64 {
        let slots = self.by_table.remove(table).unwrap_or_default();
        let count = slots.len() as u64;
        for slot in slots {
            self.remove(slot);
        }
        self.deletes += count;
        count
    }

    pub(super) fn clear(&mut self) {
        self.deletes += self.len() as u64;
        self.by_key.clear();
        self.by_table.clear();
        self.slots.clear();
        self.free.clear();
        (self.hand, self.size) = (0, 0);
    }
}
