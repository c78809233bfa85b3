//! Character sets in which bytes mean other things than in UTF-8.

/// How bytes make characters, as far as reading a statement depends on it.
///
/// In most character sets a byte below 0x80 is always a character. In some it can be the second
/// half of one: a statement in GBK may hold a `\` that escapes nothing. And some have a white
/// space of their own, a non-breaking one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Encoding {
    /// As in UTF-8: bytes below 0x80 are characters, the others parts of names.
    #[default]
    Plain,
    /// `latin1` and others of one byte to a character, in which 0xa0 is white space.
    SpaceA0,
    /// `cp852`, `cp866` and `keybcs2`, in which 0xff is white space.
    SpaceFf,
    /// `big5`
    Big5,
    /// `gbk` and `gb18030`
    Gbk,
    /// `sjis` and `cp932`
    Sjis,
}

impl Encoding {
    /// The encoding of a character set by its name, e.g. `utf8mb4`.
    pub fn from_character_set(name: &[u8]) -> Self {
        const SPACE_A0: [&[u8]; 10] = [
            b"latin1",
            b"latin2",
            b"latin5",
            b"latin7",
            b"cp1250",
            b"greek",
            b"hebrew",
            b"dec8",
            b"armscii8",
            b"geostd8",
        ];
        let is = |others: &[&[u8]]| others.iter().any(|other| name.eq_ignore_ascii_case(other));
        if is(&SPACE_A0) {
            Self::SpaceA0
        } else if is(&[b"cp852", b"cp866", b"keybcs2"]) {
            Self::SpaceFf
        } else if is(&[b"big5"]) {
            Self::Big5
        } else if is(&[b"gbk", b"gb18030"]) {
            Self::Gbk
        } else if is(&[b"sjis", b"cp932"]) {
            Self::Sjis
        } else {
            Self::Plain
        }
    }

    /// The encoding of a collation by the number that a handshake carries.
    pub const fn from_collation(id: u16) -> Self {
        // MariaDB numbers the `nopad` form of a collation 1024 higher.
        match id % 1024 {
            2
            | 3
            | 5
            | 8
            | 9
            | 15
            | 16
            | 20
            | 21
            | 25..=27
            | 30..=32
            | 34
            | 41
            | 42
            | 44
            | 47..=49
            | 64
            | 66
            | 69..=71
            | 77..=79
            | 92..=94
            | 99 => Self::SpaceA0,
            36 | 37 | 40 | 68 | 73 | 81 => Self::SpaceFf,
            1 | 84 => Self::Big5,
            28 | 87 | 248..=250 => Self::Gbk,
            13 | 88 | 95 | 96 => Self::Sjis,
            _ => Self::Plain,
        }
    }

    /// Whether bytes mean what they mean in UTF-8.
    #[inline]
    pub(in crate::sql) const fn is_plain(self) -> bool {
        matches!(self, Self::Plain)
    }

    /// Whether the byte, 0x80 or more, is white space.
    #[inline]
    pub(in crate::sql) const fn is_space(self, byte: u8) -> bool {
        matches!((self, byte), (Self::SpaceA0, 0xa0) | (Self::SpaceFf, 0xff))
    }

    /// Whether two bytes can be one character of which the second looks like another.
    #[inline]
    pub(in crate::sql) const fn has_pairs(self) -> bool {
        matches!(self, Self::Big5 | Self::Gbk | Self::Sjis)
    }

    /// Whether two bytes are one character.
    pub(in crate::sql) const fn is_pair(self, first: u8, second: u8) -> bool {
        match self {
            Self::Plain | Self::SpaceA0 | Self::SpaceFf => false,
            Self::Big5 => {
                matches!(first, 0xa1..=0xf9) && matches!(second, 0x40..=0x7e | 0xa1..=0xfe)
            }
            Self::Gbk => {
                matches!(first, 0x81..=0xfe) && matches!(second, 0x40..=0x7e | 0x80..=0xfe)
            }
            Self::Sjis => {
                matches!(first, 0x81..=0x9f | 0xe0..=0xfc)
                    && matches!(second, 0x40..=0x7e | 0x80..=0xfc)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree() {
        for (name, collations) in [
            ("latin1", &[5, 8, 15, 31, 47, 48, 49, 94, 1032, 1071][..]),
            ("cp866", &[36, 68, 1060, 1092]),
            ("big5", &[1, 84, 1025, 1108]),
            ("GBK", &[28, 87, 1052, 1111]),
            ("gb18030", &[248, 249, 250]),
            ("sjis", &[13, 88, 1037, 1112]),
            ("cp932", &[95, 96, 1119, 1120]),
            ("utf8mb4", &[45, 46, 224, 255, 1069]),
            ("utf8", &[33, 83]),
            ("binary", &[63]),
        ] {
            for &id in collations {
                let encoding = Encoding::from_character_set(name.as_bytes());
                assert_eq!(Encoding::from_collation(id), encoding, "{name} {id}");
            }
        }
    }
}
