//! Monitors: each watches its servers and says what they are.

mod handle;
mod mariadbmon;
mod report;
mod script;
mod settings;

pub use handle::{MonitorHandle, start};
pub use report::MonitorReport;
pub use settings::MonitorSettings;
