//! Attacks the tokenizer, the canonical form, classification and its cache.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::{byte, dialect};
use sluicegate_server::sql::canonical::CanonicalHasher;
use sluicegate_server::sql::{
    ClassificationCache, Kinds, Tokenizer, canonical_hash, canonicalize, classify,
};

fuzz_target!(|data: &[u8]| {
    let (choice, text) = byte(data);
    let dialect = dialect(choice);

    let mut at = 0;
    for token in Tokenizer::new(text, dialect) {
        assert_eq!(token.start, at);
        assert!(!token.text.is_empty());
        at += token.text.len();
    }
    assert_eq!(at, text.len());

    let (mut once, mut twice) = (Vec::new(), Vec::new());
    canonicalize(text, dialect, &mut once);
    canonicalize(&once, dialect, &mut twice);
    assert_eq!(
        once.escape_ascii().to_string(),
        twice.escape_ascii().to_string()
    );
    assert_eq!(canonical_hash(text, dialect), CanonicalHasher::hash(&once));

    let found = classify(text, dialect);
    assert!(found.parsed || found.kinds.contains(Kinds::WRITE));
    if !found.kinds.contains(Kinds::LITERALS_MATTER) {
        assert_eq!(classify(&once, dialect), found);
    }

    let mut cache = ClassificationCache::new(1 << 13);
    for _ in 0..2 {
        assert_eq!(cache.classify(text, dialect).classification, found);
        assert!(cache.statistics().size <= 1 << 13);
    }
});
