//! Bytes to the source address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::{V1_LEN_MAX, V1_SIGNATURE, V2_LEN_MAX, V2_LEN_MIN, V2_SIGNATURE};

/// How many bytes tell a header from a packet: the fourth byte of a client's first packet is its
/// sequence number, which is small, and that of both headers is not.
const TELLING_LEN: usize = 4;

/// What the bytes so far are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decoded {
    /// The beginning of a header, or too little to tell. So many more bytes can be read without
    /// reading past a header, or past a packet's own header.
    NeedsMore(usize),
    /// The client speaks for itself; nothing was used.
    NotAHeader,
    /// A header.
    Header {
        /// Its length in bytes.
        len: usize,
        /// The client's address; `None`: the proxy speaks for itself, or the client has no address.
        source: Option<SocketAddr>,
    },
}

/// It begins as a header and is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("malformed PROXY protocol header: {0}")]
pub struct ProxyHeaderError(&'static str);

/// Looks at the first bytes of a connection.
///
/// # Errors
/// They begin as a header and are none.
pub fn decode(bytes: &[u8]) -> Result<Decoded, ProxyHeaderError> {
    let telling = bytes
        .get(..TELLING_LEN.min(bytes.len()))
        .unwrap_or_default();
    let v1 = V1_SIGNATURE.starts_with(telling);
    let v2 = V2_SIGNATURE.starts_with(telling);
    if !v1 && !v2 {
        return Ok(Decoded::NotAHeader);
    }
    if bytes.len() < TELLING_LEN {
        return Ok(Decoded::NeedsMore(TELLING_LEN - bytes.len()));
    }
    if v1 {
        decode_v1(bytes)
    } else {
        decode_v2(bytes)
    }
}

/// `PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306` and an end of line.
fn decode_v1(bytes: &[u8]) -> Result<Decoded, ProxyHeaderError> {
    const SHORTEST: &[u8] = b"PROXY UNKNOWN\r\n";
    let line = bytes.get(..V1_LEN_MAX.min(bytes.len())).unwrap_or_default();
    let Some(end) = line.windows(2).position(|pair| pair == b"\r\n") else {
        if bytes.len() >= V1_LEN_MAX {
            return Err(ProxyHeaderError("the line does not end"));
        }
        let ending = if bytes.last() == Some(&b'\r') { 1 } else { 2 };
        let missing = SHORTEST.len().saturating_sub(bytes.len()).max(ending);
        return Ok(Decoded::NeedsMore(missing));
    };
    let text = line
        .get(..end)
        .and_then(|line| std::str::from_utf8(line).ok());
    let mut words = text
        .ok_or(ProxyHeaderError("the line is not ASCII"))?
        .split(' ');
    if words.next() != Some("PROXY") {
        return Err(ProxyHeaderError("the line does not begin with PROXY"));
    }
    let source = match words.next() {
        Some("UNKNOWN") => None,
        Some("TCP4") => Some(v1_source::<Ipv4Addr>(words)?),
        Some("TCP6") => Some(v1_source::<Ipv6Addr>(words)?),
        _ => return Err(ProxyHeaderError("neither TCP4, TCP6 nor UNKNOWN")),
    };
    Ok(Decoded::Header {
        len: end + 2,
        source,
    })
}

fn v1_source<'a, A>(words: impl Iterator<Item = &'a str>) -> Result<SocketAddr, ProxyHeaderError>
where
    A: std::str::FromStr + Into<IpAddr>,
{
    let words: Vec<&str> = words.collect();
    let [source, destination, source_port, destination_port] = words.as_slice() else {
        return Err(ProxyHeaderError("not two addresses and two ports"));
    };
    let address = |text: &str| {
        text.parse::<A>()
            .map_err(|_| ProxyHeaderError("a bad address"))
    };
    let port = |text: &str| {
        let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let port = text.parse::<u16>().ok().filter(|_| digits);
        port.ok_or(ProxyHeaderError("a bad port"))
    };
    address(destination)?;
    port(destination_port)?;
    Ok(SocketAddr::new(address(source)?.into(), port(source_port)?))
}

/// Signature, version and command, address family, length, addresses, extensions.
fn decode_v2(bytes: &[u8]) -> Result<Decoded, ProxyHeaderError> {
    if !V2_SIGNATURE.starts_with(bytes) && !bytes.starts_with(V2_SIGNATURE) {
        return Err(ProxyHeaderError("the signature is incomplete"));
    }
    let Some((head, rest)) = bytes.split_first_chunk::<V2_LEN_MIN>() else {
        return Ok(Decoded::NeedsMore(V2_LEN_MIN - bytes.len()));
    };
    let [.., version_and_command, family, len_high, len_low] = *head;
    let rest_len = usize::from(u16::from_be_bytes([len_high, len_low]));
    let len = V2_LEN_MIN + rest_len;
    if len > V2_LEN_MAX {
        return Err(ProxyHeaderError("longer than any header"));
    }
    let local = match version_and_command {
        0x20 => true,
        0x21 => false,
        _ => {
            return Err(ProxyHeaderError(
                "neither version 2 LOCAL nor version 2 PROXY",
            ));
        }
    };
    let Some(rest) = rest.get(..rest_len) else {
        return Ok(Decoded::NeedsMore(len - bytes.len()));
    };
    let source = if local {
        None
    } else {
        v2_source(family, rest)?
    };
    Ok(Decoded::Header { len, source })
}

/// The source address of the families that have one; of others the addresses are not looked at.
fn v2_source(family: u8, rest: &[u8]) -> Result<Option<SocketAddr>, ProxyHeaderError> {
    let short = ProxyHeaderError("too short for its addresses");
    match family {
        // Source and destination address, source and destination port.
        0x11 => {
            let &[a, b, c, d, _, _, _, _, high, low, _, _, ..] = rest else {
                return Err(short);
            };
            let port = u16::from_be_bytes([high, low]);
            Ok(Some(SocketAddr::from(([a, b, c, d], port))))
        }
        0x21 => {
            let (address, rest) = rest.split_first_chunk::<16>().ok_or(short.clone())?;
            let (_, rest) = rest.split_first_chunk::<16>().ok_or(short.clone())?;
            let &[high, low, _, _, ..] = rest else {
                return Err(short);
            };
            let port = u16::from_be_bytes([high, low]);
            Ok(Some(SocketAddr::from((*address, port))))
        }
        0x00 | 0x12 | 0x22 | 0x31 | 0x32 => Ok(None),
        _ => Err(ProxyHeaderError("an unknown address family")),
    }
}
