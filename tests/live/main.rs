//! The console in a real browser, before a real gateway with real sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod axe;
mod bulk;
mod chain;
mod console;
mod objects;
mod screens;
mod session_life;
