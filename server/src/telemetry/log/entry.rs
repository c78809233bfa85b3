//! A line of the log, taken apart.

use time::OffsetDateTime;
use tracing::Level;

/// Priorities as the API names them, the gravest first. `alert` is one of its words that no line
/// has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// `alert`
    Alert,
    /// `error`
    Error,
    /// `warning`
    Warning,
    /// `notice`
    Notice,
    /// `info`
    Info,
    /// `debug`
    Debug,
}

impl Priority {
    /// All of them, the gravest first.
    pub const ALL: [Self; 6] = [
        Self::Alert,
        Self::Error,
        Self::Warning,
        Self::Notice,
        Self::Info,
        Self::Debug,
    ];

    /// The priority of events on a level.
    pub(super) fn of(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warning,
            Level::INFO => Self::Notice,
            Level::DEBUG => Self::Info,
            Level::TRACE => Self::Debug,
        }
    }

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Alert => "alert",
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<Self> {
        let mut all = Self::ALL.into_iter();
        all.find(|priority| priority.name().eq_ignore_ascii_case(name))
    }
}

/// What was logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// Counts the lines since the start, from 1.
    pub id: u64,
    /// When, in local time.
    pub at: OffsetDateTime,
    /// How grave it is.
    pub priority: Priority,
    /// The room that says it.
    pub room: String,
    /// The session that it is about.
    pub session: Option<u64>,
    /// The configured object that it is about; of a line about a session its service.
    pub object: Option<String>,
    /// What it says, with its fields.
    pub message: String,
}

impl LogEntry {
    /// Something that the log itself says of a line like this.
    pub(super) fn remark(&self, message: String) -> Self {
        Self {
            message,
            ..self.clone()
        }
    }

    /// Bytes that it holds.
    pub(super) fn len(&self) -> usize {
        let object = self.object.as_ref().map_or(0, String::len);
        size_of::<Self>() + self.room.len() + object + self.message.len()
    }
}
