//! What is changed, by whom.

use serde_json::Value;

/// Who changes something, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// The account.
    pub user: String,
    /// The address that it came from.
    pub address: String,
}

impl Author {
    /// An author.
    pub fn new(user: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            user: user.into(),
            address: address.into(),
        }
    }
}

/// What is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ObjectKind {
    /// A server.
    Server,
    /// A service.
    Service,
    /// A listener.
    Listener,
    /// A monitor.
    Monitor,
    /// A filter.
    Filter,
    /// An administrator's account.
    User,
    /// The gateway itself.
    Gateway,
    /// A live session: it is in the audit, but never in the overlay.
    Session,
    /// A connection of the API to run statements: it is in the audit, but never in the overlay.
    Sql,
}

impl ObjectKind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Server,
        Self::Service,
        Self::Listener,
        Self::Monitor,
        Self::Filter,
        Self::User,
        Self::Gateway,
        Self::Session,
        Self::Sql,
    ];

    /// The type as the API spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "servers",
            Self::Service => "services",
            Self::Listener => "listeners",
            Self::Monitor => "monitors",
            Self::Filter => "filters",
            Self::User => "inet",
            Self::Gateway => "maxscale",
            Self::Session => "sessions",
            Self::Sql => "sql",
        }
    }

    /// The kind of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether it is configured, and so has its place in the overlay.
    pub fn is_configured(self) -> bool {
        !matches!(self, Self::Session | Self::Sql)
    }
}

/// One change of one object.
#[derive(Debug, Clone, Copy)]
pub struct Change<'a> {
    /// Who makes it.
    pub author: &'a Author,
    /// What is done: `create`, `alter`, `delete`, ..
    pub action: &'static str,
    /// What is changed.
    pub kind: ObjectKind,
    /// Its name.
    pub name: &'a str,
    /// What it was; `None`: it was not there.
    pub before: Option<&'a Value>,
    /// What it is then; `None`: it is not there any more.
    pub after: Option<&'a Value>,
}

/// What the overlay says of an object.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlaid {
    /// What it is.
    pub kind: ObjectKind,
    /// Its name.
    pub name: String,
    /// Its configuration; `None`: it was removed.
    pub document: Option<Value>,
}
