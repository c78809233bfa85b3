//! Levels, each with its own switch.

use std::sync::atomic::{AtomicU8, Ordering};

use tracing::Level;

/// Which levels are on. Errors always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one switch per documented level"
)]
pub struct LogLevels {
    /// `log_warning`.
    pub warning: bool,
    /// `log_notice`.
    pub notice: bool,
    /// `log_info`.
    pub info: bool,
    /// `log_debug`.
    pub debug: bool,
}

impl Default for LogLevels {
    fn default() -> Self {
        Self {
            warning: true,
            notice: true,
            info: false,
            debug: false,
        }
    }
}

impl LogLevels {
    /// Whether events of that level are logged.
    pub fn allow(self, level: Level) -> bool {
        match level {
            Level::ERROR => true,
            Level::WARN => self.warning,
            Level::INFO => self.notice,
            Level::DEBUG => self.info,
            Level::TRACE => self.debug,
        }
    }
}

/// Levels that can be changed while others read them.
#[derive(Debug)]
pub(super) struct SharedLevels(AtomicU8);

impl SharedLevels {
    pub(super) fn new(levels: LogLevels) -> Self {
        Self(AtomicU8::new(bits(levels)))
    }

    pub(super) fn get(&self) -> LogLevels {
        let bits = self.0.load(Ordering::Relaxed);
        LogLevels {
            warning: bits & 1 != 0,
            notice: bits & 2 != 0,
            info: bits & 4 != 0,
            debug: bits & 8 != 0,
        }
    }

    pub(super) fn set(&self, levels: LogLevels) {
        self.0.store(bits(levels), Ordering::Relaxed);
    }
}

fn bits(levels: LogLevels) -> u8 {
    let LogLevels {
        warning,
        notice,
        info,
        debug,
    } = levels;
    u8::from(warning) | u8::from(notice) << 1 | u8::from(info) << 2 | u8::from(debug) << 3
}
