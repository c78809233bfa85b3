//! Authentication after the first two packets (MariaDB documentation: "Connection",
//! *Authentication Switch Request*; MySQL documentation: "Protocol::AuthMoreData").

use super::SCRAMBLE_LEN;
use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, put_nul_bytes};

const SWITCH: u8 = 0xfe;
const MORE_DATA: u8 = 0x01;

/// The server wants another authentication plugin. The client answers with a packet that holds
/// that plugin's data alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthSwitchRequest {
    /// The plugin's name.
    pub plugin: String,
    /// The plugin's data; for the password plugins a scramble and a NUL.
    pub data: Vec<u8>,
}

impl AuthSwitchRequest {
    /// A request for a plugin that works with a scramble.
    pub fn new(plugin: &str, scramble: &[u8; SCRAMBLE_LEN]) -> Self {
        let mut data = scramble.to_vec();
        data.push(0);
        Self {
            plugin: plugin.to_owned(),
            data,
        }
    }

    /// Reads the payload. One without a name asks for the plugin of servers before 4.1.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "authentication switch request");
        if cursor.u8()? != SWITCH {
            return Err(cursor.malformed());
        }
        if cursor.is_empty() {
            return Ok(Self {
                plugin: "mysql_old_password".to_owned(),
                data: Vec::new(),
            });
        }
        let plugin = String::from_utf8_lossy(cursor.nul_bytes()?).into_owned();
        Ok(Self {
            plugin,
            data: cursor.rest().to_vec(),
        })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(SWITCH);
        put_nul_bytes(out, self.plugin.as_bytes());
        out.extend_from_slice(&self.data);
    }

    /// The scramble in the data, when there is one.
    pub fn scramble(&self) -> Option<[u8; SCRAMBLE_LEN]> {
        let data = self.data.strip_suffix(&[0]).unwrap_or(&self.data);
        data.try_into().ok()
    }
}

/// Further data of the plugin under way, from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthMoreData {
    /// What the plugin makes of it is its own matter.
    pub data: Vec<u8>,
}

impl AuthMoreData {
    /// Reads the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "authentication data");
        if cursor.u8()? != MORE_DATA {
            return Err(cursor.malformed());
        }
        Ok(Self {
            data: cursor.rest().to_vec(),
        })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        out.push(MORE_DATA);
        out.extend_from_slice(&self.data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_switch_request_survives_encoding_and_gives_its_scramble() {
        let scramble = *b"01234567890123456789";
        let request = AuthSwitchRequest::new("mysql_native_password", &scramble);
        let mut out = Vec::new();
        request.encode(&mut out);
        assert_eq!(out, b"\xfemysql_native_password\x0001234567890123456789\0");
        assert_eq!(AuthSwitchRequest::decode(&out), Ok(request.clone()));
        assert_eq!(request.scramble(), Some(scramble));
    }

    #[test]
    fn a_bare_switch_request_means_the_old_plugin() {
        let request = AuthSwitchRequest::decode(b"\xfe").unwrap();
        assert_eq!(
            (request.plugin.as_str(), request.scramble()),
            ("mysql_old_password", None)
        );
        for malformed in [&b""[..], b"\x00", b"\xfename without end"] {
            assert!(AuthSwitchRequest::decode(malformed).is_err());
        }
    }

    #[test]
    fn more_data_survives_encoding() {
        let more = AuthMoreData { data: vec![4] };
        let mut out = Vec::new();
        more.encode(&mut out);
        assert_eq!(out, [1, 4]);
        assert_eq!(AuthMoreData::decode(&out), Ok(more));
        assert!(AuthMoreData::decode(&[2]).is_err());
    }
}
