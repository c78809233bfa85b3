//! Commands other than COM_QUERY, and prepared statements.

use super::fixture::{Fixture, THREE, shown};
use crate::pipeline::RouteHint;
use crate::wire::command::Command;

#[track_caller]
fn check(fixture: &mut Fixture, command: Command, expected: &str) {
    let plan = fixture.command(command);
    assert_eq!(shown(&plan), expected, "{}", command.name());
}

#[test]
fn commands_go_to_the_primary_to_any_or_to_all() {
    let mut fixture = Fixture::new("", THREE);
    for (command, expected) in [
        (Command::Ping, "0?"),
        (Command::Statistics, "0?"),
        (Command::ProcessInfo, "0?"),
        (Command::InitDb, "all/0"),
        (Command::SetOption, "all/0"),
        (Command::ResetConnection, "all once/0"),
        (Command::ChangeUser, "all once/0"),
        (Command::Refresh, "0"),
        (Command::Shutdown, "0"),
        (Command::Debug, "0"),
        (Command::BinlogDump, "0"),
        (Command::RegisterReplica, "0"),
        (Command::FieldList, "1"),
    ] {
        check(&mut fixture, command, expected);
    }
}

#[test]
fn commands_stay_with_the_transaction() {
    let mut fixture = Fixture::new("", THREE);
    fixture.run("START TRANSACTION READ ONLY");
    check(&mut fixture, Command::Ping, "1");
    check(&mut fixture, Command::InitDb, "all/1");
    check(&mut fixture, Command::FieldList, "1");
}

#[test]
fn any_may_be_a_replica_when_there_is_no_primary() {
    let mut fixture = Fixture::new("", "primary+down:failed replica");
    check(&mut fixture, Command::Ping, "1?");
    check(&mut fixture, Command::InitDb, "all/1");
}

#[test]
fn a_reset_session_is_as_new() {
    let mut fixture = Fixture::new("strict_multi_stmt=yes", THREE);
    for sql in [
        "LOCK TABLES t READ",
        "CREATE TEMPORARY TABLE t (a INT)",
        "SET @a = LAST_INSERT_ID()",
        "SELECT 1; SELECT 2",
        "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE",
    ] {
        fixture.run(sql);
    }
    assert_eq!(shown(&fixture.run("SELECT @a FROM t")), "0");
    check(&mut fixture, Command::ResetConnection, "all once/0");
    assert_eq!(shown(&fixture.run("SELECT @a FROM t")), "1");
}

#[test]
fn statements_are_prepared_where_they_would_be_executed() {
    let mut fixture = Fixture::new("", THREE);
    for (sql, expected) in [
        ("SELECT ?", "all/1"),
        ("INSERT INTO t VALUES (?)", "all/0"),
        ("SELECT LAST_INSERT_ID()", "all/0"),
        ("SET @a = ?", "all/0"),
    ] {
        assert_eq!(shown(&fixture.prepare(1, sql)), expected, "{sql}");
    }
    fixture.run("BEGIN");
    assert_eq!(shown(&fixture.prepare(2, "SELECT ?")), "all/0");
}

#[test]
fn statements_are_executed_as_what_they_are() {
    let mut fixture = Fixture::new("", "primary replica");
    for (id, sql, expected) in [
        (1, "SELECT ?", "1"),
        (2, "UPDATE t SET a = ?", "0"),
        (3, "SELECT * FROM t FOR UPDATE", "0"),
        (4, "SET @a = ?", "all/0"),
        (5, "CALL p(?)", "0"),
        (6, "SELECT a FROM tmp", "1"),
        (7, "CREATE TEMPORARY TABLE tmp (a INT)", "0"),
        (6, "SELECT a FROM tmp", "0"),
    ] {
        let known = fixture.session.state.statements.get(Some(id)).is_some();
        if !known {
            fixture.prepare(id, sql);
        }
        assert_eq!(shown(&fixture.execute(id)), expected, "{sql}");
    }
    assert_eq!(shown(&fixture.execute(99)), "0", "never prepared");
    fixture.run("BEGIN");
    assert_eq!(shown(&fixture.execute(1)), "0", "in a transaction");
}

#[test]
fn parameters_that_are_sent_ahead_and_the_execution_go_to_one_server() {
    let mut fixture = Fixture::new("", THREE);
    fixture.prepare(1, "SELECT ?");
    fixture.prepare(2, "SELECT ?");
    let ahead = Command::StmtSendLongData;
    let first = shown(&fixture.statement(ahead, 1));
    assert_eq!(shown(&fixture.statement(ahead, 1)), first);
    fixture.run("SELECT 1");
    assert_eq!(shown(&fixture.execute(1)), first);
    // The next time it may be another one.
    assert_ne!(shown(&fixture.execute(1)), shown(&fixture.execute(1)));
}

#[test]
fn a_hint_does_not_part_parameters_that_are_sent_ahead_from_the_execution() {
    let any = RouteHint::AnyOf(["db1".into(), "db2".into()].into());
    for (hint, sql, expected) in [
        (RouteHint::Replica, "SELECT ?", "1"),
        (RouteHint::Primary, "SELECT ?", "0"),
        (any, "SELECT ?", "1"),
        (RouteHint::All, "UPDATE t SET a = ?", "0"),
        (RouteHint::Replica, "SET @a = ?", "0"),
    ] {
        let mut fixture = Fixture::new("", THREE);
        fixture.prepare(1, sql);
        if sql.starts_with("SELECT") {
            // It is the turn of the other one.
            fixture.run("SELECT 1");
        }
        let ahead = Command::StmtSendLongData;
        let first = shown(&fixture.hinted_statement(ahead, 1, &hint));
        fixture.members[1].busy = 9;
        for command in [ahead, Command::StmtExecute] {
            let plan = fixture.hinted_statement(command, 1, &hint);
            assert_eq!(shown(&plan), first, "{sql} {hint:?}");
        }
        assert_eq!(first, expected, "{sql} {hint:?}");
    }
}

#[test]
fn rows_are_fetched_where_the_statement_was_executed() {
    let mut fixture = Fixture::new("", THREE);
    fixture.prepare(1, "SELECT ?");
    let at = shown(&fixture.execute(1));
    fixture.run("INSERT INTO t VALUES (1)");
    assert_eq!(shown(&fixture.statement(Command::StmtFetch, 1)), at);
    assert_eq!(shown(&fixture.statement(Command::StmtReset, 1)), at);
    let at: usize = at.parse().unwrap();
    fixture.members[at].link = crate::routers::LinkState::Closed;
    assert_eq!(
        shown(&fixture.statement(Command::StmtFetch, 1)),
        "refuse: the server where the prepared statement was executed is gone"
    );
    assert_eq!(shown(&fixture.statement(Command::StmtReset, 1)), "0");
}

#[test]
fn closed_statements_are_forgotten() {
    let mut fixture = Fixture::new("", THREE);
    fixture.prepare(1, "SELECT ?");
    assert_eq!(
        shown(&fixture.statement(Command::StmtClose, 1)),
        "all once/0"
    );
    fixture.session.closed_statement(1);
    assert_eq!(shown(&fixture.execute(1)), "0");
}
