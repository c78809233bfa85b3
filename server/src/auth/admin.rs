//! Administrators of the gateway: accounts, log-in, tokens.
//!
//! Passwords are kept as argon2id hashes. A password that was right a moment ago is remembered by a
//! keyed digest, because a client with HTTP Basic sends it with every request and a hash costs tens
//! of milliseconds. Failed log-ins are slowed per user and address (`slowing`). Tokens are signed
//! with a key that is made anew by every process, unless one is configured: they end with it.

mod account;
mod attempt;
mod first;
mod password;
mod recent;
mod slowing;
mod token;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::{Semaphore, watch};

pub use account::{Account, Accounts, Role, begin_versions};
pub use first::{FirstAccountError, NAME as FIRST_NAME, first_account};
pub use password::{HashError, Password, PasswordHash};
pub use token::{SigningPair, TOKEN_AGE_DEFAULT, TOKEN_AGE_MAX, TokenRuleError, TokenRules};

use attempt::Attempt;
use recent::Recent;
use slowing::Slowing;

/// Password hashes computed at the same time; each takes 19 MiB and a core.
const HASHES_AT_ONCE: usize = 2;

/// Who asks when nobody is asked who he is (`admin_auth=false`). No account can have that name: the
/// names of HTTP Basic have no colon.
const ANYBODY: &str = ":anybody";

/// Who sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The account's name.
    pub user: Arc<str>,
    /// What the account may do.
    pub role: Role,
    /// The token that says so; none for a name and password.
    pub token: Option<TokenLife>,
    /// Whether everybody knows the account's password.
    pub well_known: bool,
    /// The revision of the account's password; none when nobody is asked who he is.
    pub revision: Option<u64>,
}

impl Identity {
    /// Whoever it is, when nobody is asked who he is.
    pub fn anybody() -> Self {
        Self {
            user: ANYBODY.into(),
            role: Role::Admin,
            token: None,
            well_known: true,
            revision: None,
        }
    }
}

/// How long a token is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenLife {
    /// When it ends by itself.
    pub expires: SystemTime,
    /// The number of the rules that it was signed by: it ends with them, too.
    pub rules: u64,
}

/// Why somebody is not let in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoginError {
    /// Wrong name, password or token; which of them is not told.
    #[error("Access denied")]
    Denied,
    /// Too many failures of late.
    #[error("too many failed log-ins, try again in {} s", retry_after.as_secs())]
    Slowed {
        /// How long to wait, at least a second.
        retry_after: Duration,
    },
    /// The password could not be checked.
    #[error("the password could not be checked: {0}")]
    Broken(#[from] HashError),
}

/// All accounts and what is known of recent log-ins.
pub struct Administrators {
    accounts: RwLock<Accounts>,
    /// Moves when accounts have changed, or the rules of tokens.
    changes: watch::Sender<u64>,
    recent: Mutex<Recent>,
    slowing: Mutex<Slowing>,
    /// When somebody last logged in with an account.
    logins: Mutex<HashMap<Arc<str>, SystemTime>>,
    hashing: Semaphore,
    /// The same for passwords that administrators set: they do not wait for those who try to log in.
    setting: Semaphore,
    tokens: RwLock<TokenRules>,
    nobody: PasswordHash,
}

impl Administrators {
    /// Administrators with these accounts. Computes one hash, to have something to compare with when
    /// a user does not exist: the time taken must not tell.
    pub fn new(accounts: Accounts) -> Result<Self, HashError> {
        Ok(Self {
            accounts: RwLock::new(accounts),
            changes: watch::Sender::default(),
            recent: Mutex::new(Recent::new()),
            slowing: Mutex::new(Slowing::default()),
            logins: Mutex::default(),
            hashing: Semaphore::new(HASHES_AT_ONCE),
            setting: Semaphore::new(1),
            tokens: RwLock::default(),
            nobody: Password::random().hash()?,
        })
    }

    /// Checks a name and password that came from `address`.
    pub async fn log_in(
        &self,
        user: &str,
        password: &Password,
        address: IpAddr,
    ) -> Result<Identity, LoginError> {
        if let Some(identity) = self.remembered(user, password) {
            self.logged_in(&identity);
            return Ok(identity);
        }
        let attempt = Attempt::begin(&self.slowing, user, address)?;
        let checked = attempt.end(self.check(user, password).await);
        checked.inspect(|identity| self.logged_in(identity))
    }

    /// A token for `identity` that is good for `age`, at most [`TOKEN_AGE_MAX`].
    pub fn issue(&self, identity: &Identity, age: Duration) -> Option<String> {
        let revision = match identity.revision {
            Some(_) => self.account(&identity.user)?.revision(),
            // It opens nothing by itself: where accounts are asked for, there is none of its name.
            None => 0,
        };
        let of = (&*identity.user, revision);
        let rules = self.token_rules();
        rules.sign(of, identity.role, SystemTime::now(), age)
    }

    /// Whose token this is. The account must still exist, with the password that the token was given
    /// for; its present role counts.
    pub fn check_token(&self, token: &str) -> Result<Identity, LoginError> {
        let rules = self.token_rules();
        let claims = rules.verify(token).ok_or(LoginError::Denied)?;
        let account = self.account(claims.user()).ok_or(LoginError::Denied)?;
        if account.revision() != claims.revision() {
            return Err(LoginError::Denied);
        }
        let life = TokenLife {
            expires: claims.expires(),
            rules: rules.number(),
        };
        Ok(Identity {
            token: Some(life),
            ..account.identity()
        })
    }

    /// A token for the connection of that id, which is good for `age`, at most [`TOKEN_AGE_MAX`].
    pub fn issue_for_connection(&self, id: &str, age: Duration) -> Option<String> {
        let rules = self.token_rules();
        rules.sign_connection(id, SystemTime::now(), age)
    }

    /// The same as if he had come by a token that is signed now, unless he has come by one.
    pub fn by_token(&self, identity: &Identity) -> Identity {
        let life = TokenLife {
            expires: SystemTime::now() + TOKEN_AGE_MAX,
            rules: self.token_rules().number(),
        };
        Identity {
            token: identity.token.or(Some(life)),
            ..identity.clone()
        }
    }

    /// Whether this is a good token of the connection of that id.
    pub fn is_token_of(&self, token: &str, id: &str) -> bool {
        self.token_rules().verify_connection(token, id)
    }

    /// Lets all tokens that were given end now, unless their key is one that was configured.
    pub fn renew_key(&self) {
        self.change_token_rules(TokenRules::renewed);
    }

    /// How tokens are signed from now on. When nothing is other, tokens and a random key stay.
    pub fn set_token_rules(&self, rules: TokenRules) {
        self.change_token_rules(|present| (!present.is_like(&rules)).then_some(rules));
    }

    fn token_rules(&self) -> RwLockReadGuard<'_, TokenRules> {
        self.tokens.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets other rules count, if there are any in the place of the present ones: whoever was let in
    /// by a token of those is told. Nobody else changes them in between.
    fn change_token_rules(&self, other: impl FnOnce(&TokenRules) -> Option<TokenRules>) {
        let mut present = self.tokens.write().unwrap_or_else(PoisonError::into_inner);
        let Some(rules) = other(&present) else {
            return;
        };
        *present = rules;
        drop(present);
        self.changes.send_modify(|number| *number += 1);
    }

    /// All accounts, by name, each with when somebody last logged in with it.
    pub fn list(&self) -> Vec<(Account, Option<SystemTime>)> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        let logins = guard(&self.logins);
        let with_login = |account: &Account| {
            let last = logins.get(&**account.name()).copied();
            (account.clone(), last)
        };
        accounts.all().map(with_login).collect()
    }

    /// The accounts as they are now.
    pub fn accounts(&self) -> Accounts {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.clone()
    }

    /// Lets these accounts count from now on. What is remembered of passwords is forgotten.
    pub fn set_accounts(&self, accounts: Accounts) {
        let mut present = self
            .accounts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        *present = accounts;
        drop(present);
        guard(&self.recent).forget();
        self.changes.send_modify(|number| *number += 1);
    }

    /// Waits until somebody who was let in as `identity` is not any more: until the account is gone, or
    /// has another password or another role, or the token was signed by rules that count no longer.
    pub async fn outlived(&self, identity: &Identity) {
        if identity.revision.is_none() {
            return std::future::pending().await;
        }
        let mut changes = self.changes.subscribe();
        // The sender lives as long as this.
        while self.is_good(identity) && changes.changed().await.is_ok() {}
    }

    /// Whether somebody who was let in as `identity` would still be: see [`Administrators::outlived`].
    pub fn is_good(&self, identity: &Identity) -> bool {
        let Some(revision) = identity.revision else {
            return true;
        };
        let account = self.account(&identity.user);
        let is_same = account.is_some_and(|account| {
            account.revision() == revision && account.role() == identity.role
        });
        let signed = identity.token.map(|token| token.rules);
        is_same && signed.is_none_or(|rules| rules == self.token_rules().number())
    }

    /// The hash of a password, made where it holds nobody up.
    ///
    /// # Errors
    /// Why it could not be made.
    pub async fn hash(&self, password: Password) -> Result<PasswordHash, HashError> {
        // The semaphore is never closed.
        let _permit = self
            .setting
            .acquire()
            .await
            .map_err(|_| HashError::Stopped)?;
        let hash = tokio::task::spawn_blocking(move || password.hash()).await;
        hash.map_err(|_| HashError::Stopped)?
    }

    fn logged_in(&self, identity: &Identity) {
        guard(&self.logins).insert(Arc::clone(&identity.user), SystemTime::now());
    }

    async fn check(&self, user: &str, password: &Password) -> Result<Identity, LoginError> {
        // The semaphore is never closed.
        let _permit = self
            .hashing
            .acquire()
            .await
            .map_err(|_| HashError::Stopped)?;
        // Another request with the same password may have been checked while this one waited.
        if let Some(identity) = self.remembered(user, password) {
            return Ok(identity);
        }
        let account = self.account(user);
        let hash = account.as_ref().map_or(&self.nobody, Account::hash).clone();
        let attempt = password.clone();
        let right = tokio::task::spawn_blocking(move || hash.matches(&attempt))
            .await
            .map_err(|_| HashError::Stopped)??;
        // The account may have got another password, or another role, while this one was checked.
        let checked = account.filter(|_| right).map(|account| account.revision());
        let present = self.account(user).filter(|_| checked.is_some());
        let present = present.filter(|present| Some(present.revision()) == checked);
        let present = present.ok_or(LoginError::Denied)?;
        guard(&self.recent).remember(user, password, present.revision(), Instant::now());
        Ok(present.identity())
    }

    fn remembered(&self, user: &str, password: &Password) -> Option<Identity> {
        let revision = guard(&self.recent).knows(user, password, Instant::now())?;
        let account = self.account(user);
        let account = account.filter(|account| account.revision() == revision);
        account.map(|account| account.identity())
    }

    fn account(&self, user: &str) -> Option<Account> {
        let accounts = self.accounts.read().unwrap_or_else(PoisonError::into_inner);
        accounts.get(user).cloned()
    }
}

fn guard<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
