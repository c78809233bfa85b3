use std::time::{Duration, SystemTime};

use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, PublicKeyData};
use rsa::RsaPrivateKey;
use rsa::pkcs8::der::Decode as _;
use rsa::pkcs8::{EncodePrivateKey as _, EncodePublicKey as _, PrivateKeyInfo};

use super::super::Role;
use super::{SigningPair, TokenRuleError, TokenRules};

fn pair(algorithm: &'static rcgen::SignatureAlgorithm) -> SigningPair {
    let key = KeyPair::generate_for(algorithm).unwrap();
    SigningPair {
        private: key.serialize_der(),
        public: key.subject_public_key_info(),
    }
}

fn rsa_pair() -> SigningPair {
    let key = RsaPrivateKey::new(&mut rsa::rand_core::OsRng, 2048).unwrap();
    let public = key.to_public_key().to_public_key_der().unwrap();
    SigningPair {
        private: key.to_pkcs8_der().unwrap().as_bytes().to_vec(),
        public: public.as_bytes().to_vec(),
    }
}

/// Whether tokens of one are understood by the other.
fn agree(signs: &TokenRules, verifies: &TokenRules) -> bool {
    let now = SystemTime::now();
    let token = signs.sign(("admin", 1), Role::Admin, now, Duration::from_mins(1));
    verifies.verify(&token.unwrap()).is_some()
}

#[test]
fn tokens_are_signed_by_the_key_that_is_given_and_understood_by_who_has_it() {
    let secret = Some(b"a key of thirty-two bytes or more".to_vec());
    for name in ["HS256", "HS384", "HS512", "auto"] {
        let rules = |secret| TokenRules::new(name, secret, None, "maxscale").unwrap();
        assert!(
            agree(&rules(secret.clone()), &rules(secret.clone())),
            "{name}"
        );
        assert!(!agree(&rules(None), &rules(None)), "{name}");
        assert!(rules(None).renewed().is_some() && rules(secret.clone()).renewed().is_none());
    }
    let other = TokenRules::new("HS256", secret.clone(), None, "another").unwrap();
    let rules = TokenRules::new("HS256", secret, None, "maxscale").unwrap();
    assert!(!agree(&rules, &other), "another issuer");
}

#[test]
fn tokens_are_signed_by_the_certificates_key_of_each_kind() {
    let pairs = [
        (pair(&PKCS_ECDSA_P256_SHA256), &["auto", "ES256"] as &[_]),
        (pair(&PKCS_ECDSA_P384_SHA384), &["auto", "ES384"]),
        (pair(&PKCS_ED25519), &["auto", "ED25519"]),
        (
            rsa_pair(),
            &["auto", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
        ),
    ];
    let all = ["ES256", "ES384", "ED25519", "RS256", "PS512"];
    for (pair, names) in &pairs {
        for name in *names {
            let rules = || TokenRules::new(name, None, Some(pair), "maxscale").unwrap();
            assert!(agree(&rules(), &rules()), "{name}");
            assert!(rules().renewed().is_none(), "{name} is by the certificate");
        }
        for name in all.iter().filter(|name| !names.contains(name)) {
            let error = TokenRules::new(name, None, Some(pair), "maxscale").err();
            assert_eq!(error, Some(TokenRuleError::OtherKey((*name).to_owned())));
        }
    }
}

#[test]
fn auto_does_with_a_key_that_it_does_not_know() {
    let pair = SigningPair {
        private: b"?".to_vec(),
        public: b"?".to_vec(),
    };
    let rules = TokenRules::new("auto", None, Some(&pair), "maxscale").unwrap();
    assert!(agree(&rules, &rules));
    let unknown = TokenRules::new("ES512", None, Some(&pair), "maxscale").err();
    assert_eq!(unknown, Some(TokenRuleError::Unknown("ES512".to_owned())));
}

/// As `openssl ecparam -genkey` writes keys: what stands within the PKCS #8 one.
fn sec1_pair(algorithm: &'static rcgen::SignatureAlgorithm) -> SigningPair {
    let pair = pair(algorithm);
    let info = PrivateKeyInfo::from_der(&pair.private).unwrap();
    SigningPair {
        private: info.private_key.to_vec(),
        public: pair.public,
    }
}

#[test]
fn tokens_are_signed_by_a_sec1_key_as_well() {
    for (algorithm, name) in [
        (&PKCS_ECDSA_P256_SHA256, "ES256"),
        (&PKCS_ECDSA_P384_SHA384, "ES384"),
    ] {
        let pair = sec1_pair(algorithm);
        for name in [name, "auto"] {
            let rules = TokenRules::new(name, None, Some(&pair), "maxscale").unwrap();
            assert!(agree(&rules, &rules), "{name}");
            assert!(rules.renewed().is_none(), "{name} is by the certificate");
        }
    }
}

#[test]
fn a_key_that_signs_nothing_is_refused_or_auto_does_without_it() {
    let whole = pair(&PKCS_ECDSA_P256_SHA256);
    let broken = SigningPair {
        private: whole.private[..20].to_vec(),
        public: whole.public.clone(),
    };
    let others = SigningPair {
        private: pair(&PKCS_ECDSA_P256_SHA256).private,
        public: whole.public,
    };
    for pair in [broken, others] {
        let error = TokenRules::new("ES256", None, Some(&pair), "maxscale").err();
        assert_eq!(error, Some(TokenRuleError::OtherKey("ES256".to_owned())));
        let rules = TokenRules::new("auto", None, Some(&pair), "maxscale").unwrap();
        assert!(agree(&rules, &rules) && rules.renewed().is_some());
    }
}
