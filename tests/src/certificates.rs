//! TLS certificates made at run time: an authority and what it signed.

use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::scratch;

/// A certificate authority with its files.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: PathBuf,
}

/// The files of one certificate.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The private key (PEM).
    pub key: PathBuf,
    /// The certificate (PEM).
    pub cert: PathBuf,
    /// The authority's certificate (PEM).
    pub ca: PathBuf,
}

impl Authority {
    /// A new authority.
    pub fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params
            .distinguished_name
            .push(DnType::CommonName, "Sluicegate test authority");
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let folder = scratch::folder("tls");
        write(&folder.join("ca.pem"), &issuer.pem());
        Self { issuer, folder }
    }

    /// A certificate for 127.0.0.1 and `localhost`, with `name` as its common name.
    pub fn issue(&self, name: &str) -> Certificate {
        let names = ["localhost".to_owned(), "127.0.0.1".to_owned()];
        let mut params = CertificateParams::new(names).expect("subject names");
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().expect("a key");
        let signed = params.signed_by(&key, &self.issuer).expect("a certificate");
        let files = Certificate {
            key: self.folder.join(format!("{name}.key")),
            cert: self.folder.join(format!("{name}.pem")),
            ca: self.folder.join("ca.pem"),
        };
        write(&files.key, &key.serialize_pem());
        write(&files.cert, &signed.pem());
        files
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

fn write(path: &std::path::Path, text: &str) {
    std::fs::write(path, text).expect("a file in a scratch folder");
}
