//! Reading and writing the protocol's data types (MariaDB documentation: "Protocol Data Types").

mod put;

pub use put::{
    put_lenenc_bytes, put_lenenc_int, put_nul_bytes, put_u16, put_u24, put_u32, put_u64,
};

use super::Malformed;

/// First byte of a length-encoded value that says NULL.
pub const LENENC_NULL: u8 = 0xfb;

/// Reads a payload from its beginning to its end. Numbers are little-endian.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    what: &'static str,
}

impl<'a> Cursor<'a> {
    /// Starts at the beginning of `bytes`; `what` names the thing being read in errors.
    pub const fn new(bytes: &'a [u8], what: &'static str) -> Self {
        Self { rest: bytes, what }
    }

    /// The error of this cursor.
    pub const fn malformed(&self) -> Malformed {
        Malformed::new(self.what)
    }

    /// How many bytes are left.
    pub const fn remaining(&self) -> usize {
        self.rest.len()
    }

    /// Whether nothing is left.
    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next byte, which stays where it is.
    pub fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// One byte.
    pub fn u8(&mut self) -> Result<u8, Malformed> {
        self.array::<1>().map(|[byte]| byte)
    }

    /// Two bytes.
    pub fn u16(&mut self) -> Result<u16, Malformed> {
        self.array().map(u16::from_le_bytes)
    }

    /// Three bytes.
    pub fn u24(&mut self) -> Result<u32, Malformed> {
        self.array::<3>()
            .map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]))
    }

    /// Four bytes.
    pub fn u32(&mut self) -> Result<u32, Malformed> {
        self.array().map(u32::from_le_bytes)
    }

    /// Eight bytes.
    pub fn u64(&mut self) -> Result<u64, Malformed> {
        self.array().map(u64::from_le_bytes)
    }

    /// A fixed number of bytes, copied.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        let (head, rest) = self.rest.split_first_chunk::<N>().ok_or(self.malformed())?;
        self.rest = rest;
        Ok(*head)
    }

    /// The next `len` bytes.
    pub fn bytes(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let (head, rest) = self.rest.split_at_checked(len).ok_or(self.malformed())?;
        self.rest = rest;
        Ok(head)
    }

    /// A length-encoded integer. NULL is an error.
    pub fn lenenc_int(&mut self) -> Result<u64, Malformed> {
        self.lenenc_int_or_null()?.ok_or(self.malformed())
    }

    /// A length-encoded integer or NULL.
    pub fn lenenc_int_or_null(&mut self) -> Result<Option<u64>, Malformed> {
        Ok(Some(match self.u8()? {
            LENENC_NULL => return Ok(None),
            0xfc => u64::from(self.u16()?),
            0xfd => u64::from(self.u24()?),
            0xfe => self.u64()?,
            0xff => return Err(self.malformed()),
            small => u64::from(small),
        }))
    }

    /// A length-encoded string of bytes. NULL is an error.
    pub fn lenenc_bytes(&mut self) -> Result<&'a [u8], Malformed> {
        self.lenenc_bytes_or_null()?.ok_or(self.malformed())
    }

    /// A length-encoded string of bytes or NULL.
    pub fn lenenc_bytes_or_null(&mut self) -> Result<Option<&'a [u8]>, Malformed> {
        let Some(len) = self.lenenc_int_or_null()? else {
            return Ok(None);
        };
        let len = usize::try_from(len).map_err(|_| self.malformed())?;
        self.bytes(len).map(Some)
    }

    /// Bytes up to a NUL, which is taken too and left out. Without a NUL: an error.
    pub fn nul_bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self
            .rest
            .iter()
            .position(|&byte| byte == 0)
            .ok_or(self.malformed())?;
        let text = self.bytes(len)?;
        self.bytes(1)?;
        Ok(text)
    }

    /// Bytes up to a NUL, which is taken too and left out, or up to the end.
    pub fn nul_bytes_or_rest(&mut self) -> &'a [u8] {
        let mut whole = self.clone();
        if let Ok(text) = whole.nul_bytes() {
            *self = whole;
            return text;
        }
        self.rest()
    }

    /// All that is left.
    pub fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.rest)
    }

    /// Checks that everything was read.
    pub const fn finish(self) -> Result<(), Malformed> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.malformed())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAD: Malformed = Malformed::new("test");

    fn cursor(bytes: &[u8]) -> Cursor<'_> {
        Cursor::new(bytes, "test")
    }

    #[test]
    fn numbers_are_little_endian() {
        let mut c = cursor(&[
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
        ]);
        assert_eq!(c.u8(), Ok(1));
        assert_eq!(c.u16(), Ok(0x0302));
        assert_eq!(c.u24(), Ok(0x06_0504));
        assert_eq!(c.u32(), Ok(0x0a09_0807));
        assert_eq!(c.u64(), Ok(0x1211_100f_0e0d_0c0b));
        assert_eq!(c.clone().u16(), Err(BAD));
        assert_eq!(c.clone().finish(), Err(BAD));
        assert_eq!(c.rest(), [19]);
        assert_eq!(c.finish(), Ok(()));
    }

    #[test]
    fn length_encoded_integers_have_four_forms_and_null() {
        for (bytes, expected) in [
            (&[0xfa][..], Ok(Some(250))),
            (&[0xfb], Ok(None)),
            (&[0xfc, 0xfb, 0], Ok(Some(251))),
            (&[0xfd, 0, 0, 1], Ok(Some(65_536))),
            (&[0xfe, 0, 0, 0, 1, 0, 0, 0, 0], Ok(Some(0x100_0000))),
            (&[0xff], Err(BAD)),
            (&[0xfc, 1], Err(BAD)),
            (&[], Err(BAD)),
        ] {
            assert_eq!(cursor(bytes).lenenc_int_or_null(), expected, "{bytes:?}");
        }
        assert_eq!(cursor(&[0xfb]).lenenc_int(), Err(BAD));
    }

    #[test]
    fn strings_must_be_whole() {
        assert_eq!(cursor(b"\x03abc").lenenc_bytes(), Ok(&b"abc"[..]));
        assert_eq!(cursor(b"\x04abc").lenenc_bytes(), Err(BAD));
        assert_eq!(
            cursor(b"\xfe\xff\xff\xff\xff\xff\xff\xff\xffabc").lenenc_bytes(),
            Err(BAD)
        );
        assert_eq!(cursor(b"ab\0c").nul_bytes(), Ok(&b"ab"[..]));
        assert_eq!(cursor(b"abc").nul_bytes(), Err(BAD));
        assert_eq!(cursor(b"abc").nul_bytes_or_rest(), b"abc");
        let mut c = cursor(b"ab\0c");
        assert_eq!((c.nul_bytes_or_rest(), c.rest()), (&b"ab"[..], &b"c"[..]));
    }
}
