//! What goes through a chain of filters: requests one way, replies the other.
//!
//! Only values; no I/O and no clock (`Moment` is handed in). `filters` decides with them, `sessions`
//! performs what was decided.

mod needs;
mod reply;
mod request;
mod verdict;

pub use needs::Needs;
pub use reply::{PacketRole, ReplyEnd, ReplyPacket};
pub use request::{Request, RouteHint};
pub use verdict::{Answer, PacketVerdict, Verdict, Waiting};

use std::time::{Instant, SystemTime};

/// The time at which something happens, on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// For durations.
    pub instant: Instant,
    /// For people.
    pub wall: SystemTime,
}

impl Moment {
    /// The moment it is now.
    pub fn now() -> Self {
        Self {
            instant: Instant::now(),
            wall: SystemTime::now(),
        }
    }
}
