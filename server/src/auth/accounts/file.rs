//! Further accounts from a file: `user_accounts_file`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::account::SUPER;
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
    super_priv: bool,
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
    /// The accounts of a file, as a server of its own would tell them. They go behind those of
    /// servers, which count; databases and roles are added to those all the same.
    pub fn of_file(file: &AccountsFile) -> Self {
        let users = file.user.iter().map(UserItem::row);
        let databases = file.db.iter();
        let databases = databases.map(|item| row([&item.host, &item.db, &item.user, "Y"]));
        let roles = file.roles_mapping.iter();
        let roles = roles.map(|item| row([&item.host, &item.user, "", &item.role]));
        let mut rows = Self::default();
        let columns = ["Host", "User", "Priv"];
        rows.insert(AccountTable::Users, table_of(columns, users));
        let columns = ["Host", "Db", "User", "Select_priv"];
        rows.insert(AccountTable::Databases, table_of(columns, databases));
        let columns = ["Host", "User", "Role_host", "Role"];
        rows.insert(AccountTable::RoleMembers, table_of(columns, roles));
        rows
    }
}

impl UserItem {
    /// The account as a row of `mysql.global_priv`.
    fn row(&self) -> Cells {
        let stored = match self.authentication_string.as_str() {
            "" => &self.password,
            stored => stored,
        };
        let of = |bit, given| if given { bit } else { 0 };
        let access = of(SELECT, self.global_db_priv) | of(SUPER, self.super_priv);
        let document = json!({
            "access": access,
            "plugin": self.plugin,
            "authentication_string": stored,
            "default_role": self.default_role,
            "is_role": self.is_role,
        });
        row([&self.host, &self.user, &document.to_string()])
    }
}

type Cells = Vec<Option<Vec<u8>>>;

fn row<const N: usize>(cells: [&str; N]) -> Cells {
    cells.map(|cell| Some(cell.as_bytes().to_vec())).into()
}

fn table_of<const N: usize>(columns: [&str; N], rows: impl Iterator<Item = Cells>) -> TableRows {
    TableRows {
        columns: columns.map(str::to_owned).into(),
        rows: rows.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Accounts;
    use super::super::tests::{Client, log_in, table};
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

    fn check(mut rows: Vec<AccountRows>) {
        let with_server = !rows.is_empty();
        rows.push(AccountRows::of_file(&AccountsFile::parse(FILE).unwrap()));
        let accounts = Accounts::from_servers(&rows).unwrap();
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
        if with_server {
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
        check(Vec::new());
        let of_server = |users: &str| {
            let mut rows = AccountRows::default();
            rows.insert(AccountTable::Users, table(users));
            rows.insert(AccountTable::Settings, table("Variable_name | Value"));
            let databases = "Host | User | Db | Insert_priv | Select_priv";
            rows.insert(AccountTable::Databases, table(databases));
            vec![rows]
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
