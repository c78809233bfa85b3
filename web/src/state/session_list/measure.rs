//! Figures of sessions that a search compares.

use crate::state::rows::Row;

/// A figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// `connected`: seconds since the client connected.
    Connected,
    /// `idle`: seconds since something happened.
    Idle,
    /// `statements`
    Statements,
    /// `io`
    Io,
    /// `memory`: bytes.
    Memory,
    /// `thread`
    Thread,
}

/// How a figure is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

impl Measure {
    /// The figure of that name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "connected" => Self::Connected,
            "idle" => Self::Idle,
            "statements" => Self::Statements,
            "io" => Self::Io,
            "memory" => Self::Memory,
            "thread" => Self::Thread,
            _ => return None,
        })
    }

    /// A value as one types it: `5m`, `64k`, `12`.
    pub fn value(self, text: &str) -> Option<u64> {
        let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (number, unit) = text.split_at(digits);
        let factor = match (self, unit.to_lowercase().trim_end_matches("ib")) {
            (_, "") | (Self::Connected | Self::Idle, "s") => 1,
            (Self::Connected | Self::Idle, "m" | "min") => 60,
            (Self::Connected | Self::Idle, "h") => 3_600,
            (Self::Connected | Self::Idle, "d") => 86_400,
            (Self::Memory, "k") => 1 << 10,
            (Self::Memory, "m") => 1 << 20,
            (Self::Memory, "g") => 1 << 30,
            _ => return None,
        };
        number.parse::<u64>().ok()?.checked_mul(factor)
    }

    /// The figure of a session.
    pub fn of(self, row: &Row, now_ms: u64) -> u64 {
        let session = &row.session;
        match self {
            Self::Connected => now_ms.saturating_sub(session.connected_ms) / 1000,
            Self::Idle => now_ms.saturating_sub(session.active_ms) / 1000,
            Self::Statements => session.statements,
            Self::Io => session.io_activity,
            Self::Memory => session.memory,
            Self::Thread => session.thread as u64,
        }
    }

    /// What the API calls it.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Connected => "seconds_alive",
            Self::Idle => "idle",
            Self::Statements => "statement_count",
            Self::Io => "io_activity",
            Self::Memory => "memory/total",
            Self::Thread => "thread",
        }
    }

    /// The same as a value of the API's `filter`, whose times have fractions: here they are whole seconds.
    pub fn filter(self, comparison: Comparison, value: u64) -> String {
        let next = value.saturating_add(1);
        let said = match (self, comparison) {
            (Self::Connected | Self::Idle, Comparison::Equal) => {
                format!("and(ge({value}),lt({next}))")
            }
            (Self::Connected | Self::Idle, Comparison::NotEqual) => {
                format!("or(lt({value}),ge({next}))")
            }
            (Self::Connected | Self::Idle, Comparison::LessOrEqual) => format!("lt({next})"),
            (Self::Connected | Self::Idle, Comparison::Greater) => format!("ge({next})"),
            _ => format!("{}({value})", comparison.function()),
        };
        format!("/attributes/{}={said}", self.attribute())
    }
}

impl Comparison {
    /// What a text begins with, and what follows.
    pub fn parse(text: &str) -> Option<(Self, &str)> {
        // The longer ones first.
        let signs = [
            ("!=", Self::NotEqual),
            ("<=", Self::LessOrEqual),
            (">=", Self::GreaterOrEqual),
            ("<", Self::Less),
            (">", Self::Greater),
            ("=", Self::Equal),
            (":", Self::Equal),
        ];
        let found = signs.into_iter().find(|(sign, _)| text.starts_with(sign));
        found.map(|(sign, comparison)| (comparison, text.get(sign.len()..).unwrap_or_default()))
    }

    /// Whether it is so.
    pub fn holds(self, figure: u64, value: u64) -> bool {
        match self {
            Self::Equal => figure == value,
            Self::NotEqual => figure != value,
            Self::Less => figure < value,
            Self::LessOrEqual => figure <= value,
            Self::GreaterOrEqual => figure >= value,
            Self::Greater => figure > value,
        }
    }

    /// The function of the API's filter expressions.
    fn function(self) -> &'static str {
        match self {
            Self::Equal => "eq",
            Self::NotEqual => "ne",
            Self::Less => "lt",
            Self::LessOrEqual => "le",
            Self::GreaterOrEqual => "ge",
            Self::Greater => "gt",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_asked_for_whole_seconds() {
        let check = |text: &str, expected: &str| {
            let (comparison, value) = Comparison::parse(text).unwrap();
            let said = Measure::Idle.filter(comparison, Measure::Idle.value(value).unwrap());
            assert_eq!(said, format!("/attributes/idle={expected}"), "{text}");
        };
        check("=5", "and(ge(5),lt(6))");
        check("!=5", "or(lt(5),ge(6))");
        check("<5", "lt(5)");
        check("<=5", "lt(6)");
        check(">=5", "ge(5)");
        check(">5", "ge(6)");
        let said = Measure::Statements.filter(Comparison::Greater, 5);
        assert_eq!(said, "/attributes/statement_count=gt(5)");
    }

    #[test]
    fn values_have_the_units_of_their_figures() {
        let check = |measure: Measure, text: &str, expected: Option<u64>| {
            assert_eq!(measure.value(text), expected, "{measure:?} {text}");
        };
        check(Measure::Idle, "90", Some(90));
        check(Measure::Idle, "5m", Some(300));
        check(Measure::Connected, "2h", Some(7_200));
        check(Measure::Memory, "64k", Some(65_536));
        check(Measure::Memory, "1MiB", Some(1 << 20));
        check(Measure::Statements, "5m", None);
        check(Measure::Idle, "", None);
        check(Measure::Idle, "x", None);
        check(Measure::Memory, "99999999999999999999", None);
    }
}
