//! A hash of canonical forms: quick, and the same whether the form comes whole or in pieces.

/// Hashes bytes that come in pieces; where a piece ends does not matter.
///
/// A good hash of what honest clients send. Whoever wants to can find two statements of one hash:
/// compare the forms, too.
#[derive(Debug, Clone, Default)]
pub struct CanonicalHasher {
    state: u64,
    /// Bytes that do not fill a word yet, the first one lowest.
    word: u64,
    /// How many there are; below 8.
    filled: u32,
    len: u64,
}

impl CanonicalHasher {
    /// The hash of bytes that are all there.
    pub fn hash(bytes: &[u8]) -> u64 {
        let mut hasher = Self::default();
        hasher.update(bytes);
        hasher.finish()
    }

    /// Takes the next bytes in.
    #[inline]
    pub fn update(&mut self, piece: &[u8]) {
        self.len = self.len.wrapping_add(piece.len() as u64);
        let mut words = piece.chunks_exact(8);
        if self.filled == 0 {
            for word in &mut words {
                self.mix(read(word));
            }
        } else {
            for word in &mut words {
                let word = read(word);
                self.mix(self.word | word << (8 * self.filled));
                self.word = word >> (64 - 8 * self.filled);
            }
        }
        for &byte in words.remainder() {
            self.word |= u64::from(byte) << (8 * self.filled);
            self.filled += 1;
            if self.filled == 8 {
                self.mix(self.word);
                (self.word, self.filled) = (0, 0);
            }
        }
    }

    /// The hash of all that was taken in.
    #[inline]
    pub fn finish(mut self) -> u64 {
        self.mix(self.word);
        self.mix(self.len);
        self.state
    }

    /// Multiplies to twice the width and folds the halves together: each bit of the word changes
    /// each bit of the state.
    #[inline]
    fn mix(&mut self, word: u64) {
        /// Odd, with its bits well spread: the fraction of the golden ratio.
        const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
        let product = u128::from(self.state ^ word ^ FACTOR.rotate_left(32)) * u128::from(FACTOR);
        #[expect(clippy::cast_possible_truncation, reason = "the halves of the product")]
        let (low, high) = (product as u64, (product >> 64) as u64);
        self.state = low.rotate_left(23) ^ high.wrapping_add(word);
    }
}

#[inline]
fn read(word: &[u8]) -> u64 {
    word.first_chunk().copied().map_or(0, u64::from_le_bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_that_differ_little_hash_differently() {
        let mut hashes = std::collections::HashSet::new();
        let mut count = 0;
        for len in 0..40 {
            for at in 0..len {
                for byte in [0_u8, 1, b'a', b'b', 0xff] {
                    let mut text = vec![b'x'; len];
                    text[at] = byte;
                    hashes.insert(CanonicalHasher::hash(&text));
                    count += 1;
                }
            }
            hashes.insert(CanonicalHasher::hash(&vec![b'x'; len]));
            count += 1;
        }
        assert_eq!(hashes.len(), count);
    }

    proptest! {
        #[test]
        fn where_pieces_end_does_not_matter(pieces in prop::collection::vec(
            prop::collection::vec(any::<u8>(), 0..30), 0..8)) {
            let mut hasher = CanonicalHasher::default();
            for piece in &pieces {
                hasher.update(piece);
            }
            prop_assert_eq!(hasher.finish(), CanonicalHasher::hash(&pieces.concat()));
        }
    }
}
