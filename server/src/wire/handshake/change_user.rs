//! Authentication as another user on a connection (MariaDB documentation: "COM_CHANGE_USER").

use super::attributes::{Attributes, decode_attributes, encode_attributes};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::cursor::{Cursor, put_nul_bytes, put_u16};

/// The request COM_CHANGE_USER.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct ChangeUser {
    /// User name; empty for the anonymous user.
    pub user: Vec<u8>,
    /// Authentication response for the scramble of the connection's handshake, at most 255 bytes.
    pub auth_response: Vec<u8>,
    /// The new default database; empty for none.
    pub database: Vec<u8>,
    /// The new collation; `None` keeps the server's default.
    pub collation: Option<u16>,
    /// Authentication plugin (`PLUGIN_AUTH`).
    pub auth_plugin: Option<String>,
    /// Connection attributes (`CONNECT_ATTRS`).
    pub attributes: Attributes,
}

impl ChangeUser {
    /// Reads the payload, its command byte included, of a client with `capabilities`.
    pub fn decode(payload: &[u8], capabilities: Capabilities) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "COM_CHANGE_USER");
        if cursor.u8()? != Command::ChangeUser as u8 {
            return Err(cursor.malformed());
        }
        let user = cursor.nul_bytes()?.to_vec();
        let auth_response = if capabilities.contains(Capabilities::SECURE_CONNECTION) {
            let len = usize::from(cursor.u8()?);
            cursor.bytes(len)?.to_vec()
        } else {
            cursor.nul_bytes()?.to_vec()
        };
        let database = cursor.nul_bytes_or_rest().to_vec();
        let collation = if cursor.is_empty() {
            None
        } else {
            Some(cursor.u16()?)
        };
        let has = |flag| capabilities.contains(flag);
        let auth_plugin = (has(Capabilities::PLUGIN_AUTH) && !cursor.is_empty())
            .then(|| String::from_utf8_lossy(cursor.nul_bytes_or_rest()).into_owned());
        let attributes = if has(Capabilities::CONNECT_ATTRS) {
            decode_attributes(&mut cursor)?
        } else {
            Attributes::new()
        };
        Ok(Self {
            user,
            auth_response,
            database,
            collation,
            auth_plugin,
            attributes,
        })
    }

    /// Writes the payload for a server with which `capabilities` were agreed.
    pub fn encode(&self, capabilities: Capabilities, out: &mut Vec<u8>) {
        out.push(Command::ChangeUser as u8);
        put_nul_bytes(out, &self.user);
        if capabilities.contains(Capabilities::SECURE_CONNECTION) {
            let len = self.auth_response.len().min(255);
            out.push(len as u8);
            out.extend(self.auth_response.iter().take(len));
        } else {
            put_nul_bytes(out, &self.auth_response);
        }
        put_nul_bytes(out, &self.database);
        let Some(collation) = self.collation else {
            return;
        };
        put_u16(out, collation);
        if capabilities.contains(Capabilities::PLUGIN_AUTH) {
            put_nul_bytes(
                out,
                self.auth_plugin.as_deref().unwrap_or_default().as_bytes(),
            );
        }
        if capabilities.contains(Capabilities::CONNECT_ATTRS) {
            encode_attributes(&self.attributes, out);
        }
    }
}

impl std::fmt::Debug for ChangeUser {
    /// Leaves the authentication response out: it can be the password itself.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ChangeUser")
            .field("user", &self.user.escape_ascii().to_string())
            .field("database", &self.database.escape_ascii().to_string())
            .field("collation", &self.collation)
            .field("auth_plugin", &self.auth_plugin)
            .field("attributes", &self.attributes.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_encoding_in_its_long_and_short_forms() {
        let short = ChangeUser {
            user: b"bob".to_vec(),
            auth_response: vec![1, 2],
            database: b"shop".to_vec(),
            ..ChangeUser::default()
        };
        let long = ChangeUser {
            collation: Some(45),
            auth_plugin: Some("mysql_native_password".to_owned()),
            attributes: vec![(b"a".to_vec(), b"b".to_vec())],
            ..short.clone()
        };
        let all = Capabilities::all();
        for (request, capabilities) in [
            (&short, Capabilities::empty()),
            (&short, all),
            (&long, all),
            (&long, all - Capabilities::SECURE_CONNECTION),
        ] {
            let mut out = Vec::new();
            request.encode(capabilities, &mut out);
            assert_eq!(ChangeUser::decode(&out, capabilities).as_ref(), Ok(request));
        }
    }

    #[test]
    fn a_cut_request_is_malformed() {
        let all = Capabilities::all();
        for payload in [
            &b""[..],
            b"\x03x",
            b"\x11bob",
            b"\x11bob\0\x05ab",
            b"\x11b\0\0db\0\x01",
        ] {
            assert!(ChangeUser::decode(payload, all).is_err(), "{payload:?}");
        }
    }
}
