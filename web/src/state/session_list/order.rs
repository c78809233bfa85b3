//! Which sessions stand in the list, and in which order.

use std::rc::Rc;

use super::search::Search;
use super::view::Sort;
use crate::state::ids::IdSet;
use crate::state::rows::{Row, Rows};

/// The ids of the list from top to bottom.
///
/// While *held* nothing moves: what comes waits, what ends keeps its place.
#[derive(Debug, Default)]
pub struct Order {
    ids: Vec<u64>,
    live: usize,
    waiting: usize,
}

impl Order {
    /// How many rows the list has.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether the list has no row.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The id at a place.
    pub fn id_at(&self, place: usize) -> Option<u64> {
        self.ids.get(place).copied()
    }

    /// The place of an id.
    pub fn place_of(&self, id: u64) -> Option<usize> {
        self.ids.iter().position(|&other| other == id)
    }

    /// How many of the rows are of sessions that live.
    pub fn live(&self) -> usize {
        self.live
    }

    /// Sessions that match but wait until the order is no longer held.
    pub fn waiting(&self) -> usize {
        self.waiting
    }

    /// Puts the list in order.
    pub fn arrange(&mut self, rows: &Rows, search: &Search, sort: Sort, now_ms: u64) {
        let listed: IdSet = self.ids.iter().copied().collect();
        // What stood in order before comes first: a stable sort of what is nearly sorted is quick.
        let before = self.ids.iter().filter_map(|&id| rows.get(id));
        let new = rows.iter().filter(|row| !listed.contains(&row.session.id));
        let mut matching: Vec<&Rc<Row>> = before
            .chain(new)
            .filter(|row| search.matches(row, now_ms))
            .collect();
        matching.sort_by(|a, b| {
            let by_column = sort.column.compare(a, b, now_ms);
            let by_column = if sort.descending {
                by_column.reverse()
            } else {
                by_column
            };
            by_column.then(a.session.id.cmp(&b.session.id))
        });
        self.live = matching.iter().filter(|row| !row.ended).count();
        self.ids = matching.into_iter().map(|row| row.session.id).collect();
        self.waiting = 0;
    }

    /// Leaves the order as it is and counts what waits.
    pub fn hold(&mut self, rows: &Rows, search: &Search, now_ms: u64) {
        let listed: IdSet = self.ids.iter().copied().collect();
        let is_live = |&&id: &&u64| rows.get(id).is_some_and(|row| !row.ended);
        self.live = self.ids.iter().filter(is_live).count();
        self.waiting = rows
            .iter()
            .filter(|row| !row.ended && !listed.contains(&row.session.id))
            .filter(|row| search.matches(row, now_ms))
            .count();
    }
}

#[cfg(test)]
mod tests {
    use sluicegate_shared::event::{SessionRow, SessionState};

    use super::*;
    use crate::state::rows::tests::{ended, rows, session};
    use crate::state::session_list::column::Column;

    fn ids(order: &Order) -> Vec<u64> {
        (0..order.len())
            .filter_map(|place| order.id_at(place))
            .collect()
    }

    fn arranged(rows: &Rows, search: &str, column: Column, descending: bool) -> Order {
        let mut order = Order::default();
        order.arrange(
            rows,
            &Search::parse(search),
            Sort { column, descending },
            20_000,
        );
        order
    }

    fn three() -> Rows {
        rows(vec![
            SessionRow {
                statements: 7,
                active_ms: 5_000,
                ..session(1, "cid")
            },
            SessionRow {
                statements: 7,
                active_ms: 3_000,
                ..session(2, "ann")
            },
            SessionRow {
                statements: 9,
                active_ms: 4_000,
                database: None,
                ..session(3, "bob")
            },
        ])
    }

    #[test]
    fn the_list_is_sorted_by_any_column_and_then_by_id() {
        let rows = three();
        let cases: &[(Column, bool, [u64; 3])] = &[
            (Column::Id, false, [1, 2, 3]),
            (Column::Id, true, [3, 2, 1]),
            (Column::User, false, [2, 3, 1]),
            (Column::User, true, [1, 3, 2]),
            (Column::Statements, false, [1, 2, 3]),
            (Column::Statements, true, [3, 1, 2]),
            (Column::Idle, false, [1, 3, 2]),
            (Column::Idle, true, [2, 3, 1]),
            (Column::Database, false, [3, 1, 2]),
        ];
        for &(column, descending, expected) in cases {
            let order = arranged(&rows, "", column, descending);
            assert_eq!(ids(&order), expected, "{column:?} {descending}");
        }
    }

    #[test]
    fn every_column_has_an_order_and_the_other_way_round() {
        let one = session(1, "ann");
        let mut other = SessionRow {
            remote: "10.0.0.9".to_owned(),
            service: "Zoo".to_owned(),
            database: Some("zoo".to_owned()),
            state: SessionState::Busy,
            transaction: true,
            connected_ms: one.connected_ms - 500,
            active_ms: one.active_ms - 500,
            statements: one.statements + 1,
            io_activity: one.io_activity + 1,
            memory: one.memory + 1,
            thread: one.thread + 1,
            filters: vec!["QLA".to_owned()],
            ..session(2, "zoe")
        };
        other.connections[0].server = "zdb".to_owned();
        let rows = rows(vec![one, other]);
        for column in Column::ALL {
            // Of what is counted over time nothing is known yet.
            if column == Column::Rate {
                continue;
            }
            let up = arranged(&rows, "", column, false);
            let down = arranged(&rows, "", column, true);
            assert_eq!(ids(&up), [1, 2], "{column:?}");
            assert_eq!(ids(&down), [2, 1], "{column:?}, the other way round");
        }
    }

    #[test]
    fn only_what_matches_is_listed() {
        assert_eq!(ids(&arranged(&three(), "ann", Column::Id, false)), [2]);
        assert!(arranged(&three(), "nobody", Column::Id, false).is_empty());
    }

    #[test]
    fn while_held_nothing_moves_and_what_comes_waits() {
        let mut rows = three();
        let mut order = arranged(&rows, "", Column::Statements, true);
        rows.change(
            SessionRow {
                statements: 99,
                ..session(2, "ann")
            },
            11_000,
        );
        rows.change(session(4, "dan"), 11_000);
        rows.end(ended(1), 11_000);
        order.hold(&rows, &Search::default(), 20_000);
        assert_eq!(
            (ids(&order), order.live(), order.waiting()),
            (vec![3, 1, 2], 2, 1)
        );

        rows.expire(60_000, false);
        order.arrange(
            &rows,
            &Search::default(),
            Sort {
                column: Column::Statements,
                descending: true,
            },
            0,
        );
        assert_eq!((ids(&order), order.waiting()), (vec![2, 3, 4], 0));
    }

    #[test]
    fn what_waits_must_match_the_search() {
        let mut rows = three();
        let mut order = arranged(&rows, "ann", Column::Id, false);
        rows.change(session(4, "dan"), 11_000);
        order.hold(&rows, &Search::parse("ann"), 20_000);
        assert_eq!(order.waiting(), 0);
    }

    #[test]
    fn a_place_is_found_again_by_id() {
        let order = arranged(&three(), "", Column::User, false);
        assert_eq!(order.place_of(3), Some(1));
        assert_eq!(order.place_of(9), None);
    }
}
