//! Servers that are lost, missing, or put out of use.

use std::time::Duration;

use super::fixture::{Fixture, THREE, shown, shown_recovery};
use crate::routers::LostDuring::{self, Idle};
use crate::wire::command::Command;

const UNSENT: LostDuring = LostDuring::Request {
    sent: false,
    passed_on: false,
};
const SENT: LostDuring = LostDuring::Request {
    sent: true,
    passed_on: false,
};
const HALF_WAY: LostDuring = LostDuring::Request {
    sent: true,
    passed_on: true,
};

/// Loses a server's connection in a session that has run `before` and just sent `sql`; then what
/// the next statement gets. Written `what => recovery` and `sql => plan`.
#[track_caller]
fn check(parameters: &str, before: &[&str], sql: &str, during: LostDuring, expected: &str) {
    let mut fixture = Fixture::new(parameters, THREE);
    for before in before {
        fixture.run(before);
    }
    let plan = if during == Idle {
        fixture.run(sql)
    } else {
        fixture.query(sql)
    };
    let member = shown(&plan);
    let member = member.trim_start_matches("all/");
    let recovery = shown_recovery(&fixture.lose(member.parse().unwrap(), during));
    if recovery == "ignore" && expected.starts_with("close") {
        // The client is told when it says something.
        assert_eq!(during, Idle);
        assert_eq!(shown(&fixture.query("SELECT 1")), expected, "{sql}");
        return;
    }
    assert_eq!(recovery, expected, "{sql} {during:?}");
}

const REPLY_LOST: &str = "error: lost the connection to the server during a statement";

#[test]
fn a_read_is_sent_once_more_unless_the_client_has_a_part_of_its_reply() {
    check("", &[], "SELECT 1", SENT, "retry");
    check("", &[], "SELECT 1", UNSENT, "retry");
    check("", &[], "SELECT 1", HALF_WAY, REPLY_LOST);
    check("retry_failed_reads=no", &[], "SELECT 1", SENT, REPLY_LOST);
    check("retry_failed_reads=no", &[], "SELECT 1", UNSENT, "retry");
    check("", &["SELECT 1"], "SELECT FOUND_ROWS()", SENT, REPLY_LOST);
}

#[test]
fn a_write_is_never_sent_twice() {
    let lost = "lost the connection to the primary during a statement; whether it took effect is \
                not known";
    let sql = "INSERT INTO t VALUES (1)";
    check("", &[], sql, SENT, &format!("close: {lost}"));
    check(
        "delayed_retry=yes",
        &[],
        sql,
        SENT,
        &format!("close: {lost}"),
    );
    check("", &[], sql, UNSENT, "retry");
    let mode = "master_failure_mode=error_on_write";
    check(mode, &[], sql, SENT, &format!("error: {lost}"));
    let mode = "master_failure_mode=fail_instantly";
    check(mode, &[], sql, SENT, &format!("close: {lost}"));
}

#[test]
fn what_sets_the_session_is_set_again() {
    check("", &[], "SET NAMES utf8mb4", SENT, "retry");
    check("", &[], "USE a", UNSENT, "retry");
}

#[test]
fn a_transaction_ends_the_session_with_it() {
    let lost = "close: lost the connection to the server during a transaction, which was rolled \
                back";
    for begin in ["BEGIN", "START TRANSACTION READ ONLY"] {
        for during in [Idle, UNSENT, SENT, HALF_WAY] {
            check("", &[begin], "SELECT 1", during, lost);
        }
    }
    let commit = "close: lost the connection to the server during a COMMIT; whether it took \
                  effect is not known";
    check("", &["BEGIN"], "COMMIT", SENT, commit);
    check("", &["BEGIN"], "COMMIT", UNSENT, lost);
    let setting = "close: lost the connection to the server, and with it what was set for the \
                   next transaction";
    check("", &[], "SET TRANSACTION READ ONLY", Idle, setting);
    check("", &["BEGIN", "SELECT 1"], "COMMIT", Idle, "ignore");
    check(
        "",
        &["BEGIN"],
        "COMMIT RELEASE",
        Idle,
        "close: the transaction ended with RELEASE",
    );
}

#[test]
fn what_only_the_primary_had_ends_the_session_with_it() {
    let tables = "close: lost the connection to the primary, and with it temporary tables";
    let create = "CREATE TEMPORARY TABLE t (a INT)";
    check("", &[create], "DELETE FROM t", SENT, tables);
    check("", &[], create, Idle, tables);
    check("strict_tmp_tables=0", &[], create, Idle, "ignore");
    check("", &[create], "SELECT 1", SENT, "retry");
    let locks = "close: lost the connection to the primary, and with it locks of tables";
    check("", &[], "LOCK TABLES t READ", Idle, locks);
    check("", &["LOCK TABLES t READ"], "UNLOCK TABLES", Idle, "ignore");
}

#[test]
fn an_idle_connection_is_not_missed() {
    check("", &[], "SELECT 1", Idle, "ignore");
    check("", &[], "DELETE FROM t", Idle, "ignore");
    let mode = "master_failure_mode=fail_instantly";
    check(mode, &[], "SELECT 1", Idle, "ignore");
    check(
        mode,
        &[],
        "DELETE FROM t",
        Idle,
        "close: lost the connection to the primary",
    );
}

#[test]
fn rows_of_a_cursor_are_lost_with_their_server() {
    let mut fixture = Fixture::new("", THREE);
    fixture.prepare(1, "SELECT ?");
    fixture.execute(1);
    fixture.statement(Command::StmtFetch, 1);
    let gone = "error: the server where the prepared statement was executed is gone";
    let at = fixture.session.state.asked.as_ref().unwrap().member;
    assert_eq!(shown_recovery(&fixture.lose(at, SENT)), gone);
    fixture.prepare(2, "SELECT ?");
    assert_eq!(shown(&fixture.execute(2)), "1");
}

/// What a write and a read get of those servers, in that session.
#[track_caller]
fn without(parameters: &str, servers: &str, write: &str, read: &str) {
    for (sql, expected) in [("DELETE FROM t", write), ("SELECT 1", read)] {
        let mut fixture = Fixture::new(parameters, THREE);
        fixture.set(servers);
        assert_eq!(shown(&fixture.run(sql)), expected, "{sql} of {servers}");
    }
}

#[test]
fn without_a_primary_reads_go_on_and_writes_fail() {
    let no_primary = "close: no primary for a statement that needs one: 1 is down, 2 are not in \
                      one of the roles asked for";
    let servers = "primary+down:failed replica replica";
    without("", servers, no_primary, "1");
    let mode = "master_failure_mode=error_on_write";
    let read_only = "refuse: this session is in read-only mode: there is no primary";
    without(mode, servers, read_only, "1");
    without("delayed_retry=1", servers, "wait", "1");
}

#[test]
fn without_any_server_nothing_goes() {
    let servers = "down:failed down:failed";
    let none = "no server: 2 are down";
    let no_primary = "no primary for a statement that needs one: 2 are down";
    without(
        "",
        servers,
        &format!("close: {no_primary}"),
        &format!("close: {none}"),
    );
    without(
        "master_failure_mode=error_on_write",
        servers,
        "refuse: this session is in read-only mode: there is no primary",
        &format!("refuse: {none}"),
    );
    without("delayed_retry=1", servers, "wait", "wait");
}

#[test]
fn a_statement_waits_for_a_server_and_not_for_ever() {
    let mut fixture = Fixture::new("delayed_retry=1 delayed_retry_timeout=3s", THREE);
    fixture.set("primary+down:failed replica replica");
    assert_eq!(shown(&fixture.query("DELETE FROM t")), "wait");
    fixture.pass(Duration::from_millis(2999));
    assert_eq!(shown(&fixture.query("DELETE FROM t")), "wait");
    fixture.set(THREE);
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "0");
    // The next one has all of the time again.
    fixture.set("primary+down:failed replica replica");
    assert_eq!(shown(&fixture.query("DELETE FROM t")), "wait");
    fixture.pass(Duration::from_secs(3));
    assert!(shown(&fixture.query("DELETE FROM t")).starts_with("close: no primary"));
}

#[test]
fn the_primary_may_change() {
    let mut fixture = Fixture::new("", THREE);
    fixture.run("DELETE FROM t");
    assert_eq!(shown_recovery(&fixture.lose(0, Idle)), "ignore");
    fixture.set("down:failed primary replica");
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "1");
    fixture.set("primary:closed replica replica");
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "0");
}

#[test]
fn the_primary_may_not_change_without_master_reconnection() {
    let mode = "master_reconnection=no";
    let mut fixture = Fixture::new(mode, THREE);
    fixture.set("replica primary replica");
    let gone = "close: lost the connection to the primary";
    assert_eq!(shown(&fixture.run("SELECT 1")), gone);
    assert_eq!(fixture.session.keep(&fixture.members), [1, 2]);
    assert_eq!(shown_recovery(&fixture.lose(0, Idle)), gone);

    let mut fixture = Fixture::new(mode, THREE);
    assert_eq!(shown_recovery(&fixture.lose(0, Idle)), "ignore");
    assert_eq!(shown(&fixture.run("SELECT 1")), "1");
    fixture.set(THREE);
    assert_eq!(
        shown(&fixture.run("DELETE FROM t")),
        "close: no primary for a statement that needs one: 1 is not to be connected to"
    );
}

#[test]
fn the_primary_may_not_change_while_it_has_something_of_the_session() {
    for (sql, parameters, expected) in [
        (
            "CREATE TEMPORARY TABLE t (a INT)",
            "",
            "close: lost the connection to the primary, and with it temporary tables",
        ),
        (
            "CREATE TEMPORARY TABLE t (a INT)",
            "strict_tmp_tables=0",
            "2",
        ),
        (
            "LOCK TABLES t READ",
            "",
            "close: lost the connection to the primary, and with it locks of tables",
        ),
        ("BEGIN", "", "0"),
    ] {
        let mut fixture = Fixture::new(parameters, THREE);
        fixture.run(sql);
        fixture.set("replica running primary");
        assert_eq!(shown(&fixture.run("DELETE FROM x")), expected, "{sql}");
    }
}

#[track_caller]
fn keeps(parameters: &str, before: &[&str], servers: &str, expected: &[usize]) {
    let mut fixture = Fixture::new(parameters, THREE);
    for before in before {
        fixture.run(before);
    }
    fixture.set(servers);
    assert_eq!(
        fixture.session.keep(&fixture.members),
        expected,
        "{servers}"
    );
}

#[test]
fn connections_stay_as_long_as_their_servers_are_of_use() {
    keeps("", &[], THREE, &[0, 1, 2]);
    keeps("", &[], "primary replica+down replica:closed", &[0]);
    keeps(
        "",
        &[],
        "primary replica+maintenance replica+draining",
        &[0, 2],
    );
    keeps("", &[], "primary running replica", &[0, 2]);
    keeps("", &[], "replica primary replica", &[0, 1, 2]);
    keeps("", &[], "primary replica/secondary replica", &[0, 2]);
    keeps("", &[], "running replica replica/secondary", &[1, 2]);
    keeps(
        "max_replication_lag=10s",
        &[],
        "primary replica@300 replica@301",
        &[0, 1],
    );
    keeps(
        "max_replication_lag=200s",
        &[],
        "primary replica@400 replica@401",
        &[0, 1],
    );
    keeps("", &[], "primary replica@9999 replica", &[0, 1, 2]);
}

#[test]
fn a_transaction_keeps_its_connection_as_long_as_the_server_runs() {
    keeps(
        "",
        &["BEGIN"],
        "primary+maintenance replica replica",
        &[0, 1, 2],
    );
    keeps("", &["BEGIN"], "running primary replica", &[0, 1, 2]);
    keeps("", &["BEGIN"], "primary+down replica replica", &[1, 2]);
    keeps(
        "",
        &["BEGIN", "COMMIT"],
        "primary+maintenance replica replica",
        &[1, 2],
    );
}

#[test]
fn a_request_under_way_keeps_its_connection() {
    let mut fixture = Fixture::new("", THREE);
    fixture.query("SELECT 1");
    fixture.set("primary+maintenance replica+maintenance replica+maintenance");
    assert_eq!(fixture.session.keep(&fixture.members), [1]);
    fixture.reply(1, None);
    assert_eq!(fixture.session.keep(&fixture.members), [0_usize; 0]);
}
