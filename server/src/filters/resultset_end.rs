//! The packet that ends a resultset: an EOF packet, or under `DEPRECATE_EOF` an OK packet with an
//! EOF packet's first byte. Which of them it is shows in its length.

use crate::wire::cursor::Cursor;
use crate::wire::reply::{EOF_HEADER, EofPacket, OK_HEADER, OkPacket};
use crate::wire::status::StatusFlags;
use crate::wire::{Malformed, capabilities::Capabilities};

/// Length of an EOF packet; an OK packet is longer.
const EOF_LEN: usize = 5;

/// The server's status.
pub(super) fn status(payload: &[u8]) -> Option<StatusFlags> {
    let at = status_at(payload).ok()?;
    let bytes = payload.get(at..)?.first_chunk::<2>()?;
    Some(StatusFlags::from_bits_retain(u16::from_le_bytes(*bytes)))
}

/// Adds flags to the server's status.
pub(super) fn add_status(payload: &mut [u8], flags: StatusFlags) {
    let Some(status) = status(payload) else {
        return;
    };
    let Ok(at) = status_at(payload) else { return };
    for (slot, byte) in payload
        .iter_mut()
        .skip(at)
        .zip((status | flags).bits().to_le_bytes())
    {
        *slot = byte;
    }
}

/// Makes it an OK packet that says the same.
pub(super) fn to_ok(payload: &[u8]) -> Vec<u8> {
    if payload.len() != EOF_LEN {
        let mut ok = payload.to_vec();
        if let Some(header) = ok.first_mut() {
            *header = OK_HEADER;
        }
        return ok;
    }
    let eof = EofPacket::decode(payload).ok();
    let ok = OkPacket {
        status: eof.as_ref().map(|eof| eof.status).unwrap_or_default(),
        warnings: eof.map(|eof| eof.warnings).unwrap_or_default(),
        ..OkPacket::default()
    };
    let mut out = Vec::new();
    ok.encode(Capabilities::empty(), &mut out);
    out
}

fn status_at(payload: &[u8]) -> Result<usize, Malformed> {
    let mut cursor = Cursor::new(payload, "end of a resultset");
    if cursor.u8()? != EOF_HEADER {
        return Err(cursor.malformed());
    }
    if payload.len() == EOF_LEN {
        cursor.u16()?;
    } else {
        cursor.lenenc_int()?;
        cursor.lenenc_int()?;
    }
    Ok(payload.len() - cursor.remaining())
}

#[cfg(test)]
mod tests {
    use super::*;

    const EOF: &[u8] = &[0xfe, 1, 0, 2, 0];
    const OK: &[u8] = &[0xfe, 0, 0, 2, 0, 1, 0];

    #[test]
    fn both_forms_are_read_and_written() {
        for payload in [EOF, OK] {
            assert_eq!(status(payload), Some(StatusFlags::AUTOCOMMIT));
            let mut changed = payload.to_vec();
            add_status(&mut changed, StatusFlags::LAST_ROW_SENT);
            let both = StatusFlags::AUTOCOMMIT | StatusFlags::LAST_ROW_SENT;
            assert_eq!(status(&changed), Some(both));
            assert_eq!(to_ok(payload), [0, 0, 0, 2, 0, 1, 0]);
        }
    }

    #[test]
    fn what_ends_nothing_has_no_status() {
        for payload in [&b""[..], b"\0\0\0\x02\0\0\0", b"\xfe\0", b"\xfe\0\0\x02"] {
            assert_eq!(status(payload), None, "{payload:?}");
        }
    }
}
