//! A client shows its password, by whatever its account wants.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use rand::RngCore;
use tokio::io::{AsyncRead, AsyncWrite};

use super::door::Door;
use super::entry::Entry;
use super::login::{Caller, new_scramble};
use crate::auth::accounts::{Accounts, ClientTls, Login, LoginAttempt, Remote, Rules};
use crate::auth::caching_sha2::{FAST_SUCCESS, FULL_AUTHENTICATION, REQUEST_KEY};
use crate::auth::{AuthError, ClientName, Plugin, Proof, Wanted, ed25519};
use crate::net::{NetError, PacketStream};
use crate::wire::handshake::{AuthMoreData, AuthSwitchRequest, SCRAMBLE_LEN};

/// The longest answer: a handshake response has 64 KiB of attributes, names, and room.
pub(super) const ANSWER_MAX: usize = 128 * 1024;
/// How long a log-in waits for the name of the client's address.
const NAME_WITHIN: Duration = Duration::from_secs(5);
/// An account of more plugins than this is not asked for all of them.
const ASKED_MAX: usize = 4;

/// Who wants in.
#[derive(Debug, Clone)]
pub(super) struct Applicant {
    pub user: Vec<u8>,
    /// Empty: none.
    pub database: Vec<u8>,
    pub tls: ClientTls,
    /// Whether it can be let in to change an expired password.
    pub handles_expired_password: bool,
    /// Whether it began by sending an answer.
    pub with_password: bool,
}

/// The client's end, while it is authenticated.
pub(super) struct Authentication<'a, S> {
    pub stream: &'a mut PacketStream<S>,
    /// Whether nobody can read along.
    pub is_private: bool,
    pub caller: &'a Caller,
    pub entry: &'a Entry,
    pub applicant: Applicant,
}

/// An answer that came unasked: to the challenge of the greeting.
pub(super) struct FirstAnswer {
    pub plugin: Plugin,
    pub scramble: [u8; SCRAMBLE_LEN],
    pub response: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Authentication<'_, S> {
    /// Asks the client until it is let in or refused.
    pub async fn run(
        &mut self,
        mut first: Option<FirstAnswer>,
    ) -> Result<Result<Login, AuthError>, NetError> {
        let mut proofs = Vec::new();
        let native = first.take_if(|first| first.plugin == Plugin::Native);
        proofs.extend(native.map(|first| Proof::Native {
            scramble: first.scramble,
            response: first.response,
        }));
        let mut asked = 0;
        loop {
            let (judged, shown) = self.check(proofs).await;
            proofs = shown;
            match judged {
                Err(AuthError::Ask(wanted)) if asked < ASKED_MAX => {
                    asked += 1;
                    let proof = match self.ask(wanted, &mut first).await {
                        Ok(proof) => proof,
                        // It has made a guess, and goes.
                        Err(_) if wanted.is_next => return Ok(Err(self.wrong_password())),
                        Err(error) => return Err(error),
                    };
                    self.applicant.with_password |= !proof.is_empty();
                    proofs.push(proof);
                }
                Ok(login) => {
                    if login.is_superuser && self.entry.warn_of_superusers {
                        self.warn_of_superuser();
                    }
                    if let Some((key, password)) = &login.learned {
                        Door::known().remember(*key, password);
                    }
                    return Ok(Ok(login));
                }
                refused => return Ok(refused),
            }
        }
    }

    /// The password that was shown is not the account's.
    fn wrong_password(&self) -> AuthError {
        AuthError::WrongPassword(ClientName {
            user: String::from_utf8_lossy(&self.applicant.user).into_owned(),
            host: self.caller.host(),
            with_password: self.applicant.with_password,
        })
    }

    fn warn_of_superuser(&self) {
        let user = String::from_utf8_lossy(&self.applicant.user);
        tracing::warn!(
            session = self.caller.id,
            object = &*self.entry.service.name,
            "superuser '{user}'@'{}' has logged in to service '{}'",
            self.caller.host(),
            self.entry.service.name
        );
    }

    /// A new challenge.
    fn challenge(&self) -> [u8; SCRAMBLE_LEN] {
        let scramble = new_scramble();
        self.caller.challenge.set(scramble);
        scramble
    }

    async fn ask(
        &mut self,
        wanted: Wanted,
        first: &mut Option<FirstAnswer>,
    ) -> Result<Proof, NetError> {
        match wanted.plugin {
            Plugin::Ed25519 => {
                let mut nonce = [0; ed25519::NONCE_LEN];
                rand::rng().fill_bytes(&mut nonce);
                let signature = self.switch(Plugin::Ed25519, nonce.to_vec()).await?;
                Ok(Proof::Signature { nonce, signature })
            }
            Plugin::CachingSha2 | Plugin::Sha256 => self.ask_password(wanted, first.take()).await,
            Plugin::Native | Plugin::Gssapi => {
                let scramble = self.challenge();
                let response = self.switch(Plugin::Native, with_nul(&scramble)).await?;
                Ok(Proof::Native { scramble, response })
            }
        }
    }

    /// Asks the client to use another plugin. Returns its answer.
    async fn switch(&mut self, plugin: Plugin, data: Vec<u8>) -> Result<Vec<u8>, NetError> {
        let mut payload = Vec::new();
        let plugin = plugin.client_name().to_owned();
        AuthSwitchRequest { plugin, data }.encode(&mut payload);
        self.stream.write(&payload).await?;
        self.stream.read(ANSWER_MAX).await
    }

    async fn ask_password(
        &mut self,
        wanted: Wanted,
        first: Option<FirstAnswer>,
    ) -> Result<Proof, NetError> {
        let first = first.filter(|first| first.plugin == Plugin::CachingSha2);
        let (scramble, response) = if let Some(first) = first {
            (first.scramble, first.response)
        } else {
            let scramble = self.challenge();
            let data = with_nul(&scramble);
            (scramble, self.switch(Plugin::CachingSha2, data).await?)
        };
        if matches!(response.as_slice(), [] | [0]) {
            return Ok(Proof::Password {
                password: Box::default(),
                known: None,
            });
        }
        let known = Door::known();
        if let Some(password) = known.open(&wanted.key, &scramble, &response) {
            self.more(&[FAST_SUCCESS]).await?;
            return Ok(Proof::Password {
                password,
                known: Some(wanted.key),
            });
        }
        self.more(&[FULL_AUTHENTICATION]).await?;
        let password = self.read_password(&scramble).await?;
        Ok(Proof::Password {
            password: password.into(),
            known: None,
        })
    }

    /// The password as the client sends it: as it is, or encrypted. What can't be decrypted is
    /// nobody's password.
    async fn read_password(&mut self, scramble: &[u8; SCRAMBLE_LEN]) -> Result<Vec<u8>, NetError> {
        let mut sent = self.stream.read(ANSWER_MAX).await?;
        if self.is_private {
            if sent.last() == Some(&0) {
                sent.pop();
            }
            return Ok(sent);
        }
        // Some clients (Connector/C with TLS on but not offered) send it as it is all the same;
        // refusing them would not make it unread.
        if let [password @ .., 0] = sent.as_slice() {
            tracing::warn!(
                session = self.caller.id,
                object = &*self.entry.service.name,
                "a client has sent its password without encryption"
            );
            return Ok(password.to_vec());
        }
        let Some(key) = self.entry.door.key().await else {
            return Ok(sent);
        };
        if sent == [REQUEST_KEY] {
            self.more(key.public_pem()).await?;
            sent = self.stream.read(ANSWER_MAX).await?;
        }
        Ok(key.decrypt(&sent, scramble).unwrap_or(sent))
    }

    async fn more(&mut self, data: &[u8]) -> Result<(), NetError> {
        let mut payload = Vec::new();
        let data = data.to_vec();
        AuthMoreData { data }.encode(&mut payload);
        self.stream.write(&payload).await
    }

    /// Checks what was shown against the service's accounts, which are read anew when they may be
    /// out of date.
    async fn check(&self, proofs: Vec<Proof>) -> (Result<Login, AuthError>, Vec<Proof>) {
        let (judged, proofs) = self.check_once(proofs).await;
        match judged {
            Err(error)
                if error.refresh_may_help() && self.entry.service.refresh_accounts().await =>
            {
                self.check_once(proofs).await
            }
            judged => (judged, proofs),
        }
    }

    async fn check_once(&self, proofs: Vec<Proof>) -> (Result<Login, AuthError>, Vec<Proof>) {
        let Some(accounts) = self.entry.service.accounts() else {
            return (Err(AuthError::NoAccounts), proofs);
        };
        let host_name = match (&self.entry.names, self.caller.address()) {
            (Some(names), Some(address)) if accounts.wants_host_name(&self.applicant.user) => {
                let ip: IpAddr = address.ip().to_canonical();
                names.names(&[ip], NAME_WITHIN).await.remove(&ip)
            }
            _ => None,
        };
        let rules = self.entry.service.snapshot().login_rules();
        let case = Case {
            rules: self.entry.door.rules(&rules, &self.applicant.user),
            accounts,
            applicant: self.applicant.clone(),
            remote: self.caller.remote(),
            host_name,
            proofs,
        };
        // Hashes of passwords are slow on purpose: others of the worker do not wait for them.
        let is_slow = |proof: &Proof| matches!(proof, Proof::Password { known: None, .. });
        if !case.proofs.iter().any(is_slow) {
            return (case.judge(), case.proofs);
        }
        let judging = tokio::task::spawn_blocking(move || (case.judge(), case.proofs));
        judging
            .await
            .unwrap_or_else(|_| (Err(AuthError::NoAccounts), Vec::new()))
    }
}

/// All that a judgement needs, so that it can be made elsewhere.
struct Case {
    accounts: Arc<Accounts>,
    rules: Rules,
    applicant: Applicant,
    remote: Remote,
    host_name: Option<Arc<str>>,
    proofs: Vec<Proof>,
}

impl Case {
    fn judge(&self) -> Result<Login, AuthError> {
        let applicant = &self.applicant;
        let attempt = LoginAttempt {
            user: &applicant.user,
            remote: self.remote,
            host_name: self.host_name.as_deref(),
            database: Some(applicant.database.as_slice()).filter(|name| !name.is_empty()),
            proofs: &self.proofs,
            with_password: applicant.with_password,
            tls: applicant.tls,
            handles_expired_password: applicant.handles_expired_password,
        };
        self.accounts.authenticate(&attempt, &self.rules)
    }
}

fn with_nul(scramble: &[u8; SCRAMBLE_LEN]) -> Vec<u8> {
    [scramble, &b"\0"[..]].concat()
}
