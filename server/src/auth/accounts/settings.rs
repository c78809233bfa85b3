//! Variables of the server that change how its accounts are applied.

use super::row::Row;
use super::rows::TableRows;

/// What a server says of itself that matters for logins.
#[derive(Debug, Clone, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a variable of the server"
)]
pub(super) struct Settings {
    /// Database names are the same whatever their case (`lower_case_table_names` is not 0).
    pub(super) databases_ignore_case: bool,
    /// The server never looks up the name of a client.
    pub(super) skip_name_resolve: bool,
    /// A client that cannot change an expired password is refused.
    pub(super) disconnect_on_expired_password: bool,
    /// MySQL: every granted role is active from login on.
    pub(super) all_roles_active: bool,
    /// MySQL: roles that everybody has. They are not in the tables.
    pub(super) mandatory_roles: bool,
    /// MySQL 8 or later: `10.0.0.0/8` is a network in a host pattern, and some errors have words
    /// of their own.
    pub(super) is_mysql_8: bool,
}

impl Settings {
    pub(super) fn decode(table: &TableRows) -> Self {
        let mut settings = Self::default();
        for row in Row::all(table) {
            let value = row.text("Value");
            let on = value.eq_ignore_ascii_case("ON") || value == "1";
            match row.text("Variable_name").as_str() {
                "lower_case_table_names" => settings.databases_ignore_case = value != "0",
                "skip_name_resolve" => settings.skip_name_resolve = on,
                "disconnect_on_expired_password" => settings.disconnect_on_expired_password = on,
                "activate_all_roles_on_login" => settings.all_roles_active = on,
                "mandatory_roles" => settings.mandatory_roles = !value.is_empty(),
                "version" => settings.is_mysql_8 = is_mysql_8(&value),
                _ => {}
            }
        }
        settings
    }
}

/// MySQL 8 and later; MariaDB writes its name into its version.
fn is_mysql_8(version: &str) -> bool {
    let major: u32 = version
        .split('.')
        .next()
        .and_then(|text| text.parse().ok())
        .unwrap_or(0);
    major >= 8 && !version.to_ascii_lowercase().contains("mariadb")
}
