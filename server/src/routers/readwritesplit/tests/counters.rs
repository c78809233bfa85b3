//! What is counted.

use std::time::Duration;

use super::fixture::{Fixture, THREE};
use crate::routers::LostDuring;

#[test]
fn requests_are_counted_by_where_they_go() {
    let mut fixture = Fixture::new("", THREE);
    for sql in [
        "SELECT 1",
        "SELECT 1",
        "DELETE FROM t",
        "SET NAMES utf8mb4",
        "BEGIN",
        "SELECT 1",
        "COMMIT",
        "START TRANSACTION READ ONLY",
        "COMMIT",
    ] {
        fixture.query(sql);
        fixture.pass(Duration::from_millis(10));
        let plan = fixture.session.state.asked.as_ref().unwrap().member;
        let plan = crate::routers::Plan::One {
            member: plan,
            purpose: crate::routers::Purpose::Any,
        };
        fixture.answer(sql, &plan);
    }
    fixture.pass(Duration::from_millis(10));
    fixture.session.ended(fixture.now);
    let counted = fixture.router.diagnostics();
    assert_eq!(
        (
            counted.queries,
            counted.route_primary,
            counted.route_replica,
            counted.route_all
        ),
        (9, 4, 4, 1)
    );
    assert_eq!((counted.rw_transactions, counted.ro_transactions), (1, 1));
    let servers: Vec<_> = counted
        .servers
        .iter()
        .map(|server| {
            format!(
                "{} {} {} {}",
                server.name, server.total, server.read, server.write
            )
        })
        .collect();
    assert_eq!(servers, ["db0 5 1 4", "db1 4 4 0", "db2 2 2 0"]);
    let primary = &counted.servers[0];
    assert_eq!(primary.session_duration, Duration::from_millis(100));
    assert!((primary.active_percent - 50.0).abs() < 0.01, "{primary:?}");
    assert_eq!(primary.selects_per_session, 1);
}

#[test]
fn a_request_that_is_sent_again_is_counted_once() {
    let mut fixture = Fixture::new("", THREE);
    fixture.query("SELECT 1");
    let during = LostDuring::Request {
        sent: true,
        passed_on: false,
    };
    fixture.lose(1, during);
    fixture.run("SELECT 1");
    fixture.run("SELECT 1");
    assert_eq!(fixture.router.diagnostics().queries, 2);
}
