//! JSON Web Tokens (RFC 7519).

mod rules;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Header, Validation};
use serde::{Deserialize, Serialize};

pub use rules::{SigningPair, TokenRuleError, TokenRules};

use super::Role;

/// How long a token is good for when the client does not say.
pub const TOKEN_AGE_DEFAULT: Duration = Duration::from_hours(8);
/// The longest a token is good for, whatever the client says.
pub const TOKEN_AGE_MAX: Duration = Duration::from_hours(24);

/// What a token says. The role in it is for the reader; the account's present role counts.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Claims {
    account: String,
    aud: String,
    exp: u64,
    iat: u64,
    iss: String,
    /// The revision of the account's password.
    rev: u64,
    sub: String,
}

impl Claims {
    pub(super) fn user(&self) -> &str {
        &self.sub
    }

    pub(super) fn revision(&self) -> u64 {
        self.rev
    }

    pub(super) fn expires(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(self.exp)
    }
}

/// The issuer of tokens of connections that run statements: as documented, and never that of an
/// account's, which says more.
const CONNECTION_ISSUER: &str = "mxs-query";

/// What the token of a connection says.
#[derive(Debug, Serialize, Deserialize)]
struct ConnectionClaims {
    aud: String,
    exp: u64,
    iat: u64,
    iss: String,
    sub: String,
}

impl TokenRules {
    /// A token for the connection of that id, good from `now` for `age`. None when the clock stands
    /// before 1970.
    pub(super) fn sign_connection(
        &self,
        id: &str,
        now: SystemTime,
        age: Duration,
    ) -> Option<String> {
        let iat = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let claims = ConnectionClaims {
            aud: id.to_owned(),
            exp: iat + age.min(TOKEN_AGE_MAX).as_secs(),
            iat,
            iss: CONNECTION_ISSUER.to_owned(),
            sub: id.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(self.algorithm()), &claims, self.encoding()).ok()
    }

    /// Whether a token was signed by these rules for the connection of that id, and has not ended.
    pub(super) fn verify_connection(&self, token: &str, id: &str) -> bool {
        let mut validation = Validation::new(self.algorithm());
        validation.leeway = 0;
        validation.sub = Some(id.to_owned());
        validation.set_audience(&[id]);
        validation.set_issuer(&[CONNECTION_ISSUER]);
        validation.set_required_spec_claims(&["aud", "exp", "iss", "sub"]);
        jsonwebtoken::decode::<ConnectionClaims>(token, self.decoding(), &validation).is_ok()
    }

    /// A token for `user`, good from `now` for `age`. None when the clock stands before 1970.
    pub(super) fn sign(
        &self,
        (user, revision): (&str, u64),
        role: Role,
        now: SystemTime,
        age: Duration,
    ) -> Option<String> {
        let iat = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        let claims = Claims {
            account: role.name().to_owned(),
            aud: user.to_owned(),
            exp: iat + age.min(TOKEN_AGE_MAX).as_secs(),
            iat,
            iss: self.issuer().to_owned(),
            rev: revision,
            sub: user.to_owned(),
        };
        jsonwebtoken::encode(&Header::new(self.algorithm()), &claims, self.encoding()).ok()
    }

    /// The claims of a token that was signed by these rules and that has not ended.
    pub(super) fn verify(&self, token: &str) -> Option<Claims> {
        let mut validation = Validation::new(self.algorithm());
        validation.leeway = 0;
        validation.validate_aud = false;
        validation.set_issuer(&[self.issuer()]);
        validation.set_required_spec_claims(&["exp", "iss", "sub"]);
        jsonwebtoken::decode(token, self.decoding(), &validation)
            .ok()
            .map(|data| data.claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sign(key: &TokenRules, now: SystemTime, age: Duration) -> String {
        key.sign(("admin", 1), Role::Admin, now, age).unwrap()
    }

    #[test]
    fn a_token_names_its_user_until_it_ends() {
        let (key, now) = (TokenRules::default(), SystemTime::now());
        let claims = key
            .verify(&sign(&key, now, Duration::from_mins(1)))
            .unwrap();
        assert_eq!((claims.user(), claims.account.as_str()), ("admin", "admin"));
        assert!(claims.expires() <= now + Duration::from_mins(1));
        let old = now - Duration::from_mins(2);
        assert!(
            key.verify(&sign(&key, old, Duration::from_mins(1)))
                .is_none()
        );
    }

    #[test]
    fn a_token_of_another_process_is_refused() {
        let token = sign(&TokenRules::default(), SystemTime::now(), TOKEN_AGE_DEFAULT);
        assert!(TokenRules::default().verify(&token).is_none());
    }

    #[test]
    fn a_token_without_signature_or_with_a_changed_part_is_refused() {
        let key = TokenRules::default();
        let token = sign(&key, SystemTime::now(), TOKEN_AGE_DEFAULT);
        let parts: Vec<&str> = token.split('.').collect();
        // {"alg":"none"}
        let unsigned = format!("eyJhbGciOiJub25lIn0.{}.", parts[1]);
        for bad in [
            unsigned,
            format!("{}.{}", parts[0], parts[1]),
            format!("{token}x"),
            "a.b.c".into(),
        ] {
            assert!(key.verify(&bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_token_of_a_connection_is_for_no_other_and_for_no_account() {
        let (key, now) = (TokenRules::default(), SystemTime::now());
        let token = key
            .sign_connection("one", now, Duration::from_mins(1))
            .unwrap();
        assert!(key.verify_connection(&token, "one"));
        assert!(!key.verify_connection(&token, "other"));
        assert!(!TokenRules::default().verify_connection(&token, "one"));
        assert!(key.verify(&token).is_none());
        let named = TokenRules::new("HS256", None, None, CONNECTION_ISSUER).unwrap();
        let token = named
            .sign_connection("admin", now, Duration::from_mins(1))
            .unwrap();
        assert!(named.verify(&token).is_none());
        let account = sign(&key, now, TOKEN_AGE_DEFAULT);
        assert!(!key.verify_connection(&account, "admin"));
        let old = now - Duration::from_mins(2);
        let ended = key.sign_connection("one", old, Duration::from_mins(1));
        assert!(!key.verify_connection(&ended.unwrap(), "one"));
    }

    #[test]
    fn the_age_is_bounded() {
        let (key, now) = (TokenRules::default(), SystemTime::now());
        let claims = key
            .verify(&sign(&key, now, Duration::from_secs(1 << 40)))
            .unwrap();
        assert!(claims.expires() <= now + TOKEN_AGE_MAX);
    }
}
