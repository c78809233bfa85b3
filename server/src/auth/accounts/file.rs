//! Further accounts from a file: `user_accounts_file`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::rows::{AccountRows, AccountTable, TableRows};

/// SELECT, of the privileges in `mysql.global_priv`.
const SELECT: u64 = 1;

/// What a file holds.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AccountsFile {
    user: Vec<UserItem>,
    db: Vec<DatabaseItem>,
    roles_mapping: Vec<RoleItem>,
}

#[derive(Debug, Deserialize)]
struct UserItem {
    user: String,
    host: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    plugin: String,
    #[serde(default)]
    authentication_string: String,
    #[serde(default)]
    default_role: String,
    #[serde(default)]
    global_db_priv: bool,
    #[serde(default)]
    is_role: bool,
}

#[derive(Debug, Deserialize)]
struct DatabaseItem {
    user: String,
    host: String,
    db: String,
}

#[derive(Debug, Deserialize)]
struct RoleItem {
    user: String,
    host: String,
    role: String,
}

impl AccountsFile {
    /// Reads the text of a file.
    ///
    /// # Errors
    /// It is no JSON object, or an account lacks its user or host.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        let document: Map<String, Value> = serde_json::from_str(text)?;
        serde_json::from_value(document.into())
    }
}

impl AccountRows {
    /// Adds the accounts of a file. One that a server has, too, is the server's; databases and
    /// roles are added to it all the same.
    pub fn add(&mut self, file: &AccountsFile) {
        let users = self.table_mut(AccountTable::Users, &["Host", "User", "Priv"]);
        for item in &file.user {
            if !has(users, &item.user, &item.host) {
                users.push(&item.columns());
            }
        }
        let columns = ["Host", "Db", "User", "Select_priv"];
        let databases = self.table_mut(AccountTable::Databases, &columns);
        for item in &file.db {
            databases.push(&[
                ("Host", item.host.clone()),
                ("Db", item.db.clone()),
                ("User", item.user.clone()),
                ("Select_priv", "Y".to_owned()),
            ]);
        }
        let columns = ["Host", "User", "Role_host", "Role"];
        let roles = self.table_mut(AccountTable::RoleMembers, &columns);
        for item in &file.roles_mapping {
            roles.push(&[
                ("Host", item.host.clone()),
                ("User", item.user.clone()),
                ("Role_host", String::new()),
                ("Role", item.role.clone()),
            ]);
        }
    }
}

impl UserItem {
    /// The account as a row of `mysql.global_priv` and as one of `mysql.user`, whichever it gets to.
    fn columns(&self) -> Vec<(&'static str, String)> {
        let stored = match self.authentication_string.as_str() {
            "" => &self.password,
            stored => stored,
        };
        let yes = |flag: bool| if flag { "Y" } else { "N" }.to_owned();
        let document = json!({
            "access": if self.global_db_priv { SELECT } else { 0 },
            "plugin": self.plugin,
            "authentication_string": stored,
            "default_role": self.default_role,
            "is_role": self.is_role,
        });
        vec![
            ("Host", self.host.clone()),
            ("User", self.user.clone()),
            ("Priv", document.to_string()),
            ("plugin", self.plugin.clone()),
            ("authentication_string", stored.to_owned()),
            ("default_role", self.default_role.clone()),
            ("is_role", yes(self.is_role)),
            ("Select_priv", yes(self.global_db_priv)),
        ]
    }
}

/// Whether the table has the account.
fn has(users: &TableRows, user: &str, host: &str) -> bool {
    let is = |row: &[Option<Vec<u8>>], column: &str, text: &str| {
        let cell = users.column(column).and_then(|place| row.get(place));
        cell.and_then(Option::as_deref).unwrap_or_default() == text.as_bytes()
    };
    let mut rows = users.rows.iter();
    rows.any(|row| is(row, "User", user) && is(row, "Host", host))
}

impl TableRows {
    /// Adds a row; what the table has no column for is left out, and what is not given is NULL.
    fn push(&mut self, values: &[(&str, String)]) {
        let cells = self.columns.iter().map(|column| {
            let mut values = values.iter();
            let value = values.find(|(name, _)| column.eq_ignore_ascii_case(name))?;
            Some(value.1.clone().into_bytes())
        });
        let cells = cells.collect();
        self.rows.push(cells);
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{Client, accounts_of, log_in, table};
    use super::*;

    const FILE: &str = r#"{
        "user": [
            {"user": "file", "host": "%", "global_db_priv": true},
            {"user": "both", "host": "%", "password": "*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"},
            {"user": "role", "host": "", "is_role": true},
            {"user": "limited", "host": "%", "plugin": "mysql_native_password",
             "password": "*7B9EBEED26AA52ED10C0F549FA863F13C39E0209", "default_role": "role"}
        ],
        "db": [
            {"user": "both", "host": "%", "db": "shop"},
            {"user": "role", "host": "", "db": "stock_%"}
        ],
        "roles_mapping": [{"user": "limited", "host": "%", "role": "role"}]
    }"#;

    fn check(mut rows: AccountRows) {
        rows.add(&AccountsFile::parse(FILE).unwrap());
        let accounts = accounts_of(&rows);
        let seen = |user: &str, password: &str, database: &str| {
            let from = "10.0.0.1";
            let client = Client {
                user,
                from,
                password,
            };
            log_in(&accounts, &client, database)
        };
        assert_eq!(seen("file", "", "any"), "'file'@'%'");
        assert_eq!(seen("limited", "p", "stock_1"), "'limited'@'%'");
        let denied = "1044 Access denied for user 'limited'@'%' to database 'shop'";
        assert_eq!(seen("limited", "p", "shop"), denied);
        if rows.get(AccountTable::Settings).is_some() {
            assert_eq!(
                seen("both", "", "shop"),
                "'both'@'%'",
                "the server's counts"
            );
        } else {
            assert_eq!(seen("both", "p", "shop"), "'both'@'%'");
        }
    }

    #[test]
    fn accounts_of_a_file_are_added_to_those_of_servers() {
        check(AccountRows::default());
        let of_server = |users: &str| {
            let mut rows = AccountRows::default();
            rows.insert(AccountTable::Users, table(users));
            rows.insert(AccountTable::Settings, table("Variable_name | Value"));
            let databases = "Host | User | Db | Insert_priv | Select_priv";
            rows.insert(AccountTable::Databases, table(databases));
            rows
        };
        check(of_server("User | Host | Priv\n both | % | {\"access\":0}"));
        let columns = "Host | User | Password | plugin | authentication_string | is_role | \
                       default_role | Select_priv";
        check(of_server(&format!("{columns}\n % | both | | | | N | | N")));
    }

    #[test]
    fn what_is_no_file_of_accounts_is_refused() {
        for text in ["", "[]", r#"{"user": [{"user": "a"}]}"#, r#"{"user": {}}"#] {
            assert!(AccountsFile::parse(text).is_err(), "{text}");
        }
    }
}
