//! What a masked value looks like. It is always as long as the value.

use pcre2::bytes::Regex;
use sha2::{Digest as _, Sha256};

/// The printable characters of ASCII that obfuscated text is made of: from `!` on.
const FIRST_CHARACTER: u8 = b'!';
const CHARACTERS: u8 = b'~' - FIRST_CHARACTER + 1;

/// How a value is masked.
#[derive(Debug)]
pub(super) enum Mask {
    /// By `value` if it is as long, else by `fill`.
    Replace { value: Option<String>, fill: String },
    /// What the pattern matches by `fill`.
    Match { pattern: Regex, fill: String },
    /// By text from which the value can't be told, the same for the same value.
    Obfuscate([u8; 16]),
}

impl Mask {
    /// Masks a value in its place. A pattern finds nothing in `wide` characters, so that all of a
    /// value in them is masked.
    pub(super) fn apply(&self, value: &mut [u8], wide: bool) {
        match self {
            Self::Replace {
                value: Some(with), ..
            } if with.len() == value.len() => value.copy_from_slice(with.as_bytes()),
            Self::Replace { fill, .. } => fill_with(value, fill),
            Self::Match { fill, .. } if wide => fill_with(value, fill),
            Self::Match { pattern, fill } => fill_matches(value, pattern, fill),
            Self::Obfuscate(salt) => obfuscate(value, *salt),
        }
    }
}

/// Repeats `fill`; where a whole character of it does not fit any more, there is an `X`.
fn fill_with(value: &mut [u8], fill: &str) {
    let mut rest = value;
    for character in fill.chars().cycle() {
        let len = character.len_utf8();
        if rest.len() < len {
            rest.fill(b'X');
            return;
        }
        let (place, others) = rest.split_at_mut(len);
        character.encode_utf8(place);
        rest = others;
    }
}

fn fill_matches(value: &mut [u8], pattern: &Regex, fill: &str) {
    let found: Result<Vec<_>, _> = pattern
        .find_iter(value)
        .map(|found| found.map(|found| found.start()..found.end()))
        .collect();
    let Ok(ranges) = found else {
        // What can't be searched must not be shown.
        return fill_with(value, fill);
    };
    for range in ranges {
        if let Some(place) = value.get_mut(range) {
            fill_with(place, fill);
        }
    }
}

fn obfuscate(value: &mut [u8], salt: [u8; 16]) {
    let seed = Sha256::new().chain_update(salt).chain_update(&*value);
    for (number, block) in value.chunks_mut(32).enumerate() {
        let digest = seed.clone().chain_update(number.to_le_bytes()).finalize();
        for (place, byte) in block.iter_mut().zip(digest) {
            *place = FIRST_CHARACTER + byte % CHARACTERS;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mask: &Mask, value: &str, expected: &str) {
        let mut bytes = value.as_bytes().to_vec();
        mask.apply(&mut bytes, false);
        assert_eq!(String::from_utf8_lossy(&bytes), expected);
    }

    #[test]
    fn a_value_that_fits_is_preferred_to_the_fill() {
        let mask = Mask::Replace {
            value: Some("XXX-XX".into()),
            fill: "12".into(),
        };
        check(&mask, "721-07", "XXX-XX");
        check(&mask, "721-0", "12121");
        check(&mask, "", "");
    }

    #[test]
    fn no_character_is_cut() {
        let mask = Mask::Replace {
            value: None,
            fill: "ä".into(),
        };
        check(&mask, "12345", "ääX");
    }

    #[test]
    fn only_what_matches_is_filled() {
        let mask = Mask::Match {
            pattern: Regex::new("[0-9]{3,}").unwrap(),
            fill: "X#".into(),
        };
        check(&mask, "a 12345 b 99 c 678", "a X#X#X b 99 c X#X");
        let mut wide = *b"\x001\x002\x003";
        mask.apply(&mut wide, true);
        assert_eq!(&wide, b"X#X#X#");
    }

    #[test]
    fn obfuscated_text_is_printable_and_the_same_for_the_same_value() {
        let obfuscated = |value: &str, salt| {
            let mut bytes = value.as_bytes().to_vec();
            Mask::Obfuscate(salt).apply(&mut bytes, false);
            String::from_utf8(bytes).unwrap()
        };
        let long = "remo".repeat(20);
        let once = obfuscated(&long, [1; 16]);
        assert_eq!(once, obfuscated(&long, [1; 16]));
        assert_ne!(once, obfuscated(&long, [2; 16]));
        assert!(once.len() == 80 && once.bytes().all(|byte| (b'!'..=b'~').contains(&byte)));
        assert_ne!(once[..32], once[32..64]);
    }
}
