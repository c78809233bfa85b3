use std::sync::atomic::{AtomicU64, Ordering};

use super::*;
use crate::servers::Receiving;

/// A server of a test.
struct Told {
    name: Arc<str>,
    in_maintenance: bool,
    disk_is_full: bool,
    now: Option<ServerFacts>,
    known: Option<ServerFacts>,
}

/// Servers in words, apart by spaces: a name, then what it is. `+` read-only, `!` in maintenance,
/// `%` its disk is full, `?` down, `~` does not tell its replication; `<b` replicates from b,
/// `<-b` tries to, `<|b` has stopped to. What a server that is down is said to replicate from is
/// what it said last.
fn parse(text: &str) -> Vec<Told> {
    let server = |word: &str| {
        let end = word
            .find(|c: char| !c.is_alphanumeric())
            .unwrap_or(word.len());
        let (name, marks) = word.split_at(end);
        let links = marks.split('<').skip(1).map(|source| {
            let (receiving, source) = match source.chars().next() {
                Some('-') => (Receiving::Connecting, &source[1..]),
                Some('|') => (Receiving::No, &source[1..]),
                _ => (Receiving::Yes, source),
            };
            ReplicaLink {
                host: source.to_owned(),
                port: 3306,
                receiving,
                applying: true,
                ..ReplicaLink::default()
            }
        });
        let facts = ServerFacts {
            read_only: Some(marks.contains('+')),
            links: (!marks.contains('~')).then(|| links.collect()),
            ..ServerFacts::default()
        };
        Told {
            name: name.into(),
            in_maintenance: marks.contains('!'),
            disk_is_full: marks.contains('%'),
            now: (!marks.contains('?')).then(|| facts.clone()),
            known: Some(facts),
        }
    };
    text.split_whitespace().map(server).collect()
}

fn parameters(master_conditions: &str, slave_conditions: &str) -> ReplicationParameters {
    let list = |text: &str| text.split_whitespace().map(str::to_owned).collect();
    ReplicationParameters {
        assume_unique_hostnames: true,
        failcount: 5,
        maintenance_on_low_disk_space: true,
        master_conditions: list(master_conditions),
        slave_conditions: list(slave_conditions),
        script_max_replication_lag_s: None,
    }
}

/// A round in which all servers are looked at.
fn assigned(
    topology: &mut Topology,
    text: &str,
    parameters: &ReplicationParameters,
) -> Vec<(String, Assigned)> {
    static LOOK: AtomicU64 = AtomicU64::new(0);
    let look = LOOK.fetch_add(1, Ordering::Relaxed);
    assigned_after(look, topology, text, parameters)
}

/// A decision after the look of that number at each server.
fn assigned_after(
    look: u64,
    topology: &mut Topology,
    text: &str,
    parameters: &ReplicationParameters,
) -> Vec<(String, Assigned)> {
    let servers = parse(text);
    let members: Vec<_> = servers
        .iter()
        .map(|server| Member {
            name: &server.name,
            hosts: vec![server.name.to_string()],
            port: 3306,
            server_id: None,
            in_maintenance: server.in_maintenance,
            disk_is_full: server.disk_is_full,
            look,
            now: server.now.as_ref(),
            known: server.known.as_ref(),
        })
        .collect();
    let assigned = topology.assign(&members, parameters);
    let names = servers.iter().map(|server| server.name.to_string());
    names.zip(assigned).collect()
}

fn round_with(topology: &mut Topology, text: &str, parameters: &ReplicationParameters) -> String {
    let words =
        assigned(topology, text, parameters)
            .into_iter()
            .map(|(server, Assigned { role, .. })| {
                let names = role.iter_names().map(|(name, _)| name.to_lowercase());
                let names = names
                    .collect::<Vec<_>>()
                    .join("+")
                    .replace("external_replica", "external");
                let names = if names.is_empty() { "-" } else { &names };
                format!("{server}={names}")
            });
    words.collect::<Vec<_>>().join(" ")
}

fn round(topology: &mut Topology, text: &str) -> String {
    round_with(topology, text, &parameters("", ""))
}

fn check(text: &str, expected: &str) {
    assert_eq!(round(&mut Topology::default(), text), expected, "{text}");
}

#[test]
fn a_primary_runs_takes_writes_and_replicates_from_none_of_the_others() {
    check("a", "a=primary");
    check("a+", "a=-");
    check("a?", "a=-");
    check("a b<a c<a", "a=primary b=replica c=replica");
    check("b<a a", "b=replica a=primary");
    check("b+<a a", "b=replica a=primary");
    check("a<elsewhere b<a", "a=primary+external b=replica");
    check("a~", "a=-");
    check("a! b", "a=- b=primary");
}

#[test]
fn of_several_the_one_with_the_most_replicas_is_taken_and_then_the_first() {
    check("a b", "a=primary b=-");
    check("a b c<b", "a=- b=primary c=replica");
    check(
        "a b<a c d<c e<d",
        "a=- b=- c=primary d=replica+relay e=replica",
    );
    check("a<b b<a", "a=primary b=replica+relay");
    check("a+<b b<a c<a", "a=replica+relay b=primary c=replica");
}

#[test]
fn a_replica_is_what_replicates_from_the_primary_or_tries_to() {
    check("a b<-a", "a=primary b=replica");
    check("a b<|a", "a=primary b=-");
    check("a b<a c<b", "a=primary b=replica+relay c=replica");
    check("a b? c<b", "a=primary b=- c=-");
    check("a+ b<a", "a=- b=replica");
    check("a? b+<-a", "a=- b=-");
}

#[test]
fn a_primary_stays_while_others_would_do_as_well() {
    let mut topology = Topology::default();
    assert_eq!(round(&mut topology, "a b"), "a=primary b=-");
    assert_eq!(round(&mut topology, "a b c<b"), "a=primary b=- c=-");
    assert_eq!(round(&mut topology, "a+ b c<b"), "a=- b=primary c=replica");
    assert_eq!(round(&mut topology, "a b c<a"), "a=- b=primary c=-");
    assert_eq!(
        round(&mut topology, "a b<a c<a"),
        "a=primary b=replica c=replica"
    );
}

#[test]
fn a_primary_that_is_down_is_waited_for_while_it_has_replicas() {
    let mut topology = Topology::default();
    assert_eq!(round(&mut topology, "a b<a c"), "a=primary b=replica c=-");
    for _ in 0..20 {
        assert_eq!(round(&mut topology, "a? b<-a c"), "a=- b=replica c=-");
    }
    assert_eq!(round(&mut topology, "a b<a c"), "a=primary b=replica c=-");
}

#[test]
fn a_lonely_primary_that_is_down_is_replaced_after_some_rounds() {
    let mut topology = Topology::default();
    assert_eq!(round(&mut topology, "a b"), "a=primary b=-");
    for _ in 0..5 {
        assert_eq!(round(&mut topology, "a? b"), "a=- b=-");
    }
    assert_eq!(round(&mut topology, "a? b"), "a=- b=primary");
    assert_eq!(round(&mut topology, "a b"), "a=- b=primary");
}

#[test]
fn replicas_behind_a_relay_that_is_down_keep_the_primary_in_place() {
    let mut topology = Topology::default();
    assert_eq!(
        round(&mut topology, "a b<a c<b d"),
        "a=primary b=replica+relay c=replica d=-"
    );
    for _ in 0..20 {
        assert_eq!(
            round(&mut topology, "a? b?<a c<-b d"),
            "a=- b=- c=replica d=-"
        );
    }
    for _ in 0..6 {
        round(&mut topology, "a? b?<a c?<b d");
    }
    assert_eq!(
        round(&mut topology, "a? b?<a c?<b d"),
        "a=- b=- c=- d=primary"
    );
}

#[test]
fn the_failcount_says_how_long_a_lonely_primary_is_waited_for() {
    for failcount in [0, 1, 3] {
        let parameters = ReplicationParameters {
            failcount,
            ..parameters("", "")
        };
        let mut topology = Topology::default();
        round_with(&mut topology, "a b", &parameters);
        for _ in 0..failcount {
            assert_eq!(round_with(&mut topology, "a? b", &parameters), "a=- b=-");
        }
        assert_eq!(
            round_with(&mut topology, "a? b", &parameters),
            "a=- b=primary"
        );
    }
}

#[test]
fn decisions_without_a_new_look_at_the_primary_do_not_count_for_the_failcount() {
    let parameters = ReplicationParameters {
        failcount: 1,
        ..parameters("", "")
    };
    let mut topology = Topology::default();
    assigned_after(1, &mut topology, "a b", &parameters);
    for (look, expected) in [(2, 0), (2, 0), (2, 0), (3, 1), (3, 1)] {
        assigned_after(look, &mut topology, "a? b", &parameters);
        assert_eq!(topology.primary(), Some(expected), "after look {look}");
    }
}

#[test]
fn a_primary_that_leaves_its_ring_is_chosen_anew() {
    let mut topology = Topology::default();
    let ring = "a<b b<a c<b d<b";
    assert_eq!(
        round(&mut topology, ring),
        "a=primary b=replica+relay c=replica d=replica"
    );
    // Interrupted, the ring still counts.
    assert_eq!(
        round(&mut topology, "a<-b b?<a c<-b d<-b"),
        "a=primary b=- c=replica d=replica"
    );
    assert_eq!(
        round(&mut topology, "a b c<b d<b"),
        "a=- b=primary c=replica d=replica"
    );
}

#[test]
fn rings_are_numbered() {
    let groups = |text| {
        let assigned = assigned(&mut Topology::default(), text, &parameters("", ""));
        assigned
            .into_iter()
            .map(|(_, assigned)| assigned.group)
            .collect::<Vec<_>>()
    };
    assert_eq!(groups("a b<a"), [None, None]);
    assert_eq!(groups("x a<b b<a c<a"), [None, Some(1), Some(1), None]);
    assert_eq!(
        groups("a<b b<a c<d d<c"),
        [Some(1), Some(1), Some(2), Some(2)]
    );
    assert_eq!(groups("a<c b<a c<b"), [Some(1), Some(1), Some(1)]);
}

#[test]
fn several_sources_are_all_followed() {
    check("a b<a c<a<b", "a=primary b=replica+relay c=replica");
    check("a b c<a<b d<b", "a=- b=primary c=replica d=replica");
    check("a b<|a<elsewhere", "a=primary b=external");
    check("a b<a<elsewhere", "a=primary b=replica+external");
}

#[test]
fn a_primary_has_to_fulfil_its_conditions() {
    let check = |conditions, text, expected| {
        let parameters = parameters(conditions, "");
        let told = round_with(&mut Topology::default(), text, &parameters);
        assert_eq!(told, expected, "{conditions}: {text}");
    };
    check("none", "a", "a=primary");
    check("connecting_slave", "a", "a=replica");
    check("connecting_slave", "a b<-a", "a=primary b=replica");
    check("connecting_slave", "a b?<a", "a=primary b=-");
    check("connecting_slave", "a b<|a", "a=replica b=-");
    check("connected_slave", "a b<-a", "a=replica b=replica");
    check("connected_slave", "a b<a", "a=primary b=replica");
    check("running_slave", "a b?<a", "a=replica b=-");
    check("running_slave", "a b<-a", "a=primary b=replica");
    // One replica has to fulfil all of them.
    let both = "running_slave connected_slave";
    check(both, "a b?<a c<-a", "a=replica b=- c=replica");
    check(both, "a b<a c<-a", "a=primary b=replica c=replica");
    check("disk_space_ok", "a% b<a", "a=replica b=replica");
    check("none", "a% b<a", "a=primary b=replica");
}

#[test]
fn a_replica_has_to_fulfil_its_conditions() {
    let check = |conditions, text, expected| {
        let parameters = parameters("", conditions);
        let mut topology = Topology::with_primary(Some(0));
        assert_eq!(
            round_with(&mut topology, text, &parameters),
            expected,
            "{conditions}: {text}"
        );
    };
    check("none", "a? b<-a", "a=- b=replica");
    check("running_master", "a? b<-a", "a=- b=-");
    check("running_master", "a b<-a", "a=primary b=replica");
    check("linked_master", "a b<-a", "a=primary b=-");
    check(
        "linked_master",
        "a b<a c<-b",
        "a=primary b=replica+relay c=-",
    );
    check(
        "linked_master",
        "a b<a c<b",
        "a=primary b=replica+relay c=replica",
    );
    check("writable_master", "a b<a", "a=primary b=replica");
    check("writable_master", "a+ b<a", "a=- b=-");
    check("disk_space_ok", "a b%<a c<a", "a=primary b=- c=replica");
}

#[test]
fn servers_that_know_each_other_by_other_names_are_matched_by_id() {
    let link = |server_id| ReplicaLink {
        host: "10.0.0.1".to_owned(),
        port: 3306,
        server_id,
        receiving: Receiving::Yes,
        applying: true,
        ..ReplicaLink::default()
    };
    let facts = ServerFacts::default();
    let check = |link_id, ids: [u64; 3], expected: Option<usize>| {
        let names: Vec<Arc<str>> = ids.iter().map(|id| format!("db{id}").into()).collect();
        let members: Vec<_> = std::iter::zip(ids, &names)
            .map(|(id, name)| Member {
                name,
                hosts: vec![name.to_string()],
                port: 3306,
                server_id: Some(id),
                in_maintenance: false,
                disk_is_full: false,
                look: 0,
                now: Some(&facts),
                known: Some(&facts),
            })
            .collect();
        for by_address in [true, false] {
            assert_eq!(source(&link(link_id), 0, &members, by_address), expected);
        }
    };
    check(Some(2), [1, 2, 3], Some(1));
    check(Some(2), [1, 2, 2], None);
    check(Some(1), [1, 2, 3], None);
    check(None, [1, 2, 3], None);
}
