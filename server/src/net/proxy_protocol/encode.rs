//! The header that a server with `proxy_protocol` gets.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use super::V2_SIGNATURE;

/// Appends a header of version 1. Without `client`, as for the gateway's own connections, it says
/// that the connection speaks for itself. `server` is where the connection goes; over a Unix socket
/// there is no such address, and nobody reads the one that is then put there.
pub fn encode_v1(client: Option<SocketAddr>, server: Option<SocketAddr>, out: &mut Vec<u8>) {
    let line = match client.map(|client| one_family(client, server.unwrap_or(client))) {
        None => "PROXY UNKNOWN\r\n".to_owned(),
        Some((client, server)) => {
            let family = if client.is_ipv4() { "TCP4" } else { "TCP6" };
            let (from, to) = (client.ip(), server.ip());
            format!(
                "PROXY {family} {from} {to} {} {}\r\n",
                client.port(),
                server.port()
            )
        }
    };
    out.extend_from_slice(line.as_bytes());
}

/// Appends a header of version 2; see [`encode_v1`].
pub fn encode_v2(client: Option<SocketAddr>, server: Option<SocketAddr>, out: &mut Vec<u8>) {
    const LOCAL: u8 = 0x20;
    const PROXY: u8 = 0x21;
    out.extend_from_slice(V2_SIGNATURE);
    let Some((client, server)) = client.map(|client| one_family(client, server.unwrap_or(client)))
    else {
        out.extend_from_slice(&[LOCAL, 0, 0, 0]);
        return;
    };
    match (client.ip(), server.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            out.extend_from_slice(&[PROXY, 0x11, 0, 12]);
            out.extend_from_slice(&from.octets());
            out.extend_from_slice(&to.octets());
        }
        (from, to) => {
            out.extend_from_slice(&[PROXY, 0x21, 0, 36]);
            out.extend_from_slice(&as_v6(from).octets());
            out.extend_from_slice(&as_v6(to).octets());
        }
    }
    out.extend_from_slice(&client.port().to_be_bytes());
    out.extend_from_slice(&server.port().to_be_bytes());
}

/// Both addresses of a header are of one family: IPv4 if both can be, else IPv6.
fn one_family(client: SocketAddr, server: SocketAddr) -> (SocketAddr, SocketAddr) {
    let plain = |address: SocketAddr| SocketAddr::new(address.ip().to_canonical(), address.port());
    let (client, server) = (plain(client), plain(server));
    if client.is_ipv4() == server.is_ipv4() {
        return (client, server);
    }
    let wide = |address: SocketAddr| SocketAddr::new(as_v6(address.ip()).into(), address.port());
    (wide(client), wide(server))
}

fn as_v6(address: IpAddr) -> Ipv6Addr {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    }
}
