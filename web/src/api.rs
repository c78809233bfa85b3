//! The REST API as the console uses it (API.md).
//!
//! One file per resource. Nothing here keeps state or knows a page.

pub mod auth;
pub mod chains;
pub mod events;
pub mod listeners;
pub mod logs;
pub mod modules;
pub mod objects;
pub mod request;
pub mod sessions;
