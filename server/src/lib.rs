//! Sluicegate: a session gateway for MariaDB and MySQL.
//!
//! Rooms import only rooms of earlier lines (docs/ARCHITECTURE.md, *Rooms*; `tests/tidy` enforces it).

// line 1
pub mod config;
pub mod sql;
pub mod telemetry;
pub mod wire;
// line 2
pub mod auth;
pub mod net;
pub mod pipeline;
pub mod servers;
pub mod store;
// line 3
pub mod backend;
pub mod filters;
pub mod routers;
// line 4
pub mod monitors;
pub mod services;
// line 5
pub mod sessions;
// line 6
pub mod listeners;
pub mod workbench;
// line 7
pub mod control;
// line 8
pub mod api;
pub mod ctl;
// top
pub mod app;
