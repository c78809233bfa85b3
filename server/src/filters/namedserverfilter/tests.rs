use expect_test::{Expect, expect};

use super::*;
use crate::filters::trial::{Trial, refusable};
use crate::pipeline::RouteHint;

fn route(given: &[(&str, &str)], sql: &str) -> Option<RouteHint> {
    let mut session = Trial::new(MODULE, given).open("john", "10.0.0.7");
    session.run(sql, &ReplyEnd::default()).route
}

#[test]
fn the_first_pattern_that_matches_says_where_to() {
    let given = [
        ("match02", "from *users"),
        ("target02", "server2"),
        ("match01", "/^select.*from users where/"),
        ("target01", "server1, server3"),
        ("match25", "^insert"),
        ("target25", "->master"),
        ("match03", "^show"),
        ("target03", "->slave"),
        ("match04", "^set"),
        ("target04", "->all"),
    ];
    let check = |sql: &str, expected: Option<RouteHint>| {
        assert_eq!(route(&given, sql), expected, "{sql}");
    };
    check(
        "SELECT * FROM users",
        Some(RouteHint::Server("server2".into())),
    );
    let both: [Arc<str>; 2] = ["server1".into(), "server3".into()];
    check(
        "SELECT * FROM users WHERE 1",
        Some(RouteHint::AnyOf(Arc::new(both))),
    );
    check("INSERT INTO t", Some(RouteHint::Primary));
    check("show tables", Some(RouteHint::Replica));
    check("SET @a = 1", Some(RouteHint::All));
    check("SELECT * FROM accounts", None);
}

#[test]
fn case_and_audience_are_respected() {
    let base = [("match01", "users"), ("target01", "server2")];
    let with = |more: (&str, &str)| route(&[base[0], base[1], more], "SELECT * FROM Users");
    assert!(with(("options", "ignorecase")).is_some());
    assert!(with(("options", "case")).is_none());
    assert!(with(("user", "jim")).is_none());
    assert!(with(("source", "10.0.%.%")).is_some());
    let legacy = [("match", "users"), ("server", "server1")];
    assert!(route(&legacy, "SELECT * FROM users").is_some());
}

#[test]
fn executions_are_sent_where_their_text_says_and_all_is_counted() {
    let trial = Trial::new(
        MODULE,
        &[("match01", "from *users"), ("target01", "server2")],
    );
    let mut session = trial.open("john", "10.0.0.7");
    let (request, _) = session.request(Command::StmtPrepare, b"SELECT * FROM users");
    assert_eq!(request.route, None);
    session.end(&ReplyEnd {
        statement_id: Some(3),
        ..ReplyEnd::default()
    });
    let (request, _) = session.request(Command::StmtExecute, b"\x03\0\0\0");
    assert_eq!(request.route, Some(RouteHint::Server("server2".into())));
    session.run("SELECT 1", &ReplyEnd::default());
    let expected = json!({
        "mappings": [{ "match": "from *users", "targets": ["server2"] }],
        "queries_diverted": 1,
        "queries_undiverted": 1,
    });
    assert_eq!(trial.filter.diagnostics(), expected);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let check = |given: &[(&str, &str)], expected: &Expect| {
        let refused = refusable(MODULE, given)
            .err()
            .map(|error| error.to_string());
        expected.assert_eq(&refused.unwrap_or_default());
    };
    check(
        &[],
        &expect!["match01: there is no pattern: give match01 and target01"],
    );
    check(
        &[("match03", "a")],
        &expect!["target03: it is missing: patterns and targets go in pairs"],
    );
    check(
        &[("target03", "a")],
        &expect!["match03: it is missing: patterns and targets go in pairs"],
    );
    check(
        &[
            ("match01", "a"),
            ("target01", "b"),
            ("match", "a"),
            ("server", "b"),
        ],
        &expect!["match: either this and server, or match01 and target01 and so on"],
    );
    check(
        &[("match01", "a"), ("target01", "server1,->master")],
        &expect!["target01: ->master, ->slave and ->all stand alone"],
    );
    check(
        &[("match01", "a"), ("target01", "->primary")],
        &expect!["target01: ->master, ->slave and ->all stand alone"],
    );
}
