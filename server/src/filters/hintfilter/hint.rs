//! What a hint says.

use crate::pipeline::RouteHint;

/// A hint for the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Hint {
    /// Where the statement goes.
    Route(RouteHint),
    /// To a replica that is at most so many seconds behind.
    ReplicationLag(u64),
}

/// What a comment asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    /// A hint for this statement.
    Once(Hint),
    /// A hint gets a name.
    Prepare(String, Hint),
    /// The hint of that name is on from now on.
    BeginNamed(String),
    /// A hint, which may get a name, is on from now on.
    Begin(Option<String>, Hint),
    /// The hint that was put on last is off.
    End,
}

impl Command {
    /// From the words behind `maxscale`; `None` when they make no sense.
    pub(super) fn of(words: &[String]) -> Option<Self> {
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        Self::parse(&words)
    }

    fn parse(words: &[&str]) -> Option<Self> {
        if let Some(hint) = Hint::parse(words) {
            return Some(Self::Once(hint));
        }
        let is = |word: &str, other: &str| word.eq_ignore_ascii_case(other);
        match words {
            [end] if is(end, "end") => Some(Self::End),
            [begin, hint @ ..] if is(begin, "begin") => Some(Self::Begin(None, Hint::parse(hint)?)),
            [name, begin] if is(begin, "begin") => Some(Self::BeginNamed((*name).to_owned())),
            [name, begin, hint @ ..] if is(begin, "begin") => {
                Some(Self::Begin(Some((*name).to_owned()), Hint::parse(hint)?))
            }
            [name, prepare, hint @ ..] if is(prepare, "prepare") => {
                Some(Self::Prepare((*name).to_owned(), Hint::parse(hint)?))
            }
            _ => None,
        }
    }
}

impl Hint {
    fn parse(words: &[&str]) -> Option<Self> {
        match words {
            [route, to, target @ ..]
                if route.eq_ignore_ascii_case("route") && to.eq_ignore_ascii_case("to") =>
            {
                Self::target(target).map(Self::Route)
            }
            [name, "=", value] if name.eq_ignore_ascii_case("max_slave_replication_lag") => {
                Some(Self::ReplicationLag(value.parse().ok()?))
            }
            _ => None,
        }
    }

    fn target(words: &[&str]) -> Option<RouteHint> {
        match words {
            [server, name] if server.eq_ignore_ascii_case("server") => {
                Some(RouteHint::Server((*name).into()))
            }
            [role] => match role.to_ascii_lowercase().as_str() {
                "master" => Some(RouteHint::Primary),
                "slave" => Some(RouteHint::Replica),
                "last" => Some(RouteHint::Last),
                _ => None,
            },
            _ => None,
        }
    }
}
