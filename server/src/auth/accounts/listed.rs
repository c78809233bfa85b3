//! The accounts as administrators see them: who there is, never with what password.

use super::Accounts;
use super::account::{Account, TlsNeed};

/// An account, as far as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a word about the account"
)]
pub struct ListedAccount {
    /// The user.
    pub user: String,
    /// The pattern of the hosts that the user may come from.
    pub host: String,
    /// The plugin of the stored password; the first one, when there is a choice.
    pub plugin: String,
    /// Whether a connection without TLS is refused.
    pub needs_tls: bool,
    /// The role that is active from login on; empty when there is none.
    pub default_role: String,
    /// Whether a global privilege lets it into every database.
    pub every_database: bool,
    /// Whether it has the privilege SUPER.
    pub is_super: bool,
    /// Whether it may act as another user (`GRANT PROXY`).
    pub is_proxy: bool,
}

impl Accounts {
    /// All accounts, in order of users; those of one user in the order in which they are tried.
    pub fn listed(&self) -> Vec<ListedAccount> {
        let mut users: Vec<_> = self.by_user.iter().collect();
        users.sort_unstable_by_key(|(user, _)| user.as_slice());
        let accounts = users.into_iter().flat_map(|(_, accounts)| accounts);
        accounts.map(listed).collect()
    }
}

fn listed(account: &Account) -> ListedAccount {
    let plugin = account.credentials.first();
    ListedAccount {
        user: String::from_utf8_lossy(&account.user).into_owned(),
        host: account.host.text().to_owned(),
        plugin: plugin.map_or_else(String::new, |credential| credential.plugin.clone()),
        needs_tls: account.tls != TlsNeed::None,
        default_role: account.default_role.clone(),
        every_database: account.every_database,
        is_super: account.is_super,
        is_proxy: account.is_proxy,
    }
}
