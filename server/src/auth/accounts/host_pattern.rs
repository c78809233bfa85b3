//! The host part of an account: from where its user may log in.

use std::cmp::Reverse;
use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;

use super::pattern::{self, Specificity};

/// From where a client comes, as accounts see it.
#[derive(Debug, Clone)]
pub(super) struct ClientHost {
    pub(super) address: Option<IpAddr>,
    /// Lower case.
    pub(super) name: Option<String>,
    /// False: a client of this machine is not matched by a bare `%`.
    pub(super) matches_bare_wildcard: bool,
}

/// A host pattern: exact, with wildcards, or a network.
#[derive(Debug, Clone)]
pub(super) struct HostPattern {
    text: String,
    network: Option<IpNet>,
    specificity: Specificity,
}

impl HostPattern {
    /// Reads the `Host` column. `prefix_notation`: `10.0.0.0/8` is a network too (MySQL 8.0.23).
    pub(super) fn new(text: &str, prefix_notation: bool) -> Self {
        let text = text.to_ascii_lowercase();
        let network = text.split_once('/').and_then(|(base, mask)| {
            let prefix = if prefix_notation && mask.len() < 4 {
                mask.parse().ok()
            } else {
                mask.parse::<Ipv4Addr>()
                    .ok()
                    .and_then(|mask| ipnet::ip_mask_to_prefix(IpAddr::V4(mask)).ok())
            };
            IpNet::new(base.parse().ok()?, prefix?).ok()
        });
        // An empty host means any host and is the least specific one.
        let shown = if text.is_empty() { "%" } else { &text };
        let specificity = pattern::specificity(shown.as_bytes());
        Self {
            text,
            network,
            specificity,
        }
    }

    /// The text of the `Host` column in lower case.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Whether the client is one of those meant.
    pub(super) fn matches(&self, client: &ClientHost) -> bool {
        if self.text.is_empty() || self.text == "%" {
            return client.matches_bare_wildcard;
        }
        if let Some(network) = &self.network {
            // The server compares the masked address with the base as written.
            let base_fits = network.addr() == network.network();
            return base_fits
                && client
                    .address
                    .is_some_and(|address| network.contains(&address));
        }
        let fits = |subject: &str| pattern::matches(self.text.as_bytes(), subject.as_bytes());
        client.name.as_deref().is_some_and(fits)
            || client
                .address
                .is_some_and(|address| fits(&address.to_string()))
    }

    /// Whether only a client's name can decide: neither address, network, `%` nor `localhost`.
    pub(super) fn wants_name(&self) -> bool {
        let numeric = |byte: u8| byte.is_ascii_digit() || b".%_:/\\".contains(&byte);
        !self.text.bytes().all(numeric)
            && self.text != "localhost"
            && self.text.parse::<IpAddr>().is_err()
    }

    /// The order in which the server looks: the most specific pattern first.
    pub(super) fn order(&self) -> (Specificity, Reverse<&str>) {
        (self.specificity.clone(), Reverse(&self.text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str, name: &str) -> ClientHost {
        ClientHost {
            address: address.parse().ok(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            matches_bare_wildcard: true,
        }
    }

    fn check(pattern: &str, address: &str, name: &str, expected: bool) {
        let matched = HostPattern::new(pattern, false).matches(&client(address, name));
        assert_eq!(matched, expected, "{pattern} on {address} {name}");
    }

    #[test]
    fn hosts_match_by_address_name_wildcard_and_netmask() {
        check("10.0.0.7", "10.0.0.7", "", true);
        check("10.0.0.7", "10.0.0.70", "", false);
        check("10.0.%", "10.0.3.4", "", true);
        check("10.0.0._", "10.0.0.70", "", false);
        check("%", "10.0.0.7", "", true);
        check("", "10.0.0.7", "", true);
        check("localhost", "", "localhost", true);
        check("LocalHost", "", "localhost", true);
        check("localhos_", "", "localhost", true);
        check("localhost", "127.0.0.1", "", false);
        check("127.0.0.1", "127.0.0.1", "localhost", true);
        check("%.example.com", "10.0.0.7", "db.example.com", true);
        check("%.example.com", "10.0.0.7", "", false);
        check("fe80::%", "fe80::1", "", true);
        check("::1", "::1", "", true);
        check("10.0.0.0/255.255.255.0", "10.0.0.7", "", true);
        check("10.0.0.0/255.255.255.0", "10.0.1.7", "", false);
        check("10.0.0.0/255.255.255.0", "", "localhost", false);
        // A base with bits outside of its mask matches nobody.
        check("10.0.0.7/255.255.255.0", "10.0.0.7", "", false);
    }

    #[test]
    fn a_prefix_length_is_a_network_only_where_the_server_knows_it() {
        check("10.0.0.0/8", "10.2.3.4", "", false);
        assert!(HostPattern::new("10.0.0.0/8", true).matches(&client("10.2.3.4", "")));
        assert!(HostPattern::new("fd00::/8", true).matches(&client("fd00::5", "")));
    }

    #[test]
    fn a_bare_wildcard_can_be_closed_to_local_clients() {
        let mut local = client("", "localhost");
        local.matches_bare_wildcard = false;
        assert!(!HostPattern::new("%", false).matches(&local));
        assert!(HostPattern::new("local%", false).matches(&local));
    }

    /// The order a MariaDB 10.11 server was seen to try these in, for a client on 127.0.0.1.
    #[test]
    fn the_most_specific_pattern_comes_first() {
        let expected = [
            "127.0.0.1/255.255.255.255",
            "127.0.0.1",
            "127.0.0.0/255.255.255.0",
            "127.0.0.0/255.0.0.0",
            "_27.0.0.1",
            "127_0._.1",
            "127._._._",
            "_27.0.0.1%",
            "1_7.0.0.1%",
            "1_7._.0.1%",
            "1%27.___.1",
            "_%2____0__",
            "127%.0%%.0.1%",
            "127.0.0.%",
            "_27.0.0.%",
            "1%7_0.0._",
            "%27.0.0_1%",
            "127.0.0%",
            "1%%.0.0%.1",
            "127.%.1",
            "127.0.%%",
            "127.%%",
            "%.1",
            "%",
        ];
        let mut patterns: Vec<_> = expected
            .iter()
            .rev()
            .map(|text| HostPattern::new(text, false))
            .collect();
        patterns.sort_by(|left, right| left.order().cmp(&right.order()));
        let sorted: Vec<_> = patterns.iter().map(HostPattern::text).collect();
        assert_eq!(sorted, expected);
    }

    #[test]
    fn names_are_wanted_only_by_patterns_that_need_one() {
        for (text, expected) in [
            ("%", false),
            ("10.0.0.%", false),
            ("10.0.0.0/255.0.0.0", false),
            ("fe80::1", false),
            ("localhost", false),
            ("", false),
            ("%.example.com", true),
            ("db1", true),
        ] {
            assert_eq!(
                HostPattern::new(text, false).wants_name(),
                expected,
                "{text}"
            );
        }
    }
}
