//! The cached results. Bounded in number and size; knows no clock.

mod shelf;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use shelf::{Entry, Shelf};

/// A client that refreshes a result is given so long; then the next one tries.
const REFRESH_MAX: Duration = Duration::from_secs(10);
/// Tables whose last invalidation is remembered one by one.
const INVALIDATED_MAX: usize = 4096;

/// How long results are good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lifetime {
    /// After this the first client that asks gets a new one. `None`: no limit.
    pub(super) soft: Option<Duration>,
    /// After this nobody gets it any more. `None`: no limit.
    pub(super) hard: Option<Duration>,
}

/// A result and what it depends on.
#[derive(Debug)]
pub(super) struct Result {
    pub(super) key: Arc<[u8]>,
    pub(super) data: Arc<[u8]>,
    /// The names of the tables it was read from, if they matter.
    pub(super) tables: Box<[Box<str>]>,
    /// The set of rules by which it was stored.
    pub(super) rule_set: usize,
}

/// What is found for a statement.
#[derive(Debug)]
pub(super) enum Found {
    /// Its result, and the set of rules by which it was stored.
    Hit(Arc<[u8]>, usize),
    /// Nothing that may be used. A result fetched from now on is as fresh as this number says.
    Miss(u64),
    /// The same, but there is a result that is too old: a new one is to take its place.
    Stale(u64),
}

/// Results that one thread or all threads share.
#[derive(Debug)]
pub(super) struct Store {
    inner: Mutex<Inner>,
}

#[derive(Debug)]
struct Inner {
    shelf: Shelf,
    /// Counts invalidations.
    epoch: u64,
    /// Results fetched before it are not stored at all.
    epoch_floor: u64,
    invalidated: HashMap<Box<str>, u64>,
    counts: Counts,
}

#[derive(Debug, Default)]
struct Counts {
    hits: u64,
    misses: u64,
    updates: u64,
    invalidations: u64,
    cleared: u64,
}

impl Store {
    /// An empty store for so many results of so many bytes.
    pub(super) fn new(count_max: usize, size_max: usize) -> Self {
        Self {
            inner: Mutex::new(Inner {
                shelf: Shelf::new(count_max, size_max),
                epoch: 0,
                epoch_floor: 0,
                invalidated: HashMap::new(),
                counts: Counts::default(),
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Looks for a result that is good at `now`.
    pub(super) fn find(&self, key: &[u8], lifetime: Lifetime, now: Instant) -> Found {
        let mut inner = self.lock();
        let inner = &mut *inner;
        let entry = inner.shelf.get(key);
        let is_there = entry.is_some();
        if let Some(entry) = entry
            && is_good(entry, lifetime, now)
        {
            inner.counts.hits += 1;
            entry.referenced = true;
            return Found::Hit(Arc::clone(&entry.result.data), entry.result.rule_set);
        }
        inner.counts.misses += 1;
        if is_there {
            Found::Stale(inner.epoch)
        } else {
            Found::Miss(inner.epoch)
        }
    }

    /// How fresh a result is that is fetched from now on.
    pub(super) fn epoch(&self) -> u64 {
        self.lock().epoch
    }

    /// Stores a result that was asked for when the store's number was `epoch`. It is left out when
    /// one of its tables has changed since.
    pub(super) fn put(&self, result: Result, epoch: u64, now: Instant) {
        let mut inner = self.lock();
        let changed = |table: &str| inner.invalidated.get(table).is_some_and(|&at| at > epoch);
        if epoch < inner.epoch_floor || result.tables.iter().any(|table| changed(table)) {
            return;
        }
        if inner.shelf.put(Entry::new(result, now)) {
            inner.counts.updates += 1;
        }
    }

    /// Forgets what was read from these tables.
    pub(super) fn invalidate<'t>(&self, tables: impl Iterator<Item = &'t str>) {
        let mut inner = self.lock();
        inner.epoch += 1;
        let epoch = inner.epoch;
        for table in tables {
            let removed = inner.shelf.remove_table(table);
            inner.counts.invalidations += removed;
            if inner.invalidated.len() >= INVALIDATED_MAX {
                inner.invalidated.clear();
                inner.epoch_floor = epoch;
            }
            inner.invalidated.insert(table.into(), epoch);
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        let mut inner = self.lock();
        inner.epoch += 1;
        inner.epoch_floor = inner.epoch;
        inner.invalidated.clear();
        inner.counts.cleared += 1;
        inner.shelf.clear();
    }

    /// Numbers for people.
    pub(super) fn diagnostics(&self) -> Value {
        let inner = self.lock();
        let Inner { shelf, counts, .. } = &*inner;
        json!({
            "lru": {
                "cleared": counts.cleared,
                "deletes": shelf.deletes,
                "evictions": shelf.evictions,
                "hits": counts.hits,
                "invalidations": counts.invalidations,
                "items": shelf.len(),
                "misses": counts.misses,
                "size": shelf.size(),
                "updates": counts.updates,
            },
            "real_storage": {
                "deletes": shelf.deletes,
                "hits": counts.hits,
                "items": shelf.len(),
                "misses": counts.misses,
                "size": shelf.size(),
                "updates": counts.updates,
            },
        })
    }
}

/// Whether an entry may be used. The first who finds it past its soft lifetime has to refresh it.
fn is_good(entry: &mut Entry, lifetime: Lifetime, now: Instant) -> bool {
    let age = now.duration_since(entry.stored);
    if lifetime.hard.is_some_and(|hard| age >= hard) {
        return false;
    }
    if lifetime.soft.is_none_or(|soft| age < soft) {
        return true;
    }
    let under_way = entry
        .refreshed
        .is_some_and(|since| now.duration_since(since) < REFRESH_MAX);
    if !under_way {
        entry.refreshed = Some(now);
    }
    under_way
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOREVER: Lifetime = Lifetime {
        soft: None,
        hard: None,
    };

    fn result(key: &str, len: usize, tables: &[&str]) -> Result {
        Result {
            key: key.as_bytes().into(),
            data: vec![b'x'; len].into(),
            tables: tables.iter().map(|&table| table.into()).collect(),
            rule_set: 0,
        }
    }

    fn is_hit(store: &Store, key: &str, lifetime: Lifetime, now: Instant) -> bool {
        matches!(store.find(key.as_bytes(), lifetime, now), Found::Hit(..))
    }

    #[test]
    fn lifetimes_are_kept_and_one_client_refreshes() {
        let store = Store::new(10, 10_000);
        let begin = Instant::now();
        let at = |seconds| begin + Duration::from_secs(seconds);
        store.put(result("a", 1, &[]), 0, begin);
        let lifetime = Lifetime {
            soft: Some(Duration::from_secs(2)),
            hard: Some(Duration::from_secs(30)),
        };
        assert!(is_hit(&store, "a", lifetime, at(1)));
        assert!(
            !is_hit(&store, "a", lifetime, at(2)),
            "the first one refreshes"
        );
        assert!(
            is_hit(&store, "a", lifetime, at(2)),
            "the others do not wait"
        );
        assert!(
            !is_hit(&store, "a", lifetime, at(12)),
            "the first one has failed"
        );
        assert!(!is_hit(&store, "a", lifetime, at(30)));
        assert!(is_hit(&store, "a", FOREVER, at(1000)));
    }

    #[test]
    fn it_never_grows_beyond_its_limits() {
        let now = Instant::now();
        let store = Store::new(3, 100_000);
        for number in 0..10 {
            store.put(result(&format!("{number}"), 10, &["t"]), 0, now);
            assert!(is_hit(&store, "0", FOREVER, now) || number > 3);
        }
        let shown = store.diagnostics();
        assert_eq!(
            (&shown["lru"]["items"], &shown["lru"]["evictions"]),
            (&json!(3), &json!(7))
        );
        let small = Store::new(1000, 2000);
        for number in 0..10 {
            small.put(result(&format!("{number}"), 500, &[]), 0, now);
        }
        small.put(result("large", 2001, &[]), 0, now);
        let shown = small.diagnostics();
        assert!(shown["lru"]["size"].as_u64().unwrap() <= 2000);
        assert!(!is_hit(&small, "large", FOREVER, now));
    }

    #[test]
    fn what_changed_meanwhile_is_not_stored() {
        let now = Instant::now();
        let store = Store::new(10, 10_000);
        store.put(result("a", 1, &["t"]), 0, now);
        store.put(result("b", 1, &["u"]), 0, now);
        store.invalidate(["t"].into_iter());
        assert!(!is_hit(&store, "a", FOREVER, now));
        assert!(is_hit(&store, "b", FOREVER, now));
        store.put(result("a", 1, &["t"]), 0, now);
        assert!(
            !is_hit(&store, "a", FOREVER, now),
            "it was read before the change"
        );
        let Found::Miss(epoch) = store.find(b"a", FOREVER, now) else {
            panic!("found");
        };
        store.put(result("a", 1, &["t"]), epoch, now);
        assert!(is_hit(&store, "a", FOREVER, now));
        store.clear();
        assert!(!is_hit(&store, "b", FOREVER, now));
        store.put(result("b", 1, &["u"]), epoch, now);
        assert!(!is_hit(&store, "b", FOREVER, now));
    }
}
