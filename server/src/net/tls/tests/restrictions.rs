//! What parameters forbid: cipher suites, revoked certificates, long chains.

use rcgen::{
    CertificateRevocationListParams, KeyIdMethod, RevokedCertParams, SerialNumber, date_time_ymd,
};

use super::*;
use crate::config::TLS12_CIPHERS;

#[tokio::test]
async fn of_tls_1_2_only_the_ciphers_that_are_named_are_used() {
    let folder = Folder::new();
    let only = |names: &[&str]| TlsParameters {
        ciphers: names.iter().map(ToString::to_string).collect(),
        versions: TlsVersions {
            tls12: true,
            tls13: false,
        },
        ..folder.listener()
    };
    let server = TlsParameters::default();
    for name in TLS12_CIPHERS.iter().filter(|name| name.contains("ECDSA")) {
        assert_eq!(outcome(&only(&[name]), &server, "db.example").await, *name);
        assert_eq!(
            outcome(&folder.listener_of_tls12(), &only(&[name]), "db.example").await,
            *name
        );
    }
    // The certificate is one of ECDSA.
    let others = only(&["ECDHE-RSA-AES256-GCM-SHA384"]);
    let none = outcome(&others, &server, "db.example").await;
    assert!(none.starts_with("client: "), "{none}");
}

impl Folder {
    fn listener_of_tls12(&self) -> TlsParameters {
        TlsParameters {
            versions: TlsVersions {
                tls12: true,
                tls13: false,
            },
            ..self.listener()
        }
    }

    /// A certificate of that number.
    fn numbered(&self, name: &str, number: u64) {
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec!["10.0.0.7".to_owned()]).unwrap();
        params.serial_number = Some(SerialNumber::from(number));
        let certificate = params.signed_by(&key, &self.authority).unwrap();
        fs::write(self.path.join(format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(self.path.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }

    /// A list of revoked certificates of the authority, good until that year.
    fn revocations(&self, file: &str, numbers: &[u64], until: i32) {
        let revoked = numbers.iter().map(|&number| RevokedCertParams {
            serial_number: SerialNumber::from(number),
            revocation_time: date_time_ymd(2024, 1, 1),
            reason_code: None,
            invalidity_date: None,
        });
        let params = CertificateRevocationListParams {
            this_update: date_time_ymd(2024, 1, 1),
            next_update: date_time_ymd(until, 1, 1),
            crl_number: SerialNumber::from(1),
            issuing_distribution_point: None,
            revoked_certs: revoked.collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = params.signed_by(&self.authority).unwrap();
        fs::write(self.path.join(file), list.pem().unwrap()).unwrap();
    }

    fn client(&self, name: &str) -> TlsParameters {
        TlsParameters {
            cert: Some(self.file(&format!("{name}.pem"))),
            key: Some(self.file(&format!("{name}.key"))),
            ..TlsParameters::default()
        }
    }

    fn verifying(&self) -> TlsParameters {
        TlsParameters {
            ca: Some(self.file("ca.pem")),
            verify_peer_certificate: true,
            ..self.listener()
        }
    }
}

#[tokio::test]
async fn a_client_whose_certificate_is_revoked_is_refused() {
    let folder = Folder::new();
    folder.numbered("good", 7);
    folder.numbered("bad", 8);
    folder.revocations("now.pem", &[8], 2100);
    folder.revocations("old.pem", &[8], 2025);
    let shaken = async |list: &str, client: &str| {
        let listener = TlsParameters {
            crl: Some(folder.file(list)),
            ..folder.verifying()
        };
        outcome(&listener, &folder.client(client), "db.example").await
    };
    assert_eq!(shaken("now.pem", "good").await, "TLS_AES_256_GCM_SHA384");
    let refused = shaken("now.pem", "bad").await;
    assert!(refused.contains("evoked"), "{refused}");
    let outdated = shaken("old.pem", "good").await;
    assert_ne!(outdated, "TLS_AES_256_GCM_SHA384");
    let listener = TlsParameters {
        crl: Some(folder.file("ca.pem")),
        ..folder.verifying()
    };
    let error = acceptor(&listener).err().unwrap().to_string();
    let expected = "ssl_crl: there is no list of revoked certificates in ";
    assert!(error.starts_with(expected), "{error}");
}

#[tokio::test]
async fn chains_are_no_longer_than_allowed() {
    let folder = Folder::new();
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params
        .distinguished_name
        .push(DnType::CommonName, "Between");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let between = CertifiedIssuer::signed_by(params, key, &folder.authority).unwrap();
    for name in ["server", "client"] {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["db.example".to_owned()]).unwrap();
        let leaf = params.signed_by(&key, &between).unwrap();
        let chain = format!("{}{}", leaf.pem(), between.pem());
        fs::write(folder.path.join(format!("{name}.pem")), chain).unwrap();
        fs::write(folder.path.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }
    for (depth, fits) in [(Some(0), false), (Some(1), true), (None, true)] {
        let server = TlsParameters {
            ca: Some(folder.file("ca.pem")),
            verify_peer_certificate: true,
            verify_depth: depth,
            ..TlsParameters::default()
        };
        let outcome_of_server = outcome(&folder.listener(), &server, "db.example").await;
        assert_eq!(outcome_of_server.starts_with("TLS_"), fits, "{depth:?}");
        let listener = TlsParameters {
            verify_depth: depth,
            ..folder.verifying()
        };
        let outcome_of_client = outcome(&listener, &folder.client("client"), "db.example").await;
        assert_eq!(outcome_of_client.starts_with("TLS_"), fits, "{depth:?}");
    }
}
