//! The PROXY protocol header, version 1: who is behind the gateway's connection.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// The line that goes before anything else. Without a `client`, as for the gateway's own queries,
/// it says so, and the server takes the gateway's address.
pub(super) fn encode(client: Option<SocketAddr>, server: Option<SocketAddr>) -> String {
    let Some(client) = client else {
        return "PROXY UNKNOWN\r\n".to_owned();
    };
    let source = client.ip().to_canonical();
    // Over a Unix socket the server has no address, and nobody reads this one.
    let server = server.unwrap_or(client);
    let (family, source, destination) = match (source, server.ip().to_canonical()) {
        (IpAddr::V4(source), IpAddr::V4(destination)) => {
            ("TCP4", source.to_string(), destination.to_string())
        }
        (source, destination) => ("TCP6", as_v6(source), as_v6(destination)),
    };
    format!(
        "PROXY {family} {source} {destination} {} {}\r\n",
        client.port(),
        server.port()
    )
}

/// Both addresses of a header are of one family.
fn as_v6(address: IpAddr) -> String {
    let v6: Ipv6Addr = match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped(),
        IpAddr::V6(v6) => v6,
    };
    v6.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_names_client_and_server_in_one_family() {
        let check = |client: &str, server: &str, expected: &str| {
            let header = encode(client.parse().ok(), server.parse().ok());
            assert_eq!(header.strip_suffix("\r\n"), Some(expected));
        };
        check(
            "10.0.0.7:4000",
            "10.0.0.1:3306",
            "PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306",
        );
        let mapped = "PROXY TCP4 10.0.0.7 10.0.0.1 4000 3306";
        check("[::ffff:10.0.0.7]:4000", "10.0.0.1:3306", mapped);
        check(
            "[fd00::7]:4000",
            "[fd00::1]:3306",
            "PROXY TCP6 fd00::7 fd00::1 4000 3306",
        );
        let mixed = "PROXY TCP6 fd00::7 ::ffff:10.0.0.1 4000 3306";
        check("[fd00::7]:4000", "10.0.0.1:3306", mixed);
        check(
            "10.0.0.7:4000",
            "",
            "PROXY TCP4 10.0.0.7 10.0.0.7 4000 4000",
        );
        check("", "10.0.0.1:3306", "PROXY UNKNOWN");
    }
}
