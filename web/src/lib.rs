//! The admin console of Sluicegate: a single-page app under `/console/`.
//!
//! Rooms: `pages -> widgets -> components`, `pages -> api, state`, `state -> api`. Components know
//! no domain types and fetch nothing. [`messages`] and [`format`] are leaves that all may use.

pub mod api;
pub mod components;
pub mod format;
pub mod messages;
pub mod state;
