//! Connection attributes (MariaDB documentation: "Connection", *Handshake Response Packet*).

use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, put_lenenc_bytes, put_lenenc_int};

/// Names and values in the order the client sent them, e.g. `_client_name`, `program_name`.
pub type Attributes = Vec<(Vec<u8>, Vec<u8>)>;

/// Reads attributes; their absence is an empty list, since some clients announce them only.
pub(super) fn decode_attributes(cursor: &mut Cursor<'_>) -> Result<Attributes, Malformed> {
    if cursor.is_empty() {
        return Ok(Vec::new());
    }
    let mut inner = Cursor::new(cursor.lenenc_bytes()?, "connection attributes");
    let mut attributes = Vec::new();
    while !inner.is_empty() {
        let name = inner.lenenc_bytes()?.to_vec();
        attributes.push((name, inner.lenenc_bytes()?.to_vec()));
    }
    Ok(attributes)
}

pub(super) fn encode_attributes(attributes: &[(Vec<u8>, Vec<u8>)], out: &mut Vec<u8>) {
    let mut inner = Vec::new();
    for (name, value) in attributes {
        put_lenenc_bytes(&mut inner, name);
        put_lenenc_bytes(&mut inner, value);
    }
    put_lenenc_int(out, inner.len() as u64);
    out.extend_from_slice(&inner);
}
