//! What is checked of a server's certificate.

use std::sync::Arc;

use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::{verify_server_cert_signed_by_trust_anchor, verify_server_name};
use tokio_rustls::rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{DigitallySignedStruct, Error, RootCertStore, SignatureScheme};

use super::client_verifier::shortened;
use super::error::TlsError;
use super::files;
use crate::config::TlsParameters;

/// Checks the chain, the name, both or nothing, as `ssl_verify_peer_certificate` and
/// `ssl_verify_peer_host` say.
#[derive(Debug)]
pub(super) struct ServerVerifier {
    /// The authorities to trust; `None`: the chain is not checked.
    roots: Option<RootCertStore>,
    check_name: bool,
    /// Certificates between the server's and an authority's, at most.
    depth: Option<usize>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ServerVerifier {
    pub(super) fn new(
        parameters: &TlsParameters,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Self, TlsError> {
        let roots = match &parameters.ca {
            // Read even if it is not used, so that a wrong file is found when it is configured.
            Some(path) => Some(files::authorities("ssl_ca", path)?),
            None if parameters.verify_peer_certificate => Some(files::system_authorities()?),
            None => None,
        };
        Ok(Self {
            roots: roots.filter(|_| parameters.verify_peer_certificate),
            check_name: parameters.verify_peer_host,
            depth: parameters.verify_depth,
            algorithms: provider.signature_verification_algorithms,
        })
    }

    fn checks_nothing(&self) -> bool {
        self.roots.is_none() && !self.check_name
    }
}

impl ServerCertVerifier for ServerVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.checks_nothing() {
            return Ok(ServerCertVerified::assertion());
        }
        let certificate = ParsedCertificate::try_from(end_entity)?;
        if let Some(roots) = &self.roots {
            let algorithms = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                roots,
                shortened(intermediates, self.depth),
                now,
                algorithms,
            )?;
        }
        if self.check_name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    // When nothing is checked of a certificate, a signature made with its key proves nothing
    // either. It is then let pass unread: servers make themselves certificates of X.509 version 1,
    // which cannot be parsed here.
    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.checks_nothing() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.checks_nothing() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}
