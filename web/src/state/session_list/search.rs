//! What the search box says, as conditions: every word must be met.
//!
//! A word is looked for in all names of a session; `user:ann` looks in one, `user=ann` wants the whole
//! of it, and `idle>5m` compares a figure. What compares the whole can be said to the API as well: see
//! [`Search::filters`].

use sluicegate_shared::event::SessionState;

use super::measure::{Comparison, Measure};
use crate::state::rows::Row;

/// A parsed search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// All must be met.
    pub conditions: Vec<Condition>,
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Somewhere in its names, in lower case.
    Anywhere(String),
    /// A part of the field, in lower case.
    Part(Field, String),
    /// The whole of the field, as it is written.
    Whole(Field, String),
    /// A figure is so.
    Figure(Measure, Comparison, u64),
}

/// What a word may be bound to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// `id:` the session id, whole.
    Id,
    /// `user:`
    User,
    /// `client:` address and port.
    Client,
    /// `service:`
    Service,
    /// `db:` or `database:`
    Database,
    /// `server:` any of its servers.
    Server,
    /// `state:` idle, busy or closing.
    State,
    /// `trx:` or `transaction:` yes or no.
    Transaction,
    /// `filter:` any of the filters that act or wait.
    Filter,
}

/// What the API is asked for to get the same.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filters {
    /// Values of `filter`.
    pub filters: Vec<String>,
    /// Whether a word can't be said so: the API compares, and looks for no parts.
    pub is_more: bool,
}

impl Search {
    /// Parses what was typed. Anything is a search: an unknown field is part of the word.
    pub fn parse(text: &str) -> Self {
        Self {
            conditions: words(text)
                .filter_map(|word| Condition::parse(&word))
                .collect(),
        }
    }

    /// Whether a session meets all conditions at a time of the server.
    pub fn matches(&self, row: &Row, now_ms: u64) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.matches(row, now_ms))
    }

    /// The same as filter expressions of the API.
    pub fn filters(&self) -> Filters {
        let mut all = Filters::default();
        for condition in &self.conditions {
            match condition.filters() {
                Some(said) => all.filters.extend(said),
                None => all.is_more = true,
            }
        }
        all
    }
}

impl Condition {
    fn parse(word: &str) -> Option<Self> {
        let bound = word.find([':', '=', '<', '>', '!']).and_then(|at| {
            let (name, rest) = word.split_at(at);
            Self::bound(&name.to_lowercase(), rest)
        });
        let condition = bound.unwrap_or_else(|| Self::Anywhere(word.to_lowercase()));
        (!condition.says_nothing()).then_some(condition)
    }

    /// Its value is not typed yet.
    fn says_nothing(&self) -> bool {
        match self {
            Self::Anywhere(text) | Self::Part(_, text) | Self::Whole(_, text) => text.is_empty(),
            Self::Figure(..) => false,
        }
    }

    /// The condition on what has that name; nothing when there is no such thing.
    fn bound(name: &str, rest: &str) -> Option<Self> {
        if let Some(measure) = Measure::named(name) {
            let (comparison, value) = Comparison::parse(rest)?;
            let value = measure.value(value)?;
            return Some(Self::Figure(measure, comparison, value));
        }
        let field = Field::named(name)?;
        let value = rest.get(1..).unwrap_or_default();
        match rest.chars().next()? {
            ':' => Some(Self::Part(field, value.to_lowercase())),
            '=' => Some(Self::Whole(field, value.to_owned())),
            _ => None,
        }
    }

    fn matches(&self, row: &Row, now_ms: u64) -> bool {
        match self {
            Self::Anywhere(needle) => row.text.contains(needle),
            Self::Part(field, needle) => field.holds(
                row,
                &|text: &str| text.to_lowercase().contains(needle),
                needle,
            ),
            Self::Whole(field, wanted) => field.holds(row, &|text: &str| text == wanted, wanted),
            Self::Figure(measure, comparison, value) => {
                comparison.holds(measure.of(row, now_ms), *value)
            }
        }
    }

    /// The values of `filter` that say it; nothing for what can't be said.
    fn filters(&self) -> Option<Vec<String>> {
        match self {
            Self::Figure(measure, comparison, value) => {
                Some(vec![measure.filter(*comparison, *value)])
            }
            Self::Part(field @ (Field::Id | Field::Transaction), value)
            | Self::Whole(field, value) => field.filters(value),
            Self::Anywhere(_) | Self::Part(..) => None,
        }
    }
}

impl Field {
    /// Whether `is` is true of its text, or of one of its texts.
    fn holds(self, row: &Row, is: &dyn Fn(&str) -> bool, wanted: &str) -> bool {
        let session = &row.session;
        match self {
            Self::Id => session.id.to_string() == wanted,
            Self::User => is(&session.user),
            Self::Client => {
                is(&format!("{}:{}", session.remote, session.port)) || is(&session.remote)
            }
            Self::Service => is(&session.service),
            Self::Database => session.database.as_deref().is_some_and(is),
            Self::Server => session.connections.iter().any(|c| is(&c.server)),
            Self::State => state_word(session.state).starts_with(wanted),
            Self::Transaction => {
                let word = if session.transaction { "yes" } else { "no" };
                word.starts_with(wanted)
            }
            Self::Filter => {
                let waiting = session.pending.iter().flatten();
                session.filters.iter().chain(waiting).any(|name| is(name))
            }
        }
    }

    /// The values of `filter` for the whole of it.
    fn filters(self, value: &str) -> Option<Vec<String>> {
        let text = |value: &str| serde_json::Value::from(value).to_string();
        let equal = |pointer: &str| Some(vec![format!("{pointer}={}", text(value))]);
        match self {
            Self::Id => equal("/id"),
            Self::User => equal("/attributes/user"),
            Self::Service => equal("/relationships/services/data/0/id"),
            Self::Database => equal("/attributes/database"),
            Self::Client => match value.rsplit_once(':') {
                Some((remote, port)) if !remote.ends_with(':') && port.parse::<u16>().is_ok() => {
                    Some(vec![
                        format!("/attributes/remote={}", text(remote)),
                        format!("/attributes/port={port}"),
                    ])
                }
                _ => equal("/attributes/remote"),
            },
            Self::Transaction => {
                let is_open = "yes".starts_with(value);
                // Any other word finds none here, and the API has none for it.
                if !is_open && !"no".starts_with(value) {
                    return None;
                }
                Some(vec![format!("/attributes/transaction={is_open}")])
            }
            // The API has lists of these, and no word for what a session is doing.
            Self::Server | Self::Filter | Self::State => None,
        }
    }
}

fn state_word(state: SessionState) -> &'static str {
    match state {
        SessionState::Idle => "idle",
        SessionState::Busy => "busy",
        SessionState::Closing => "closing",
    }
}

impl Field {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "id" => Self::Id,
            "user" => Self::User,
            "client" => Self::Client,
            "service" => Self::Service,
            "db" | "database" => Self::Database,
            "server" => Self::Server,
            "state" => Self::State,
            "trx" | "transaction" => Self::Transaction,
            "filter" => Self::Filter,
            _ => return None,
        })
    }
}

/// Splits at blanks, but not inside double quotes, which are taken away.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut quoted = false;
    let mut words = vec![String::new()];
    for c in text.chars() {
        match c {
            '"' => quoted = !quoted,
            _ if c.is_whitespace() && !quoted => words.push(String::new()),
            _ => {
                if let Some(word) = words.last_mut() {
                    word.push(c);
                }
            }
        }
    }
    words.into_iter().filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::rows::tests::{rows, session};

    fn check(text: &str, expected: bool) {
        let rows = rows(vec![session(12, "Ann")]);
        let row = rows.get(12).unwrap();
        assert_eq!(Search::parse(text).matches(row, 20_000), expected, "{text}");
    }

    #[test]
    fn every_word_must_be_found_in_some_name() {
        for text in [
            "", "  ", "ann", "AN", "0.0.7", "shop db1", "read- 12", ":40000", "7:40",
        ] {
            check(text, true);
        }
        for text in ["bob", "ann bob", "shopdb1", "10.0.0.8"] {
            check(text, false);
        }
    }

    #[test]
    fn a_word_can_be_bound_to_a_field() {
        for text in [
            "user:ann",
            "db:shop",
            "database:SHOP",
            "server:db1",
            "client:10.0.0.7:40000",
        ] {
            check(text, true);
        }
        for text in ["service:read", "id:12", "user:", "user:ann db:shop"] {
            check(text, true);
        }
        for text in [
            "user:shop",
            "db:ann",
            "id:1",
            "server:db2",
            "user:ann db:ann",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn an_unknown_field_is_part_of_the_word() {
        check("10.0.0.7:40000", true);
        check("worker:0", false);
    }

    #[test]
    fn quotes_keep_blanks() {
        check(r#""read-write""#, true);
        check(r#"user:"a n""#, false);
        assert_eq!(
            Search::parse(r#"user:"a  B" c"#).conditions,
            [
                Condition::Part(Field::User, "a  b".to_owned()),
                Condition::Anywhere("c".to_owned()),
            ]
        );
    }

    #[test]
    fn states_transactions_and_filters_are_found() {
        let mut session = session(7, "ann");
        session.state = SessionState::Busy;
        session.transaction = true;
        session.filters = vec!["Mask".to_owned()];
        session.pending = Some(vec!["QLA".to_owned()]);
        let mut rows = crate::state::rows::Rows::default();
        rows.change(session, 1);
        let row = rows.get(7).unwrap();
        let cases = [
            ("state:busy", true),
            ("state:idle", false),
            ("trx:yes", true),
            ("transaction:no", false),
            ("filter:mask filter:qla", true),
            ("filter:tee", false),
        ];
        for (text, expected) in cases {
            assert_eq!(Search::parse(text).matches(row, 20_000), expected, "{text}");
        }
    }

    #[test]
    fn the_whole_of_a_name_can_be_wanted_and_figures_compared() {
        for text in [
            "user=Ann",
            "client=10.0.0.7",
            "client=10.0.0.7:40000",
            "statements=0 memory>=1k memory<2k",
            "idle<1m",
        ] {
            check(text, true);
        }
        for text in [
            "user=ann",
            "user=An",
            "statements>0",
            "idle>1h",
            "memory!=1024",
        ] {
            check(text, false);
        }
        // Not typed to its end, or no figure: a word like any other.
        check("idle>", false);
        check("user=", true);
    }

    #[test]
    fn what_the_api_can_be_asked_for_is_said_to_it() {
        let check = |text: &str, expected: &[&str], is_more: bool| {
            let said = Search::parse(text).filters();
            assert_eq!(
                (said.filters, said.is_more),
                (expected.iter().map(|&f| f.to_owned()).collect(), is_more),
                "{text}"
            );
        };
        check("", &[], false);
        check("user=ann", &["/attributes/user=\"ann\""], false);
        check("user:ann", &[], true);
        check(
            "id:7 trx:yes",
            &["/id=\"7\"", "/attributes/transaction=true"],
            false,
        );
        check(
            "client=10.0.0.7:4000 idle>=5m ann",
            &[
                "/attributes/remote=\"10.0.0.7\"",
                "/attributes/port=4000",
                "/attributes/idle=ge(300)",
            ],
            true,
        );
        check("client=::1", &["/attributes/remote=\"::1\""], false);
        check("state:busy filter=QLA", &[], true);
        check("trx:no", &["/attributes/transaction=false"], false);
        check("trx:maybe", &[], true);
    }
}
