//! Who is logged in, and what they may do.

use leptos::prelude::*;
use sluicegate_shared::object::user::AccountKind;
use wasm_bindgen_futures::spawn_local;

use crate::api;
use crate::api::request::ApiError;

const USER_KEY: &str = "sluicegate.user";
/// A working day.
const MAX_AGE_S: u32 = 8 * 3600;
/// A week, for those who ask to be remembered.
const MAX_AGE_REMEMBERED_S: u32 = 7 * 24 * 3600;

/// Whether someone is logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessState {
    /// The server is being asked.
    Checking,
    /// The server did not answer; what the browser says about it.
    Unreachable(String),
    /// Nobody is; `expired` when someone was a moment ago.
    Out {
        /// The token ran out while someone worked.
        expired: bool,
    },
    /// Someone is.
    In,
}

/// Access to the console. `Copy`; taken from the context.
#[derive(Debug, Clone, Copy)]
pub struct Access {
    state: RwSignal<AccessState>,
    user: RwSignal<String>,
    /// Not known: the server decides at each write.
    account: RwSignal<Option<AccountKind>>,
}

impl Access {
    /// Access that is not known yet.
    pub fn unknown() -> Self {
        Self {
            state: RwSignal::new(AccessState::Checking),
            user: RwSignal::new(remembered_user()),
            account: RwSignal::new(None),
        }
    }

    /// The state.
    pub fn state(self) -> AccessState {
        self.state.get()
    }

    /// Whether someone is logged in.
    pub fn is_in(self) -> bool {
        self.state.get() == AccessState::In
    }

    /// The same, without tracking.
    pub fn is_in_untracked(self) -> bool {
        self.state.get_untracked() == AccessState::In
    }

    /// The user's name, without tracking.
    pub fn user_untracked(self) -> String {
        self.user.get_untracked()
    }

    /// The user's name, as last typed in.
    pub fn user(self) -> String {
        self.user.get()
    }

    /// Whether the account is known to be for reading only.
    pub fn is_read_only(self) -> bool {
        self.account.get() == Some(AccountKind::Basic)
    }

    /// A write was forbidden: the account is for reading only.
    pub fn set_read_only(self) {
        self.account.set(Some(AccountKind::Basic));
    }

    /// Draws the consequences of a refusal: nobody is logged in, or may only read. Gives the reason
    /// for a person.
    pub fn refused(self, error: &ApiError) -> String {
        match error {
            ApiError::Unauthorized => self.expire(),
            ApiError::Forbidden(_) => self.set_read_only(),
            _ => {}
        }
        error.detail().to_owned()
    }

    /// Asks the server whether one is logged in.
    pub fn check(self) {
        self.state.set(AccessState::Checking);
        spawn_local(async move {
            match api::auth::check().await {
                Ok(()) => self.enter().await,
                Err(ApiError::Unauthorized) => self.state.set(AccessState::Out { expired: false }),
                Err(error) => {
                    self.state
                        .set(AccessState::Unreachable(error.detail().to_owned()));
                }
            }
        });
    }

    /// Logs in.
    pub async fn log_in(self, user: &str, password: &str, remember: bool) -> Result<(), ApiError> {
        let max_age_s = if remember {
            MAX_AGE_REMEMBERED_S
        } else {
            MAX_AGE_S
        };
        api::auth::log_in(user, password, max_age_s).await?;
        self.user.set(user.to_owned());
        remember_user(user);
        self.enter().await;
        Ok(())
    }

    /// Logs out. Without an answer one is out here all the same.
    pub async fn log_out(self) {
        let _ = api::auth::log_out().await;
        self.state.set(AccessState::Out { expired: false });
    }

    /// The server no longer knows who one is.
    pub fn expire(self) {
        self.state.set(AccessState::Out { expired: true });
    }

    async fn enter(self) {
        self.state.set(AccessState::In);
        self.account
            .set(api::auth::account(&self.user.get_untracked()).await);
    }
}

/// The cookie cannot be read here, so the name is kept beside it, for show only.
fn remembered_user() -> String {
    let storage = window().local_storage().ok().flatten();
    storage
        .and_then(|storage| storage.get_item(USER_KEY).ok().flatten())
        .unwrap_or_default()
}

fn remember_user(user: &str) {
    if let Ok(Some(storage)) = window().local_storage() {
        // A full or forbidden storage means that the name is not shown after a reload.
        let _ = storage.set_item(USER_KEY, user);
    }
}
