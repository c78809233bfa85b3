//! The sessions as the events tell them: rows by id, and those that ended a moment ago.

use std::collections::VecDeque;
use std::collections::hash_map::Entry;
use std::rc::Rc;

use sluicegate_shared::event::{SessionEnd, SessionRow};

use super::ids::IdMap;
use super::rate::Rate;

/// How long an ended session stays in sight.
pub const ENDED_SHOWN_MS: u64 = 2_500;
/// How many ended sessions stay in sight at most, also while the order is held.
const ENDED_ROWS_MAX: usize = 1_000;
/// How many endings are remembered, for those who ask later.
const ENDINGS_MAX: usize = 1_000;

/// One session.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// What the server says of it.
    pub session: SessionRow,
    /// Statements a second.
    pub statement_rate: Rate,
    /// Whether it has ended: such a row is about to go.
    pub ended: bool,
    /// Names in lower case, to search in.
    pub text: Rc<str>,
}

/// All rows.
#[derive(Debug, Clone, Default)]
pub struct Rows {
    by_id: IdMap<Rc<Row>>,
    /// Ended rows that are still in `by_id`, oldest first.
    leaving: VecDeque<(u64, u64)>,
    endings: VecDeque<Ending>,
    live: usize,
}

/// How a session ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ending {
    /// The session id.
    pub id: u64,
    /// When, by the server's clock.
    pub at_ms: u64,
    /// Why, for a person.
    pub reason: String,
}

impl Rows {
    /// The row of a session.
    pub fn get(&self, id: u64) -> Option<&Rc<Row>> {
        self.by_id.get(&id)
    }

    /// All rows, in no order; ended ones that are still in sight among them.
    pub fn iter(&self) -> impl Iterator<Item = &Rc<Row>> {
        self.by_id.values()
    }

    /// How many sessions live.
    pub fn live(&self) -> usize {
        self.live
    }

    /// How a session ended, if that is remembered.
    pub fn ending(&self, id: u64) -> Option<&Ending> {
        self.endings.iter().rev().find(|ending| ending.id == id)
    }

    /// A session as a snapshot tells it: goes into `next`, and on from what is known of it here.
    pub fn carry_over(&self, session: SessionRow, next: &mut Self, now_ms: u64) {
        let row = match self.by_id.get(&session.id).filter(|row| !row.ended) {
            Some(row) => {
                let mut row = Rc::clone(row);
                Rc::make_mut(&mut row).change(session, now_ms);
                row
            }
            None => Rc::new(Row::new(session, now_ms)),
        };
        next.by_id.insert(row.session.id, row);
    }

    /// All rows of a snapshot are in `next`: they take the place of all rows here.
    pub fn replace(&mut self, next: Self) {
        self.by_id = next.by_id;
        self.live = self.by_id.len();
        self.leaving.clear();
    }

    /// A session is new or changed.
    pub fn change(&mut self, session: SessionRow, now_ms: u64) {
        match self.by_id.entry(session.id) {
            Entry::Occupied(entry) => {
                let row = entry.into_mut();
                if row.ended {
                    self.live += 1;
                    *row = Rc::new(Row::new(session, now_ms));
                } else {
                    Rc::make_mut(row).change(session, now_ms);
                }
            }
            Entry::Vacant(entry) => {
                self.live += 1;
                entry.insert(Rc::new(Row::new(session, now_ms)));
            }
        }
    }

    /// A session has ended.
    pub fn end(&mut self, end: SessionEnd, now_ms: u64) {
        if let Some(row) = self.by_id.get_mut(&end.id).filter(|row| !row.ended) {
            Rc::make_mut(row).ended = true;
            self.leaving.push_back((now_ms, end.id));
            self.live -= 1;
        }
        if self.endings.len() == ENDINGS_MAX {
            self.endings.pop_front();
        }
        self.endings.push_back(Ending {
            id: end.id,
            at_ms: now_ms,
            reason: end.reason,
        });
    }

    /// Lets ended rows go; with `held`, only those beyond the limit. Tells whether any went.
    pub fn expire(&mut self, now_ms: u64, held: bool) -> bool {
        let before = self.leaving.len();
        while let Some(&(at_ms, id)) = self.leaving.front() {
            let due = !held && now_ms.saturating_sub(at_ms) >= ENDED_SHOWN_MS;
            if !due && self.leaving.len() <= ENDED_ROWS_MAX {
                break;
            }
            self.leaving.pop_front();
            if self.by_id.get(&id).is_some_and(|row| row.ended) {
                self.by_id.remove(&id);
            }
        }
        before != self.leaving.len()
    }
}

impl Row {
    fn new(session: SessionRow, now_ms: u64) -> Self {
        let statement_rate = Rate::new(session.statements, now_ms);
        let text = names(&session).to_lowercase().into();
        Self {
            session,
            statement_rate,
            ended: false,
            text,
        }
    }

    fn change(&mut self, session: SessionRow, now_ms: u64) {
        self.statement_rate = self.statement_rate.seen(session.statements, now_ms);
        if !same_names(&self.session, &session) {
            self.text = names(&session).to_lowercase().into();
        }
        self.session = session;
    }
}

fn same_names(a: &SessionRow, b: &SessionRow) -> bool {
    a.user == b.user
        && a.service == b.service
        && a.database == b.database
        && a.port == b.port
        && a.remote == b.remote
        && a.connections.len() == b.connections.len()
        && a.connections
            .iter()
            .zip(&b.connections)
            .all(|(a, b)| a.server == b.server)
}

/// The names of a session, one a line.
fn names(session: &SessionRow) -> String {
    let mut text = format!(
        "{}\n{}\n{}:{}\n{}\n{}",
        session.id,
        session.user,
        session.remote,
        session.port,
        session.service,
        session.database.as_deref().unwrap_or_default(),
    );
    for connection in &session.connections {
        text.push('\n');
        text.push_str(&connection.server);
    }
    text
}

#[cfg(test)]
pub(crate) mod tests {
    use sluicegate_shared::event::SessionState;
    use sluicegate_shared::session::SessionConnection;

    use super::*;

    pub(crate) fn session(id: u64, user: &str) -> SessionRow {
        SessionRow {
            id,
            user: user.to_owned(),
            remote: "10.0.0.7".to_owned(),
            port: 40_000,
            service: "Read-Write".to_owned(),
            state: SessionState::Idle,
            database: Some("Shop".to_owned()),
            transaction: false,
            connected_ms: 1_000,
            active_ms: 2_000,
            statements: 0,
            io_activity: 0,
            memory: 1024,
            thread: 0,
            connections: vec![SessionConnection {
                server: "db1".to_owned(),
                connection_id: 70 + id,
                cipher: String::new(),
                statements: 0,
            }],
            filters: Vec::new(),
            pending: None,
            generation: 0,
        }
    }

    pub(crate) fn rows(sessions: Vec<SessionRow>) -> Rows {
        let mut rows = Rows::default();
        snapshot(&mut rows, sessions, 10_000);
        rows
    }

    fn snapshot(rows: &mut Rows, sessions: Vec<SessionRow>, now_ms: u64) {
        let mut next = Rows::default();
        for session in sessions {
            rows.carry_over(session, &mut next, now_ms);
        }
        rows.replace(next);
    }

    pub(crate) fn ended(id: u64) -> SessionEnd {
        SessionEnd {
            id,
            reason: "killed by admin".to_owned(),
        }
    }

    #[test]
    fn sessions_are_added_changed_and_ended() {
        let mut rows = rows(vec![session(1, "ann")]);
        rows.change(session(2, "bob"), 11_000);
        assert_eq!(rows.live(), 2);
        let busy = SessionRow {
            state: SessionState::Busy,
            ..session(1, "ann")
        };
        rows.change(busy.clone(), 12_000);
        assert_eq!(rows.get(1).unwrap().session, busy);
        assert_eq!(rows.live(), 2);
        rows.end(ended(2), 13_000);
        assert_eq!(rows.live(), 1);
        assert!(rows.get(2).unwrap().ended);
        assert_eq!(rows.ending(2).unwrap().reason, "killed by admin");
    }

    #[test]
    fn an_ended_row_stays_in_sight_for_a_moment_and_longer_while_held() {
        let mut rows = rows(vec![session(1, "ann")]);
        rows.end(ended(1), 11_000);
        assert!(!rows.expire(11_000 + ENDED_SHOWN_MS - 1, false));
        assert!(!rows.expire(90_000, true));
        assert!(rows.expire(90_000, false));
        assert!(rows.get(1).is_none());
        assert!(rows.ending(1).is_some(), "how it ended is still known");
    }

    #[test]
    fn ended_rows_are_bounded_also_while_held() {
        let ids = 1..=(ENDED_ROWS_MAX as u64 + 10);
        let mut rows = rows(ids.clone().map(|id| session(id, "ann")).collect());
        ids.for_each(|id| rows.end(ended(id), 11_000));
        rows.expire(11_000, true);
        assert_eq!(rows.iter().count(), ENDED_ROWS_MAX);
        assert_eq!(rows.live(), 0);
        assert_eq!(rows.endings.len(), ENDINGS_MAX);
    }

    #[test]
    fn the_end_of_an_unknown_session_is_only_remembered() {
        let mut rows = rows(vec![session(1, "ann")]);
        rows.end(ended(9), 11_000);
        rows.end(ended(9), 11_000);
        assert_eq!(rows.live(), 1);
        assert!(rows.get(9).is_none());
    }

    #[test]
    fn a_snapshot_replaces_all_but_keeps_rates() {
        let mut rows = rows(vec![session(1, "ann"), session(2, "bob")]);
        let sessions = vec![SessionRow {
            statements: 50,
            ..session(1, "ann")
        }];
        snapshot(&mut rows, sessions, 15_000);
        assert_eq!(rows.live(), 1);
        assert!(rows.get(2).is_none());
        let rate = rows.get(1).unwrap().statement_rate.per_second(15_000);
        assert!((rate - 10.0).abs() < 0.001, "{rate}");
    }

    #[test]
    fn an_id_that_comes_back_is_a_new_session() {
        let mut rows = rows(vec![SessionRow {
            statements: 9,
            ..session(1, "ann")
        }]);
        rows.end(ended(1), 11_000);
        rows.change(session(1, "eve"), 12_000);
        assert_eq!(rows.live(), 1);
        rows.expire(90_000, false);
        assert_eq!(rows.get(1).unwrap().session.user, "eve");
    }

    #[test]
    fn the_text_to_search_in_follows_the_names() {
        let mut rows = rows(vec![session(1, "Ann")]);
        assert_eq!(
            &*rows.get(1).unwrap().text,
            "1\nann\n10.0.0.7:40000\nread-write\nshop\ndb1"
        );
        let moved = SessionRow {
            database: None,
            connections: vec![],
            ..session(1, "Ann")
        };
        rows.change(moved, 11_000);
        assert_eq!(
            &*rows.get(1).unwrap().text,
            "1\nann\n10.0.0.7:40000\nread-write\n"
        );
    }
}
