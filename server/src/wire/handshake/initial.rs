//! The server's greeting (MariaDB documentation: "Connection", *Initial Handshake Packet*).

use super::SCRAMBLE_LEN;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_nul_bytes, put_u16, put_u32};
use crate::wire::status::StatusFlags;

const PROTOCOL_VERSION: u8 = 10;
const SCRAMBLE_HEAD_LEN: usize = 8;
const SCRAMBLE_TAIL_LEN: usize = SCRAMBLE_LEN - SCRAMBLE_HEAD_LEN;

/// The first packet of a connection, from the server.
///
/// A server that refuses the connection sends an ERR packet instead (first byte 0xff).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InitialHandshake {
    /// E.g. `5.5.5-10.11.6-MariaDB` or `8.0.36`.
    pub server_version: String,
    /// The connection's id at the server.
    pub connection_id: u32,
    /// Random bytes for the password's scramble.
    pub scramble: [u8; SCRAMBLE_LEN],
    /// What the server can do.
    pub capabilities: Capabilities,
    /// The server's default collation, its low byte.
    pub collation: u8,
    /// The server's status.
    pub status: StatusFlags,
    /// The authentication plugin the scramble is meant for; empty when none was named.
    pub auth_plugin: String,
}

impl InitialHandshake {
    /// Reads the payload of a server's first packet.
    ///
    /// Servers older than 4.1 (no `SECURE_CONNECTION`, or protocol 9) are malformed here.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "initial handshake");
        if cursor.u8()? != PROTOCOL_VERSION {
            return Err(cursor.malformed());
        }
        let server_version = text(cursor.nul_bytes()?);
        let connection_id = cursor.u32()?;
        let head = cursor.array::<SCRAMBLE_HEAD_LEN>()?;
        cursor.u8()?;
        let low = cursor.u16()?;
        let collation = cursor.u8()?;
        let status = StatusFlags::from_bits_retain(cursor.u16()?);
        let high = cursor.u16()?;
        let auth_data_len = usize::from(cursor.u8()?);
        cursor.bytes(6)?;
        let extended = cursor.u32()?;
        let capabilities =
            Capabilities::from_wire(u32::from(low) | u32::from(high) << 16, extended);
        if !capabilities.contains(Capabilities::SECURE_CONNECTION) {
            return Err(cursor.malformed());
        }
        let tail = cursor.array::<SCRAMBLE_TAIL_LEN>()?;
        // The rest of the plugin's data: a NUL, or more for plugins with longer data.
        let skipped = auth_data_len.saturating_sub(SCRAMBLE_LEN).max(1);
        cursor.bytes(skipped.min(cursor.remaining()))?;
        let auth_plugin = if capabilities.contains(Capabilities::PLUGIN_AUTH) {
            // Some old servers leave the last NUL out (MySQL bug 59453).
            text(cursor.nul_bytes_or_rest())
        } else {
            String::new()
        };
        cursor.finish()?;
        let mut scramble = [0; SCRAMBLE_LEN];
        for (slot, byte) in scramble.iter_mut().zip(head.into_iter().chain(tail)) {
            *slot = byte;
        }
        Ok(Self {
            server_version,
            connection_id,
            scramble,
            capabilities,
            collation,
            status,
            auth_plugin,
        })
    }

    /// Writes the payload. Extended capabilities are written when `MYSQL` is clear.
    ///
    /// The scramble must hold no NUL: clients may take it for a NUL-terminated string.
    pub fn encode(&self, out: &mut Vec<u8>) {
        let (head, tail) = self.scramble.split_at(SCRAMBLE_HEAD_LEN);
        let classic = self.capabilities.classic();
        let with_plugin = self.capabilities.contains(Capabilities::PLUGIN_AUTH);
        out.push(PROTOCOL_VERSION);
        put_nul_bytes(out, self.server_version.as_bytes());
        put_u32(out, self.connection_id);
        out.extend_from_slice(head);
        out.push(0);
        put_u16(out, classic as u16);
        out.push(self.collation);
        put_u16(out, self.status.bits());
        put_u16(out, (classic >> 16) as u16);
        out.push(if with_plugin {
            SCRAMBLE_LEN as u8 + 1
        } else {
            0
        });
        out.extend_from_slice(&[0; 6]);
        put_u32(out, self.capabilities.extended());
        out.extend_from_slice(tail);
        out.push(0);
        if with_plugin {
            put_nul_bytes(out, self.auth_plugin.as_bytes());
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handshake() -> InitialHandshake {
        InitialHandshake {
            server_version: "5.5.5-10.11.6-MariaDB".to_owned(),
            connection_id: 77,
            scramble: *b"0123456789abcdefghij",
            capabilities: Capabilities::PROTOCOL_41
                | Capabilities::SECURE_CONNECTION
                | Capabilities::PLUGIN_AUTH
                | Capabilities::CACHE_METADATA,
            collation: 45,
            status: StatusFlags::AUTOCOMMIT,
            auth_plugin: "mysql_native_password".to_owned(),
        }
    }

    fn encoded(handshake: &InitialHandshake) -> Vec<u8> {
        let mut out = Vec::new();
        handshake.encode(&mut out);
        out
    }

    #[test]
    fn it_survives_encoding_with_and_without_extended_capabilities() {
        let mariadb = handshake();
        assert_eq!(
            InitialHandshake::decode(&encoded(&mariadb)),
            Ok(mariadb.clone())
        );
        let mysql = InitialHandshake {
            capabilities: Capabilities::MYSQL | mariadb.capabilities,
            ..mariadb.clone()
        };
        let read = InitialHandshake::decode(&encoded(&mysql)).unwrap();
        assert_eq!(
            read.capabilities,
            mysql.capabilities - Capabilities::CACHE_METADATA
        );
        let plain = InitialHandshake {
            capabilities: Capabilities::PROTOCOL_41 | Capabilities::SECURE_CONNECTION,
            auth_plugin: String::new(),
            ..mariadb
        };
        assert_eq!(InitialHandshake::decode(&encoded(&plain)), Ok(plain));
    }

    #[test]
    fn a_cut_handshake_is_malformed() {
        let whole = encoded(&handshake());
        // Without its last NUL it is still accepted, from the plugin's name on it is shorter.
        let name_at = whole.len() - "mysql_native_password".len() - 1;
        for len in 0..name_at - 1 {
            assert!(InitialHandshake::decode(&whole[..len]).is_err(), "{len}");
        }
        assert_eq!(
            InitialHandshake::decode(&whole[..whole.len() - 1]),
            Ok(handshake())
        );
    }

    #[test]
    fn servers_older_than_4_1_are_malformed() {
        let old = InitialHandshake {
            capabilities: Capabilities::PROTOCOL_41,
            ..handshake()
        };
        assert!(InitialHandshake::decode(&encoded(&old)).is_err());
        let mut version_9 = encoded(&handshake());
        version_9[0] = 9;
        assert!(InitialHandshake::decode(&version_9).is_err());
    }
}
