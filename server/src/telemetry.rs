//! What the gateway says of itself while it runs: its log, what it counts, and what it runs on.

mod latency;
mod lines;
pub mod log;
pub mod machine;
pub mod names;
mod parts;
pub mod process;
mod statements;
pub mod worker;

pub use latency::{LIMITS_US, Latencies};
pub use lines::Lines;
pub use parts::Parts;
pub use statements::{StatementCounts, StatementMeter};
