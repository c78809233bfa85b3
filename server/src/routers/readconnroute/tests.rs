//! Candidates are written `primary:3` (states joined by `+`, then connections) with `/secondary`
//! for the rank, `@5` for a lag of 5 s and `!` for full.

use super::ReadConnRoute;
use crate::config::{Rank, RouterOptions};
use crate::routers::Candidate;
use crate::servers::ServerStates;

/// A router written `master,slave reads=no lag=5s`.
fn router(text: &str) -> ReadConnRoute {
    let mut router = ReadConnRoute {
        options: RouterOptions::empty(),
        master_accept_reads: true,
        max_replication_lag_ms: 0,
        statistics: std::sync::Arc::default(),
    };
    for word in text.split(' ') {
        if word == "reads=no" {
            router.master_accept_reads = false;
        } else if let Some(lag) = word.strip_prefix("lag=") {
            router.max_replication_lag_ms = lag.strip_suffix("ms").unwrap().parse().unwrap();
        } else {
            for option in word.split(',') {
                router.options |= match option {
                    "master" => RouterOptions::PRIMARY,
                    "slave" => RouterOptions::REPLICA,
                    "running" => RouterOptions::RUNNING,
                    "synced" => RouterOptions::SYNCED,
                    other => panic!("{other}"),
                };
            }
        }
    }
    router
}

fn candidate(text: &str) -> Candidate {
    let (full, text) = text
        .strip_suffix('!')
        .map_or((false, text), |rest| (true, rest));
    let (text, lag) = text
        .split_once('@')
        .map_or((text, None), |(rest, lag)| (rest, Some(lag)));
    let secondary = text.strip_suffix("/secondary");
    let (states, connections) = secondary.unwrap_or(text).split_once(':').unwrap();
    let mut candidate = Candidate {
        states: ServerStates::RUNNING,
        rank: if secondary.is_some() {
            Rank::Secondary
        } else {
            Rank::Primary
        },
        connections: connections.parse().unwrap(),
        replication_lag_s: lag.map(|lag| lag.parse().unwrap()),
        full,
    };
    for state in states.split('+') {
        match state {
            "running" => {}
            "down" => candidate.states -= ServerStates::RUNNING,
            "primary" => candidate.states |= ServerStates::PRIMARY,
            "replica" => candidate.states |= ServerStates::REPLICA,
            "synced" => candidate.states |= ServerStates::SYNCED,
            "maintenance" => candidate.states |= ServerStates::MAINTENANCE,
            "returning" => candidate.states |= ServerStates::RETURNING,
            "draining" => candidate.states |= ServerStates::DRAINING,
            other => panic!("{other}"),
        }
    }
    candidate
}

/// `expected` is the index, or the words of the error.
fn check(options: &str, candidates: &str, expected: &str) {
    let list: Vec<_> = candidates.split_whitespace().map(candidate).collect();
    let answer = match router(options).choose(&list) {
        Ok(index) => index.to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(answer, expected, "{options} of {candidates}");
}

#[test]
fn the_server_with_the_fewest_connections_is_chosen_and_the_first_of_equals() {
    check("running", "primary:2 replica:1 replica:1", "1");
    check("running", "running:0 running:0", "0");
    check("running", "running:7", "0");
}

#[test]
fn only_servers_in_the_roles_asked_for_are_chosen() {
    check("master", "replica:0 primary:9 running:0", "1");
    check("slave", "primary:0 replica:9 running:0", "1");
    check("master,slave", "running:0 primary:2 replica:1", "2");
    check("synced", "primary:0 synced:5", "1");
    check("synced,slave", "primary:0 synced:5 replica:4", "2");
    let none = "no server: 1 is not in one of the roles asked for";
    check("master", "replica:0", none);
    check("synced", "primary:0", none);
}

#[test]
fn servers_out_of_use_are_not_chosen() {
    check(
        "running",
        "down:0 maintenance:0 draining:0 running:0! running:9",
        "4",
    );
    check(
        "running",
        "down:0 down:1 maintenance:0 draining:0 running:0!",
        "no server: 2 are down, 1 is in maintenance, 1 is draining, 1 is full",
    );
    check("running", "", "no server to choose from");
}

#[test]
fn the_primary_serves_when_no_replica_can() {
    check(
        "slave",
        "primary:5 replica+maintenance:0 down+replica:0",
        "0",
    );
    check("slave", "primary:5", "0");
    check("slave", "primary:5 replica:9", "1");
    check("slave", "primary+draining:5", "no server: 1 is draining");
    check("slave lag=1000ms", "primary:5 replica:0@9", "0");
}

#[test]
fn the_primary_is_left_out_when_it_takes_no_reads() {
    check("running reads=no", "primary:0 replica:5", "1");
    check(
        "slave reads=no",
        "primary:0",
        "no server: 1 is the primary, which takes no reads",
    );
    // It has no effect when the primary is asked for by name.
    check("master,slave reads=no", "primary:0 replica:5", "0");
}

#[test]
fn replicas_must_lag_less_than_allowed() {
    check("slave lag=5000ms", "replica:0@5 replica:9@4", "1");
    check("slave lag=1000ms", "replica:0@1 replica:9@0", "1");
    check("slave", "replica:0@99", "0");
    check(
        "running lag=5000ms",
        "replica:0@5 replica:0",
        "no server: 1 is behind by an unknown time, 1 is too far behind",
    );
    check("running lag=5000ms", "primary:3 running:2", "1");
    check(
        "slave lag=5000ms",
        "replica:0@18446744073709551615 primary:1",
        "1",
    );
}

#[test]
fn a_better_rank_comes_before_fewer_connections() {
    check("running", "running:0/secondary running:9", "1");
    check(
        "running",
        "running:3/secondary running:2/secondary down:0",
        "1",
    );
    // A role that is asked for comes before the rank of one that only serves instead.
    check("slave", "primary:0 replica:0/secondary", "1");
}

#[test]
fn a_session_stays_as_long_as_its_server_keeps_its_role() {
    let stays = |options: &str, server: &str| router(options).still_valid(&candidate(server));
    assert!(stays("master", "primary:1"));
    assert!(!stays("master", "replica:1"));
    assert!(stays("slave", "replica:1"));
    assert!(stays("slave", "primary:1"));
    assert!(!stays("slave reads=no", "primary:1"));
    assert!(!stays("slave", "running:1"));
    assert!(stays("running", "replica:1"));
    assert!(!stays("running", "down:1"));
    assert!(stays("running", "maintenance:1"));
    assert!(stays("master", "replica+maintenance:1"));
    assert!(stays("master", "running+returning:1"));
    assert!(stays("running", "down+maintenance:1"));
    assert!(stays("running", "draining:1"));
    assert!(stays("slave lag=1000ms", "replica:1@99"));
    assert!(stays("running", "running:1!"));
}
