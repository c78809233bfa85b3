use expect_test::{Expect, expect};

use super::*;
use crate::filters::trial::{Trial, folder, refusable, written};
use crate::pipeline::ReplyEnd;
use crate::wire::command::Command;

fn check(given: &[(&str, &str)], sql: &str, expected: &str) {
    let mut session = Trial::new(MODULE, given).open("john", "10.0.0.7");
    let request = session.run(sql, &ReplyEnd::default());
    let text = String::from_utf8_lossy(request.sql().unwrap_or_default());
    assert_eq!(
        (text.as_ref(), request.is_changed()),
        (expected, sql != expected),
        "{given:?}"
    );
}

#[test]
fn all_that_matches_is_replaced() {
    let engine = [("match", r"/TYPE\s*=/"), ("replace", "ENGINE=")];
    check(
        &engine,
        "CREATE TABLE t (a INT) type = x",
        "CREATE TABLE t (a INT) ENGINE= x",
    );
    check(&engine, "SELECT 1", "SELECT 1");
    let case = [engine[0], engine[1], ("options", "case")];
    check(
        &case,
        "CREATE TABLE t (a INT) type = x",
        "CREATE TABLE t (a INT) type = x",
    );
    check(&[("match", "a"), ("replace", "bb")], "a,a,A", "bb,bb,bb");
    check(&[("match", "x*"), ("replace", "-")], "ab", "-a-b-");
    check(&[("match", "(?<=a)b"), ("replace", "c")], "ab b", "ac b");
}

#[test]
fn a_replacement_may_hold_what_matched() {
    let swap = [("match", r"(\w+)=(\w+)"), ("replace", "$2=${1}$$")];
    check(&swap, "SELECT a=b", "SELECT b=a$");
    let named = [
        ("match", r"from (?<table>\w+)"),
        ("replace", "from new_${table}, $table"),
    ];
    check(&named, "select 1 from t", "select 1 from new_t, t");
    check(
        &[("match", "(a)|(b)"), ("replace", "[$1$2]")],
        "ab",
        "[a][b]",
    );
    check(&[("match", "a"), ("replace", "$0$0")], "a", "aa");
}

#[test]
fn only_the_audience_is_served() {
    let given = [("match", "a"), ("replace", "b")];
    check(&[given[0], given[1], ("user", "john")], "a", "b");
    check(&[given[0], given[1], ("user", "jim")], "a", "a");
    check(&[given[0], given[1], ("source", "10.0.0.8")], "a", "a");
}

#[test]
fn bad_parameters_are_refused() {
    let check = |pattern: &str, replace: &str, expected: &Expect| {
        let refused = refusable(MODULE, &[("match", pattern), ("replace", replace)]);
        let error = refused
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        expected.assert_eq(&error);
    };
    check(
        "(a)",
        "$2",
        &expect!["replace: the pattern has no group `2`"],
    );
    check(
        "(a)",
        "${name}",
        &expect!["replace: the pattern has no group `name`"],
    );
    check(
        "(a)",
        "${1",
        &expect!["replace: ${ needs a group's name or number, and a }"],
    );
    check(
        "a",
        "5 $",
        &expect!["replace: $ needs a group's name or number behind it, or another $"],
    );
    check("(a)", "$1", &expect![""]);
}

#[test]
fn statements_prepared_and_altered_settings_are_served() {
    let trial = Trial::new(MODULE, &[("match", "a"), ("replace", "b")]);
    let mut session = trial.open("john", "10.0.0.7");
    let (request, _) = session.request(Command::StmtPrepare, b"a");
    assert_eq!(request.sql(), Some(&b"b"[..]));
    trial
        .alter(&[("match", "a"), ("replace", "c")])
        .expect("altered");
    let (request, _) = session.request(Command::Query, b"a");
    assert_eq!(request.sql(), Some(&b"c"[..]));
    session.request(Command::Query, b"x");
    session.request(Command::Ping, b"");
    let expected = json!({ "queries_replaced": 2, "queries_unmatched": 1 });
    assert_eq!(trial.filter.diagnostics(), expected);
}

#[test]
fn the_log_file_tells_of_each_statement() {
    let path = folder("regex-log").join("log").display().to_string();
    let given = [
        ("match", "a"),
        ("replace", "b"),
        ("log_file", path.as_str()),
    ];
    let mut session = Trial::new(MODULE, &given).open("john", "10.0.0.7");
    session.run("x\ny", &ReplyEnd::default());
    session.run("a", &ReplyEnd::default());
    assert_eq!(written(path), "no match: [x y]\nreplaced: [a] by [b]\n");
}
