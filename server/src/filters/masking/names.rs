//! Names as servers compare them, in whatever character set they are written.
//!
//! A session may have its results told in any character set, and send statements in most. Where
//! it is not UTF-8, letters beyond ASCII can't be told from each other here: those that may be
//! the same are taken for the same.

/// How many bytes a character may have: `@` and four digits in the character set of file names.
const CHARACTER_MAX: usize = 5;

/// The name in small letters, as servers make them: each letter for itself.
pub(super) fn folded(name: &str) -> String {
    name.chars().map(lower).collect()
}

fn lower(letter: char) -> char {
    match letter {
        // Its small letter is two characters, but one to servers.
        'İ' => 'i',
        letter => letter.to_lowercase().next().unwrap_or(letter),
    }
}

/// Whether a name may be `wanted`, which is [`folded`].
pub(super) fn is(name: &[u8], wanted: &str) -> bool {
    if name.eq_ignore_ascii_case(wanted.as_bytes()) {
        return true;
    }
    // These are the same bytes in all character sets but those with wide characters.
    let is_simple = wanted.bytes().all(is_letter);
    if is_simple && name.iter().copied().all(is_letter) {
        return false;
    }
    let text = std::str::from_utf8(name).ok();
    if text.is_some_and(|text| folded(text) == wanted) || is_in_wide_characters(name, wanted) {
        return true;
    }
    let is_utf8 = text.is_some_and(|text| !text.is_ascii());
    // These tell of wide characters.
    let has_controls = name.iter().any(u8::is_ascii_control);
    !is_simple && !is_utf8 && !has_controls && resembles(name, wanted)
}

/// Whether two names of one statement may be the same to a server.
pub(super) fn are_same(one: &[u8], other: &[u8]) -> bool {
    let may_be_same = |(a, b): (&u8, &u8)| a.eq_ignore_ascii_case(b) || (*a >= 0x80 && *b >= 0x80);
    let fold = |name| std::str::from_utf8(name).ok().map(folded);
    let have_same_bytes = one.len() == other.len() && one.iter().zip(other).all(may_be_same);
    have_same_bytes || fold(one).is_some_and(|one| fold(other) == Some(one))
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether it is `wanted` in UCS-2, UTF-16 of either order, or UTF-32.
fn is_in_wide_characters(name: &[u8], wanted: &str) -> bool {
    let is_utf16 = |order: fn([u8; 2]) -> u16| {
        let units = name.chunks(2);
        let units = units.map(|unit| unit.try_into().map_or(0, order));
        let letters = char::decode_utf16(units).map(|letter| letter.map_or('\0', lower));
        letters.eq(wanted.chars())
    };
    let utf32 = name.chunks(4).map(|unit| {
        let number = unit.try_into().map_or(0, u32::from_be_bytes);
        char::from_u32(number).map_or('\0', lower)
    });
    is_utf16(u16::from_be_bytes) || is_utf16(u16::from_le_bytes) || utf32.eq(wanted.chars())
}

/// Whether it may be `wanted` in some character set that has ASCII's letters and digits: they must
/// fit, and between them stand bytes for the other characters.
fn resembles(name: &[u8], wanted: &str) -> bool {
    // Where in `name` the next character may begin.
    let mut places = vec![false; name.len() + 1];
    places[0] = true;
    for character in wanted.chars() {
        let mut next = vec![false; name.len() + 1];
        for (at, &byte) in name.iter().enumerate() {
            if places.get(at) != Some(&true) {
                continue;
            }
            for len in 1..=longest(byte, character) {
                if let Some(place) = next.get_mut(at + len) {
                    *place = true;
                }
            }
        }
        places = next;
    }
    places.last() == Some(&true)
}

/// How many bytes from `byte` on may be the character; 0 if none.
fn longest(byte: u8, character: char) -> usize {
    if character.is_ascii() {
        let is_it = u32::from(byte.to_ascii_lowercase()) == u32::from(character);
        // What a character set does not have is a question mark in it.
        let stands_for_it = !character.is_ascii_alphanumeric() && character != '_';
        match byte {
            _ if is_it => 1,
            b'@' if stands_for_it => CHARACTER_MAX,
            b'?' if stands_for_it => 1,
            _ => 0,
        }
    } else if is_letter(byte) {
        0
    } else {
        CHARACTER_MAX
    }
}

/// Whether texts of the collation have two or four bytes for each character of ASCII: UCS-2,
/// UTF-16 and UTF-32.
pub(super) fn has_wide_characters(collation: u16) -> bool {
    match collation {
        // From 1024 on are those that count spaces at the end.
        0..2048 => matches!(
            collation % 1024,
            35 | 54..=56 | 60..=62 | 90 | 101..=124 | 128..=151 | 159..=183
                | 640..=642 | 672..=674 | 736..=738
        ),
        // UCA 14.0.0, by character set: utf8mb3, utf8mb4, ucs2, utf16, utf32.
        2048..4096 => collation >= 2560,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_whatever_their_case_and_character_set() {
        for (wanted, name, expected) in [
            ("ssn", &b"SSN"[..], true),
            ("ssn", b"ssm", false),
            ("ssn", b"\0s\0S\0n", true),
            ("ssn", b"s\0s\0n\0", true),
            ("ssn", b"\0\0\0s\0\0\0s\0\0\0n", true),
            ("ssn", b"\0s\0s\0m", false),
            ("größe", "GRÖSSE".as_bytes(), false),
            ("größe", "GRÖßE".as_bytes(), true),
            ("größe", "grüße".as_bytes(), false),
            ("größe", b"gr\xf6\xdfe", true),
            ("größe", b"gr??e", true),
            ("größe", b"gr@q@1se", true),
            ("größe", b"grade", false),
            ("größe", b"\0G\0r\0\xd6\0\xdf\0e", true),
            ("номер", "НОМЕР".as_bytes(), true),
            ("номер", b"\x04\x3d\x04\x3e\x04\x3c\x04\x35\x04\x40", true),
            ("номер", b"\xce\xcf\xcd\xc5\xd2", true),
            ("номер", b"\0\0\0n\0\0\0a\0\0\0m\0\0\0e", false),
            ("a-b", b"A-B", true),
            ("a-b", b"a@002db", true),
            ("a-b", b"a?b", true),
            ("a-b", b"a_b", false),
            ("iban", "İBAN".as_bytes(), true),
            ("κωσ", "ΚΩΣ".as_bytes(), true),
        ] {
            assert_eq!(
                is(name, wanted),
                expected,
                "{wanted} {}",
                name.escape_ascii()
            );
        }
    }

    #[test]
    fn aliases_may_be_the_same_in_any_character_set() {
        assert!(are_same(b"x", b"X"));
        assert!(are_same("ÄX".as_bytes(), "äx".as_bytes()));
        assert!(are_same(b"\xc4x", b"\xe4x"));
        assert!(!are_same(b"x", b"xy"));
    }

    #[test]
    fn collations_of_wide_characters_are_known() {
        for (collation, expected) in [
            (8, false),
            (33, false),
            (35, true),
            (45, false),
            (54, true),
            (60, true),
            (63, false),
            (90, true),
            (192, false),
            (1059, true),
            (1069, false),
            (2048, false),
            (2304, false),
            (2560, true),
            (3271, true),
        ] {
            assert_eq!(has_wide_characters(collation), expected, "{collation}");
        }
    }
}
