//! What the search box says, as conditions: every word must be met.
//!
//! A word is looked for in all names of a session; `user:ann` looks in one. The conditions are kept
//! apart from their evaluation, so that they can be said to the API as filter expressions too.

use sluicegate_shared::event::SessionState;

use crate::state::rows::Row;

/// A parsed search.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Search {
    /// All must be met.
    pub conditions: Vec<Condition>,
}

/// One word of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Where to look; everywhere when absent.
    pub field: Option<Field>,
    /// What to find, in lower case.
    pub needle: String,
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

impl Search {
    /// Parses what was typed. Anything is a search: an unknown field is part of the word.
    pub fn parse(text: &str) -> Self {
        Self {
            conditions: words(text)
                .filter_map(|word| Condition::parse(&word))
                .collect(),
        }
    }

    /// Whether a session meets all conditions.
    pub fn matches(&self, row: &Row) -> bool {
        self.conditions
            .iter()
            .all(|condition| condition.matches(row))
    }
}

impl Condition {
    fn parse(word: &str) -> Option<Self> {
        let word = word.to_lowercase();
        let bound = word
            .split_once(':')
            .and_then(|(name, rest)| Some((Field::named(name)?, rest)));
        let (field, needle) = match bound {
            Some((field, rest)) => (Some(field), rest.to_owned()),
            None => (None, word),
        };
        (!needle.is_empty()).then_some(Self { field, needle })
    }

    fn matches(&self, row: &Row) -> bool {
        let needle = self.needle.as_str();
        let session = &row.session;
        let has = |name: &str| name.to_lowercase().contains(needle);
        match self.field {
            None => row.text.contains(needle),
            Some(Field::Id) => session.id.to_string() == needle,
            Some(Field::User) => has(&session.user),
            Some(Field::Client) => has(&format!("{}:{}", session.remote, session.port)),
            Some(Field::Service) => has(&session.service),
            Some(Field::Database) => session.database.as_deref().is_some_and(has),
            Some(Field::Server) => session.connections.iter().any(|c| has(&c.server)),
            Some(Field::State) => state_word(session.state).starts_with(needle),
            Some(Field::Transaction) => {
                let word = if session.transaction { "yes" } else { "no" };
                word.starts_with(needle)
            }
            Some(Field::Filter) => {
                let waiting = session.pending.iter().flatten();
                session.filters.iter().chain(waiting).any(|name| has(name))
            }
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
        assert_eq!(Search::parse(text).matches(row), expected, "{text}");
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
        check("thread:0", false);
    }

    #[test]
    fn quotes_keep_blanks() {
        check(r#""read-write""#, true);
        check(r#"user:"a n""#, false);
        assert_eq!(
            Search::parse(r#"user:"a  B" c"#).conditions,
            [
                Condition {
                    field: Some(Field::User),
                    needle: "a  b".to_owned()
                },
                Condition {
                    field: None,
                    needle: "c".to_owned()
                },
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
            assert_eq!(Search::parse(text).matches(row), expected, "{text}");
        }
    }
}
