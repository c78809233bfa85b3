//! Accounts of administrators.

use std::collections::BTreeMap;
use std::sync::Arc;

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
}

/// One account.
#[derive(Debug, Clone)]
pub struct Account {
    name: Arc<str>,
    role: Role,
    hash: PasswordHash,
    well_known: bool,
}

impl Account {
    /// An account with a password hash.
    pub fn new(name: &str, role: Role, hash: PasswordHash) -> Self {
        Self {
            name: name.into(),
            role,
            hash,
            well_known: false,
        }
    }

    /// The same, with a password that everybody knows.
    #[must_use]
    pub fn with_well_known_password(self) -> Self {
        Self {
            well_known: true,
            ..self
        }
    }

    pub(super) fn hash(&self) -> &PasswordHash {
        &self.hash
    }

    pub(super) fn identity(&self) -> Identity {
        Identity {
            user: Arc::clone(&self.name),
            role: self.role,
            expires: None,
            well_known: self.well_known,
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
