//! Handshakes in memory between our acceptor and our connector, with certificates made on the spot.

mod restrictions;

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::rustls::HandshakeKind;
use tokio_rustls::{TlsAcceptor, TlsConnector};

use super::{TlsError, acceptor, cipher_name, connector, server_name, verify_client_host};
use crate::config::{TlsParameters, TlsVersions};

type Issuer = CertifiedIssuer<'static, KeyPair>;

/// A folder with an authority and what it has signed.
struct Folder {
    path: PathBuf,
    authority: Issuer,
}

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluicegate-tls-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).unwrap();
        let authority = authority("Authority");
        fs::write(path.join("ca.pem"), authority.pem()).unwrap();
        fs::write(path.join("other-ca.pem"), self::authority("Other").pem()).unwrap();
        let folder = Self { path, authority };
        folder.certificate("server", &["db.example", "127.0.0.1"]);
        folder.certificate("client", &["10.0.0.7"]);
        folder
    }

    fn certificate(&self, name: &str, hosts: &[&str]) {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(hosts).unwrap();
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        fs::write(self.path.join(format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.path.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A listener's parameters.
    fn listener(&self) -> TlsParameters {
        TlsParameters {
            enabled: true,
            cert: Some(self.file("server.pem")),
            key: Some(self.file("server.key")),
            ..TlsParameters::default()
        }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn authority(name: &str) -> Issuer {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

/// What a handshake came to, and with it one byte each way.
#[derive(Debug)]
struct Shaken {
    cipher: String,
    kind: Option<HandshakeKind>,
    client_host: Result<(), TlsError>,
}

async fn shake(
    acceptor: &TlsAcceptor,
    connector: &TlsConnector,
    address: &str,
) -> Result<Shaken, String> {
    let (client, server) = tokio::io::duplex(4096);
    let server = async {
        let mut tls = acceptor
            .accept(server)
            .await
            .map_err(|error| format!("server: {error}"))?;
        let mut byte = [0];
        tls.read_exact(&mut byte)
            .await
            .map_err(|error| format!("server: {error}"))?;
        tls.write_all(&byte)
            .await
            .map_err(|error| format!("server: {error}"))?;
        let host: IpAddr = "10.0.0.7".parse().unwrap();
        Ok(verify_client_host(
            tls.get_ref().1.peer_certificates(),
            host,
        ))
    };
    let client = async {
        let name = server_name(address).unwrap();
        let tls = connector.connect(name, client).await;
        let mut tls = tls.map_err(|error| format!("client: {error}"))?;
        let mut byte = [7];
        tls.write_all(&byte)
            .await
            .map_err(|error| format!("client: {error}"))?;
        tls.read_exact(&mut byte)
            .await
            .map_err(|error| format!("client: {error}"))?;
        let connection = tls.get_ref().1;
        let suite = connection.negotiated_cipher_suite().unwrap();
        Ok::<_, String>((cipher_name(suite.suite()), connection.handshake_kind()))
    };
    let (client_host, client): (Result<_, String>, _) = tokio::join!(server, client);
    let (cipher, kind) = client?;
    Ok(Shaken {
        cipher,
        kind,
        client_host: client_host?,
    })
}

async fn outcome(listener: &TlsParameters, server: &TlsParameters, address: &str) -> String {
    let (acceptor, connector) = (acceptor(listener).unwrap(), connector(server).unwrap());
    match shake(&acceptor, &connector, address).await {
        Ok(shaken) => shaken.cipher,
        Err(error) => error,
    }
}

#[tokio::test]
async fn without_verification_any_certificate_will_do() {
    let folder = Folder::new();
    let answer = outcome(&folder.listener(), &TlsParameters::default(), "10.1.2.3").await;
    assert_eq!(answer, "TLS_AES_256_GCM_SHA384");
}

#[tokio::test]
async fn the_chain_and_the_name_are_checked_as_configured() {
    let folder = Folder::new();
    let listener = folder.listener();
    let check = async |ca: &str, certificate: bool, host: bool, address: &str| {
        let server = TlsParameters {
            ca: Some(folder.file(ca)),
            verify_peer_certificate: certificate,
            verify_peer_host: host,
            ..TlsParameters::default()
        };
        outcome(&listener, &server, address).await
    };
    let good = "TLS_AES_256_GCM_SHA384";
    assert_eq!(check("ca.pem", true, true, "db.example").await, good);
    assert_eq!(check("ca.pem", true, true, "127.0.0.1").await, good);
    assert_eq!(check("ca.pem", true, false, "other.example").await, good);
    assert_eq!(check("other-ca.pem", false, true, "db.example").await, good);
    assert_eq!(
        check("other-ca.pem", false, false, "other.example").await,
        good
    );
    let answer = check("other-ca.pem", true, false, "db.example").await;
    assert_eq!(answer, "client: invalid peer certificate: UnknownIssuer");
    for certificate in [true, false] {
        let answer = check("ca.pem", certificate, true, "other.example").await;
        assert!(answer.starts_with("client: invalid peer certificate: certificate not valid for"));
    }
}

#[tokio::test]
async fn clients_must_show_a_certificate_when_it_is_verified() {
    let folder = Folder::new();
    let listener = TlsParameters {
        ca: Some(folder.file("ca.pem")),
        verify_peer_certificate: true,
        ..folder.listener()
    };
    let with = |name: &str| TlsParameters {
        cert: Some(folder.file(&format!("{name}.pem"))),
        key: Some(folder.file(&format!("{name}.key"))),
        ..TlsParameters::default()
    };
    let shake = async |client: &TlsParameters| {
        let (acceptor, connector) = (acceptor(&listener).unwrap(), connector(client).unwrap());
        shake(&acceptor, &connector, "db.example").await
    };
    assert!(shake(&with("client")).await.unwrap().client_host.is_ok());
    let other_host = shake(&with("server"))
        .await
        .unwrap()
        .client_host
        .unwrap_err();
    assert!(
        other_host
            .to_string()
            .contains("certificate not valid for name"),
        "{other_host}"
    );
    assert!(shake(&TlsParameters::default()).await.is_err());
}

#[tokio::test]
async fn versions_that_are_not_allowed_are_refused() {
    let folder = Folder::new();
    let only = |tls12, tls13| TlsVersions { tls12, tls13 };
    let check = async |listener, server| {
        let listener = TlsParameters {
            versions: listener,
            ..folder.listener()
        };
        let server = TlsParameters {
            versions: server,
            ..TlsParameters::default()
        };
        outcome(&listener, &server, "db.example").await
    };
    let tls12 = check(only(true, false), only(true, true)).await;
    assert_eq!(tls12, "ECDHE-ECDSA-AES256-GCM-SHA384");
    assert_eq!(
        check(only(true, true), only(false, true)).await,
        "TLS_AES_256_GCM_SHA384"
    );
    let refused = check(only(true, false), only(false, true)).await;
    assert!(refused.starts_with("client: "), "{refused}");
}

#[tokio::test]
async fn a_second_connection_resumes_the_first_ones_session() {
    let folder = Folder::new();
    for versions in [(true, false), (false, true)] {
        let (tls12, tls13) = versions;
        let listener = TlsParameters {
            versions: TlsVersions { tls12, tls13 },
            ..folder.listener()
        };
        let acceptor = acceptor(&listener).unwrap();
        let connector = connector(&TlsParameters::default()).unwrap();
        let mut kinds = Vec::new();
        for _ in 0..2 {
            kinds.push(
                shake(&acceptor, &connector, "db.example")
                    .await
                    .unwrap()
                    .kind,
            );
        }
        assert_eq!(
            kinds,
            [Some(HandshakeKind::Full), Some(HandshakeKind::Resumed)]
        );
    }
}

#[test]
fn what_is_wrong_with_the_files_is_named() {
    let folder = Folder::new();
    fs::write(folder.path.join("empty.pem"), "nothing").unwrap();
    let cut = |error: TlsError| {
        let prefix = format!("{}/", folder.path.display());
        error.to_string().replace(&prefix, "")
    };
    let check = |change: &dyn Fn(&mut TlsParameters), expected: &str| {
        let mut listener = folder.listener();
        change(&mut listener);
        let message = cut(acceptor(&listener).err().unwrap());
        assert!(message.starts_with(expected), "{message}");
    };
    check(&|p| p.cert = None, "TLS needs ssl_cert");
    check(&|p| p.key = None, "TLS needs ssl_key");
    check(
        &|p| p.cert = Some(folder.file("none.pem")),
        "ssl_cert: none.pem cannot be read: ",
    );
    check(
        &|p| p.cert = Some(folder.file("empty.pem")),
        "ssl_cert: there is no certificate in empty.pem",
    );
    check(
        &|p| p.key = Some(folder.file("empty.pem")),
        "ssl_key: there is no private key in empty.pem",
    );
    check(
        &|p| p.key = Some(folder.file("client.key")),
        "ssl_cert: server.pem is refused: ",
    );
    check(&|p| p.verify_peer_certificate = true, "TLS needs ssl_ca");
    let server = TlsParameters {
        ca: Some(folder.file("empty.pem")),
        ..TlsParameters::default()
    };
    let message = cut(connector(&server).err().unwrap());
    assert_eq!(message, "ssl_ca: there is no certificate in empty.pem");
    assert!(Path::new(&folder.path).exists());
}

#[test]
fn servers_are_named_by_host_or_address() {
    for address in ["db.example", "127.0.0.1", "::1", "localhost", ""] {
        assert!(server_name(address).is_ok(), "{address}");
    }
    let error = server_name("a b").unwrap_err();
    assert_eq!(
        error.to_string(),
        "`a b` is neither a host name nor an IP address"
    );
}
