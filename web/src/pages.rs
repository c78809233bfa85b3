//! The pages: each takes what it needs from the context, fetches, and hands it to widgets.

pub mod audit;
pub mod dashboard;
pub mod ended;
pub mod gateway;
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

/// The path that the console lives under.
pub const BASE: &str = "/console";

/// Names the browser's tab after the page.
fn set_title(page: &str) {
    document().set_title(&app::document_title(page));
}
