//! Which values are NULL.

use crate::wire::Malformed;
use crate::wire::cursor::Cursor;

/// One bit for each value, behind a number of unused bits.
#[derive(Debug, Clone, Copy)]
pub struct NullBitmap<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> NullBitmap<'a> {
    /// Reads the bitmap of `count` values; rows leave the first two bits out, parameters none.
    pub fn decode(cursor: &mut Cursor<'a>, count: usize, offset: usize) -> Result<Self, Malformed> {
        let bytes = cursor.bytes((count + offset).div_ceil(8))?;
        Ok(Self { bytes, offset })
    }

    /// Whether the value at `at` is NULL.
    pub fn is_null(&self, at: usize) -> bool {
        let bit = at + self.offset;
        self.bytes
            .get(bit / 8)
            .is_some_and(|byte| byte & 1 << (bit % 8) != 0)
    }

    /// Writes the bitmap for values of which `nulls` tells, one by one, whether they are NULL.
    pub fn encode(nulls: impl Iterator<Item = bool>, offset: usize, out: &mut Vec<u8>) {
        let unused = std::iter::repeat_n(false, offset);
        for (bit, is_null) in unused.chain(nulls).enumerate() {
            if bit % 8 == 0 {
                out.push(0);
            }
            if let Some(byte) = out.last_mut() {
                *byte |= u8::from(is_null) << (bit % 8);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_survive_encoding_at_every_offset_and_length() {
        for offset in [0, 2] {
            for count in 0..20 {
                let is_null = |at: usize| at % 3 == 1;
                let mut out = Vec::new();
                NullBitmap::encode((0..count).map(is_null), offset, &mut out);
                let mut cursor = Cursor::new(&out, "bitmap");
                if count + offset == 0 {
                    continue;
                }
                let bitmap = NullBitmap::decode(&mut cursor, count, offset).unwrap();
                assert!(cursor.is_empty());
                assert!((0..count).all(|at| bitmap.is_null(at) == is_null(at)));
            }
        }
    }
}
