//! Bodies that were changed at random: a write is done whole or refused, and never breaks anything.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items};

/// As many as a test may take.
const ROUNDS: usize = 400;

/// One change of a document: at which of its values, and what is done there.
#[derive(Debug, Clone)]
enum Mutation {
    Replace(usize, Value),
    Remove(usize),
    Add(usize, String, Value),
}

fn value() -> impl Strategy<Value = Value> {
    let words = prop::sample::select(vec![
        "server1",
        "server2",
        "Even",
        "Monitor",
        "QLA",
        "Listener",
        "none",
        "",
        "true",
        "-1",
        "99999999999999999999",
        "5s",
        "*****",
        "\u{0}",
        "a,b",
        "maxscale",
        "/tmp",
        "::",
        "servers",
    ]);
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-5i64..70_000).prop_map(Value::from),
        any::<f32>().prop_map(Value::from),
        words.prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        let name = prop::sample::select(vec!["id", "type", "data", "parameters", "port", "x"]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::hash_map(name.prop_map(str::to_owned), inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let name = prop::sample::select(vec![
        "id",
        "type",
        "data",
        "attributes",
        "parameters",
        "relationships",
        "servers",
        "services",
        "filters",
        "monitors",
        "listeners",
        "port",
        "address",
        "socket",
        "ssl",
        "ssl_ca",
        "user",
        "password",
        "router",
        "module",
        "max_connections",
        "state",
        "MariaDBProtocol",
        "cluster",
    ]);
    prop_oneof![
        (any::<usize>(), value()).prop_map(|(at, value)| Mutation::Replace(at, value)),
        any::<usize>().prop_map(Mutation::Remove),
        (any::<usize>(), name, value()).prop_map(|(at, name, value)| Mutation::Add(
            at,
            name.to_owned(),
            value
        )),
    ]
}

/// The pointers of all values in a document.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                places(value, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn mutated(mut document: Value, mutations: &[Mutation]) -> Value {
    for mutation in mutations {
        let mut found = Vec::new();
        places(&document, "", &mut found);
        let (Mutation::Replace(at, _) | Mutation::Remove(at) | Mutation::Add(at, ..)) = mutation;
        let place = found[at % found.len()].clone();
        match mutation {
            Mutation::Replace(_, value) => *document.pointer_mut(&place).unwrap() = value.clone(),
            Mutation::Remove(_) => {
                let Some((parent, name)) = place.rsplit_once('/') else {
                    continue;
                };
                match document.pointer_mut(parent).unwrap() {
                    Value::Object(members) => drop(members.remove(name)),
                    Value::Array(items) => drop(items.remove(name.parse().unwrap())),
                    _ => {}
                }
            }
            Mutation::Add(_, name, value) => match document.pointer_mut(&place).unwrap() {
                Value::Object(members) => drop(members.insert(name.clone(), value.clone())),
                Value::Array(items) => items.push(value.clone()),
                _ => {}
            },
        }
    }
    document
}

/// Bodies that are right, and where they go.
fn good() -> Vec<(&'static str, &'static str, Value)> {
    let mut all = new_ones().to_vec();
    let filters = items(&["QLA", "Comment"]);
    let servers = items(&["server2", "server1"]);
    let own = |parameters: Value, relationships: Value| json!({"data": {"attributes": {"parameters": parameters}, "relationships": relationships}});
    let networks = json!({"proxy_protocol_networks": "*"});
    let patches = [
        ("services/Even/relationships/filters", filters),
        ("services/Even/relationships/servers", servers.clone()),
        ("monitors/Monitor/relationships/servers", servers.clone()),
        ("servers/server1/relationships/services", items(&["Even"])),
        (
            "services/Even",
            own(
                json!({"max_connections": 3, "user": "x"}),
                json!({"servers": servers}),
            ),
        ),
        (
            "servers/server2",
            own(json!({"port": 3333}), json!({"services": items(&[])})),
        ),
        ("monitors/Monitor", own(json!({"failcount": 3}), json!({}))),
        (
            "listeners/Listener",
            own(networks, json!({"services": items(&["Even"])})),
        ),
    ];
    all.extend(patches.map(|(path, body)| ("PATCH", path, body)));
    all
}

/// Objects that can be made.
fn new_ones() -> [(&'static str, &'static str, Value); 4] {
    let server = json!({"data": {
        "id": "new1", "type": "servers",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": 3310}},
        "relationships": {"services": items(&["Even"]), "monitors": items(&["Monitor"])},
    }});
    let service = json!({"data": {
        "id": "new2", "type": "services",
        "attributes": {"router": "readwritesplit", "parameters": {
            "user": "u", "password": "p", "max_connections": 5,
            "slave_selection_criteria": "adaptive_routing"}},
        "relationships": {"servers": items(&["server1"]), "filters": items(&["QLA", "Hint"])},
    }});
    let monitor = json!({"data": {
        "id": "new3", "type": "monitors",
        "attributes": {"module": "mariadbmon", "parameters": {"user": "u", "password": "p"}},
        "relationships": {"servers": items(&[])},
    }});
    let listener = json!({"data": {
        "id": "new4", "type": "listeners",
        "attributes": {"parameters": {"socket": "/nowhere/x.sock", "ssl": false}},
        "relationships": {"services": items(&["Even"])},
    }});
    [
        ("POST", "servers", server),
        ("POST", "services", service),
        ("POST", "monitors", monitor),
        ("POST", "listeners", listener),
    ]
}

#[tokio::test]
async fn whatever_is_sent_is_done_whole_or_refused() {
    let bodies = good();
    let strategy = (
        prop::sample::select((0..bodies.len()).collect::<Vec<_>>()),
        prop::collection::vec(mutation(), 1..4),
    );
    let mut runner = TestRunner::deterministic();
    let api = Api::new();
    for _ in 0..ROUNDS {
        let (index, mutations) = strategy.new_tree(&mut runner).unwrap().current();
        let (method, path, body) = bodies[index].clone();
        let body = mutated(body, &mutations);
        let before = api.configured().await;
        let written = api.written(0).len() as u64;
        let headers = [("authorization", "Basic YWRtaW46bWFyaWFkYg==")];
        let sent = axum::body::Body::from(body.to_string());
        let request =
            crate::api::tests::fixture::request(method, &format!("/v1/{path}"), &headers, sent);
        let answer = api.send(request).await;
        let after = api.configured().await;
        match answer.status.as_u16() {
            204 => {
                let records = api.written(written).len();
                assert_eq!(records > 0, after != before, "{method} {path} {body}");
            }
            400 | 404 | 405 => {
                assert_eq!(after, before, "{method} {path} {body}");
                assert_eq!(api.written(written), [""; 0], "{method} {path} {body}");
                assert!(!answer.detail().is_empty());
            }
            status => panic!("{status}: {method} {path} {body}"),
        }
        for name in [
            "servers/new1",
            "services/new2",
            "monitors/new3",
            "listeners/new4",
        ] {
            if api.get(&format!("/v1/{name}")).await.status == 200 {
                api.act("DELETE", &format!("{name}?force=yes"), 204).await;
            }
        }
    }
}
