//! The client's wish for TLS (MariaDB documentation: "Connection", *SSLRequest Packet*).

use super::response::{decode_fixed, encode_fixed};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::Cursor;

const LEN: usize = 32;

/// Sent instead of the handshake response; that follows inside of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SslRequest {
    /// What the client can do; holds `SSL`.
    pub capabilities: Capabilities,
    /// The largest packet the client takes.
    pub max_packet_size: u32,
    /// Collation of the connection, its low byte.
    pub collation: u8,
}

/// Whether the payload of a client's first packet is an SSL request, not a handshake response.
pub fn is_ssl_request(payload: &[u8]) -> bool {
    payload.len() == LEN
        && Cursor::new(payload, "SSL request")
            .u32()
            .is_ok_and(|classic| Capabilities::from_wire(classic, 0).contains(Capabilities::SSL))
}

impl SslRequest {
    /// Reads the payload.
    pub fn decode(payload: &[u8]) -> Result<Self, Malformed> {
        let mut cursor = Cursor::new(payload, "SSL request");
        let (capabilities, max_packet_size, collation) = decode_fixed(&mut cursor)?;
        if !capabilities.contains(Capabilities::SSL) {
            return Err(cursor.malformed());
        }
        cursor.finish()?;
        Ok(Self {
            capabilities,
            max_packet_size,
            collation,
        })
    }

    /// Writes the payload.
    pub fn encode(&self, out: &mut Vec<u8>) {
        encode_fixed(self.capabilities, self.max_packet_size, self.collation, out);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_survives_encoding_and_is_told_from_a_response() {
        let request = SslRequest {
            capabilities: Capabilities::SSL | Capabilities::PROTOCOL_41 | Capabilities::PROGRESS,
            max_packet_size: 5,
            collation: 8,
        };
        let mut out = Vec::new();
        request.encode(&mut out);
        assert!(is_ssl_request(&out));
        assert_eq!(SslRequest::decode(&out), Ok(request));
        out.push(0);
        assert!(!is_ssl_request(&out));
        assert!(SslRequest::decode(&out).is_err());
        assert!(!is_ssl_request(&[0; 32]));
        assert!(!is_ssl_request(&[]));
    }
}
