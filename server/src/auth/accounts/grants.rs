//! Which databases an account may enter.

use std::collections::{HashMap, HashSet};

use super::account::Account;
use super::host_pattern::{ClientHost, HostPattern};
use super::pattern;
use super::row::Row;
use super::rows::{AccountRows, AccountTable};
use super::settings::Settings;

/// MariaDB: the role whose privileges everybody has.
const PUBLIC: &[u8] = b"PUBLIC";

/// Privileges on less than everything, and the roles.
#[derive(Default)]
pub(super) struct Grants {
    /// By user name; the empty name of database privileges means every user.
    by_user: HashMap<Vec<u8>, Vec<Grant>>,
    /// Accounts and roles that a global privilege lets into every database.
    every_database: HashSet<Holder>,
    roles_of: HashMap<Holder, Vec<Holder>>,
    default_roles: HashMap<Holder, Vec<Holder>>,
}

/// A user or role by its row: name, and host in lower case (empty for a role of MariaDB).
type Holder = (Vec<u8>, String);

struct Grant {
    host: HostPattern,
    database: Vec<u8>,
    is_pattern: bool,
}

impl Grants {
    /// Adds what a server says of databases and roles.
    pub(super) fn decode(&mut self, rows: &AccountRows, settings: &Settings) {
        for (table, is_pattern) in [
            (AccountTable::Databases, true),
            (AccountTable::Tables, false),
            (AccountTable::Columns, false),
            (AccountTable::Routines, false),
        ] {
            for row in rows.get(table).into_iter().flat_map(Row::all) {
                // A row of a database that grants nothing is no way in.
                if !is_pattern || row.privileges().next().is_some() {
                    self.add(row, is_pattern, settings);
                }
            }
        }
        for (table, pairs) in [
            (AccountTable::RoleMembers, &mut self.roles_of),
            (AccountTable::DefaultRoles, &mut self.default_roles),
        ] {
            for (holder, role) in role_pairs(rows, table) {
                pairs.entry(holder).or_default().push(role);
            }
        }
    }

    /// Adds what the accounts' own rows say.
    pub(super) fn hold(&mut self, accounts: &[Account]) {
        for account in accounts {
            if account.every_database {
                self.every_database.insert(holder_of(account));
            }
            if !account.default_role.is_empty() {
                let role = (account.default_role.clone().into_bytes(), String::new());
                let roles = self.default_roles.entry(holder_of(account)).or_default();
                roles.push(role);
            }
        }
    }

    fn add(&mut self, row: Row<'_>, is_pattern: bool, settings: &Settings) {
        let database = fold(row.bytes("Db"), settings);
        let host = HostPattern::new(&row.text("Host"), settings.is_mysql_8);
        let grant = Grant {
            host,
            database,
            is_pattern,
        };
        self.by_user
            .entry(row.bytes("User").to_vec())
            .or_default()
            .push(grant);
    }

    /// Whether `account`, used by `client`, may make `database` its current one.
    pub(super) fn allow(
        &self,
        account: &Account,
        client: &ClientHost,
        database: &[u8],
        settings: &Settings,
    ) -> bool {
        if account.every_database || database.eq_ignore_ascii_case(b"information_schema") {
            return true;
        }
        let database = fold(database, settings);
        // Rows of the user's name count for where the client is, whatever the account's own host.
        let own = |grant: &Grant| {
            !grant.host.text().is_empty() && grant.host.matches(client) && grant.covers(&database)
        };
        let everybodys = |grant: &Grant| grant.is_pattern && own(grant);
        self.grants_of(&account.user).iter().any(own)
            || self.grants_of(b"").iter().any(everybodys)
            || self.active_roles(account, settings).iter().any(|role| {
                self.every_database.contains(role)
                    || self
                        .grants_of(&role.0)
                        .iter()
                        .any(|grant| grant.host.text() == role.1 && grant.covers(&database))
            })
    }

    fn grants_of(&self, user: &[u8]) -> &[Grant] {
        self.by_user.get(user).map_or(&[], Vec::as_slice)
    }

    /// Every role that acts from login on, with the roles granted to those roles.
    fn active_roles(&self, account: &Account, settings: &Settings) -> HashSet<Holder> {
        let holder = holder_of(account);
        let source = if settings.all_roles_active {
            &self.roles_of
        } else {
            &self.default_roles
        };
        let mut open = vec![(PUBLIC.to_vec(), String::new())];
        open.extend(source.get(&holder).into_iter().flatten().cloned());
        let mut active = HashSet::new();
        while let Some(role) = open.pop() {
            if active.insert(role.clone()) {
                open.extend(self.roles_of.get(&role).into_iter().flatten().cloned());
            }
        }
        active
    }
}

impl Grant {
    fn covers(&self, database: &[u8]) -> bool {
        if self.is_pattern {
            pattern::matches(&self.database, database)
        } else {
            self.database == database
        }
    }
}

fn holder_of(account: &Account) -> Holder {
    (account.user.clone(), account.host.text().to_owned())
}

/// Holders of roles, each with one.
fn role_pairs(rows: &AccountRows, table: AccountTable) -> impl Iterator<Item = (Holder, Holder)> {
    let rows = rows.get(table).into_iter().flat_map(Row::all);
    let holder = |row: Row<'_>, name: &str, host: &str| {
        (
            row.bytes(name).to_vec(),
            row.text(host).to_ascii_lowercase(),
        )
    };
    rows.map(move |row| {
        (
            holder(row, "User", "Host"),
            holder(row, "Role", "Role_host"),
        )
    })
}

/// A database name as the server compares it.
fn fold(database: &[u8], settings: &Settings) -> Vec<u8> {
    if !settings.databases_ignore_case {
        return database.to_vec();
    }
    match std::str::from_utf8(database) {
        Ok(text) => text.to_lowercase().into_bytes(),
        Err(_) => database.to_ascii_lowercase(),
    }
}
