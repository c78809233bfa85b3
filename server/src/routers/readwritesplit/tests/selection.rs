//! Which replica gets a read, and which servers are connected to.

use super::fixture::{Fixture, query, shown, split};
use super::targets::check;
use crate::routers::{Ask, ReadWriteSplit};

/// Three reads of a session whose servers these are.
#[track_caller]
fn reads(parameters: &str, servers: &str, expected: &str) {
    let mut fixture = Fixture::new(parameters, servers);
    let reads = [(); 3].map(|()| shown(&fixture.run("SELECT 1")));
    assert_eq!(reads.join(" "), expected, "{parameters}: {servers}");
}

#[test]
fn the_replica_with_the_fewest_statements_under_way_is_the_default() {
    reads("", "primary replica*3 replica*1 replica*2", "2 2 2");
    reads("", "primary replica*1 replica*1 replica*2", "1 2 1");
    // One that has to be connected to first must be better, not as good.
    reads("", "primary replica*1 replica*1:closed", "1 2 1");
    reads("slave_connections=0", "primary replica:closed", "1 1 1");
    reads("", "primary*9 replica*50", "1 1 1");
}

#[test]
fn other_criteria_look_at_connections_lag_and_times() {
    let global = "slave_selection_criteria=least_global_connections";
    reads(global, "primary replica#7 replica#5*9", "2 2 2");
    let of_router = "slave_selection_criteria=LEAST_ROUTER_CONNECTIONS";
    reads(of_router, "primary replica#7 replica#5", "2 2 2");
    let lag = "slave_selection_criteria=least_behind_master";
    reads(lag, "primary replica@4 replica@3 replica", "2 2 2");
    let adaptive = "slave_selection_criteria=adaptive_routing";
    reads(adaptive, "primary replica~10 replica~30", "1 1 1");
    reads(adaptive, "primary replica~10*9 replica~30", "2 2 2");
    // One that was never measured is tried.
    reads(adaptive, "primary replica~10 replica", "2 2 2");
}

#[test]
fn adaptive_routing_tries_slow_servers_now_and_then() {
    let mut fixture = Fixture::new(
        "slave_selection_criteria=adaptive_routing",
        "primary replica~1 replica~5000",
    );
    let slow = (0..640).filter(|_| shown(&fixture.run("SELECT 1")) == "2");
    let slow = slow.count();
    assert!((5..=20).contains(&slow), "{slow}");
}

#[test]
fn the_primary_reads_when_it_may_or_must() {
    reads("", "primary", "0 0 0");
    reads("", "primary replica+down:failed", "0 0 0");
    reads("", "primary replica+maintenance running", "0 0 0");
    reads("master_accept_reads=true", "primary replica", "0 1 0");
    reads("master_accept_reads=true", "primary*1 replica", "1 1 1");
    reads("max_slave_connections=0", "primary replica", "0 0 0");
}

#[test]
fn replicas_that_lag_too_much_get_no_reads() {
    reads(
        "max_replication_lag=5s",
        "primary replica@5 replica@4",
        "2 2 2",
    );
    reads(
        "max_replication_lag=5s",
        "primary replica@5 replica@9",
        "0 0 0",
    );
    reads(
        "max_replication_lag=1s",
        "primary replica@0 replica",
        "1 1 1",
    );
    reads("", "primary replica@99999", "1 1 1");
    let mut fixture = Fixture::new("max_replication_lag=9s", "primary replica@5 replica@2");
    let mut with = |lag| {
        let now = fixture.now;
        shown(&fixture.route(&Ask {
            replication_lag_max_s: Some(lag),
            ..query("SELECT 1", now)
        }))
    };
    assert_eq!([with(3), with(3), with(1)], ["2", "2", "0"]);
}

#[test]
fn draining_servers_get_no_new_connections() {
    reads("", "primary replica+draining replica*5", "1 1 1");
    let mut fixture = Fixture::new("lazy_connect=1", "primary:closed replica+draining:closed");
    assert_eq!(shown(&fixture.run("SELECT 1")), "0");
}

#[test]
fn no_more_replicas_are_connected_to_than_allowed() {
    // The third would be better.
    let servers = "primary replica*5 replica:closed replica:closed";
    let twice = "SELECT 1 => 1\nSELECT 1 => 1";
    check("max_slave_connections=1 lazy_connect=1", servers, twice);
    let better = "SELECT 1 => 2\nSELECT 1 => 2";
    check("max_slave_connections=2 lazy_connect=1", servers, better);
}

#[test]
fn relays_are_replicas() {
    reads("", "primary relay", "1 1 1");
}

#[test]
fn the_rank_of_the_primary_is_the_rank_of_all() {
    reads("", "primary replica*5 replica/secondary", "1 1 1");
    reads("", "primary/secondary replica replica/secondary*5", "2 2 2");
    // Better any replica than none.
    reads("", "running replica/secondary", "1 1 1");
    reads("", "primary replica/secondary", "0 0 0");
    check(
        "",
        "primary/secondary:closed primary:closed",
        "INSERT INTO t VALUES (1) => 1",
    );
}

#[test]
fn a_session_stays_with_its_primary() {
    let mut fixture = Fixture::new("", "primary/secondary running replica");
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "0");
    fixture.set("primary/secondary primary replica");
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "0");
    fixture.set("replica/secondary primary replica");
    assert_eq!(shown(&fixture.run("DELETE FROM t")), "1");
}

#[track_caller]
fn begins(parameters: &str, servers: &str, expected: &str) {
    let router = ReadWriteSplit::new(&split(parameters));
    let mut session = router.session();
    let members = super::fixture::servers_of(servers);
    let answer = match session.begin(&members, std::time::Instant::now()) {
        Ok(servers) => format!("{servers:?}"),
        Err(error) => error.to_string(),
    };
    assert_eq!(answer, expected, "{parameters}: {servers}");
}

#[test]
fn a_session_begins_with_the_primary_and_its_replicas() {
    let three = "primary:closed replica:closed replica*1:closed replica+down:closed";
    begins("", three, "[0, 1, 2]");
    begins("slave_connections=1", three, "[0, 1]");
    begins("slave_connections=0", three, "[0]");
    begins("max_slave_connections=1", three, "[0, 1]");
    begins("max_slave_connections=0", three, "[0]");
    begins("lazy_connect=true", three, "[]");
    begins("", "replica:closed! primary:closed", "[1]");
    begins("", "running:closed replica:closed", "[1]");
    begins("", "primary/secondary:closed replica:closed", "[0]");
}

#[test]
fn a_session_without_servers_does_not_begin() {
    let none = "running:closed replica+down:closed";
    begins(
        "",
        none,
        "no server: 1 is down, 1 is not in one of the roles asked for",
    );
    begins(
        "lazy_connect=1",
        none,
        "no server: 1 is down, 1 is not in one of the roles asked for",
    );
    begins("", "", "no server to choose from");
    begins(
        "master_failure_mode=fail_instantly",
        "running:closed replica:closed",
        "no primary for a statement that needs one: 2 are not in one of the roles asked for",
    );
}

#[test]
fn sessions_begin_with_different_replicas() {
    let router = ReadWriteSplit::new(&split("slave_connections=1"));
    let members = super::fixture::servers_of("primary:closed replica:closed replica:closed");
    let mut firsts = [0, 0];
    for _ in 0..10 {
        let servers = router.session().begin(&members, std::time::Instant::now());
        firsts[servers.unwrap()[1] - 1] += 1;
    }
    assert_eq!(firsts, [5, 5]);
}

#[test]
fn a_session_that_connects_no_more_makes_do_with_what_it_has() {
    let mut fixture = Fixture::new("slave_connections=0", "primary replica:closed");
    fixture.session.connect_no_more();
    assert_eq!(shown(&fixture.run("SELECT 1")), "0");
}

#[test]
fn with_lazy_connections_the_first_to_be_set_is_a_replica() {
    let servers = "primary:closed replica:closed";
    let lines = "SET NAMES utf8mb4 => all/1\nSELECT 1 => 1\nDELETE FROM t => 0\nUSE a => all/0";
    check("lazy_connect=1", servers, lines);
    check(
        "lazy_connect=1 master_accept_reads=1",
        servers,
        "SET NAMES utf8mb4 => all/0\nSELECT 1 => 0",
    );
    // A value that may differ is the primary's.
    check("lazy_connect=1", servers, "SET @a = UUID() => all/0");
}
