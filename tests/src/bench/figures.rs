//! What one run through a service of a gateway shows.

use std::time::Duration;

use crate::measure::{processor_time, user_time};

use super::sysbench::{Load, Sysbench};

/// The figures of one run.
#[derive(Debug, Clone, Copy)]
pub struct Figures {
    /// Statements per second.
    pub rate: f64,
    /// Microseconds of the gateway's processor time per statement; none where it had no part.
    pub processor_us: Option<f64>,
    /// The same outside of the kernel.
    pub user_us: Option<f64>,
}

impl Figures {
    /// Runs a load at a port; `pid` is the gateway's, which has a part in it when `through`.
    pub(super) async fn of_run(
        sysbench: &Sysbench,
        (port, pid, through): (u16, u32, bool),
        load: Load,
        seconds: u32,
    ) -> Self {
        let before = (processor_time(pid), user_time(pid));
        let outcome = sysbench.run(port, load, seconds).await;
        let after = (processor_time(pid), user_time(pid));
        let per_statement = |after: Duration, before| {
            let used = after.saturating_sub(before).as_secs_f64();
            through.then_some(used * 1e6 / outcome.statements)
        };
        Self {
            rate: outcome.rate,
            processor_us: per_statement(after.0, before.0),
            user_us: per_statement(after.1, before.1),
        }
    }
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.0} statements/s", self.rate)?;
        if let (Some(all), Some(user)) = (self.processor_us, self.user_us) {
            write!(f, ", {all:.2} us, {user:.3} us outside of the kernel")?;
        }
        Ok(())
    }
}
