//! The console in a real browser, before a real gateway with real sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod console;
mod screens;
mod session_life;
