use std::time::Duration;

use serde_json::json;

use super::*;
use crate::filters::trial::{Trial, TrialSession, refusable};
use crate::pipeline::ReplyEnd;

fn goes_to_primary(session: &mut TrialSession, sql: &str) -> bool {
    let request = session.run(sql, &ReplyEnd::default());
    request.route == Some(RouteHint::Primary)
}

fn session(given: &[(&str, &str)]) -> TrialSession {
    Trial::new(MODULE, given).open("john", "10.0.0.7")
}

#[test]
fn reads_go_to_the_primary_for_a_time_after_a_write() {
    let mut session = session(&[("time", "5s")]);
    assert!(!goes_to_primary(&mut session, "SELECT 1"));
    assert!(!goes_to_primary(&mut session, "INSERT INTO t VALUES (1)"));
    session.pass(Duration::from_millis(4900));
    assert!(goes_to_primary(&mut session, "SELECT 1"));
    assert!(!goes_to_primary(&mut session, "UPDATE t SET a = 1"));
    session.pass(Duration::from_millis(4900));
    assert!(goes_to_primary(&mut session, "SELECT 1"));
    session.pass(Duration::from_millis(100));
    assert!(!goes_to_primary(&mut session, "SELECT 1"));
}

#[test]
fn so_many_reads_go_to_the_primary_after_a_write() {
    let mut session = session(&[("time", "0s"), ("count", "2")]);
    session.run("INSERT INTO t VALUES (1)", &ReplyEnd::default());
    let expected = [true, true, false];
    assert_eq!(
        expected.map(|_| goes_to_primary(&mut session, "SELECT 1")),
        expected
    );
}

#[test]
fn patterns_and_comments_say_which_writes_count() {
    let check = |given: &[(&str, &str)], write: &str, expected: bool| {
        let mut session = session(given);
        session.run(write, &ReplyEnd::default());
        assert_eq!(
            goes_to_primary(&mut session, "SELECT 1"),
            expected,
            "{given:?} {write}"
        );
    };
    check(&[("match", "insert")], "INSERT INTO t", true);
    check(&[("match", "insert")], "UPDATE t", false);
    check(&[("ignore", "update")], "UPDATE t", false);
    check(
        &[("ignore", "update"), ("options", "case")],
        "UPDATE t",
        true,
    );
    check(&[], "UPDATE t -- maxscale ccr=ignore", false);
    check(
        &[("ignore", "update")],
        "UPDATE t -- maxscale ccr=match",
        true,
    );
    check(&[], "SELECT 2 -- maxscale ccr=match", false);
}

#[test]
fn a_hint_given_before_is_kept() {
    let mut session = session(&[]);
    session.run("INSERT INTO t VALUES (1)", &ReplyEnd::default());
    let mut request = Request::new(Command::Query, b"\x03SELECT 1".to_vec(), true);
    request.route = Some(RouteHint::Replica);
    session.show(&mut request);
    assert_eq!(request.route, Some(RouteHint::Replica));
}

#[test]
fn a_write_counts_for_all_sessions_when_global() {
    for global in ["true", "false"] {
        let trial = Trial::new(MODULE, &[("global", global)]);
        let (mut one, mut other) = (trial.open("john", "::1"), trial.open("jim", "::1"));
        one.run("INSERT INTO t VALUES (1)", &ReplyEnd::default());
        assert!(goes_to_primary(&mut one, "SELECT 1"));
        assert_eq!(goes_to_primary(&mut other, "SELECT 1"), global == "true");
    }
    assert!(refusable(MODULE, &[("global", "true"), ("count", "1")]).is_err());
}

#[test]
fn diagnostics_show_parameters_and_counts() {
    let trial = Trial::new(MODULE, &[("time", "5000ms"), ("match", "/insert/")]);
    let mut session = trial.open("john", "10.0.0.7");
    session.run("INSERT INTO t VALUES (1)", &ReplyEnd::default());
    session.run("SELECT 1", &ReplyEnd::default());
    let expected = json!({
        "count": 0,
        "data_modifications": 1,
        "global": false,
        "hints_added_count": 0,
        "hints_added_time": 1,
        "ignore": null,
        "match": "/insert/",
        "options": "ignorecase",
        "time": "5000ms",
    });
    assert_eq!(trial.filter.diagnostics(), expected);
}
