//! The pages: each takes what it needs from the context, fetches, and hands it to widgets.

pub mod audit;
pub mod dashboard;
pub mod ended;
pub mod gateway;
mod list_page;
pub mod login;
pub mod logs;
pub mod modules;
pub mod not_found;
pub mod objects;
pub mod session;
pub mod sessions;
pub mod settings;
pub mod users;

use leptos::prelude::*;

use crate::messages::app;
use crate::state::access::Access;

/// The path that the console lives under.
pub const BASE: &str = "/console";

/// Why nothing can be changed, when the account is known to be for reading only.
fn read_only(access: Access) -> Option<String> {
    access.is_read_only().then(|| app::READ_ONLY.to_owned())
}

/// Names the browser's tab after the page.
fn set_title(page: &str) {
    document().set_title(&app::document_title(page));
}
