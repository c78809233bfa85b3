//! `proxy_protocol_networks`: which networks are meant.

use std::net::IpAddr;

use ipnet::IpNet;

use super::error::Fault;

/// A list of networks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Networks {
    list: Vec<IpNet>,
    /// `*`.
    all: bool,
    /// `localhost`: Unix sockets.
    local: bool,
}

impl Networks {
    /// Reads addresses and networks separated by commas; `*` is all, `localhost` is Unix sockets.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let mut networks = Self::default();
        for item in text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty())
        {
            match item {
                "*" => networks.all = true,
                "localhost" => networks.local = true,
                _ => networks.list.push(network(item)?),
            }
        }
        Ok(networks)
    }

    /// Whether `address` is in one of them. An IPv4 address may be given in its IPv6 form.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.all || self.list.iter().any(|network| network.contains(&address))
    }

    /// Whether connections through a Unix socket are meant too.
    pub fn contains_local(&self) -> bool {
        self.all || self.local
    }

    /// Whether nothing is meant.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

fn network(item: &str) -> Result<IpNet, Fault> {
    let network = item.parse::<IpNet>().ok();
    let address = || {
        item.parse::<IpAddr>()
            .ok()
            .map(|ip| IpNet::from(ip.to_canonical()))
    };
    network.or_else(address).ok_or_else(|| {
        let message = format!("`{item}` is neither an address nor a network");
        Fault::new(
            message,
            "192.168.0.1, 192.168.0.0/16, fd00::/8, localhost, *",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::Networks;

    #[test]
    fn networks_contain_addresses() {
        let check = |list: &str, address: &str, expected: bool| {
            let networks = Networks::parse(list).unwrap();
            assert_eq!(
                networks.contains(address.parse().unwrap()),
                expected,
                "{list} {address}"
            );
        };
        check("192.168.0.0/16, 10.0.0.1", "192.168.7.1", true);
        check("192.168.0.0/16, 10.0.0.1", "::ffff:10.0.0.1", true);
        check("192.168.0.0/16, 10.0.0.1", "10.0.0.2", false);
        check("fd00::/8", "fd12::1", true);
        check("fd00::/8", "::1", false);
        check("*", "1.2.3.4", true);
        check("localhost", "127.0.0.1", false);
        check("", "127.0.0.1", false);
    }

    #[test]
    fn unix_sockets_are_meant_by_name() {
        assert!(Networks::parse("localhost").unwrap().contains_local());
        assert!(Networks::parse("*").unwrap().contains_local());
        assert!(!Networks::parse("127.0.0.1").unwrap().contains_local());
        assert!(Networks::parse(" , ").unwrap().is_empty());
    }

    #[test]
    fn what_is_no_network_is_named() {
        for text in ["10.0.0.0/33", "example.org", "10.0.0.1,x", "/8"] {
            let fault = Networks::parse(text).unwrap_err();
            assert!(
                fault
                    .message
                    .ends_with("is neither an address nor a network"),
                "{text}"
            );
        }
    }
}
