//! The console in a real browser, before a real gateway with real sessions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod assistive;
mod audit;
mod axe;
mod bulk;
mod chain;
mod console;
mod forms;
mod frame;
mod gateway;
mod keyboard;
mod login;
mod objects;
mod outage;
mod palette;
mod screens;
mod services;
mod session_life;
mod settings;
mod states;
mod users;
mod views;
mod writes;
