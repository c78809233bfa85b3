use super::{Kind, Spec, alias, count, flag, mask, path, text};

/// The protocol versions of `ssl_version`.
pub(super) const VERSIONS: &[&str] = &[
    "MAX", "TLSv10", "TLSv11", "TLSv12", "TLSv13", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3",
];

pub(super) const PARAMETERS: &[Spec] = &[
    flag("ssl", false, "Use TLS."),
    path(
        "ssl_ca",
        "File with the certificates of the authorities to trust (PEM).",
    ),
    alias("ssl_ca_cert", "ssl_ca", Kind::Path),
    path("ssl_cert", "File with our own certificate chain (PEM)."),
    path(
        "ssl_key",
        "File with the private key of our certificate (PEM).",
    ),
    count(
        "ssl_cert_verify_depth",
        "9",
        "How many certificates may stand between the other end's and an authority's.",
    ),
    text(
        "ssl_cipher",
        None,
        "The cipher suites of TLS 1.2 to use, by OpenSSL's names.",
    ),
    flag(
        "ssl_verify_peer_certificate",
        false,
        "Demand a certificate of the other end that a trusted authority has signed.",
    ),
    flag(
        "ssl_verify_peer_host",
        false,
        "Demand that the other end's certificate is for its host name or address.",
    ),
    mask(
        "ssl_version",
        VERSIONS,
        "MAX",
        "The protocol versions allowed.",
    ),
];

pub(super) const LISTENER_PARAMETERS: &[Spec] = &[path(
    "ssl_crl",
    "File with the list of revoked certificates (PEM).",
)];
