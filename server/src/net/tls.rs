//! TLS towards clients and towards servers, from the parameters of listeners and servers.
//!
//! Always the *ring* provider. An acceptor or connector is made once per listener or server and
//! shared: it keeps the sessions that can be resumed.

mod cipher;
mod client_verifier;
mod error;
mod files;
mod verifier;

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::client::{Resumption, verify_server_name};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::server::danger::ClientCertVerifier;
use tokio_rustls::rustls::server::{
    ParsedCertificate, ServerSessionMemoryCache, WebPkiClientVerifier,
};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{ClientConfig, ServerConfig, SupportedProtocolVersion};
use tokio_rustls::{TlsAcceptor, TlsConnector};

pub use cipher::cipher_name;
use cipher::provider;
use client_verifier::ClientVerifier;
pub use error::TlsError;
use verifier::ServerVerifier;

use crate::config::{TlsParameters, TlsVersions};

/// How many sessions of clients can be resumed without a ticket (TLS 1.2), per listener.
const RESUMABLE_CLIENTS_MAX: usize = 1024;
/// How many sessions with one server can be resumed, per server.
const RESUMABLE_SERVERS_MAX: usize = 256;

/// TLS for the clients of a listener. Clients must show a certificate of a trusted authority when
/// `ssl_verify_peer_certificate` is on; see [`verify_client_host`] for `ssl_verify_peer_host`.
///
/// # Errors
/// A file cannot be read or has not in it what it should; the error names parameter and file.
pub fn acceptor(parameters: &TlsParameters) -> Result<TlsAcceptor, TlsError> {
    let verifier = if parameters.verify_peer_certificate || parameters.verify_peer_host {
        let ca = parameters
            .ca
            .as_deref()
            .ok_or(TlsError::Missing("ssl_ca"))?;
        let roots = Arc::new(files::authorities("ssl_ca", ca)?);
        let provider = Arc::new(ring::default_provider());
        let mut verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
        if let Some(crl) = &parameters.crl {
            // As OpenSSL does it: the list of a client's issuer has to be there, and in date.
            verifier = verifier
                .with_crls(files::revocation_lists("ssl_crl", crl)?)
                .only_check_end_entity_revocation()
                .enforce_revocation_expiration();
        }
        let verifier = ClientVerifier::new(verifier.build()?, parameters.verify_depth);
        Some(Arc::new(verifier) as Arc<dyn ClientCertVerifier>)
    } else {
        None
    };
    accepting(parameters, verifier)
}

fn accepting(
    parameters: &TlsParameters,
    verifier: Option<Arc<dyn ClientCertVerifier>>,
) -> Result<TlsAcceptor, TlsError> {
    let versions = versions(parameters.versions);
    let builder = ServerConfig::builder_with_provider(Arc::new(provider(&parameters.ciphers)))
        .with_protocol_versions(&versions)?;
    let builder = match verifier {
        Some(verifier) => builder.with_client_cert_verifier(verifier),
        None => builder.with_no_client_auth(),
    };
    let cert = parameters
        .cert
        .as_deref()
        .ok_or(TlsError::Missing("ssl_cert"))?;
    let key = parameters
        .key
        .as_deref()
        .ok_or(TlsError::Missing("ssl_key"))?;
    let chain = files::certificates("ssl_cert", cert)?;
    let mut config = builder
        .with_single_cert(chain, files::private_key("ssl_key", key)?)
        .map_err(|source| TlsError::refused("ssl_cert", cert, source))?;
    config.session_storage = ServerSessionMemoryCache::new(RESUMABLE_CLIENTS_MAX);
    config.ticketer = ring::Ticketer::new()?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// TLS for the clients of the API. One who shows a certificate has to have it from an authority of
/// `ssl_ca`; none has to show one.
///
/// # Errors
/// As [`acceptor`].
pub fn admin_acceptor(parameters: &TlsParameters) -> Result<TlsAcceptor, TlsError> {
    let verifier = match parameters.ca.as_deref() {
        Some(ca) => {
            let roots = Arc::new(files::authorities("ssl_ca", ca)?);
            let provider = Arc::new(ring::default_provider());
            let builder = WebPkiClientVerifier::builder_with_provider(roots, provider);
            Some(builder.allow_unauthenticated().build()?)
        }
        None => None,
    };
    accepting(parameters, verifier)
}

/// The private key of a file, DER, and the public key that is in the certificate of another one.
///
/// # Errors
/// As [`acceptor`].
pub fn key_pair(key: &Path, cert: &Path) -> Result<(Vec<u8>, Vec<u8>), TlsError> {
    let private = files::private_key("ssl_key", key)?;
    let chain = files::certificates("ssl_cert", cert)?;
    let first = chain.first().ok_or(TlsError::Missing("ssl_cert"))?;
    let public = ParsedCertificate::try_from(first)?.subject_public_key_info();
    Ok((private.secret_der().to_vec(), public.as_ref().to_vec()))
}

/// TLS towards a server. Its certificate is believed as it comes unless
/// `ssl_verify_peer_certificate` is on; its name, or address, is checked with
/// `ssl_verify_peer_host`. The authorities are those of `ssl_ca`, or the system's when there is
/// none.
///
/// # Errors
/// A file cannot be read or has not in it what it should; the error names parameter and file.
pub fn connector(parameters: &TlsParameters) -> Result<TlsConnector, TlsError> {
    let provider = Arc::new(provider(&parameters.ciphers));
    let verifier = ServerVerifier::new(parameters, &provider)?;
    let versions = versions(parameters.versions);
    let builder = client_builder(provider, &versions, verifier)?;
    let mut config = match (&parameters.cert, &parameters.key) {
        (Some(cert), Some(key)) => {
            let chain = files::certificates("ssl_cert", cert)?;
            let key = files::private_key("ssl_key", key)?;
            let config = builder.with_client_auth_cert(chain, key);
            config.map_err(|source| TlsError::refused("ssl_cert", cert, source))?
        }
        _ => builder.with_no_client_auth(),
    };
    config.resumption = Resumption::in_memory_sessions(RESUMABLE_SERVERS_MAX);
    Ok(TlsConnector::from(Arc::new(config)))
}

type ClientBuilder = tokio_rustls::rustls::ConfigBuilder<
    ClientConfig,
    tokio_rustls::rustls::client::WantsClientCert,
>;

fn client_builder(
    provider: Arc<CryptoProvider>,
    versions: &[&'static SupportedProtocolVersion],
    verifier: ServerVerifier,
) -> Result<ClientBuilder, TlsError> {
    let builder = ClientConfig::builder_with_provider(provider).with_protocol_versions(versions)?;
    Ok(builder
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier)))
}

/// The name of a server for the handshake: its configured address, or `localhost` for a Unix
/// socket.
///
/// # Errors
/// The address is neither a host name nor an IP address.
pub fn server_name(address: &str) -> Result<ServerName<'static>, TlsError> {
    let address = if address.is_empty() {
        "localhost"
    } else {
        address
    };
    ServerName::try_from(address.to_owned()).map_err(|_| TlsError::BadName(address.to_owned()))
}

/// `ssl_verify_peer_host` of a listener: whether the certificate that a client has shown is for the
/// address that the client has.
///
/// # Errors
/// It has shown none, or one for another host.
pub fn verify_client_host(
    certificates: Option<&[CertificateDer<'_>]>,
    address: IpAddr,
) -> Result<(), TlsError> {
    let certificate = certificates
        .and_then(<[_]>::first)
        .ok_or(TlsError::NoPeerCertificate)?;
    let certificate = ParsedCertificate::try_from(certificate)?;
    verify_server_name(&certificate, &ServerName::from(address.to_canonical()))?;
    Ok(())
}

fn versions(allowed: TlsVersions) -> Vec<&'static SupportedProtocolVersion> {
    let all = [(allowed.tls13, &TLS13), (allowed.tls12, &TLS12)];
    all.into_iter()
        .filter_map(|(allowed, version)| allowed.then_some(version))
        .collect()
}

#[cfg(test)]
mod tests;
