use std::sync::Arc;

use super::Server;
use crate::config::ServerParameters;
use crate::servers::{ServerFacts, ServerFull, ServerStates};

fn server(max_routing_connections: u64) -> Arc<Server> {
    let parameters = ServerParameters {
        address: "127.0.0.1".to_owned(),
        port: 3306,
        max_routing_connections,
        ..ServerParameters::default()
    };
    Server::new("db1", parameters)
}

#[test]
fn a_new_server_is_down() {
    assert_eq!(server(0).states(), ServerStates::empty());
}

#[test]
fn monitors_leave_alone_what_operators_set() {
    let server = server(0);
    server.add_states(ServerStates::MAINTENANCE);
    server.set_monitored(ServerStates::RUNNING | ServerStates::PRIMARY | ServerStates::DRAINING);
    let expected = ServerStates::RUNNING | ServerStates::PRIMARY | ServerStates::MAINTENANCE;
    assert_eq!(server.states(), expected);
    server.remove_states(ServerStates::MAINTENANCE);
    assert_eq!(
        server.states(),
        ServerStates::RUNNING | ServerStates::PRIMARY
    );
    assert_eq!(
        server.set_monitored(ServerStates::empty()),
        expected - ServerStates::MAINTENANCE
    );
    assert_eq!(server.states(), ServerStates::empty());
}

#[test]
fn whoever_watches_is_woken_by_changes_only() {
    let server = server(0);
    let mut watch = server.watch();
    let mut woken = || {
        let changed = watch.has_changed().unwrap();
        watch.mark_unchanged();
        changed
    };
    assert!(!woken());
    server.set_monitored(ServerStates::RUNNING);
    assert!(woken());
    server.set_monitored(ServerStates::RUNNING);
    assert!(!woken());
    server.set_facts(ServerFacts::default());
    assert!(!woken());
    let version = "10.11.6-MariaDB".to_owned();
    server.set_facts(ServerFacts {
        version,
        ..ServerFacts::default()
    });
    assert!(woken());
    server.set_parameters((*server.parameters()).clone());
    assert!(woken());
}

#[test]
fn connections_are_counted_until_they_are_dropped() {
    let server = server(0);
    let one = server.open_connection().unwrap();
    let two = server.open_connection().unwrap();
    assert_eq!((server.connections(), server.connections_total()), (2, 2));
    drop(one);
    assert_eq!((server.connections(), server.connections_total()), (1, 2));
    assert_eq!(&**two.server().name(), "db1");
    drop(two);
    assert_eq!((server.connections(), server.connections_total()), (0, 2));
}

#[test]
fn a_full_server_takes_no_more() {
    let server = server(1);
    let one = server.open_connection().unwrap();
    let full = ServerFull {
        server: "db1".into(),
        max: 1,
    };
    assert_eq!(server.open_connection().unwrap_err(), full);
    assert_eq!((server.connections(), server.connections_total()), (1, 1));
    drop(one);
    assert!(server.open_connection().is_ok());
}

#[test]
fn a_connection_that_takes_over_has_the_place_of_the_one_before() {
    let server = server(1);
    let before = server.open_connection().unwrap();
    assert!(!before.is_shared());
    let place = before.place().clone();
    let after = place.share();
    drop(place);
    assert!(before.is_shared());
    assert_eq!((server.connections(), server.connections_total()), (1, 2));
    drop(before);
    assert!(!after.is_shared());
    assert!(server.open_connection().is_err());
    drop(after);
    assert_eq!(server.connections(), 0);
}

#[test]
fn what_comes_back_waits_for_a_monitor_only_as_long_as_there_is_one() {
    let server = server(0);
    let waits = || server.states().contains(ServerStates::RETURNING);
    server.add_states(ServerStates::MAINTENANCE);
    server.end_maintenance(true);
    assert!(waits());
    server.watch_ended();
    assert!(!waits());
    for is_watching in [true, false] {
        server.add_states(ServerStates::MAINTENANCE);
        server.end_maintenance(is_watching);
        assert_eq!(waits(), is_watching);
    }
}
