//! The names of cipher suites.

use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::{CipherSuite, SupportedCipherSuite};

/// The name of a cipher suite as OpenSSL, and so `SHOW STATUS LIKE 'Ssl_cipher'`, spells it.
pub fn cipher_name(suite: CipherSuite) -> String {
    let name = suite.as_str().unwrap_or("unknown");
    if let Some(rest) = name.strip_prefix("TLS13_") {
        return format!("TLS_{rest}");
    }
    let Some(rest) = name.strip_prefix("TLS_") else {
        return name.to_owned();
    };
    let rest = rest
        .replace("_WITH_", "_")
        .replace("AES_", "AES")
        .replace('_', "-");
    // OpenSSL leaves out the hash of ChaCha20.
    rest.strip_suffix("-POLY1305-SHA256")
        .map_or(rest.clone(), |r| format!("{r}-POLY1305"))
}

/// *ring*, with the cipher suites of TLS 1.2 that are named, in that order; with all when none is.
pub(super) fn provider(names: &[String]) -> CryptoProvider {
    let mut provider = ring::default_provider();
    if names.is_empty() {
        return provider;
    }
    let all = std::mem::take(&mut provider.cipher_suites);
    let (of_tls13, of_tls12): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|suite| suite.tls13().is_some());
    provider.cipher_suites = of_tls13;
    for name in names {
        let is_named = |suite: &&SupportedCipherSuite| cipher_name(suite.suite()) == *name;
        provider
            .cipher_suites
            .extend(of_tls12.iter().find(is_named));
    }
    provider
}

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::CipherSuite;

    use super::{cipher_name, provider};
    use crate::config::TLS12_CIPHERS;

    #[test]
    fn the_suites_that_are_named_are_used_in_their_order() {
        let of_tls12 = |names: &[&str]| -> Vec<String> {
            let names: Vec<String> = names.iter().map(ToString::to_string).collect();
            let suites = provider(&names).cipher_suites.into_iter();
            let suites = suites.filter(|suite| suite.tls13().is_none());
            suites.map(|suite| cipher_name(suite.suite())).collect()
        };
        let two = ["ECDHE-RSA-CHACHA20-POLY1305", "ECDHE-RSA-AES256-GCM-SHA384"];
        assert_eq!(of_tls12(&two), two);
        let mut all = of_tls12(&[]);
        all.sort_unstable();
        let mut known = TLS12_CIPHERS;
        known.sort_unstable();
        assert_eq!(all, known, "what may be named is what there is");
    }

    #[test]
    fn suites_are_named_as_openssl_names_them() {
        let check = |suite, expected: &str| assert_eq!(cipher_name(suite), expected);
        check(
            CipherSuite::TLS13_AES_256_GCM_SHA384,
            "TLS_AES_256_GCM_SHA384",
        );
        check(
            CipherSuite::TLS13_CHACHA20_POLY1305_SHA256,
            "TLS_CHACHA20_POLY1305_SHA256",
        );
        check(
            CipherSuite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            "ECDHE-RSA-AES256-GCM-SHA384",
        );
        check(
            CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            "ECDHE-ECDSA-AES128-GCM-SHA256",
        );
        check(
            CipherSuite::TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            "ECDHE-RSA-CHACHA20-POLY1305",
        );
    }
}
