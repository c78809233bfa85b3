//! The password of a login attempt, checked by the account's plugins.

use super::account::Account;
use super::attempt::LoginAttempt;
use crate::auth::native::BackendSecret;
use crate::auth::plugin::{self, AuthPlugin, Verified};
use crate::auth::{AuthError, ClientName};

/// Tries the account's plugins in their order; yields what logs the user in to servers.
pub(super) fn password(
    account: &Account,
    attempt: &LoginAttempt<'_>,
    client: &ClientName,
) -> Result<BackendSecret, AuthError> {
    let answered = plugin::of_protocol(attempt.plugin).map(AuthPlugin::client_name);
    let mut missing = None;
    let mut other = None;
    let mut rejected = false;
    for credential in &account.credentials {
        let Some(known) = plugin::of_account(&credential.plugin) else {
            missing.get_or_insert(&credential.plugin);
            continue;
        };
        match known.verify(&credential.stored, attempt.scramble, attempt.auth_response) {
            Verified::NotBuilt => _ = missing.get_or_insert(&credential.plugin),
            _ if answered != Some(known.client_name()) => {
                other.get_or_insert(known.client_name());
            }
            Verified::Accepted(secret) => return Ok(secret),
            Verified::Rejected => rejected = true,
        }
    }
    Err(match (rejected, other, missing) {
        (false, Some(plugin), _) => AuthError::OtherPlugin(plugin),
        (false, None, Some(plugin)) => AuthError::PluginUnsupported(plugin.clone()),
        _ => AuthError::WrongPassword(client.clone()),
    })
}
