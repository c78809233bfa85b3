//! Accounts of administrators.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use super::journal::Entry;
use super::{By, Control};
use crate::auth::admin::{Account, Accounts, HashError, Password, PasswordHash, Role};
use crate::store::{ObjectKind, Overlaid, StoreError};

/// The longest name of an account.
const NAME_LEN_MAX: usize = 128;

/// Why an account is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum UserError {
    /// There is no such account.
    #[error("{0} is not a user")]
    NotFound(String),
    /// There is one of that name.
    #[error("there is a user of the name '{0}' already")]
    Taken(String),
    /// Nobody can have that name.
    #[error(
        "'{0}' is not a name for a user: up to 128 characters, no colon, no control characters"
    )]
    Name(String),
    /// An empty password.
    #[error("the password is empty")]
    EmptyPassword,
    /// It is in another state than is expected.
    #[error("it has been changed meanwhile; nothing was changed now")]
    Changed,
    /// Nobody could change anything any more.
    #[error("'{0}' is the last user who may write: there has to be one")]
    Last(String),
    /// The password can't be hashed.
    #[error("the password can't be hashed: {0}")]
    Hash(#[from] HashError),
    /// The change can't be written down.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is to be changed of an account.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// The new password.
    pub password: Option<Password>,
    /// The new role.
    pub role: Option<Role>,
}

impl Control {
    /// Makes an account.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_user(
        &self,
        by: &By,
        name: &str,
        password: Password,
        role: Role,
    ) -> Result<(), UserError> {
        let good = !name.is_empty()
            && name.chars().count() <= NAME_LEN_MAX
            && !name.chars().any(|c| c == ':' || c.is_control());
        if !good {
            return Err(UserError::Name(name.to_owned()));
        }
        if password.is_empty() {
            return Err(UserError::EmptyPassword);
        }
        let is_free = || match self.administrators.accounts().get(name) {
            Some(_) => Err(UserError::Taken(name.to_owned())),
            None => Ok(()),
        };
        is_free()?;
        // It takes a while: no other writer waits for it.
        let hash = self.administrators.hash(password).await?;
        let _writing = self.writing.write().await;
        is_free()?;
        self.put_user(by, "create", name, Some(Account::new(name, role, hash)))
            .await
    }

    /// Gives an account another password or role. Its tokens end with its password.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_user(
        &self,
        by: &By,
        name: &str,
        change: UserChange,
        expected: Option<u64>,
    ) -> Result<(), UserError> {
        let present = || {
            let accounts = self.administrators.accounts();
            let present = accounts.get(name).cloned();
            let present = present.ok_or_else(|| UserError::NotFound(name.to_owned()))?;
            check(expected, &present)?;
            Ok::<_, UserError>(present)
        };
        present()?;
        // It takes a while: no other writer waits for it.
        let hash = match change.password {
            Some(password) if password.is_empty() => return Err(UserError::EmptyPassword),
            Some(password) => Some(self.administrators.hash(password).await?),
            None => None,
        };
        let _writing = self.writing.write().await;
        let present = present()?;
        let role = change.role.filter(|role| *role != present.role());
        if hash.is_none() && role.is_none() {
            return Ok(());
        }
        let altered = present.altered(hash, role);
        self.put_user(by, "alter", name, Some(altered)).await
    }

    /// Removes an account, but not the last that may write.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_user(
        &self,
        by: &By,
        name: &str,
        expected: Option<u64>,
    ) -> Result<(), UserError> {
        let _writing = self.writing.write().await;
        let accounts = self.administrators.accounts();
        let present = accounts
            .get(name)
            .ok_or_else(|| UserError::NotFound(name.to_owned()))?;
        check(expected, present)?;
        self.put_user(by, "delete", name, None).await
    }

    /// Makes an account what `document` says. To be called with the lock for writers.
    pub(super) async fn restore_user(
        &self,
        by: &By,
        name: &str,
        document: Option<&Value>,
    ) -> Result<(), UserError> {
        let account = document
            .map(|document| account_of(name, document))
            .transpose()?;
        self.put_user(by, "alter", name, account).await
    }

    async fn put_user(
        &self,
        by: &By,
        action: &'static str,
        name: &str,
        account: Option<Account>,
    ) -> Result<(), UserError> {
        let mut accounts = self.administrators.accounts();
        let entry = Entry {
            action,
            kind: ObjectKind::User,
            name: name.to_owned(),
            before: accounts.get(name).map(document),
            after: account.as_ref().map(document),
        };
        match account {
            Some(account) => accounts.insert(account),
            None => accounts.remove(name),
        }
        if !accounts.has_admin() {
            return Err(UserError::Last(name.to_owned()));
        }
        self.commit(by, vec![entry]).await?;
        self.administrators.set_accounts(accounts);
        tracing::info!("user '{name}': {action} by {}", by.author.user);
        Ok(())
    }
}

fn check(expected: Option<u64>, present: &Account) -> Result<(), UserError> {
    match expected {
        Some(expected) if expected != present.version() => Err(UserError::Changed),
        _ => Ok(()),
    }
}

/// The accounts of the overlay. `first` is the one that there is before anybody made one: it counts
/// until the overlay says something of it.
///
/// # Errors
/// An account of the overlay can't be used.
pub fn accounts<E: From<UserError>>(
    overlay: &[Overlaid],
    name_of_first: &str,
    first: impl FnOnce() -> Result<Account, E>,
) -> Result<Accounts, E> {
    let of_users = || {
        overlay
            .iter()
            .filter(|overlaid| overlaid.kind == ObjectKind::User)
    };
    let mut accounts = Accounts::default();
    for Overlaid { name, document, .. } in of_users() {
        if let Some(document) = document {
            accounts.insert(account_of(name, document)?);
        }
    }
    let is_told_of = of_users().any(|overlaid| overlaid.name == name_of_first);
    if !is_told_of || !accounts.has_admin() {
        accounts.insert(first()?);
    }
    Ok(accounts)
}

/// An account as it is kept: its password only as a hash.
fn document(account: &Account) -> Value {
    json!({
        "account": account.role().name(),
        "created": seconds(account.created()),
        "hash": account.hash().as_phc(),
        "updated": account.updated().map(seconds),
        "well_known": account.is_well_known(),
    })
}

fn account_of(name: &str, document: &Value) -> Result<Account, UserError> {
    let text = |member: &str| {
        document
            .get(member)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let time = |member: &str| {
        let seconds = document.get(member).and_then(Value::as_u64)?;
        UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
    };
    let role = Role::named(text("account")).unwrap_or(Role::Basic);
    let account = Account::new(name, role, PasswordHash::from_phc(text("hash"))?);
    let account = account.with_times(time("created").unwrap_or(UNIX_EPOCH), time("updated"));
    let is_well_known = document.get("well_known").and_then(Value::as_bool) == Some(true);
    Ok(if is_well_known {
        account.with_well_known_password()
    } else {
        account
    })
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}
