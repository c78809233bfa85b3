use std::io::Write;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use expect_test::{Expect, expect};

use super::*;
use crate::filters::trial::{Trial, TrialSession, folder, refusable, wait_until, written};
use crate::pipeline::ReplyEnd;
use crate::wire::status::StatusFlags;

fn reply(status: StatusFlags) -> ReplyEnd {
    ReplyEnd {
        duration: Duration::from_micros(1_250),
        status: Some(status),
        server: Some("server1".into()),
        ..ReplyEnd::default()
    }
}

fn inside(session: &mut TrialSession, sql: &str) {
    session.run(sql, &reply(StatusFlags::IN_TRANS));
}

fn outside(session: &mut TrialSession, sql: &str) {
    session.run(sql, &reply(StatusFlags::AUTOCOMMIT));
}

fn switch(trial: &Trial, pipe: &Path, on: bool) {
    let mut pipe = std::fs::OpenOptions::new()
        .write(true)
        .open(pipe)
        .expect("the pipe");
    pipe.write_all(if on { b"1\n" } else { b"0\n" })
        .expect("written");
    wait_until(|| trial.filter.diagnostics()["enabled"] == on);
}

fn check(name: &str, given: &[(&str, &str)], run: fn(&mut TrialSession), expected: &Expect) {
    let folder = folder(name);
    let (log, pipe) = (folder.join("tpm.log"), folder.join("pipe"));
    let (log_name, pipe_name) = (log.display().to_string(), pipe.display().to_string());
    let base = [
        ("filename", log_name.as_str()),
        ("named_pipe", pipe_name.as_str()),
    ];
    let trial = Trial::new(MODULE, &[&base[..], given].concat());
    switch(&trial, &pipe, true);
    let mut session = trial.open("john", "10.0.0.7");
    session.now.wall = UNIX_EPOCH + Duration::from_secs(1_484_086_477);
    run(&mut session);
    expected.assert_eq(&written(log));
}

#[test]
fn committed_transactions_are_logged_with_their_statements() {
    check(
        "tpm-commit",
        &[],
        |session| {
            outside(session, "SELECT 1");
            inside(session, "BEGIN");
            inside(session, "UPDATE t\nSET a = 1");
            session.pass(Duration::from_millis(100));
            inside(session, "DELETE FROM t");
            outside(session, "COMMIT");
            inside(session, "START TRANSACTION");
            inside(session, "UPDATE t SET a = 2");
            outside(session, "ROLLBACK");
            inside(session, "INSERT INTO t VALUES (1)");
            outside(session, "COMMIT");
            inside(session, "BEGIN");
            outside(session, "COMMIT");
        },
        &expect![[r#"
            1484086477:::server1:::john:::105:::1.250@@@1.250:::UPDATE t SET a = 1@@@DELETE FROM t
            1484086477:::server1:::john:::2:::1.250:::INSERT INTO t VALUES (1)
        "#]],
    );
}

#[test]
fn delimiters_and_audience_can_be_chosen() {
    let run = |session: &mut TrialSession| {
        inside(session, "UPDATE t SET a = 1");
        inside(session, "UPDATE t SET a = 2");
        outside(session, "COMMIT");
    };
    check(
        "tpm-delimiters",
        &[
            ("delimiter", "|"),
            ("query_delimiter", ";"),
            ("user", "john"),
        ],
        run,
        &expect![[r#"
            1484086477|server1|john|3|1.250;1.250|UPDATE t SET a = 1;UPDATE t SET a = 2
        "#]],
    );
    check("tpm-others", &[("user", "jim")], run, &expect![""]);
}

#[test]
fn the_pipe_turns_the_log_on_and_off() {
    let folder = folder("tpm-pipe");
    let (log, pipe) = (folder.join("tpm.log"), folder.join("pipe"));
    let (log_name, pipe_name) = (log.display().to_string(), pipe.display().to_string());
    let given = [
        ("filename", log_name.as_str()),
        ("named_pipe", pipe_name.as_str()),
    ];
    let trial = Trial::new(MODULE, &given);
    let mut session = trial.open("john", "10.0.0.7");
    let mut run = |sql: &str| {
        inside(&mut session, sql);
        outside(&mut session, "COMMIT");
    };
    run("UPDATE t SET a = 1");
    switch(&trial, &pipe, true);
    run("UPDATE t SET a = 2");
    switch(&trial, &pipe, false);
    run("UPDATE t SET a = 3");
    let logged = written(log);
    assert!(logged.ends_with("UPDATE t SET a = 2\n"), "{logged}");
    assert_eq!(logged.lines().count(), 1);
}

#[test]
fn a_pipe_that_is_none_is_refused() {
    let folder = folder("tpm-no-pipe");
    let path = folder.join("file");
    std::fs::write(&path, "").expect("a file");
    let refused = refusable(MODULE, &[("named_pipe", &path.display().to_string())]);
    let error = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        error.ends_with("it is there and is no named pipe"),
        "{error}"
    );
}
