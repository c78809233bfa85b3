//! Monitors: each watches its servers and says what they are.

mod mariadbmon;
mod monitor;

pub use monitor::{MonitorHandle, MonitorSettings, start};
