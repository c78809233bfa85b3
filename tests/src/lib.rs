//! The harness: real MariaDB servers, the real gateway, real clients and a real browser.
//!
//! Everything listens on 127.0.0.1 on ports of its own, lives in scratch folders under the target
//! directory and ends with the process that started it, however that one ends.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::print_stderr,
    clippy::return_self_not_must_use,
    reason = "a harness fails by panicking: the message is what the test says"
)]

pub mod api;
pub mod api_fuzz;
pub mod bench;
pub mod browser;
pub mod cable;
pub mod certificates;
pub mod clients;
pub mod cnf;
pub mod compat;
pub mod crowd;
pub mod demo;
pub mod gateway;
pub mod mariadb;
pub mod measure;
pub mod mysql;
pub mod pool;
pub mod ports;
pub mod process;
pub mod raw;
pub mod scratch;
pub mod topology;
pub mod waiting;
