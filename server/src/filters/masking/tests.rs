use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::expect;

use crate::filters::trial::{
    TrialSession, binary_row, bob, column, create, eof, head, ok, packet, rows_end, show, text_row,
    values,
};
use crate::pipeline::{Answer, PacketRole, ReplyPacket, Verdict};
use crate::wire::command::Command;
use crate::wire::reply::{ColumnDefinition, ColumnType};
use crate::wire::status::StatusFlags;
use crate::wire::value::BinaryValue;

const RULES: &str = r#"{"rules": [
    {"replace": {"column": "ssn"}, "with": {"value": "XXX-XX-XXXX", "fill": "*"},
     "exempted": ["'alice'@'%'"]}
]}"#;

/// A rules file that goes with the test.
struct RulesFile(PathBuf);

impl RulesFile {
    fn new(text: &str) -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluicegate-masking-{}-{number}.json", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn given(&self) -> (&'static str, &str) {
        ("rules", self.0.to_str().unwrap())
    }
}

impl Drop for RulesFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

fn session() -> TrialSession {
    let file = RulesFile::new(RULES);
    TrialSession::of(&create("masking", &[file.given()]).unwrap(), &bob())
}

fn columns() -> Vec<ColumnDefinition> {
    vec![
        column("id", ColumnType::Long),
        column("SSN", ColumnType::VarString),
        column("name", ColumnType::VarString),
    ]
}

fn people() -> Vec<ReplyPacket> {
    let mut reply = head(&columns());
    reply.push(text_row(&[Some("1"), Some("721-07-4426"), Some("Al")]));
    reply.push(text_row(&[Some("2"), Some("72107"), None]));
    reply.push(text_row(&[None, None, Some("Cy")]));
    reply.push(rows_end());
    reply
}

fn rows(packets: &[ReplyPacket]) -> String {
    let text = show(packets);
    let rows = text.lines().filter(|line| line.contains("Row "));
    rows.collect::<Vec<_>>().join("\n")
}

#[test]
fn values_of_a_column_are_masked_in_text_rows() {
    let mut session = session();
    session.query("SELECT * FROM person");
    expect![[r"
        TextRow \x011\x0bXXX-XX-XXXX\x02Al
        TextRow \x012\x05*****\xfb
        TextRow \xfb\xfb\x02Cy"]]
    .assert_eq(&rows(&session.reply(people())));
}

#[test]
fn values_of_a_column_are_masked_in_binary_rows() {
    let columns = columns();
    let mut session = session();
    session.command(Command::StmtExecute, &[1, 0, 0, 0, 0, 1, 0, 0, 0]);
    let mut reply = head(&columns);
    let ssn = BinaryValue::Bytes(b"721-07-4426");
    for id in [BinaryValue::Signed(7), BinaryValue::Null] {
        reply.push(binary_row(&columns, &[id, ssn, BinaryValue::Null]));
    }
    expect![[r"
        BinaryRow \x00\x10\x07\x00\x00\x00\x0bXXX-XX-XXXX
        BinaryRow \x00\x14\x0bXXX-XX-XXXX"]]
    .assert_eq(&rows(&session.reply(reply)));
}

#[test]
fn columns_told_when_a_statement_was_prepared_hold_for_its_rows() {
    let columns = columns();
    let mut session = session();
    session.command(Command::StmtPrepare, b"SELECT * FROM person WHERE id > ?");
    let parameter = head(&columns[..1]).into_iter().nth(1).unwrap();
    let mut reply = vec![
        packet(PacketRole::Prepared, [0, 9, 0, 0, 0, 3, 0, 1, 0, 0, 0, 0]),
        parameter,
    ];
    reply.extend(head(&columns).into_iter().skip(1).take(3));
    assert_eq!(session.reply(reply).len(), 5);
    // An execution that does not tell them again, of the statement prepared last.
    session.command(Command::StmtExecute, &[255, 255, 255, 255, 1, 1, 0, 0, 0]);
    let opened = eof(StatusFlags::CURSOR_EXISTS);
    session.reply(vec![
        packet(PacketRole::ColumnCount, [3, 0]),
        packet(PacketRole::RowsEnd, opened),
    ]);
    session.command(Command::StmtFetch, &[9, 0, 0, 0, 1, 0, 0, 0]);
    let ssn = BinaryValue::Bytes(b"123");
    let row = binary_row(&columns, &[BinaryValue::Null, ssn, BinaryValue::Null]);
    expect![r"BinaryRow \x00\x14\x03***"].assert_eq(&rows(&session.reply(vec![row])));
}

#[test]
fn rows_of_which_nothing_is_known_do_not_reach_the_client() {
    let columns = columns();
    let mut session = session();
    session.command(Command::StmtFetch, &[9, 0, 0, 0, 1, 0, 0, 0]);
    let ssn = BinaryValue::Bytes(b"123");
    let row = binary_row(&columns, &[BinaryValue::Null, ssn, BinaryValue::Null]);
    expect![[r"
        Err 1835 the result can't be masked: malformed columns of a prepared statement
    "]]
    .assert_eq(&show(&session.reply(vec![row, rows_end()])));
    assert!(matches!(session.query("SELECT 1"), Verdict::Close(_)));
}

#[test]
fn exempted_users_see_all() {
    let file = RulesFile::new(RULES);
    let filter = create("masking", &[file.given()]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    let mut alice = bob();
    alice.user = "alice".into();
    session.change(|facts| *facts = alice.clone());
    assert!(matches!(
        session.query("SELECT concat(ssn) FROM t"),
        Verdict::Forward
    ));
    assert!(rows(&session.reply(people())).contains("721-07-4426"));
    session.change(|facts| *facts = bob());
    session.query("SELECT * FROM person");
    assert!(!rows(&session.reply(people())).contains("721-07-4426"));
}

#[test]
fn rows_too_large_end_the_session_or_go_unmasked() {
    let file = RulesFile::new(RULES);
    let large = || {
        let mut reply = people();
        reply[5].whole = false;
        reply
    };
    let filter = create("masking", &[file.given()]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    session.query("SELECT * FROM person");
    let reply = show(&session.reply(large()));
    assert!(reply.ends_with("Err 1153 a row with masked columns is too large to be masked\n"));
    assert!(matches!(session.query("SELECT 1"), Verdict::Close(_)));

    let filter = create("masking", &[file.given(), ("large_payload", "ignore")]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    session.query("SELECT * FROM person");
    assert!(rows(&session.reply(large())).contains("721-07-4426"));
}

#[test]
fn statements_that_get_around_the_mask_are_refused() {
    let Verdict::Answer(Answer::Error(error)) = session().query("SELECT concat(ssn) FROM person")
    else {
        panic!("it was not refused");
    };
    expect![[r"
        1141 Access denied for user 'bob'@'10.0.0.1': the masked column ssn must not be used by a function or an operator"]]
    .assert_eq(&format!("{} {}", error.code, String::from_utf8_lossy(&error.message)));
}

#[test]
fn new_rules_hold_from_the_next_statement_on_and_bad_ones_not_at_all() {
    let file = RulesFile::new(RULES);
    let filter = create("masking", &[file.given()]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    let bad = RulesFile::new("{");
    assert!(filter.alter(&values("masking", &[bad.given()])).is_err());
    session.query("SELECT * FROM person");
    let names = RulesFile::new(
        r#"{"rules": [{"replace": {"column": "name", "table": "person"}, "with": {"fill": "-"}}]}"#,
    );
    filter.alter(&values("masking", &[names.given()])).unwrap();
    assert!(rows(&session.reply(people())).contains("XXX"));
    session.query("SELECT * FROM person");
    expect![[r"
        TextRow \x011\x0b721-07-4426\x02--
        TextRow \x012\x0572107\xfb
        TextRow \xfb\xfb\x02--"]]
    .assert_eq(&rows(&session.reply(people())));
}

/// The reply to a preparation of a statement without parameters and columns.
fn prepared(id: u8) -> Vec<ReplyPacket> {
    let payload = [0, id, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    vec![packet(PacketRole::Prepared, payload)]
}

fn execute(session: &mut TrialSession, id: u8) -> String {
    match session.command(Command::StmtExecute, &[id, 0, 0, 0, 0, 1, 0, 0, 0]) {
        Verdict::Forward => "forwarded".to_owned(),
        Verdict::Answer(Answer::Error(error)) => error.code.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn statements_prepared_before_the_filter_came_must_be_prepared_again() {
    let file = RulesFile::new(RULES);
    let filter = create("masking", &[file.given()]).unwrap();
    let mut late = bob();
    late.is_fresh = false;
    let mut session = TrialSession::of(&filter, &late);
    assert_eq!(execute(&mut session, 7), "1243");
    session.command(Command::StmtPrepare, b"SELECT ssn FROM person");
    session.reply(prepared(8));
    assert_eq!(execute(&mut session, 8), "forwarded");
    assert!(matches!(session.query("EXECUTE s"), Verdict::Answer(_)));
    session.query("PREPARE s FROM 'SELECT ssn FROM'");
    session.reply(vec![packet(PacketRole::Err, *b"\xff\x28\x04#42000?")]);
    assert!(matches!(session.query("EXECUTE s"), Verdict::Answer(_)));
    session.query("PREPARE s FROM 'SELECT ssn FROM person'");
    session.reply(vec![ok()]);
    assert!(matches!(session.query("EXECUTE s"), Verdict::Forward));
    session.command(Command::ResetConnection, b"");
    assert_eq!(execute(&mut session, 7), "forwarded");

    // The chain was opened before the session's first statement, and has waited.
    let mut session = TrialSession::of(&filter, &bob());
    session.change(|facts| facts.is_fresh = false);
    assert_eq!(execute(&mut session, 7), "1243");
}

#[test]
fn statements_prepared_before_rules_are_read_again_are_judged_by_the_new_ones() {
    let file = RulesFile::new(RULES);
    let filter = create("masking", &[file.given()]).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    for (id, sql) in [
        (1, "SELECT concat(name) FROM person"),
        (2, "SELECT name FROM person"),
    ] {
        session.command(Command::StmtPrepare, sql.as_bytes());
        session.reply(prepared(id));
        assert_eq!(execute(&mut session, id), "forwarded");
    }
    let names =
        RulesFile::new(r#"{"rules": [{"replace": {"column": "name"}, "with": {"fill": "-"}}]}"#);
    filter.alter(&values("masking", &[names.given()])).unwrap();
    assert_eq!(execute(&mut session, 1), "1141");
    assert_eq!(execute(&mut session, 2), "forwarded");
    assert_eq!(execute(&mut session, 3), "1243");
}

#[test]
fn columns_are_known_in_whatever_character_set_they_are_told() {
    let mut columns = columns();
    for column in &mut columns {
        column.name = wide(&column.name);
        column.org_name = wide(&column.org_name);
        column.org_table = wide(&column.org_table);
    }
    let mut reply = head(&columns);
    reply.push(text_row(&[Some("1"), Some("721-07-4426"), Some("Al")]));
    reply.push(rows_end());
    let mut session = session();
    session.query("SELECT * FROM person");
    expect![r"TextRow \x011\x0bXXX-XX-XXXX\x02Al"].assert_eq(&rows(&session.reply(reply)));
}

/// ASCII in UTF-16.
fn wide(text: &[u8]) -> Vec<u8> {
    text.iter().flat_map(|&byte| [0, byte]).collect()
}

#[test]
fn a_missing_file_is_said() {
    let error = create("masking", &[("rules", "/nowhere/rules.json")])
        .err()
        .unwrap();
    expect!["rules: /nowhere/rules.json: No such file or directory (os error 2)"]
        .assert_eq(&error.to_string());
}
