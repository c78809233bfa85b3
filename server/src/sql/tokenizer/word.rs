//! Words: keywords and names without quotes.

use super::{Before, TokenKind, Tokenizer};

/// Which bytes a name without quotes is made of.
static NAME_BYTES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        #[expect(clippy::cast_possible_truncation, reason = "below 256")]
        let value = byte as u8;
        table[byte] =
            value.is_ascii_alphanumeric() || value == b'_' || value == b'$' || value >= 0x80;
        byte += 1;
    }
    table
};

/// Whether a name without quotes may hold the byte.
#[inline]
fn is_name_byte(byte: u8) -> bool {
    NAME_BYTES[usize::from(byte)]
}

impl Tokenizer<'_> {
    /// Whether the byte `ahead` may belong to a name without quotes.
    #[inline]
    pub(super) fn is_name(&self, ahead: usize) -> bool {
        let byte = self.peek(ahead);
        is_name_byte(byte) && (byte < 0x80 || !self.dialect.encoding.is_space(byte))
    }

    /// Whatever begins with a letter.
    #[inline]
    pub(super) fn word_or_literal(&mut self, first: u8) -> TokenKind {
        let is_prefix = matches!(first, b'n' | b'N' | b'x' | b'X' | b'b' | b'B');
        if is_prefix && self.peek(1) == b'\'' && self.before != Before::Dot {
            return self.prefixed_literal(first);
        }
        let start = self.at;
        let before = self.before;
        let kind = self.name();
        if first == b'_' && before != Before::Dot {
            let name = self.text.get(start + 1..self.at).unwrap_or_default();
            if is_character_set(name) {
                return TokenKind::Introducer;
            }
        }
        kind
    }

    /// A name up to its end.
    #[inline]
    pub(super) fn name(&mut self) -> TokenKind {
        if self.dialect.encoding.is_plain() {
            self.skip_while(is_name_byte);
        } else {
            self.skip_encoded();
        }
        TokenKind::Word
    }

    /// A name in which bytes do not mean what they mean in UTF-8.
    fn skip_encoded(&mut self) {
        let encoding = self.dialect.encoding;
        loop {
            let (first, second) = (self.peek(0), self.peek(1));
            if encoding.is_pair(first, second) {
                self.skip(2);
            } else if self.is_name(0) {
                self.skip(1);
            } else {
                return;
            }
        }
    }
}

/// Whether a server knows the character set, so that `_name` introduces a literal.
fn is_character_set(name: &[u8]) -> bool {
    /// Those of MariaDB and MySQL, sorted.
    const NAMES: [&[u8]; 43] = [
        b"armscii8",
        b"ascii",
        b"big5",
        b"binary",
        b"cp1250",
        b"cp1251",
        b"cp1256",
        b"cp1257",
        b"cp850",
        b"cp852",
        b"cp866",
        b"cp932",
        b"dec8",
        b"eucjpms",
        b"euckr",
        b"gb18030",
        b"gb2312",
        b"gbk",
        b"geostd8",
        b"greek",
        b"hebrew",
        b"hp8",
        b"keybcs2",
        b"koi8r",
        b"koi8u",
        b"latin1",
        b"latin2",
        b"latin5",
        b"latin7",
        b"macce",
        b"macroman",
        b"sjis",
        b"swe7",
        b"tis620",
        b"ucs2",
        b"ujis",
        b"utf16",
        b"utf16le",
        b"utf32",
        b"utf8",
        b"utf8mb3",
        b"utf8mb4",
        b"filename",
    ];
    NAMES.iter().any(|other| name.eq_ignore_ascii_case(other))
}
