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
    pub(super) fn of(values: &Values) -> Self {
        Self {
            enabled: values.flag("ssl"),
            key: values.path("ssl_key"),
            cert: values.path("ssl_cert"),
            ca: values.path("ssl_ca"),
            verify_peer_certificate: values.flag("ssl_verify_peer_certificate"),
            verify_peer_host: values.flag("ssl_verify_peer_host"),
            versions: TlsVersions::of(values.list("ssl_version")),
        }
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
