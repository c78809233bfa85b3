//! What is known of a statement.

mod kinds;
mod verb;

pub use kinds::Kinds;
pub use verb::Verb;

/// What a text does: all its statements together.
///
/// It says nothing of names and values; those are read from the text where they are needed
/// ([`crate::sql::details`], [`crate::sql::tables`], [`crate::sql::mentions`]).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Classification {
    /// What the statements do, all of them together.
    pub kinds: Kinds,
    /// The first statement's verb.
    pub verb: Verb,
    /// How many statements there are; empty ones do not count. At most `u16::MAX`.
    pub statements: u16,
    /// Whether all statements were understood. One that was not counts as one that writes.
    pub parsed: bool,
}

impl Classification {
    /// What a text without a statement does.
    pub const EMPTY: Self = Self {
        kinds: Kinds::empty(),
        verb: Verb::Empty,
        statements: 0,
        parsed: true,
    };

    /// Whether the text only reads data and leaves the session as it was, so that any server with
    /// the same data may run it.
    pub const fn is_plain_read(&self) -> bool {
        let other = Kinds::WRITE
            .union(Kinds::PRIMARY_READ)
            .union(Kinds::SESSION_WRITE)
            .union(Kinds::USERVAR_WRITE)
            .union(Kinds::PREVIOUS_STATEMENT);
        self.kinds.contains(Kinds::READ) && !self.kinds.intersects(other)
    }

    /// One statement of the given kinds.
    pub(super) const fn of(verb: Verb, kinds: Kinds) -> Self {
        Self {
            kinds,
            verb,
            statements: 1,
            parsed: true,
        }
    }

    /// One statement that is not understood.
    pub(super) const fn unknown(verb: Verb) -> Self {
        Self {
            kinds: Kinds::WRITE,
            verb,
            statements: 1,
            parsed: false,
        }
    }

    /// The same with more kinds.
    pub(super) fn with(mut self, kinds: Kinds) -> Self {
        self.kinds |= kinds;
        self
    }

    /// Takes in the text's next statement.
    pub(super) fn add(&mut self, other: &Self) {
        if self.statements == 0 {
            self.verb = other.verb;
        } else {
            self.kinds |= Kinds::MULTI;
        }
        self.kinds |= other.kinds;
        self.statements = self.statements.saturating_add(other.statements);
        self.parsed &= other.parsed;
    }
}
