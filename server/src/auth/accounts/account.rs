//! One account: how its user logs in, and what its row alone says about privileges.

use serde::Deserialize;

use super::host_pattern::HostPattern;
use super::row::Row;

/// Global privileges that let nobody into a database, by their bits in MariaDB's `global_priv`:
/// RELOAD, SHUTDOWN, PROCESS, FILE, SHOW DATABASES, SUPER, REPLICATION SLAVE and CLIENT, CREATE
/// USER, CREATE TABLESPACE, and those of administrators from SET USER to REPLICA MONITOR. Seen on
/// MariaDB 10.11; a privilege of later versions counts as access, the server still judges it.
const NO_DATABASE_ACCESS: u64 = 0x0218_c3c0 | 1 << 28 | 0x1ff << 30;

/// The same, as columns of `mysql.user` without their ending.
const NO_DATABASE_ACCESS_COLUMNS: [&str; 12] = [
    "reload",
    "shutdown",
    "process",
    "file",
    "show_db",
    "super",
    "repl_slave",
    "repl_client",
    "create_user",
    "create_tablespace",
    "create_role",
    "drop_role",
];

/// SUPER among the bits of `global_priv`.
pub(super) const SUPER: u64 = 1 << 15;

/// A stored password and the plugin it belongs to.
#[derive(Clone)]
pub(super) struct Credential {
    pub(super) plugin: String,
    pub(super) stored: Vec<u8>,
}

/// What an account demands of the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TlsNeed {
    None,
    Encrypted,
    Certificate,
}

/// A row of the users' table.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the row")]
pub(super) struct Account {
    pub(super) user: Vec<u8>,
    pub(super) host: HostPattern,
    /// Any of them will do, in the order in which the server tries them.
    pub(super) credentials: Vec<Credential>,
    pub(super) tls: TlsNeed,
    pub(super) locked: bool,
    pub(super) password_expired: bool,
    pub(super) is_role: bool,
    /// MariaDB: the role that is active from login on.
    pub(super) default_role: String,
    /// A global privilege lets it into every database.
    pub(super) every_database: bool,
    /// It has the privilege SUPER.
    pub(super) is_super: bool,
    /// It may act as another user, whose privileges it may have on the server.
    pub(super) is_proxy: bool,
}

impl Account {
    /// Reads a row of `mysql.global_priv`; `None` when its document cannot be understood.
    pub(super) fn from_global_priv(row: Row<'_>) -> Option<Self> {
        let document: PrivDocument = serde_json::from_slice(row.bytes("Priv")).ok()?;
        let own = Credential {
            plugin: document.plugin,
            stored: document.authentication_string.into(),
        };
        let credentials = match document.auth_or {
            None => vec![own],
            // An empty entry stands for the document's own plugin.
            Some(list) => list
                .into_iter()
                .map(|entry| match entry.plugin {
                    None => own.clone(),
                    Some(plugin) => Credential {
                        plugin,
                        stored: entry.authentication_string.into(),
                    },
                })
                .collect(),
        };
        Some(Self {
            user: row.bytes("User").to_vec(),
            host: HostPattern::new(&row.text("Host"), false),
            credentials,
            tls: match document.ssl_type {
                0 => TlsNeed::None,
                1 => TlsNeed::Encrypted,
                _ => TlsNeed::Certificate,
            },
            locked: document.account_locked,
            password_expired: document.password_last_changed == Some(0),
            is_role: document.is_role,
            default_role: document.default_role,
            every_database: document.access & !NO_DATABASE_ACCESS != 0,
            is_super: document.access & SUPER != 0,
            is_proxy: false,
        })
    }

    /// Reads a row of `mysql.user`, of MySQL or of any MariaDB; `None` when it does not say how its
    /// user logs in: that is not the same as an empty password.
    pub(super) fn from_user_table(row: Row<'_>, prefix_notation: bool) -> Option<Self> {
        let plugin = row.cell("plugin")?;
        if !row.has("authentication_string") && !row.has("Password") {
            return None;
        }
        let stored = match row.bytes("authentication_string") {
            // Where this one is empty an old server uses the other one.
            b"" => row.bytes("Password"),
            stored => stored,
        };
        Some(Self {
            user: row.bytes("User").to_vec(),
            host: HostPattern::new(&row.text("Host"), prefix_notation),
            credentials: vec![Credential {
                plugin: String::from_utf8_lossy(plugin).into_owned(),
                stored: stored.to_vec(),
            }],
            tls: match row.bytes("ssl_type") {
                b"" => TlsNeed::None,
                b"ANY" => TlsNeed::Encrypted,
                _ => TlsNeed::Certificate,
            },
            locked: row.yes("account_locked"),
            password_expired: row.yes("password_expired"),
            is_role: row.yes("is_role"),
            default_role: row.text("default_role"),
            every_database: row.privileges().any(opens_databases),
            is_super: row.yes("Super_priv"),
            is_proxy: false,
        })
    }

    /// The account as the server's messages name it.
    pub(super) fn name(&self) -> String {
        format!(
            "'{}'@'{}'",
            String::from_utf8_lossy(&self.user),
            self.host.text()
        )
    }
}

fn opens_databases(privilege: &str) -> bool {
    !NO_DATABASE_ACCESS_COLUMNS
        .iter()
        .any(|other| privilege.eq_ignore_ascii_case(other))
}

/// The document of `mysql.global_priv.Priv`, as far as it matters here.
#[derive(Deserialize, Default)]
#[serde(default)]
struct PrivDocument {
    access: u64,
    plugin: String,
    authentication_string: String,
    auth_or: Option<Vec<AuthEntry>>,
    account_locked: bool,
    is_role: bool,
    default_role: String,
    ssl_type: u8,
    password_last_changed: Option<i64>,
}

#[derive(Deserialize)]
struct AuthEntry {
    plugin: Option<String>,
    #[serde(default)]
    authentication_string: String,
}
