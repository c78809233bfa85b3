//! How long a stream may go on for who asked for it.

use std::time::SystemTime;

use tokio::time::sleep;

use super::state::ApiState;
use crate::auth::admin::Identity;

/// Waits until the token has ended, or the account is gone or has another password or role: clients
/// come back as what they are then, or not at all.
pub(super) async fn ended(identity: Identity, state: ApiState) {
    let token = async {
        match identity.expires {
            Some(expires) => {
                let left = expires.duration_since(SystemTime::now());
                sleep(left.unwrap_or_default()).await;
            }
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = token => {}
        () = state.administrators().outlived(&identity) => {}
    }
}
