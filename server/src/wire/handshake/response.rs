//! The client's answer to the greeting (MariaDB documentation: "Connection", *Handshake Response
//! Packet*).

use super::attributes::{Attributes, decode_attributes, encode_attributes};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_lenenc_bytes, put_nul_bytes, put_u32};

/// Who the client is and what it can do.
///
/// A field goes over the wire only when `capabilities` has its flag.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct HandshakeResponse {
    /// What the client can do, within what the server offered.
    pub capabilities: Capabilities,
    /// The largest packet the client takes.
    pub max_packet_size: u32,
    /// Collation of the connection, its low byte.
    pub collation: u8,
    /// User name; empty for the anonymous user.
    pub user: Vec<u8>,
    /// What the authentication plugin computed from scramble and password; at most 255 bytes
    /// without `PLUGIN_AUTH_LENENC_CLIENT_DATA`.
    pub auth_response: Vec<u8>,
    /// Default database (`CONNECT_WITH_DB`).
    pub database: Option<Vec<u8>>,
    /// Authentication plugin (`PLUGIN_AUTH`).
    pub auth_plugin: Option<String>,
    /// Connection attributes (`CONNECT_ATTRS`).
    pub attributes: Attributes,
    /// Compression level (`ZSTD_COMPRESSION_ALGORITHM`).
    pub zstd_level: Option<u8>,
}

impl HandshakeResponse {
    /// Reads the payload.
    ///
    /// As lenient as servers are: bytes behind the last field are ignored, and fields at the end
    /// that were announced may be missing. Responses of the protocol before 4.1 are malformed.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "handshake response");
        let (capabilities, max_packet_size, collation) = decode_fixed(&mut cursor)?;
        let user = cursor.nul_bytes()?.to_vec();
        let auth_response = decode_auth_response(&mut cursor, capabilities)?.to_vec();
        let has = |flag| capabilities.contains(flag);
        let database = (has(Capabilities::CONNECT_WITH_DB) && !cursor.is_empty())
            .then(|| cursor.nul_bytes_or_rest().to_vec());
        let auth_plugin = (has(Capabilities::PLUGIN_AUTH) && !cursor.is_empty())
            .then(|| String::from_utf8_lossy(cursor.nul_bytes_or_rest()).into_owned());
        let attributes = if has(Capabilities::CONNECT_ATTRS) {
            decode_attributes(&mut cursor)?
        } else {
            Attributes::new()
        };
        let zstd_level = if has(Capabilities::ZSTD_COMPRESSION_ALGORITHM) {
            cursor.u8().ok()
        } else {
            None
        };
        Ok(Self {
            capabilities,
            max_packet_size,
            collation,
            user,
            auth_response,
            database,
            auth_plugin,
            attributes,
            zstd_level,
        })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let has = |flag| self.capabilities.contains(flag);
        encode_fixed(self.capabilities, self.max_packet_size, self.collation, out);
        put_nul_bytes(out, &self.user);
        if has(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA) {
            put_lenenc_bytes(out, &self.auth_response);
        } else if has(Capabilities::SECURE_CONNECTION) {
            let len = self.auth_response.len().min(255);
            out.push(len as u8);
            out.extend(self.auth_response.iter().take(len));
        } else {
            put_nul_bytes(out, &self.auth_response);
        }
        if has(Capabilities::CONNECT_WITH_DB) {
            put_nul_bytes(out, self.database.as_deref().unwrap_or_default());
        }
        if has(Capabilities::PLUGIN_AUTH) {
            put_nul_bytes(
                out,
                self.auth_plugin.as_deref().unwrap_or_default().as_bytes(),
            );
        }
        if has(Capabilities::CONNECT_ATTRS) {
            encode_attributes(&self.attributes, out);
        }
        if has(Capabilities::ZSTD_COMPRESSION_ALGORITHM) {
            out.push(self.zstd_level.unwrap_or_default());
        }
    }
}

/// The fields a handshake response shares with the SSL request.
pub(super) fn decode_fixed(cursor: &mut Cursor<'_>) -> Result<(Capabilities, u32, u8), Malformed> {
    let classic = cursor.u32()?;
    if !Capabilities::from_wire(classic, 0).contains(Capabilities::PROTOCOL_41) {
        return Err(cursor.malformed());
    }
    let max_packet_size = cursor.u32()?;
    let collation = cursor.u8()?;
    cursor.bytes(19)?;
    let extended = cursor.u32()?;
    Ok((
        Capabilities::from_wire(classic, extended),
        max_packet_size,
        collation,
    ))
}

pub(super) fn encode_fixed(
    capabilities: Capabilities,
    max_packet_size: u32,
    collation: u8,
    out: &mut Vec<u8>,
) {
    put_u32(out, capabilities.classic());
    put_u32(out, max_packet_size);
    out.push(collation);
    out.extend_from_slice(&[0; 19]);
    put_u32(out, capabilities.extended());
}

fn decode_auth_response<'a>(
    cursor: &mut Cursor<'a>,
    capabilities: Capabilities,
) -> Result<&'a [u8], Malformed> {
    if capabilities.contains(Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA) {
        cursor.lenenc_bytes()
    } else if capabilities.contains(Capabilities::SECURE_CONNECTION) {
        let len = usize::from(cursor.u8()?);
        cursor.bytes(len)
    } else {
        cursor.nul_bytes()
    }
}

impl std::fmt::Debug for HandshakeResponse {
    /// Leaves the authentication response out: it can be the password itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HandshakeResponse")
            .field("capabilities", &self.capabilities)
            .field("max_packet_size", &self.max_packet_size)
            .field("collation", &self.collation)
            .field("user", &self.user.escape_ascii().to_string())
            .field(
                "database",
                &self
                    .database
                    .as_ref()
                    .map(|name| name.escape_ascii().to_string()),
            )
            .field("auth_plugin", &self.auth_plugin)
            .field("attributes", &self.attributes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(capabilities: Capabilities) -> HandshakeResponse {
        let has = |flag| capabilities.contains(flag);
        HandshakeResponse {
            capabilities: Capabilities::PROTOCOL_41 | capabilities,
            max_packet_size: 1 << 30,
            collation: 45,
            user: b"alice".to_vec(),
            auth_response: b"\x01\x02\x03".to_vec(),
            database: has(Capabilities::CONNECT_WITH_DB).then(|| b"shop".to_vec()),
            auth_plugin: has(Capabilities::PLUGIN_AUTH).then(|| "client_ed25519".to_owned()),
            attributes: if has(Capabilities::CONNECT_ATTRS) {
                vec![
                    (b"program_name".to_vec(), b"test".to_vec()),
                    (b"x".to_vec(), b"".to_vec()),
                ]
            } else {
                vec![]
            },
            zstd_level: has(Capabilities::ZSTD_COMPRESSION_ALGORITHM).then_some(3),
        }
    }

    const OPTIONAL: [Capabilities; 7] = [
        Capabilities::CONNECT_WITH_DB,
        Capabilities::PLUGIN_AUTH,
        Capabilities::CONNECT_ATTRS,
        Capabilities::ZSTD_COMPRESSION_ALGORITHM,
        Capabilities::SECURE_CONNECTION,
        Capabilities::PLUGIN_AUTH_LENENC_CLIENT_DATA,
        Capabilities::CACHE_METADATA,
    ];

    #[test]
    fn it_survives_encoding_with_every_set_of_optional_fields() {
        for set in 0..1_u32 << OPTIONAL.len() {
            let chosen = (0..OPTIONAL.len()).filter(|bit| set & (1 << bit) != 0);
            let response = response(chosen.map(|bit| OPTIONAL[bit]).collect());
            let mut out = Vec::new();
            response.encode(&mut out);
            assert_eq!(HandshakeResponse::decode(&out), Ok(response));
        }
    }

    #[test]
    fn fields_at_the_end_may_be_missing_but_not_cut() {
        let full = response(Capabilities::all() - Capabilities::MYSQL);
        let mut whole = Vec::new();
        full.encode(&mut whole);
        let end_of_auth = 32 + 6 + 4;
        let short = HandshakeResponse::decode(&whole[..end_of_auth]).unwrap();
        assert_eq!(
            (short.database, short.auth_plugin, short.zstd_level),
            (None, None, None)
        );
        for len in 0..end_of_auth {
            assert!(HandshakeResponse::decode(&whole[..len]).is_err(), "{len}");
        }
        // The attributes' own length is believed.
        assert!(HandshakeResponse::decode(&whole[..whole.len() - 3]).is_err());
    }

    #[test]
    fn bytes_behind_the_last_field_are_ignored() {
        let response = response(Capabilities::SECURE_CONNECTION);
        let mut out = Vec::new();
        response.encode(&mut out);
        out.extend_from_slice(b"test\0");
        assert_eq!(HandshakeResponse::decode(&out), Ok(response));
    }

    #[test]
    fn the_protocol_before_4_1_is_malformed() {
        assert!(HandshakeResponse::decode(b"\x85\xa4\0\0\0root\0pass").is_err());
    }

    #[test]
    fn debug_output_keeps_the_authentication_response_out() {
        let text = format!("{:?}", response(Capabilities::PLUGIN_AUTH));
        assert!(
            text.contains("alice") && !text.contains("auth_response"),
            "{text}"
        );
    }
}
