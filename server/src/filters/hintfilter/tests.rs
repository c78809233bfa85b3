use super::*;
use crate::filters::trial::{Trial, TrialSession};
use crate::pipeline::RouteHint;

/// Where the request goes, in short.
fn shown(request: &Request) -> String {
    match (&request.route, request.replication_lag_max_s) {
        (Some(RouteHint::Server(name)), _) => format!("server {name}"),
        (Some(route), _) => format!("{route:?}"),
        (None, Some(lag)) => format!("lag {lag}"),
        (None, None) => String::new(),
    }
}

fn session() -> TrialSession {
    Trial::new(MODULE, &[]).open("john", "10.0.0.7")
}

#[test]
fn a_hint_is_for_its_statement() {
    let check = |sql: &str, expected: &str| {
        let request = session().run(sql, &ReplyEnd::default());
        assert_eq!(shown(&request), expected, "{sql}");
    };
    check("SELECT 1 -- maxscale route to master", "Primary");
    check("SELECT 1 # maxscale route to slave", "Replica");
    check("SELECT 1 /* maxscale route to last */", "Last");
    check("/*maxscale ROUTE TO SERVER db-1*/ SELECT 1", "server db-1");
    check("SELECT 1 -- maxscale max_slave_replication_lag=5", "lag 5");
    check("SELECT 1 -- maxscale max_slave_replication_lag = x", "");
    check("SELECT 1 -- maxscale route to nowhere", "");
    check("SELECT 1 -- maxscale route", "");
    check("SELECT 1", "");
}

#[test]
fn hints_can_be_put_on_and_off() {
    let mut session = session();
    for (sql, expected) in [
        ("SELECT 1 -- maxscale far prepare route to server db2", ""),
        ("SELECT 1 -- maxscale far begin", "server db2"),
        ("SELECT 1", "server db2"),
        ("SELECT 1 -- maxscale begin route to slave", "Replica"),
        ("SELECT 1 -- maxscale route to master", "Primary"),
        ("SELECT 1", "Replica"),
        ("SELECT 1 -- maxscale end", "server db2"),
        ("SELECT 1 -- maxscale end", ""),
        ("SELECT 1 -- maxscale end", ""),
        (
            "SELECT 1 -- maxscale near begin route to server db1",
            "server db1",
        ),
        ("SELECT 1 -- maxscale end", ""),
        ("SELECT 1 -- maxscale near begin", "server db1"),
        ("SELECT 1 -- maxscale end", ""),
        ("SELECT 1 -- maxscale nobody begin", ""),
    ] {
        let request = session.run(sql, &ReplyEnd::default());
        assert_eq!(shown(&request), expected, "{sql}");
    }
}

#[test]
fn hints_are_bounded() {
    let mut session = session();
    for n in 0..1000 {
        let sql = format!("SELECT 1 -- maxscale n{n} begin route to slave");
        session.run(&sql, &ReplyEnd::default());
    }
    for _ in 0..64 {
        session.run("SELECT 1 -- maxscale end", &ReplyEnd::default());
    }
    let request = session.run("SELECT 1", &ReplyEnd::default());
    assert_eq!(shown(&request), "");
}

#[test]
fn a_hint_of_a_preparation_is_for_what_is_done_with_the_statement() {
    let mut session = session();
    let (request, _) = session.request(
        Command::StmtPrepare,
        b"SELECT ? -- maxscale route to master",
    );
    assert_eq!(shown(&request), "");
    session.end(&ReplyEnd {
        statement_id: Some(9),
        ..ReplyEnd::default()
    });
    for command in [
        Command::StmtExecute,
        Command::StmtBulkExecute,
        Command::StmtSendLongData,
        Command::StmtFetch,
        Command::StmtReset,
    ] {
        let (request, _) = session.request(command, b"\x09\0\0\0");
        assert_eq!(shown(&request), "Primary", "{command:?}");
    }
    let (request, _) = session.request(Command::StmtExecute, b"\x08\0\0\0");
    assert_eq!(shown(&request), "");
}

#[test]
fn the_hints_of_very_many_prepared_statements_are_kept() {
    let mut session = session();
    let long = "x".repeat(1000);
    let sql = format!("SELECT ? AS {long} -- maxscale route to master");
    for id in 1..=5000 {
        session.request(Command::StmtPrepare, sql.as_bytes());
        session.end(&ReplyEnd {
            statement_id: Some(id),
            ..ReplyEnd::default()
        });
    }
    for id in [1u32, 5000, u32::MAX] {
        let (request, _) = session.request(Command::StmtExecute, &id.to_le_bytes());
        assert_eq!(shown(&request), "Primary", "{id}");
    }
}
