mod streams;

use std::sync::Arc;

use bytes::Bytes;
use sluicegate_shared::event::{Delta, Snapshot};

use super::board::{self, Board, Next};
use super::objects::ObjectRows;
use crate::api::tests::fixture::session;
use crate::control::sessions::{Changes, SessionView};

fn all(changed: Vec<SessionView>) -> Changes {
    Changes {
        upto: 1,
        changed,
        ..Changes::default()
    }
}

fn some(changed: Vec<SessionView>, ended: &[u64]) -> Changes {
    let ended = ended.iter().map(|id| (*id, "killed".to_owned())).collect();
    Changes {
        upto: 2,
        changed,
        ended,
        complete: true,
    }
}

fn apply(board: &mut Board, changes: Changes) -> bool {
    board.apply(changes, ObjectRows::default(), Vec::new())
}

/// What a reader's frame holds in `data`.
fn data(body: &Bytes) -> String {
    format!("{{\"now_ms\":5,{}", std::str::from_utf8(body).unwrap())
}

fn snapshot(board: &mut Board) -> (u64, Vec<u64>) {
    let Next::Snapshot { upto, body } = board.next(None, false) else {
        panic!("no snapshot")
    };
    let snapshot: Snapshot = serde_json::from_str(&data(&body)).unwrap();
    (upto, snapshot.sessions.iter().map(|row| row.id).collect())
}

/// The deltas after `position`: ids changed and ended.
fn deltas(board: &mut Board, position: u64) -> Vec<(Vec<u64>, Vec<u64>)> {
    let Next::Deltas { upto, deltas } = board.next(Some(position), false) else {
        panic!("no deltas")
    };
    assert_eq!(upto, position + deltas.len() as u64);
    let ids = |delta: &Arc<board::Delta>| {
        let delta: Delta = serde_json::from_str(&data(&delta.body)).unwrap();
        assert_eq!(delta.now_ms, 5);
        let changed = delta.changed.iter().map(|row| row.id).collect();
        (changed, delta.ended.iter().map(|end| end.id).collect())
    };
    deltas.iter().map(ids).collect()
}

#[test]
fn a_reader_gets_a_snapshot_and_then_deltas() {
    let mut board = Board::new(1);
    assert_eq!(board.next(None, false), Next::Wait);
    assert!(apply(&mut board, all(vec![session(2), session(1)])));
    let (upto, ids) = snapshot(&mut board);
    assert_eq!(ids, [1, 2]);
    assert_eq!(board.next(Some(upto), false), Next::Wait);
    assert!(apply(&mut board, some(vec![session(3)], &[1])));
    assert_eq!(deltas(&mut board, upto), [(vec![3], vec![1])]);
    assert_eq!(board.next(Some(upto + 1), false), Next::Wait);
}

#[test]
fn what_did_not_change_is_not_told() {
    let mut board = Board::new(1);
    let one = session(1);
    assert!(apply(&mut board, all(vec![one.clone()])));
    assert!(!apply(&mut board, some(vec![one.clone()], &[99])));
    // A source that tells everything again.
    assert!(!apply(&mut board, all(vec![one])));
}

#[test]
fn a_source_that_lost_its_place_makes_a_delta_of_the_difference() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![session(1), session(2)]));
    let (upto, _) = snapshot(&mut board);
    let mut busier = session(2);
    busier.statements = 1000;
    apply(&mut board, all(vec![busier, session(3)]));
    assert_eq!(deltas(&mut board, upto), [(vec![2, 3], vec![1])]);
}

#[test]
fn a_session_that_began_and_ended_between_two_looks_is_not_told() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![]));
    assert!(!apply(&mut board, some(vec![session(7)], &[7])));
    assert_eq!(snapshot(&mut board).1, Vec::<u64>::new());
}

#[test]
fn a_reader_that_fell_behind_gets_a_new_snapshot() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![session(1)]));
    let (upto, _) = snapshot(&mut board);
    for number in 0..2000 {
        let mut busy = session(1);
        busy.statements = number;
        apply(&mut board, some(vec![busy], &[]));
    }
    let Next::Snapshot { upto: later, .. } = board.next(Some(upto), false) else {
        panic!()
    };
    assert_eq!(later, upto + 2000);
    assert!(matches!(
        board.next(Some(later - 1000), false),
        Next::Deltas { .. }
    ));
}

#[test]
fn a_reader_takes_few_bytes_at_once() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![]));
    let (upto, _) = snapshot(&mut board);
    for round in 0..8 {
        let sessions = (1..=500).map(|id| {
            let mut one = session(id);
            one.statements = round;
            one
        });
        apply(&mut board, some(sessions.collect(), &[]));
    }
    let Next::Deltas { deltas, .. } = board.next(Some(upto), false) else {
        panic!()
    };
    assert!((1..8).contains(&deltas.len()), "{}", deltas.len());
}

#[test]
fn readers_share_snapshots() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![session(1)]));
    let Next::Snapshot { body: one, .. } = board.next(None, false) else {
        panic!()
    };
    apply(&mut board, some(vec![session(2)], &[]));
    let Next::Snapshot { upto, body: other } = board.next(None, false) else {
        panic!()
    };
    assert_eq!(one.as_ptr(), other.as_ptr());
    assert_eq!(deltas(&mut board, upto), [(vec![2], vec![])]);
}

#[test]
fn ids_of_events_are_those_of_one_process() {
    let mut board = Board::new(0xabc);
    apply(&mut board, all(vec![session(1)]));
    assert_eq!(board.event_id(1, None), "abc-1");
    assert_eq!(board.position("abc-1", None), Some(1));
    for foreign in ["abd-1", "abc-2", "abc", "", "abc-x", "abc--1"] {
        assert_eq!(board.position(foreign, None), None, "{foreign}");
    }
}

#[test]
fn after_a_pause_a_new_reader_waits_and_an_old_one_goes_on() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![session(1)]));
    let (upto, _) = snapshot(&mut board);
    board.pause();
    assert_eq!(board.next(None, false), Next::Wait);
    assert_eq!(board.next(Some(upto), false), Next::Wait);
    assert!(apply(&mut board, some(vec![session(2)], &[])));
    assert_eq!(deltas(&mut board, upto), [(vec![2], vec![])]);
}

#[test]
fn after_the_board_was_cleared_everybody_gets_a_snapshot() {
    let mut board = Board::new(1);
    apply(&mut board, all(vec![session(1)]));
    let (upto, _) = snapshot(&mut board);
    board.clear();
    assert_eq!(board.next(Some(upto), false), Next::Wait);
    apply(&mut board, all(vec![session(2)]));
    assert!(matches!(
        board.next(Some(upto), false),
        Next::Snapshot { .. }
    ));
    assert_eq!(snapshot(&mut board).1, [2]);
}
