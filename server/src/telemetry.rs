//! What the gateway says of itself while it runs: logs, and what it runs on.

pub mod log;
pub mod machine;
