//! Encoders for the protocol's data types. They append to a `Vec`; one byte is `push`.

/// Appends two bytes, little-endian.
pub fn put_u16(out: &mut Vec<u8>, value: u16) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends the low three bytes, little-endian.
pub fn put_u24(out: &mut Vec<u8>, value: u32) {
    let [a, b, c, _] = value.to_le_bytes();
    out.extend_from_slice(&[a, b, c]);
}

/// Appends four bytes, little-endian.
pub fn put_u32(out: &mut Vec<u8>, value: u32) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends eight bytes, little-endian.
pub fn put_u64(out: &mut Vec<u8>, value: u64) {
    out.extend_from_slice(&value.to_le_bytes());
}

/// Appends a length-encoded integer in its shortest form.
pub fn put_lenenc_int(out: &mut Vec<u8>, value: u64) {
    match value {
        0..=0xfa => out.push(value as u8),
        0xfb..=0xffff => {
            out.push(0xfc);
            put_u16(out, value as u16);
        }
        0x1_0000..=0xff_ffff => {
            out.push(0xfd);
            put_u24(out, value as u32);
        }
        _ => {
            out.push(0xfe);
            put_u64(out, value);
        }
    }
}

/// Appends a length-encoded string of bytes.
pub fn put_lenenc_bytes(out: &mut Vec<u8>, value: &[u8]) {
    put_lenenc_int(out, value.len() as u64);
    out.extend_from_slice(value);
}

/// Appends a string and the NUL that ends it.
///
/// A NUL inside would end the string early and shift every field behind it, so what follows one is
/// left out.
pub fn put_nul_bytes(out: &mut Vec<u8>, value: &[u8]) {
    out.extend(value.iter().take_while(|&&byte| byte != 0));
    out.push(0);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::cursor::Cursor;

    #[test]
    fn length_encoded_integers_take_their_shortest_form() {
        for (value, len) in [
            (0, 1),
            (0xfa, 1),
            (0xfb, 3),
            (0xffff, 3),
            (0x1_0000, 4),
            (0x100_0000, 9),
        ] {
            let mut out = Vec::new();
            put_lenenc_int(&mut out, value);
            assert_eq!(out.len(), len, "{value}");
            assert_eq!(Cursor::new(&out, "test").lenenc_int(), Ok(value));
        }
    }

    #[test]
    fn a_nul_inside_a_string_cannot_shift_the_next_field() {
        let mut out = Vec::new();
        put_nul_bytes(&mut out, b"ro\0ot");
        assert_eq!(out, b"ro\0");
    }
}
