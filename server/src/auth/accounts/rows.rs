//! What to ask a server for its accounts, and the rows it answers.

use std::collections::BTreeMap;

/// A set of rows about accounts. Each has one place among [`QUERIES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AccountTable {
    /// Variables of the server that change how accounts are applied.
    Settings,
    /// Users with their passwords and global privileges, and MariaDB's roles.
    Users,
    /// Privileges on databases.
    Databases,
    /// Privileges on tables, which let their holder into the database.
    Tables,
    /// Privileges on columns, likewise.
    Columns,
    /// Privileges on stored routines, likewise.
    Routines,
    /// Who was granted which role.
    RoleMembers,
    /// MySQL: which roles are active from login on.
    DefaultRoles,
    /// Who may act as which other user (`GRANT PROXY`).
    Proxies,
}

/// A question to a server.
#[derive(Debug)]
pub struct AccountQuery {
    /// Where its rows belong.
    pub table: AccountTable,
    /// Statements, the best first. A server that has not got a table or column, or does not let
    /// the service's user read it, answers an error: then the next one is to be tried.
    pub alternatives: &'static [&'static str],
    /// Whether accounts are unusable without it; else the rows stay empty.
    pub required: bool,
}

/// Everything to ask. Serves MariaDB 10.2 to 11 and MySQL 5.7 and 8.
///
/// `SELECT *` on purpose: columns come and go with versions, and are found by name.
pub const QUERIES: &[AccountQuery] = &[
    AccountQuery {
        table: AccountTable::Settings,
        alternatives: &["SHOW GLOBAL VARIABLES WHERE Variable_name IN ('version', \
             'lower_case_table_names', 'skip_name_resolve', 'disconnect_on_expired_password', \
             'activate_all_roles_on_login', 'mandatory_roles')"],
        required: true,
    },
    AccountQuery {
        table: AccountTable::Users,
        // global_priv (MariaDB 10.4) also knows locked accounts and second plugins; its view
        // mysql.user, which a service's user is more often allowed to read, does not.
        alternatives: &[
            "SELECT Host, User, Priv FROM mysql.global_priv",
            "SELECT * FROM mysql.user",
        ],
        required: true,
    },
    AccountQuery {
        table: AccountTable::Databases,
        alternatives: &["SELECT * FROM mysql.db"],
        required: true,
    },
    AccountQuery {
        table: AccountTable::Tables,
        alternatives: &["SELECT DISTINCT Host, Db, User FROM mysql.tables_priv"],
        required: false,
    },
    AccountQuery {
        table: AccountTable::Columns,
        alternatives: &["SELECT DISTINCT Host, Db, User FROM mysql.columns_priv"],
        required: false,
    },
    AccountQuery {
        table: AccountTable::Routines,
        alternatives: &["SELECT DISTINCT Host, Db, User FROM mysql.procs_priv"],
        required: false,
    },
    AccountQuery {
        table: AccountTable::RoleMembers,
        alternatives: &[
            "SELECT Host, User, '' AS Role_host, Role FROM mysql.roles_mapping",
            "SELECT To_host AS Host, To_user AS User, From_host AS Role_host, From_user AS Role \
             FROM mysql.role_edges",
        ],
        required: false,
    },
    AccountQuery {
        table: AccountTable::DefaultRoles,
        alternatives: &["SELECT Host, User, Default_role_host AS Role_host, \
             Default_role_user AS Role FROM mysql.default_roles"],
        required: false,
    },
    AccountQuery {
        table: AccountTable::Proxies,
        alternatives: &["SELECT Host, User, Proxied_user FROM mysql.proxies_priv"],
        required: false,
    },
];

/// The rows of one table in text form; `None` is NULL.
#[derive(Debug, Clone, Default)]
pub struct TableRows {
    /// Column names as the server writes them.
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Option<Vec<u8>>>>,
}

impl TableRows {
    /// The place of a column; servers differ in the case of its name.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.eq_ignore_ascii_case(name))
    }
}

/// Everything a server answered to [`QUERIES`].
#[derive(Debug, Clone, Default)]
pub struct AccountRows {
    tables: BTreeMap<AccountTable, TableRows>,
}

impl AccountRows {
    /// Keeps what was answered about `table`.
    pub fn insert(&mut self, table: AccountTable, rows: TableRows) {
        self.tables.insert(table, rows);
    }

    /// What was answered about `table`.
    pub fn get(&self, table: AccountTable) -> Option<&TableRows> {
        self.tables.get(&table)
    }
}
