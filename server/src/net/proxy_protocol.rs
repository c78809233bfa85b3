//! The PROXY protocol, versions 1 and 2: who is behind a connection that a proxy makes.
//!
//! Without I/O. The format is that of HAProxy's `proxy-protocol.txt`.

mod decode;
mod encode;

pub use decode::{Decoded, ProxyHeaderError, decode};
pub use encode::{encode_v1, encode_v2};

/// The networks of `proxy_protocol_networks`: headers that come from there are believed.
pub use crate::config::Networks as TrustedNetworks;

/// How a header of version 1 begins.
const V1_SIGNATURE: &[u8] = b"PROXY ";
/// How long a header of version 1 may be, its end of line included.
const V1_LEN_MAX: usize = 107;
/// How a header of version 2 begins.
const V2_SIGNATURE: &[u8] = b"\r\n\r\n\0\r\nQUIT\n";
/// How long the part of a header of version 2 is that is always there.
const V2_LEN_MIN: usize = 16;
/// How long a header of version 2 may be. The format allows 64 KiB of extensions; nobody sends
/// that.
const V2_LEN_MAX: usize = 4096;

#[cfg(test)]
mod tests;
