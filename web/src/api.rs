//! The REST API as the console uses it (API.md).
//!
//! One file per resource. Nothing here keeps state or knows a page.

pub mod auth;
pub mod events;
pub mod request;
pub mod sessions;
