//! Maps and sets by id. Ids are the server's own small numbers: they need no hash that withstands an
//! attacker, and lists of 10,000 are gone through several times a second.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

/// A map by id.
pub type IdMap<T> = HashMap<u64, T, BuildHasherDefault<IdHasher>>;
/// A set of ids.
pub type IdSet = HashSet<u64, BuildHasherDefault<IdHasher>>;

/// Multiplies by the golden ratio, which spreads consecutive numbers (Knuth, TAOCP 3, 6.4).
#[derive(Debug, Clone, Copy, Default)]
pub struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = (self.0 ^ id)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(32);
    }
}
