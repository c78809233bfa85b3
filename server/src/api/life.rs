//! How long a stream may go on for who asked for it.

use std::time::{Duration, SystemTime};

use tokio::time::{Instant, sleep_until};

use super::state::ApiState;
use crate::auth::admin::Identity;

/// How late it is noticed that the clock was set forward.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Waits until the token has ended, by itself or with the key that signed it, or the account is gone or
/// has another password or role: clients come back as what they are then, or not at all.
pub(super) async fn ended(identity: Identity, state: ApiState) {
    let token = async {
        match identity.token {
            Some(token) => passed(token.expires).await,
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = token => {}
        () = state.administrators().outlived(&identity) => {}
    }
}

/// Waits until a time has passed: on the clock, or on the one that nobody sets if that was set back.
async fn passed(time: SystemTime) {
    let left = |now: SystemTime| time.duration_since(now).unwrap_or_default();
    let end = Instant::now() + left(SystemTime::now());
    while Instant::now() < end && !left(SystemTime::now()).is_zero() {
        sleep_until(end.min(Instant::now() + LOOK_EVERY)).await;
    }
}
