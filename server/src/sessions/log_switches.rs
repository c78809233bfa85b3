//! Log levels that are on for one session, whatever is on for all.

bitflags::bitflags! {
    /// The levels, by their documented switches.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    pub struct LogSwitches: u8 {
        /// `log_error`.
        const ERROR = 1;
        /// `log_warning`.
        const WARNING = 1 << 1;
        /// `log_notice`.
        const NOTICE = 1 << 2;
        /// `log_info`.
        const INFO = 1 << 3;
        /// `log_debug`.
        const DEBUG = 1 << 4;
    }
}

impl LogSwitches {
    /// All of them with their names, as a session's parameters have them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("log_debug", Self::DEBUG),
        ("log_error", Self::ERROR),
        ("log_info", Self::INFO),
        ("log_notice", Self::NOTICE),
        ("log_warning", Self::WARNING),
    ];

    /// The switch of that name.
    pub fn named(name: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(known, _)| *known == name);
        found.map(|(_, switch)| *switch)
    }
}

/// Switches that are to be turned; all others stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LogChange {
    on: LogSwitches,
    off: LogSwitches,
}

impl LogChange {
    /// Turns a switch on or off; the last word counts.
    pub fn set(&mut self, switch: LogSwitches, on: bool) {
        self.on.set(switch, on);
        self.off.set(switch, !on);
    }

    /// Whether no switch is turned.
    pub fn is_empty(self) -> bool {
        self.on.is_empty() && self.off.is_empty()
    }

    /// The names of the switches that are turned, and how.
    pub fn turned(self) -> impl Iterator<Item = (&'static str, bool)> {
        let all = LogSwitches::ALL.into_iter();
        all.filter(move |(_, switch)| (self.on | self.off).contains(*switch))
            .map(move |(name, switch)| (name, self.on.contains(switch)))
    }

    /// What `switches` become.
    #[must_use]
    pub fn apply(self, switches: LogSwitches) -> LogSwitches {
        (switches | self.on) - self.off
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_switches_that_are_named_are_turned() {
        let before = LogSwitches::INFO | LogSwitches::ERROR;
        let mut change = LogChange::default();
        assert!(change.is_empty());
        change.set(LogSwitches::DEBUG, true);
        change.set(LogSwitches::INFO, true);
        change.set(LogSwitches::INFO, false);
        assert_eq!(
            change.apply(before),
            LogSwitches::DEBUG | LogSwitches::ERROR
        );
        assert_eq!(LogSwitches::named("log_debug"), Some(LogSwitches::DEBUG));
        assert_eq!(LogSwitches::named("debug"), None);
    }
}
