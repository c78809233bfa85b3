//! Why TLS could not be set up.

use std::path::{Path, PathBuf};

use tokio_rustls::rustls::pki_types::pem;
use tokio_rustls::rustls::server::VerifierBuilderError;

/// TLS could not be set up, or the other end is not who it should be.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A parameter that TLS needs is not given.
    #[error("TLS needs {0}")]
    Missing(&'static str),
    /// A file cannot be read, or is no PEM file.
    #[error("{parameter}: {path} cannot be read: {source}")]
    Unreadable {
        /// The parameter that names it.
        parameter: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: pem::Error,
    },
    /// A file has nothing of what is wanted in it.
    #[error("{parameter}: there is no {wanted} in {path}")]
    Empty {
        /// The parameter that names it.
        parameter: &'static str,
        /// The file.
        path: PathBuf,
        /// What is wanted.
        wanted: &'static str,
    },
    /// A file's content is refused.
    #[error("{parameter}: {path} is refused: {source}")]
    Refused {
        /// The parameter that names it.
        parameter: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: tokio_rustls::rustls::Error,
    },
    /// Certificates are to be verified, and there are no authorities to trust.
    #[error("ssl_verify_peer_certificate needs ssl_ca: the system names no authorities")]
    NoAuthorities,
    /// The authorities cannot be used.
    #[error("ssl_ca: {0}")]
    Authorities(#[from] VerifierBuilderError),
    /// A server's address cannot be a name in TLS.
    #[error("`{0}` is neither a host name nor an IP address")]
    BadName(String),
    /// The client has shown no certificate.
    #[error("the client has shown no certificate")]
    NoPeerCertificate,
    /// Something that rustls says.
    #[error(transparent)]
    Rustls(#[from] tokio_rustls::rustls::Error),
}

impl TlsError {
    /// The content of a file is refused.
    pub(super) fn refused(
        parameter: &'static str,
        path: &Path,
        source: tokio_rustls::rustls::Error,
    ) -> Self {
        Self::Refused {
            parameter,
            path: path.to_owned(),
            source,
        }
    }
}
