//! `admin_readonly_hosts`, `admin_readwrite_hosts`: from where the API may be used.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::error::Fault;

/// Addresses as in accounts of MariaDB: `%`, `192.168.%`, `10.0.0.0/8`, `10.0.0.0/255.0.0.0`,
/// `localhost`. Names are not looked up: who may write must not hang on a name server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPatterns(Vec<Pattern>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    /// `localhost`.
    Loopback,
    Network(IpNet),
    /// With `%` for any characters and `_` for one.
    Text(String),
}

impl Default for HostPatterns {
    /// All hosts.
    fn default() -> Self {
        Self(vec![Pattern::Text("%".to_owned())])
    }
}

impl HostPatterns {
    /// Reads patterns separated by commas.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let items = text
            .split(',')
            .map(str::trim)
            .filter(|item| !item.is_empty());
        items.map(pattern).collect::<Result<_, _>>().map(Self)
    }

    /// Whether an address is one of those meant. An IPv4 address may be given in its IPv6 form.
    pub fn contain(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|pattern| match pattern {
            Pattern::Loopback => address.is_loopback(),
            Pattern::Network(network) => network.contains(&address),
            Pattern::Text(text) => fits(text.as_bytes(), address.to_string().as_bytes()),
        })
    }
}

impl std::str::FromStr for HostPatterns {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|fault| fault.message)
    }
}

fn pattern(item: &str) -> Result<Pattern, Fault> {
    if item.eq_ignore_ascii_case("localhost") {
        return Ok(Pattern::Loopback);
    }
    if let Some((base, mask)) = item.split_once('/') {
        let mask = mask.parse::<Ipv4Addr>().ok();
        let network = match mask {
            Some(mask) => base.parse().ok().and_then(|base: Ipv4Addr| {
                let prefix = ipnet::ipv4_mask_to_prefix(mask).ok()?;
                IpNet::new(base.into(), prefix).ok()
            }),
            None => item.parse().ok(),
        };
        return network.map(Pattern::Network).ok_or_else(|| fault(item));
    }
    if let Ok(address) = item.parse::<IpAddr>() {
        return Ok(Pattern::Network(address.to_canonical().into()));
    }
    let numeric = |c: char| c.is_ascii_digit() || ".%_".contains(c);
    // Of IPv6 addresses the letters are hexadecimal digits; what is no address has other ones.
    let of_six = |c: char| c.is_ascii_hexdigit() || ":%_".contains(c);
    let is_address = item.chars().all(numeric) || (item.contains(':') && item.chars().all(of_six));
    if is_address {
        Ok(Pattern::Text(item.to_ascii_lowercase()))
    } else {
        Err(fault(item))
    }
}

fn fault(item: &str) -> Fault {
    Fault::new(
        format!("`{item}` is no pattern for addresses"),
        "%, an address, 192.168.%, 10.0.0.0/8, 10.0.0.0/255.0.0.0, localhost",
    )
}

/// Whether a text fits a pattern.
fn fits(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'%', rest)) => {
            (0..=text.len()).any(|at| text.get(at..).is_some_and(|text| fits(rest, text)))
        }
        Some((first, rest)) => match text.split_first() {
            Some((byte, text)) => (first == byte || *first == b'_') && fits(rest, text),
            None => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_fit_their_patterns_only() {
        let check = |patterns: &str, address: &str, expected: bool| {
            let patterns = HostPatterns::parse(patterns).unwrap();
            assert_eq!(
                patterns.contain(address.parse().unwrap()),
                expected,
                "{address}"
            );
        };
        check("%", "10.1.2.3", true);
        check("%", "::1", true);
        check("10.1.2.3", "10.1.2.3", true);
        check("10.1.2.3", "::ffff:10.1.2.3", true);
        check("10.1.2.3", "10.1.2.4", false);
        check("10.1.%", "10.1.2.3", true);
        check("10.1.%", "10.11.2.3", false);
        check("10.1.2._", "10.1.2.3", true);
        check("10.1.2._", "10.1.2.30", false);
        check("10.0.0.0/8", "10.200.0.1", true);
        check("10.0.0.0/255.0.0.0", "11.0.0.1", false);
        check("fd00::/8", "fd12::1", true);
        check("fe80:%", "fe80::1", true);
        check("localhost", "127.0.0.1", true);
        check("localhost", "10.0.0.1", false);
        check("10.0.0.1, 10.0.0.2", "10.0.0.2", true);
        check("", "10.0.0.2", false);
    }

    #[test]
    fn names_and_broken_networks_are_refused() {
        for wrong in [
            "admin.example",
            "10.0.0.0/33",
            "10.0.0.0/255.0.255.0",
            "face",
        ] {
            assert!(HostPatterns::parse(wrong).is_err(), "{wrong}");
        }
    }
}
