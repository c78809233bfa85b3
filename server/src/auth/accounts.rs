//! The accounts of the servers, and the judgement of a login by them.

mod account;
mod attempt;
mod file;
mod grants;
mod host_pattern;
mod listed;
mod pattern;
mod row;
mod rows;
mod settings;
#[cfg(test)]
mod tests;
mod union;
mod verify;

use std::collections::HashMap;

pub use attempt::{
    AllowedPlugins, ClientTls, DatabaseCase, Ed25519Way, Login, LoginAttempt, Remote, Rules,
};
pub use file::AccountsFile;
pub use listed::ListedAccount;
pub use rows::{AccountQuery, AccountRows, AccountTable, QUERIES, TableRows};

use self::account::{Account, TlsNeed};
use self::grants::Grants;
use self::host_pattern::ClientHost;
use self::settings::Settings;
use super::AuthError;

/// Rows that are no account data.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the server's answer about {table:?} has no column {column}")]
pub struct AccountsError {
    /// Where something is missing.
    pub table: AccountTable,
    /// What is missing.
    pub column: &'static str,
}

/// All accounts of a service's servers.
#[derive(Default)]
pub struct Accounts {
    /// By user name, the most specific host first. The empty name is the anonymous user.
    by_user: HashMap<Vec<u8>, Vec<Account>>,
    grants: Grants,
    settings: Settings,
    unreadable: Vec<String>,
}

impl Accounts {
    /// Decodes what a server answered to [`QUERIES`].
    pub fn from_rows(rows: &AccountRows) -> Result<Self, AccountsError> {
        Self::from_servers(std::slice::from_ref(rows))
    }

    /// How many accounts there are.
    pub fn len(&self) -> usize {
        self.by_user.values().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_user.is_empty()
    }

    /// Accounts whose rows could not be understood; they cannot log in.
    pub fn unreadable(&self) -> &[String] {
        &self.unreadable
    }

    /// Whether the name of a client's host decides which account `user` gets. Else there is no
    /// need to look it up.
    pub fn wants_host_name(&self, user: &[u8]) -> bool {
        !self.settings.skip_name_resolve
            && self
                .of_user(user)
                .iter()
                .chain(self.of_user(b""))
                .any(|a| a.host.wants_name())
    }

    /// Judges a login attempt as the server would.
    pub fn authenticate(
        &self,
        attempt: &LoginAttempt<'_>,
        rules: &Rules,
    ) -> Result<Login, AuthError> {
        let host = attempt.host(rules, self.settings.skip_name_resolve);
        let client = attempt.client_name(&host);
        if !rules.enable_root && attempt.user == b"root" {
            return Err(AuthError::RootRefused(client));
        }
        let Some(account) = self.find(attempt.user, &host, rules) else {
            return Err(AuthError::UnknownUser(client));
        };
        let verified = verify::password(account, attempt, rules, &client)?;
        let tls_met = match account.tls {
            TlsNeed::None => true,
            TlsNeed::Encrypted => attempt.tls >= ClientTls::Encrypted,
            TlsNeed::Certificate => attempt.tls >= ClientTls::Certificate,
        };
        if !tls_met {
            return Err(AuthError::NeedsTls(client));
        }
        if account.locked {
            let mysql = self.settings.is_mysql_8;
            return Err(AuthError::Locked { client, mysql });
        }
        let sandbox =
            attempt.handles_expired_password || !self.settings.disconnect_on_expired_password;
        if account.password_expired && !sandbox {
            return Err(AuthError::ExpiredPassword(client));
        }
        self.check_database(account, &host, attempt.database, rules)?;
        Ok(Login {
            account: account.name(),
            secret: verified.secret,
            learned: verified.learned,
            is_superuser: account.is_super,
        })
    }

    fn check_database(
        &self,
        account: &Account,
        host: &ClientHost,
        database: Option<&[u8]>,
        rules: &Rules,
    ) -> Result<(), AuthError> {
        let database = database.unwrap_or_default();
        let lowered = database.to_ascii_lowercase();
        let allow = |name| self.grants.allow(account, host, name, &self.settings);
        let allowed = match rules.database_case {
            None | Some(DatabaseCase::Sensitive) => allow(database),
            Some(DatabaseCase::Lowered) => allow(&lowered),
            Some(DatabaseCase::Insensitive) => allow(database) || allow(&lowered),
        };
        // What mandatory roles grant cannot be known, nor as whom a server takes a user who may
        // act as another: the server decides, when it is connected.
        let mandatory = self.settings.mandatory_roles && self.settings.all_roles_active;
        let undecidable = mandatory || account.is_proxy;
        if database.is_empty() || undecidable || allowed {
            return Ok(());
        }
        Err(AuthError::DatabaseDenied {
            account: account.name(),
            database: String::from_utf8_lossy(database).into_owned(),
        })
    }

    /// The first account that matches, in the server's order: by host first, so that an anonymous
    /// user of a more specific host hides the named one.
    fn find(&self, user: &[u8], host: &ClientHost, rules: &Rules) -> Option<&Account> {
        let first = |user| {
            let accounts = self.of_user(user);
            let matching = accounts.iter().find(|account| account.host.matches(host));
            matching.or_else(|| accounts.first().filter(|_| !rules.match_host))
        };
        match (first(user), first(b"")) {
            (Some(named), Some(anonymous)) if anonymous.host.order() < named.host.order() => {
                Some(anonymous)
            }
            (named, anonymous) => named.or(anonymous),
        }
    }

    fn of_user(&self, user: &[u8]) -> &[Account] {
        self.by_user.get(user).map_or(&[], Vec::as_slice)
    }
}
