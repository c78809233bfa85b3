//! The accounts of several servers together. Each server's rows are read by their own columns and its
//! own settings: servers differ in both, and what one has no column for is not what another means
//! by an empty one.

use std::collections::{HashMap, HashSet};

use super::account::Account;
use super::grants::Grants;
use super::row::Row;
use super::rows::{AccountRows, AccountTable, TableRows};
use super::settings::Settings;
use super::{Accounts, AccountsError};

/// The accounts of the servers so far.
#[derive(Default)]
struct Union {
    /// Of the first that told any.
    settings: Option<Settings>,
    accounts: Vec<Account>,
    /// Every user and host that had a row, be it of a role or one that could not be read.
    taken: HashSet<Identity>,
    grants: Grants,
    unreadable: Vec<String>,
}

/// A user, and a host in lower case.
type Identity = (Vec<u8>, String);

impl Accounts {
    /// Decodes what servers answered to [`QUERIES`](super::QUERIES), and what stands in files. Of an
    /// account that several have, that of the first counts; privileges on databases, and roles, are
    /// those of all of them. Rows without settings go by the first server's.
    ///
    /// # Errors
    /// Some rows are no account data, or there are none.
    pub fn from_servers(servers: &[AccountRows]) -> Result<Self, AccountsError> {
        let mut union = Union::default();
        if servers.is_empty() {
            users_of(&AccountRows::default())?;
        }
        for rows in servers {
            union.add(rows)?;
        }
        for rows in servers {
            mark_proxies(rows, &mut union.accounts);
        }
        Ok(union.finish())
    }
}

impl Union {
    fn add(&mut self, rows: &AccountRows) -> Result<(), AccountsError> {
        let users = users_of(rows)?;
        let own = rows.get(AccountTable::Settings).map(Settings::decode);
        if self.settings.is_none() {
            self.settings.clone_from(&own);
        }
        let settings = own.or_else(|| self.settings.clone()).unwrap_or_default();
        let documents = users.column("Priv").is_some();
        let mut seen = Vec::new();
        for row in Row::all(users) {
            let (user, host) = (row.bytes("User"), row.text("Host"));
            let identity = (user.to_vec(), host.to_ascii_lowercase());
            if self.taken.contains(&identity) {
                continue;
            }
            seen.push(identity);
            let account = if documents {
                Account::from_global_priv(row)
            } else {
                Account::from_user_table(row, settings.is_mysql_8)
            };
            match account {
                Some(account) => self.accounts.push(account),
                None => self
                    .unreadable
                    .push(format!("'{}'@'{host}'", row.text("User"))),
            }
        }
        self.taken.extend(seen);
        self.grants.decode(rows, &settings);
        Ok(())
    }

    fn finish(mut self) -> Accounts {
        self.grants.hold(&self.accounts);
        self.accounts.retain(|account| !account.is_role);
        self.accounts
            .sort_by(|left, right| left.host.order().cmp(&right.host.order()));
        let mut by_user: HashMap<Vec<u8>, Vec<Account>> = HashMap::new();
        for account in self.accounts {
            by_user
                .entry(account.user.clone())
                .or_default()
                .push(account);
        }
        Accounts {
            by_user,
            grants: self.grants,
            settings: self.settings.unwrap_or_default(),
            unreadable: self.unreadable,
        }
    }
}

/// The users, who have to have names and hosts.
fn users_of(rows: &AccountRows) -> Result<&TableRows, AccountsError> {
    let table = AccountTable::Users;
    let users = rows.get(table);
    let lacks = |column| AccountsError { table, column };
    let users = users.ok_or_else(|| lacks("User"))?;
    for column in ["User", "Host"] {
        if users.column(column).is_none() {
            return Err(lacks(column));
        }
    }
    Ok(users)
}

/// Notes who may act as another user. The row of an administrator that names no user is one to pass
/// the privilege on.
fn mark_proxies(rows: &AccountRows, accounts: &mut [Account]) {
    for row in rows
        .get(AccountTable::Proxies)
        .into_iter()
        .flat_map(Row::all)
    {
        if row.bytes("Proxied_user").is_empty() {
            continue;
        }
        let (user, host) = (row.bytes("User"), row.text("Host"));
        let own = accounts
            .iter_mut()
            .filter(|account| account.user == user && account.host.text() == host);
        own.for_each(|account| account.is_proxy = true);
    }
}
