//! Hints.

use std::sync::Arc;

use super::fixture::{Fixture, THREE, shown};
use crate::pipeline::RouteHint;

#[track_caller]
fn check(fixture: &mut Fixture, sql: &str, hint: &RouteHint, expected: &str) {
    assert_eq!(
        shown(&fixture.hinted(sql, hint)),
        expected,
        "{sql} {hint:?}"
    );
}

fn server(name: &str) -> RouteHint {
    RouteHint::Server(name.into())
}

fn any_of(names: &[&str]) -> RouteHint {
    let names: Vec<Arc<str>> = names.iter().map(|&name| name.into()).collect();
    RouteHint::AnyOf(names.into())
}

#[test]
fn hints_say_where_statements_go() {
    let mut session = Fixture::new("", THREE);
    check(&mut session, "SELECT 1", &RouteHint::Primary, "0");
    check(&mut session, "DELETE FROM t", &RouteHint::Replica, "1");
    check(&mut session, "DELETE FROM t", &server("db2"), "2");
    check(&mut session, "SELECT 1", &RouteHint::Last, "2");
    check(&mut session, "DELETE FROM t", &any_of(&["db1", "db2"]), "1");
    check(&mut session, "SELECT 1", &RouteHint::All, "all once/0");
}

#[test]
fn a_hint_that_can_not_be_followed_is_none() {
    let mut session = Fixture::new("", "primary replica replica+maintenance");
    check(&mut session, "SELECT 1", &server("elsewhere"), "1");
    check(&mut session, "SELECT 1", &server("db2"), "1");
    check(&mut session, "DELETE FROM t", &server("db2"), "0");
    check(&mut session, "SELECT 1", &RouteHint::Last, "0");
    let mut session = Fixture::new("", "running replica");
    check(&mut session, "SELECT 1", &RouteHint::Primary, "1");
}

#[test]
fn what_changes_the_session_goes_to_all_whatever_a_hint_says() {
    let mut session = Fixture::new("", THREE);
    check(&mut session, "SET NAMES utf8mb4", &server("db2"), "all/0");
    check(&mut session, "USE a", &RouteHint::Replica, "all/0");
}

#[test]
fn a_hint_does_not_move_a_transaction() {
    let mut session = Fixture::new("", THREE);
    session.run("BEGIN");
    let plan = session.query("SELECT 1");
    assert_eq!(shown(&plan), "0");
    session.reply(0, None);
    // The replica says that there is no transaction there.
    let hint = server("db2");
    let now = session.now;
    let plan = session.route(&crate::routers::Ask {
        hint: Some(&hint),
        ..super::fixture::query("SELECT 1", now)
    });
    assert_eq!(shown(&plan), "2");
    session.reply(2, None);
    assert_eq!(shown(&session.run("SELECT 1")), "0");
}

#[test]
fn a_hint_may_begin_a_transaction_elsewhere() {
    let mut session = Fixture::new("", THREE);
    check(&mut session, "BEGIN", &server("db2"), "2");
    assert_eq!(shown(&session.run("SELECT 1")), "2");
    assert_eq!(shown(&session.run("COMMIT")), "2");
}
