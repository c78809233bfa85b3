//! TLS parameters of servers, listeners and the admin interface.

use std::path::PathBuf;

use super::error::Fault;
use super::values::Values;

/// How to use TLS, and whether.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TlsParameters {
    /// `ssl`.
    pub enabled: bool,
    /// `ssl_key`: our private key.
    pub key: Option<PathBuf>,
    /// `ssl_cert`: our certificate chain.
    pub cert: Option<PathBuf>,
    /// `ssl_ca`: the authorities to trust.
    pub ca: Option<PathBuf>,
    /// `ssl_verify_peer_certificate`.
    pub verify_peer_certificate: bool,
    /// `ssl_verify_peer_host`.
    pub verify_peer_host: bool,
    /// `ssl_version`.
    pub versions: TlsVersions,
    /// `ssl_cipher`: the cipher suites of TLS 1.2 by OpenSSL's names, the best first; none: all.
    pub ciphers: Vec<String>,
    /// `ssl_crl`: the certificates of clients that are revoked.
    pub crl: Option<PathBuf>,
    /// `ssl_cert_verify_depth`: certificates between the other end's and an authority's, at most.
    pub verify_depth: Option<usize>,
}

/// The cipher suites of TLS 1.2 that there are, by OpenSSL's names.
pub const TLS12_CIPHERS: [&str; 6] = [
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305",
];

/// The names of a list in OpenSSL's form.
fn ciphers(list: &str) -> Vec<String> {
    let names = list.split([':', ',', ' ']).filter(|name| !name.is_empty());
    names.map(str::to_owned).collect()
}

/// The protocol versions allowed. Older ones than 1.2 are not to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TlsVersions {
    /// TLS 1.2.
    pub tls12: bool,
    /// TLS 1.3.
    pub tls13: bool,
}

impl Default for TlsVersions {
    fn default() -> Self {
        Self {
            tls12: true,
            tls13: true,
        }
    }
}

impl TlsVersions {
    /// Reads the list of `ssl_version`.
    pub(super) fn of(names: &[String]) -> Self {
        let has = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
        if names.is_empty() || has(&["MAX"]) {
            return Self::default();
        }
        Self {
            tls12: has(&["TLSv12", "TLSv1.2"]),
            tls13: has(&["TLSv13", "TLSv1.3"]),
        }
    }

    /// Whether any version is left.
    pub(super) fn any(self) -> bool {
        self.tls12 || self.tls13
    }

    /// What is wrong when none is left.
    pub(super) fn fault(name: &str) -> Fault {
        let message = format!("{name}: TLS before 1.2 is not supported");
        Fault::new(message, "MAX, TLSv1.2, TLSv1.3")
    }
}

impl TlsParameters {
    pub(super) fn of_listener(values: &Values) -> Self {
        Self {
            crl: values.path("ssl_crl"),
            ..Self::of(values)
        }
    }

    pub(super) fn of(values: &Values) -> Self {
        Self {
            enabled: values.flag("ssl"),
            key: values.path("ssl_key"),
            cert: values.path("ssl_cert"),
            ca: values.path("ssl_ca"),
            verify_peer_certificate: values.flag("ssl_verify_peer_certificate"),
            verify_peer_host: values.flag("ssl_verify_peer_host"),
            versions: TlsVersions::of(values.list("ssl_version")),
            ciphers: ciphers(values.text("ssl_cipher").unwrap_or_default()),
            crl: None,
            verify_depth: usize::try_from(values.count("ssl_cert_verify_depth")).ok(),
        }
    }

    /// A name that is not known, or that can't be chosen.
    fn cipher_fault(&self) -> Option<Fault> {
        let unknown = |name: &&String| !TLS12_CIPHERS.contains(&name.as_str());
        let name = self.ciphers.iter().find(unknown)?;
        let why = if name.starts_with("TLS_") {
            "is a cipher suite of TLS 1.3, of which all are used"
        } else {
            "is no cipher suite of TLS 1.2 that there is"
        };
        let message = format!("ssl_cipher: {name} {why}");
        Some(Fault::new(message, TLS12_CIPHERS.join(", ")))
    }

    /// What is wrong with them together, by the parameter to blame.
    pub(super) fn faults(&self, needs_certificate: bool) -> Vec<(&'static str, Fault)> {
        let mut faults = Vec::new();
        if !self.enabled {
            return faults;
        }
        if !self.versions.any() {
            faults.push(("ssl_version", TlsVersions::fault("ssl_version")));
        }
        faults.extend(self.cipher_fault().map(|fault| ("ssl_cipher", fault)));
        if self.crl.is_some() && !self.verify_peer_certificate {
            let message = "ssl_crl needs ssl_verify_peer_certificate=true: else no certificate is \
                           asked for";
            faults.push(("ssl_crl", Fault::new(message, "")));
        }
        if needs_certificate && self.cert.is_none() {
            faults.push(("ssl", Fault::new("ssl=true needs ssl_cert", "a PEM file")));
        }
        if needs_certificate && self.key.is_none() {
            faults.push(("ssl", Fault::new("ssl=true needs ssl_key", "a PEM file")));
        }
        if !needs_certificate && self.cert.is_some() != self.key.is_some() {
            let message = "ssl_cert and ssl_key are given together or not at all";
            faults.push(("ssl_cert", Fault::new(message, "")));
        }
        // Towards servers the system's authorities are there; clients have certificates of our own.
        let checks = [
            ("ssl_verify_peer_certificate", self.verify_peer_certificate),
            ("ssl_verify_peer_host", self.verify_peer_host),
        ];
        let checked = checks.into_iter().find(|(_, on)| *on && needs_certificate);
        if let Some((name, _)) = checked.filter(|_| self.ca.is_none()) {
            let message = format!("{name}=true needs ssl_ca");
            faults.push((name, Fault::new(message, "a PEM file")));
        }
        faults
    }
}
