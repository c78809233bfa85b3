use proptest::prelude::*;

use super::*;
use crate::sql::dialect::SqlMode;
use crate::sql::samples;

const LIMIT: usize = 1 << 16;

fn ask(cache: &mut ClassificationCache, text: &str) -> Classification {
    cache
        .classify(text.as_bytes(), Dialect::default())
        .classification
}

/// Checks what must hold at any time.
fn check(cache: &ClassificationCache, bytes_max: usize) {
    let statistics = cache.statistics();
    assert!(statistics.size <= bytes_max as u64, "{statistics:?}");
    let count = cache.entries().count() as u64;
    assert_eq!(
        count,
        statistics.inserts - statistics.evictions,
        "{statistics:?}"
    );
    assert_eq!(statistics.size == 0, count == 0);
}

#[test]
fn texts_of_one_form_share_an_entry() {
    let mut cache = ClassificationCache::new(LIMIT);
    let first = ask(&mut cache, "SELECT a FROM t WHERE b = 1");
    assert_eq!(
        ask(&mut cache, "SELECT  a FROM t\nWHERE b = 'x' -- y"),
        first
    );
    ask(&mut cache, "DELETE FROM t");
    let statistics = cache.statistics();
    assert_eq!(
        (statistics.hits, statistics.misses, statistics.inserts),
        (1, 2, 2)
    );
    let mut entries: Vec<_> = cache.entries().map(|e| (e.canonical, e.hits)).collect();
    entries.sort_unstable();
    assert_eq!(
        entries,
        [
            (&b"DELETE FROM t"[..], 0),
            (b"SELECT a FROM t WHERE b = ?", 1)
        ]
    );
    check(&cache, LIMIT);
}

#[test]
fn an_analysis_has_the_canonical_form() {
    let mut cache = ClassificationCache::new(0);
    let analysis = cache.classify(b"SELECT 1", Dialect::default());
    assert_eq!(analysis.canonical, b"SELECT ?");
    assert_eq!(analysis.hash, CanonicalHasher::hash(b"SELECT ?"));
    assert_eq!(
        analysis.classification,
        classify(b"SELECT 1", Dialect::default())
    );
}

#[test]
fn values_that_matter_are_looked_at_each_time() {
    let mut cache = ClassificationCache::new(LIMIT);
    for (text, expected) in [
        ("SET autocommit = 0", Kinds::AUTOCOMMIT_OFF),
        ("SET autocommit = 1", Kinds::AUTOCOMMIT_ON),
        ("SET autocommit = 0", Kinds::AUTOCOMMIT_OFF),
    ] {
        let both = Kinds::AUTOCOMMIT_ON | Kinds::AUTOCOMMIT_OFF;
        assert_eq!(ask(&mut cache, text).kinds & both, expected, "{text}");
    }
    assert_eq!(cache.statistics().hits, 2);
}

#[test]
fn dialects_do_not_mix() {
    let mut cache = ClassificationCache::new(LIMIT);
    let ansi = Dialect {
        mode: SqlMode::ANSI_QUOTES,
        ..Dialect::default()
    };
    cache.classify(b"SELECT a", Dialect::default());
    cache.classify(b"SELECT a", ansi);
    assert_eq!(cache.statistics().misses, 2);
}

#[test]
fn what_nobody_asks_for_goes_first() {
    let mut cache = ClassificationCache::new(1 << 13);
    ask(&mut cache, "SELECT wanted");
    for round in 0..1_000 {
        ask(&mut cache, &format!("SELECT a{round}"));
        ask(&mut cache, "SELECT wanted");
        check(&cache, 1 << 13);
    }
    let statistics = cache.statistics();
    assert_eq!((statistics.hits, statistics.misses), (1_000, 1_001));
    assert!(statistics.evictions > 900, "{statistics:?}");
}

#[test]
fn what_is_too_large_is_not_kept() {
    let mut cache = ClassificationCache::new(1 << 13);
    let text = format!("SELECT {}", "a, ".repeat(1 << 12));
    ask(&mut cache, &text);
    ask(&mut cache, &text);
    let statistics = cache.statistics();
    assert_eq!((statistics.misses, statistics.inserts), (2, 0));
}

#[test]
fn a_smaller_limit_counts_at_once() {
    let mut cache = ClassificationCache::new(LIMIT);
    for round in 0..100 {
        ask(&mut cache, &format!("SELECT a{round}"));
    }
    for limit in [1 << 13, 1_000, 0] {
        cache.set_bytes_max(limit);
        check(&cache, limit);
    }
    ask(&mut cache, "SELECT a");
    check(&cache, 0);
}

proptest! {
    #[test]
    fn the_limit_holds_and_answers_are_right(
        texts in prop::collection::vec(samples::text(), 1..12),
        order in prop::collection::vec((any::<prop::sample::Index>(), samples::dialect()), 0..80),
        bytes_max in 0_usize..6_000,
    ) {
        let mut cache = ClassificationCache::new(bytes_max);
        for (index, dialect) in order {
            let text = index.get(&texts);
            let found = cache.classify(text, dialect).classification;
            prop_assert_eq!(found, classify(text, dialect), "{}", text.escape_ascii());
            check(&cache, bytes_max);
        }
    }
}
