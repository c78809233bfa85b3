use super::super::status::Receiving;
use super::*;
use crate::servers::ServerFacts;

/// Servers in words, apart by spaces: a name, then what it is. `+` read-only, `!` in maintenance,
/// `?` down, `~` does not tell its replication; `<b` replicates from b, `<-b` tries to,
/// `<|b` has stopped to.
fn parse(text: &str) -> Vec<(String, bool, Option<ServerStatus>)> {
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
                server_id: None,
                receiving,
                applying: true,
                lag_s: None,
            }
        });
        let facts = ServerFacts {
            read_only: Some(marks.contains('+')),
            ..ServerFacts::default()
        };
        let links = (!marks.contains('~')).then(|| links.collect());
        let status = (!marks.contains('?')).then_some(ServerStatus { facts, links });
        (name.to_owned(), marks.contains('!'), status)
    };
    text.split_whitespace().map(server).collect()
}

fn round(topology: &mut Topology, text: &str) -> String {
    let servers = parse(text);
    let members: Vec<_> = servers
        .iter()
        .map(|(name, in_maintenance, status)| Member {
            address: (name.clone(), 3306),
            server_id: None,
            in_maintenance: *in_maintenance,
            status: status.as_ref(),
        })
        .collect();
    let roles = topology.assign(&members);
    let word = |(server, role): (&(String, bool, Option<ServerStatus>), ServerStates)| {
        let role = role
            .iter_names()
            .map(|(name, _)| name.to_lowercase())
            .collect::<Vec<_>>();
        format!(
            "{}={}",
            server.0,
            if role.is_empty() {
                "-".to_owned()
            } else {
                role.join("+")
            }
        )
    };
    servers
        .iter()
        .zip(roles)
        .map(word)
        .collect::<Vec<_>>()
        .join(" ")
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
    check("a<elsewhere b<a", "a=primary b=replica");
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
fn servers_that_know_each_other_by_other_names_are_matched_by_id() {
    let link = |server_id| ReplicaLink {
        host: "10.0.0.1".to_owned(),
        port: 3306,
        server_id,
        receiving: Receiving::Yes,
        applying: true,
        lag_s: None,
    };
    let status = |links| ServerStatus {
        facts: ServerFacts {
            read_only: Some(false),
            ..ServerFacts::default()
        },
        links: Some(links),
    };
    let check = |link_id, ids: [u64; 3], expected: Option<usize>| {
        let status = status(vec![]);
        let member = |id| Member {
            address: (format!("db{id}"), 3306),
            server_id: Some(id),
            in_maintenance: false,
            status: Some(&status),
        };
        assert_eq!(source(&link(link_id), 0, &ids.map(member)), expected);
    };
    check(Some(2), [1, 2, 3], Some(1));
    check(Some(2), [1, 2, 2], None);
    check(Some(1), [1, 2, 3], None);
    check(None, [1, 2, 3], None);
}
