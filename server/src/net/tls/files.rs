//! PEM files.

use std::path::Path;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject};
use tokio_rustls::rustls::pki_types::{
    CertificateDer, CertificateRevocationListDer, PrivateKeyDer,
};

use super::error::TlsError;

/// Where systems keep the authorities that they trust.
const SYSTEM_AUTHORITIES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// All certificates of a file; at least one.
pub(super) fn certificates(
    parameter: &'static str,
    path: &Path,
) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let unreadable = |source| unreadable(parameter, path, source);
    let found = CertificateDer::pem_file_iter(path).map_err(unreadable)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    if found.is_empty() {
        return Err(empty(parameter, path, "certificate"));
    }
    Ok(found)
}

/// All lists of revoked certificates of a file; at least one.
pub(super) fn revocation_lists(
    parameter: &'static str,
    path: &Path,
) -> Result<Vec<CertificateRevocationListDer<'static>>, TlsError> {
    let unreadable = |source| unreadable(parameter, path, source);
    let found = CertificateRevocationListDer::pem_file_iter(path).map_err(unreadable)?;
    let found = found.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    if found.is_empty() {
        return Err(empty(parameter, path, "list of revoked certificates"));
    }
    Ok(found)
}

/// The first private key of a file.
pub(super) fn private_key(
    parameter: &'static str,
    path: &Path,
) -> Result<PrivateKeyDer<'static>, TlsError> {
    PrivateKeyDer::from_pem_file(path).map_err(|source| match source {
        pem::Error::NoItemsFound => empty(parameter, path, "private key"),
        source => unreadable(parameter, path, source),
    })
}

/// The authorities of a file; all its certificates must be usable as such.
pub(super) fn authorities(parameter: &'static str, path: &Path) -> Result<RootCertStore, TlsError> {
    let mut store = RootCertStore::empty();
    for certificate in certificates(parameter, path)? {
        store
            .add(certificate)
            .map_err(|source| TlsError::refused(parameter, path, source))?;
    }
    Ok(store)
}

/// The authorities that the system trusts; those that cannot be used are left out.
pub(super) fn system_authorities() -> Result<RootCertStore, TlsError> {
    let mut store = RootCertStore::empty();
    for path in SYSTEM_AUTHORITIES {
        if let Ok(found) = certificates("ssl_ca", Path::new(path)) {
            store.add_parsable_certificates(found);
            break;
        }
    }
    if store.is_empty() {
        Err(TlsError::NoAuthorities)
    } else {
        Ok(store)
    }
}

fn unreadable(parameter: &'static str, path: &Path, source: pem::Error) -> TlsError {
    TlsError::Unreadable {
        parameter,
        path: path.to_owned(),
        source,
    }
}

fn empty(parameter: &'static str, path: &Path, wanted: &'static str) -> TlsError {
    TlsError::Empty {
        parameter,
        path: path.to_owned(),
        wanted,
    }
}
