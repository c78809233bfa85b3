//! SHA-256-crypt, the slow hash of account tables (Ulrich Drepper, "Unix crypt using SHA-256 and
//! SHA-512", version 0.6), without its limit on the salt's length.

use sha2::{Digest, Sha256};

use super::{DIGEST_LEN, sha256};

const ALPHABET: &[u8; 64] = b"./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of a hash.
pub(super) const HASH_LEN: usize = 43;

/// The hash in its text form.
pub(super) fn hash(password: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
    let mut digest = first(password, salt);
    let repeated: Vec<&[u8]> = vec![password; password.len()];
    let p = stretched(&sha256(&repeated), password.len());
    let times = 16 + usize::from(digest[0]);
    let s = stretched(&sha256(&vec![salt; times]), salt.len());
    for round in 0..rounds {
        let odd = round % 2 == 1;
        let mut next = Sha256::new();
        next.update(if odd { &p[..] } else { &digest });
        if round % 3 != 0 {
            next.update(&s);
        }
        if round % 7 != 0 {
            next.update(&p);
        }
        next.update(if odd { &digest[..] } else { &p });
        digest = next.finalize().into();
    }
    text(&digest)
}

fn first(password: &[u8], salt: &[u8]) -> [u8; DIGEST_LEN] {
    let other = sha256(&[password, salt, password]);
    let mut digest = Sha256::new();
    digest.update(password);
    digest.update(salt);
    digest.update(stretched(&other, password.len()));
    let mut bits = password.len();
    while bits > 0 {
        if bits & 1 == 1 {
            digest.update(other);
        } else {
            digest.update(password);
        }
        bits >>= 1;
    }
    digest.finalize().into()
}

/// The digest again and again, until there are `len` bytes.
fn stretched(digest: &[u8; DIGEST_LEN], len: usize) -> Vec<u8> {
    digest.iter().copied().cycle().take(len).collect()
}

/// Three bytes become four characters; which bytes go together, the definition says.
fn text(digest: &[u8; DIGEST_LEN]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HASH_LEN);
    let (mut a, mut b, mut c) = (0_usize, 10_usize, 20_usize);
    for _ in 0..10 {
        put(&mut out, [digest[a], digest[b], digest[c]], 4);
        (a, b, c) = ((c + 1) % 30, (a + 1) % 30, (b + 1) % 30);
    }
    put(&mut out, [0, digest[31], digest[30]], 3);
    out
}

fn put(out: &mut Vec<u8>, [high, middle, low]: [u8; 3], characters: usize) {
    let mut bits = usize::from(high) << 16 | usize::from(middle) << 8 | usize::from(low);
    for _ in 0..characters {
        out.push(ALPHABET[bits & 63]);
        bits >>= 6;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_those_of_other_implementations() {
        // Made by crypt(3) of the GNU C library, 5000 rounds.
        for (password, expected) in [
            ("secret", "i7zHaTeYqXlesRXJ8dXj6o.MEFQdzfIJpJpcWAtszs6"),
            ("", "p99E2fxZB/BTl9j.a2VRY5z71zEP761isnVBuiGlzV3"),
            (
                "a much longer password than thirty-two bytes, for the loops",
                "D7j95NdBlHV9xyyFJDG2hH3e1MK.EsXHUt3z7/SeXt8",
            ),
        ] {
            let made = hash(password.as_bytes(), b"abcdefghijklmnop", 5000);
            assert_eq!(String::from_utf8_lossy(&made), expected, "{password}");
        }
    }
}
