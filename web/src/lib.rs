//! The admin console of Sluicegate: a single-page app under `/console/`.
//!
//! Rooms: `app` (composition root) over `pages -> widgets -> components`, `pages -> api, state`,
//! `state -> api`. Components know no domain types and fetch nothing. [`messages`] and [`format`]
//! are leaves that all may use.

pub mod api;
pub mod app;
pub mod components;
pub mod format;
pub mod messages;
pub mod pages;
pub mod state;
pub mod widgets;

/// Shows the console in place of what the page shows while it loads.
pub fn mount() {
    if let Some(boot) = leptos::prelude::document().get_element_by_id("boot") {
        boot.remove();
    }
    leptos::mount::mount_to_body(app::App);
}
