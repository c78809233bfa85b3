//! The names of cipher suites.

use tokio_rustls::rustls::CipherSuite;

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

#[cfg(test)]
mod tests {
    use tokio_rustls::rustls::CipherSuite;

    use super::cipher_name;

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
