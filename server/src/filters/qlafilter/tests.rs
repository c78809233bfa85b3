use std::time::Duration;

use expect_test::{Expect, expect};

use super::*;
use crate::filters::trial::{Trial, TrialSession, folder, refusable, written};
use crate::pipeline::ReplyEnd;
use crate::wire::command::Command;
use crate::wire::status::StatusFlags;

/// A reply after 12.5 ms, its first byte after 3.2 ms.
fn reply() -> ReplyEnd {
    ReplyEnd {
        duration: Duration::from_micros(12_500),
        first_byte: Duration::from_micros(3_200),
        status: Some(StatusFlags::AUTOCOMMIT),
        server: Some("server1".into()),
        rows: 3,
        bytes: 120,
        warnings: 2,
        ..ReplyEnd::default()
    }
}

fn in_transaction() -> ReplyEnd {
    ReplyEnd {
        status: Some(StatusFlags::AUTOCOMMIT | StatusFlags::IN_TRANS),
        ..reply()
    }
}

/// What the unified log holds after the session.
fn check(name: &str, given: &[(&str, &str)], run: fn(&mut TrialSession), expected: &Expect) {
    let base = folder(name).join("qla").display().to_string();
    let mut all = vec![("filebase", base.as_str()), ("log_type", "unified")];
    all.extend_from_slice(given);
    run(&mut Trial::new(MODULE, &all).open("john", "10.0.0.7"));
    expected.assert_eq(&written(format!("{base}.unified")));
}

#[test]
fn every_field_is_logged_in_the_documented_order() {
    let fields = "service,session,user,reply_time,total_reply_time,query,default_db,num_rows,\
                  reply_size,transaction,transaction_time,num_warnings,error_msg,server,command";
    check(
        "qla-fields",
        &[("log_data", fields)],
        |session| {
            session.run("BEGIN", &in_transaction());
            session.run("INSERT INTO t\r\nVALUES\n(1)", &in_transaction());
            session.run("ROLLBACK", &reply());
            session.run("BEGIN", &in_transaction());
            session.run("COMMIT", &reply());
            let failed = ReplyEnd {
                error: Some(1064),
                error_message: Some(b"no\nsyntax".as_slice().into()),
                status: None,
                ..ReplyEnd::default()
            };
            session.run("SELEC", &failed);
            session.request(Command::Ping, b"");
            session.end(&reply());
        },
        &expect![[r#"
            service,session,user,reply_time,total_reply_time,query,default_db,num_rows,reply_size,transaction,transaction_time,num_warnings,error_msg,server,command
            Shop,42,john@10.0.0.7,3,12,BEGIN,shop,3,120,BEGIN,,2,,server1,COM_QUERY
            Shop,42,john@10.0.0.7,3,12,INSERT INTO t VALUES (1),shop,3,120,,,2,,server1,COM_QUERY
            Shop,42,john@10.0.0.7,3,12,ROLLBACK,shop,3,120,ROLLBACK,37,2,,server1,COM_QUERY
            Shop,42,john@10.0.0.7,3,12,BEGIN,shop,3,120,BEGIN,,2,,server1,COM_QUERY
            Shop,42,john@10.0.0.7,3,12,COMMIT,shop,3,120,COMMIT,25,2,,server1,COM_QUERY
            Shop,42,john@10.0.0.7,0,0,SELEC,shop,0,0,,,0,no syntax,,COM_QUERY
            Shop,42,john@10.0.0.7,3,12,,shop,3,120,,,2,,server1,COM_PING
        "#]],
    );
}

#[test]
fn separator_line_ends_and_unit_can_be_chosen() {
    check(
        "qla-format",
        &[
            ("log_data", "query,total_reply_time"),
            ("separator", "\" | \""),
            ("newline_replacement", "\" NL \""),
            ("duration_unit", "microseconds"),
            ("flush", "true"),
        ],
        |session| {
            session.run("SELECT\n1", &reply());
        },
        &expect![[r#"
            total_reply_time | query
            12500 | SELECT NL 1
        "#]],
    );
}

#[test]
fn the_canonical_form_can_be_logged() {
    check(
        "qla-canonical",
        &[
            ("log_data", "query"),
            ("use_canonical_form", "true"),
            ("match", "= 5"),
        ],
        |session| {
            session.run("SELECT /* c */ a  FROM t WHERE a = 5 AND b = 'x'", &reply());
        },
        &expect![[r#"
            query
            SELECT a FROM t WHERE a = ? AND b = ?
        "#]],
    );
}

#[test]
fn statements_are_chosen_by_patterns() {
    check(
        "qla-match",
        &[
            ("log_data", "query"),
            ("match", "/^select/"),
            ("exclude", "where"),
            ("options", "ignorecase"),
        ],
        |session| {
            session.run("SELECT 1", &reply());
            session.run("SELECT 1 WHERE 1", &reply());
            session.run("UPDATE t SET a = 1", &reply());
        },
        &expect![[r#"
            query
            SELECT 1
        "#]],
    );
}

#[test]
fn an_execution_is_logged_with_the_text_of_its_preparation() {
    check(
        "qla-prepared",
        &[("log_data", "query,command")],
        |session| {
            session.request(Command::StmtPrepare, b"SELECT ?");
            session.end(&ReplyEnd {
                statement_id: Some(7),
                ..reply()
            });
            session.request(Command::StmtExecute, b"\x07\0\0\0\0\x01\0\0\0");
            session.end(&reply());
            session.request(Command::StmtClose, b"\x07\0\0\0");
        },
        &expect![[r#"
            query,command
            SELECT ?,COM_STMT_PREPARE
            SELECT ?,COM_STMT_EXECUTE
            ,COM_STMT_CLOSE
        "#]],
    );
}

#[test]
fn sessions_are_chosen_by_user_and_source() {
    let check = |name: &str, given: &[(&str, &str)], is_logged: bool| {
        let base = folder(name).join("qla").display().to_string();
        let mut all = vec![("filebase", base.as_str()), ("log_type", "unified")];
        all.extend_from_slice(given);
        let trial = Trial::new(MODULE, &all);
        trial.open("john", "10.0.0.7").run("SELECT 1", &reply());
        let log = written(format!("{base}.unified"));
        assert_eq!(log.contains("SELECT 1"), is_logged, "{given:?}");
    };
    check("qla-user-1", &[("user", "john")], true);
    check("qla-user-2", &[("user", "jim")], false);
    check("qla-user-3", &[("user_match", "^jo")], true);
    check("qla-user-4", &[("user_exclude", "^jo")], false);
    check("qla-user-5", &[("source", "10.0.0.7")], true);
    check("qla-user-6", &[("source_match", r"^10\.0")], true);
    check("qla-user-7", &[("source_exclude", r"^10\.0")], false);
}

#[test]
fn another_user_and_database_are_respected() {
    check(
        "qla-change",
        &[("log_data", "user,query,default_db"), ("user", "john")],
        |session| {
            session.change(|facts| facts.database = Some("store".to_owned()));
            session.run("SELECT 1", &reply());
            session.change(|facts| facts.user = "jim".to_owned());
            session.run("SELECT 2", &reply());
        },
        &expect![[r#"
            user,query,default_db
            john@10.0.0.7,SELECT 1,store
        "#]],
    );
}

#[test]
fn a_session_has_a_log_of_its_own() {
    let base = folder("qla-session").join("qla").display().to_string();
    let data = ("log_data", "session,query");
    let trial = Trial::new(MODULE, &[("filebase", &base), data]);
    trial.open("john", "10.0.0.7").run("SELECT 1", &reply());
    assert_eq!(written(format!("{base}.42")), "query\nSELECT 1\n");
    assert_eq!(trial.filter.diagnostics()["lines_written"], 1);
    assert_eq!(trial.filter.diagnostics()["lines_lost"], 0);
}

#[test]
fn altered_parameters_hold_from_the_next_statement_on() {
    let folder = folder("qla-alter");
    let base = |name: &str| folder.join(name).display().to_string();
    let (a, b) = (base("a"), base("b"));
    let common = [
        ("log_type", "unified"),
        ("log_data", "query"),
        ("append", "false"),
    ];
    let given = |base| [&[("filebase", base)], &common[..]].concat();
    let trial = Trial::new(MODULE, &given(a.as_str()));
    let mut session = trial.open("john", "10.0.0.7");
    session.request(Command::Query, b"SELECT 1");
    trial.alter(&given(&b)).expect("altered");
    session.end(&reply());
    session.run("SELECT 2", &reply());
    trial
        .alter(&[&given(&b)[..], &[("match", "3")]].concat())
        .expect("altered");
    session.run("SELECT 2", &reply());
    session.run("SELECT 3", &reply());
    trial
        .alter(&[&given(&b)[..], &[("match", "(")]].concat())
        .expect_err("refused");
    session.run("SELECT 3", &reply());
    assert_eq!(written(a + ".unified"), "query\nSELECT 1\n");
    assert_eq!(
        written(b + ".unified"),
        "query\nSELECT 2\nSELECT 3\nSELECT 3\n"
    );
}

#[test]
fn what_can_not_be_done_is_refused() {
    let check = |given: &[(&str, &str)], expected: &Expect| {
        let refused = refusable(MODULE, given)
            .err()
            .map(|error| error.to_string());
        expected.assert_eq(&refused.unwrap_or_default());
    };
    let base = ("filebase", "/tmp/qla");
    check(
        &[("filebase", "/no/such/folder/qla")],
        &expect!["filebase: the folder of /no/such/folder/qla does not exist"],
    );
    check(
        &[base, ("source", "%")],
        &expect!["source: % alone means everybody: leave the parameter out"],
    );
}

#[test]
fn the_unified_log_can_be_read() {
    let base = folder("qla-read").join("qla").display().to_string();
    let trial = Trial::new(
        MODULE,
        &[
            ("filebase", base.as_str()),
            ("log_type", "unified"),
            ("log_data", "query"),
        ],
    );
    let mut session = trial.open("john", "10.0.0.7");
    for number in 0..3 {
        session.run(&format!("SELECT {number}"), &reply());
    }
    written(format!("{base}.unified"));
    let log = |arguments: &[&str]| {
        let arguments: Vec<String> = arguments.iter().map(|&text| text.to_owned()).collect();
        trial.filter.command("log", &arguments)
    };
    let all = log(&[]).unwrap();
    let lines = all.as_array().unwrap();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert_eq!(lines[3], "SELECT 2");
    assert_eq!(
        log(&["1", "3"]).unwrap(),
        serde_json::json!(["SELECT 0", "SELECT 1"])
    );
    assert_eq!(log(&["3", "1"]).unwrap(), serde_json::json!([]));
    assert!(log(&["first"]).is_err());
    let elsewhere = [("filebase", base.as_str()), ("log_type", "session")];
    let other = Trial::new(MODULE, &elsewhere);
    assert!(other.filter.command("log", &[]).is_err());
}
