use expect_test::{Expect, expect};

use super::*;
use crate::filters::trial::{Trial, TrialSession, folder, written};
use crate::wire::command::Command;

fn took(ms: u64) -> ReplyEnd {
    ReplyEnd {
        first_byte: Duration::from_millis(ms),
        duration: Duration::from_millis(ms + 100),
        statement_id: Some(1),
        ..ReplyEnd::default()
    }
}

/// The report without its times of day.
fn check(name: &str, given: &[(&str, &str)], run: fn(&mut TrialSession), expected: &Expect) {
    let base = folder(name).join("top").display().to_string();
    let all = [&[("filebase", base.as_str())], given].concat();
    let mut session = Trial::new(MODULE, &all).open("john", "10.0.0.7");
    run(&mut session);
    drop(session);
    let report = written(format!("{base}.42"));
    let lines = report.lines().filter(|line| {
        !line.is_empty() && !line.starts_with("Session started") && !line.contains("Connected")
    });
    let lines: Vec<_> = lines.flat_map(|line| [line, "\n"]).collect();
    expected.assert_eq(&lines.concat());
}

#[test]
fn the_slowest_statements_are_reported_slowest_first() {
    check(
        "top-slowest",
        &[("count", "2")],
        |session| {
            session.run("SELECT 1", &took(10));
            session.run("SELECT\n2", &took(30));
            session.run("SELECT 3", &took(20));
            session.request(Command::Ping, b"");
            session.end(&took(500));
        },
        &expect![[r#"
            Top 2 longest running queries in session.
            =========================================
            Time (sec) | Query
            -----------+-----------------------------------------------------------------
                 0.030 | SELECT 2
                 0.020 | SELECT 3
            -----------+-----------------------------------------------------------------
            Connection from      10.0.0.7
            Username             john
            Statements           3
            Total statement time 0.060 s
            Average              0.020 s
        "#]],
    );
}

#[test]
fn executions_are_reported_with_their_text() {
    check(
        "top-prepared",
        &[("match", "SELECT")],
        |session| {
            session.request(Command::StmtPrepare, b"SELECT ?");
            session.end(&took(1));
            session.request(Command::StmtExecute, b"\x01\0\0\0");
            session.end(&took(20));
            session.run("UPDATE t", &took(300));
        },
        &expect![[r#"
            Top 2 longest running queries in session.
            =========================================
            Time (sec) | Query
            -----------+-----------------------------------------------------------------
                 0.020 | SELECT ?
                 0.001 | SELECT ?
            -----------+-----------------------------------------------------------------
            Connection from      10.0.0.7
            Username             john
            Statements           2
            Total statement time 0.021 s
            Average              0.011 s
        "#]],
    );
}

#[test]
fn sessions_without_statements_or_of_others_leave_no_report() {
    check("top-none", &[], |_| {}, &expect![""]);
    check(
        "top-others",
        &[("user", "jim")],
        |session| {
            session.run("SELECT 1", &took(10));
        },
        &expect![""],
    );
}
