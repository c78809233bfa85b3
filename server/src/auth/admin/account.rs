//! Accounts of administrators.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use super::{Identity, PasswordHash};

/// What an account may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Everything.
    Admin,
    /// Reading only.
    Basic,
}

impl Role {
    /// `admin` or `basic`, as the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Basic => "basic",
        }
    }

    /// The role of that name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Admin, Self::Basic]
            .into_iter()
            .find(|role| role.name() == name)
    }
}

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    name: Arc<str>,
    role: Role,
    hash: PasswordHash,
    well_known: bool,
    created: SystemTime,
    updated: Option<SystemTime>,
    /// Moves with every change.
    version: u64,
}

/// The version of the next state of an account.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A number that no state of any account had before.
fn next() -> u64 {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Lets versions of accounts begin with `first`, those of earlier processes being lower.
pub fn begin_versions(first: u64) {
    NEXT.fetch_max(first, Ordering::Relaxed);
}

impl Account {
    /// An account with a password hash.
    pub fn new(name: &str, role: Role, hash: PasswordHash) -> Self {
        Self {
            name: name.into(),
            role,
            hash,
            well_known: false,
            created: SystemTime::now(),
            updated: None,
            version: next(),
        }
    }

    /// The same account as it was kept.
    #[must_use]
    pub fn with_times(self, created: SystemTime, updated: Option<SystemTime>) -> Self {
        Self {
            created,
            updated,
            ..self
        }
    }

    /// The account with another password, another role, or both, as of now.
    #[must_use]
    pub fn altered(&self, hash: Option<PasswordHash>, role: Option<Role>) -> Self {
        Self {
            name: Arc::clone(&self.name),
            role: role.unwrap_or(self.role),
            well_known: self.well_known && hash.is_none(),
            hash: hash.unwrap_or_else(|| self.hash.clone()),
            created: self.created,
            updated: Some(SystemTime::now()),
            version: next(),
        }
    }

    /// Its name.
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// What it may do.
    pub fn role(&self) -> Role {
        self.role
    }

    /// Whether everybody knows its password.
    pub fn is_well_known(&self) -> bool {
        self.well_known
    }

    /// When it was made.
    pub fn created(&self) -> SystemTime {
        self.created
    }

    /// When it was last changed.
    pub fn updated(&self) -> Option<SystemTime> {
        self.updated
    }

    /// Moves with every change of it.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// No other password that an account has or had has this number: tokens that were given for an
    /// earlier one are void.
    pub(super) fn revision(&self) -> u64 {
        self.hash.number()
    }

    /// The same, with a password that everybody knows.
    #[must_use]
    pub fn with_well_known_password(self) -> Self {
        Self {
            well_known: true,
            ..self
        }
    }

    /// The hash of its password.
    pub fn hash(&self) -> &PasswordHash {
        &self.hash
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            user: Arc::clone(&self.name),
            role: self.role,
            token: None,
            well_known: self.well_known,
            revision: Some(self.revision()),
        }
    }
}

/// Accounts by name.
#[derive(Debug, Clone, Default)]
pub struct Accounts(BTreeMap<Arc<str>, Account>);

impl Accounts {
    /// All of them, by name.
    pub fn all(&self) -> impl Iterator<Item = &Account> {
        self.0.values()
    }

    /// Puts an account in, or in place of the one of its name.
    pub fn insert(&mut self, account: Account) {
        self.0.insert(Arc::clone(&account.name), account);
    }

    /// Takes an account out.
    pub fn remove(&mut self, name: &str) {
        self.0.remove(name);
    }

    /// Whether somebody may do everything.
    pub fn has_admin(&self) -> bool {
        self.0.values().any(|account| account.role == Role::Admin)
    }

    /// The account of that name.
    pub fn get(&self, name: &str) -> Option<&Account> {
        self.0.get(name)
    }
}

impl FromIterator<Account> for Accounts {
    fn from_iter<I: IntoIterator<Item = Account>>(accounts: I) -> Self {
        Self(
            accounts
                .into_iter()
                .map(|account| (Arc::clone(&account.name), account))
                .collect(),
        )
    }
}
