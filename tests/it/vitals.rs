//! How the gateway is doing: workers, memory, classifications, metrics, samples.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::waiting::{PATIENCE, eventually};

const LOGIN: Login<'static> = Login::new(SERVICE_ACCOUNT.0, SERVICE_ACCOUNT.1);

/// A gateway with a service for each router; the port of the one that splits.
async fn gateway() -> (MariaDb, Gateway, u16) {
    let server = MariaDb::start("vitals").await;
    let port = free_port();
    let mut setup = Setup::new(&[&server]);
    setup
        .cnf
        .service("Split", "readwritesplit")
        .set("servers", "server1");
    setup.cnf.listener("Split-Listener", "Split", port);
    (server, setup.start().await, port)
}

async fn run(port: u16, statements: usize) -> RawClient {
    let mut client = RawClient::logged_in(port, &LOGIN).await.expect("a session");
    for number in 0..statements {
        client
            .query(&format!("SELECT {number}"))
            .await
            .expect("a request");
        client.rows().await.expect("a reply").expect("rows");
    }
    client
        .query("SELECT no_such_column")
        .await
        .expect("a request");
    client.reply().await.expect("an error is a reply");
    client
}

/// The samples of the metrics: name with labels, and value.
async fn metrics(api: &Api) -> BTreeMap<String, f64> {
    let answer = api.get("/metrics").await;
    assert_eq!(answer.status, 200);
    assert!(
        answer
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    let lines = answer.text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (name, value) = line.rsplit_once(' ').expect("a name and a value");
            (name.to_owned(), value.parse().expect("a number"))
        })
        .collect()
}

/// Whether a metric has this value, which is a whole number.
#[track_caller]
fn is(metric: f64, expected: i32) {
    assert!(
        (metric - f64::from(expected)).abs() < 0.5,
        "{metric} is not {expected}"
    );
}

#[tokio::test]
async fn what_sessions_do_is_counted_for_services_servers_and_workers() {
    let (_server, gateway, port) = gateway().await;
    let api = gateway.api();
    let before = metrics(&api).await;
    let direct = run(gateway.port(), 20).await;
    let split = run(port, 30).await;
    let after = metrics(&api).await;
    let grown = |name: &str| after[name] - before.get(name).copied().unwrap_or(0.0);
    for (service, statements) in [("Main", 21), ("Split", 31)] {
        let of = |name: &str| format!("sluicegate_service_{name}{{service=\"{service}\"}}");
        is(after[&of("sessions")], 1);
        let count = grown(&of("statement_duration_seconds_count"));
        is(count, statements);
        is(grown(&of("statement_errors_total")), 1);
        assert!(grown(&of("statement_duration_seconds_sum")) > 0.0);
    }
    assert!(grown("sluicegate_server_routed_packets_total{server=\"server1\"}") >= 52.0);
    is(
        after["sluicegate_server_connections{server=\"server1\"}"],
        2,
    );
    is(
        after["sluicegate_server_active_operations{server=\"server1\"}"],
        0,
    );
    let state = "sluicegate_server_state{server=\"server1\",state=\"master\"}";
    is(after[state], 1);
    assert!(after["process_resident_memory_bytes"] > 1e6);
    is(after["sluicegate_monitor_running{monitor=\"Monitor\"}"], 1);
    let sum = |name: &str| -> f64 {
        let workers = after.iter().filter(|(line, _)| line.starts_with(name));
        workers.map(|(_, value)| value).sum()
    };
    is(sum("sluicegate_worker_clients"), 2);
    assert!(sum("sluicegate_worker_read_bytes_total") > 1000.0);
    assert!(sum("sluicegate_worker_cpu_seconds_total") > 0.0);

    let statistics = &api.document("/v1/servers/server1").await["data"]["attributes"]["statistics"];
    assert_eq!(statistics["connections"], 2);
    assert!(statistics["routed_packets"].as_u64().unwrap() >= 52);
    let reads = &statistics["response_time_distribution"]["read"]["distribution"];
    let reads = reads.as_array().unwrap().iter();
    let reads: u64 = reads.map(|bucket| bucket["count"].as_u64().unwrap()).sum();
    assert!(reads >= 30, "{statistics}");
    drop((direct, split));
}

#[tokio::test]
async fn the_dashboard_asks_for_what_is_told() {
    let world = crate::fixture::world().await;
    let mut client = world.raw().await;
    client.value("SELECT 1").await.expect("a value");
    let told = metrics(&world.api()).await;
    let dashboard = include_str!("../../docs/grafana/sluicegate.json");
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let words = dashboard.split(|c: char| !is_name(c));
    let asked: BTreeSet<&str> = words
        .filter(|word| word.starts_with("sluicegate_") || word.starts_with("process_"))
        // A server that replicates nothing has none.
        .filter(|word| *word != "sluicegate_server_replication_lag_seconds")
        .collect();
    let is_told = |name: &str| told.keys().any(|line| line.split('{').next() == Some(name));
    let missing: Vec<&&str> = asked.iter().filter(|name| !is_told(name)).collect();
    assert!(missing.is_empty(), "{missing:?} of {asked:?}");
    assert!(asked.len() > 10, "{asked:?}");
}

#[tokio::test]
async fn threads_tell_what_each_worker_has_done() {
    let (_server, gateway, port) = gateway().await;
    let api = gateway.api();
    let client = run(port, 50).await;
    let threads = api.document("/v1/maxscale/threads").await;
    let threads = threads["data"].as_array().unwrap().clone();
    assert_eq!(threads.len(), 2);
    let sum = |pointer: &str| -> u64 {
        let values = threads.iter().map(|thread| thread.pointer(pointer));
        values.map(|value| value.unwrap().as_u64().unwrap()).sum()
    };
    assert_eq!(sum("/attributes/stats/sessions"), 1);
    assert_eq!(sum("/attributes/stats/current_descriptors"), 2);
    assert!(sum("/attributes/stats/reads") > 100);
    assert!(sum("/attributes/stats/writes") > 100);
    assert!(sum("/attributes/stats/memory/sessions") > 1000);
    assert!(sum("/attributes/stats/query_classifier_cache/hits") > 0);
    assert_eq!(threads[0]["id"], "0");
    let one = api.document("/v1/maxscale/threads/1").await;
    assert_eq!(one["data"]["type"], "threads");
    assert_eq!(api.get("/v1/maxscale/threads/2").await.status, 404);
    let memory = api.document("/v1/maxscale/memory").await;
    let memory = &memory["data"]["attributes"];
    assert!(memory["process"]["resident"].as_u64().unwrap() > 1 << 20);
    assert!(memory["sessions"].as_u64().unwrap() > 1000);
    drop(client);
}

#[tokio::test]
async fn statements_are_classified_as_documented() {
    let (_server, gateway, port) = gateway().await;
    let api = gateway.api();
    let classify = async |sql: &str| {
        let path = format!("/v1/maxscale/query_classifier/classify?sql={sql}");
        api.document(&path).await["data"]["attributes"].clone()
    };
    let select = classify("SELECT+1").await;
    let expected = json!({
        "canonical": "SELECT ?",
        "fields": [],
        "functions": [],
        "operation": "sql::OP_SELECT",
        "parse_result": "Parser::Result::PARSED",
        "type_mask": "sql::TYPE_READ",
    });
    assert_eq!(select, expected);
    let longer = classify("SELECT+a,+count(b)+FROM+t+WHERE+c=5").await;
    assert_eq!(longer["functions"], json!([{"name": "count"}]));
    let missing = api.get("/v1/maxscale/query_classifier/classify").await;
    assert_eq!(missing.status, 400);

    let client = run(port, 25).await;
    let cache = api
        .document("/v1/maxscale/query_classifier/cache?top=1")
        .await;
    let first = &cache["data"][0];
    assert_eq!(first["id"], "SELECT ?");
    assert_eq!(first["type"], "cache");
    assert!(first["attributes"]["hits"].as_u64().unwrap() >= 24);
    assert_eq!(cache["data"].as_array().unwrap().len(), 1);
    for (query, expected) in [
        ("filter=/attributes/hits=ge(24)&sort=-hits&page[size]=1", 1),
        ("filter=/attributes/hits=lt(0)", 0),
        ("filter[id]=eq(%22SELECT+?%22)&fields[cache]=hits", 1),
    ] {
        let path = format!("/v1/maxscale/query_classifier/cache?{query}");
        let some = api.document(&path).await["data"].clone();
        assert_eq!(some.as_array().map(Vec::len), Some(expected), "{query}");
    }
    let about = api.document("/v1/maxscale/query_classifier").await;
    assert_eq!(about["data"]["id"], "query_classifier");
    drop(client);
}

#[tokio::test]
async fn samples_tell_what_happened_lately() {
    let (_server, gateway, _) = gateway().await;
    let api = gateway.api();
    let path = "/v1/maxscale/samples";
    let sample = eventually(PATIENCE, "a sample has statements", async || {
        drop(run(gateway.port(), 5).await);
        let samples = api.document(path).await;
        let samples = samples["data"]["attributes"]["samples"].as_array()?.clone();
        let busy = |sample: &Value| sample["statements_per_s"].as_f64() > Some(0.0);
        samples.into_iter().find(busy)
    })
    .await;
    assert!(sample["latency_us"]["p50"].as_u64() > Some(0));
    assert!(sample["latency_us"]["p99"].as_u64() >= sample["latency_us"]["p50"].as_u64());
    assert!(sample["errors_per_s"].as_f64() > Some(0.0));
    assert_eq!(sample["services"][0]["id"], "Main");
    assert_eq!(sample["servers"][0]["id"], "server1");
    assert_eq!(sample["workers"].as_array().unwrap().len(), 2);
    let later = api
        .document(&format!("{path}?since={}", sample["at_ms"]))
        .await;
    let later = later["data"]["attributes"]["samples"]
        .as_array()
        .unwrap()
        .clone();
    assert!(!later.contains(&sample));
    assert_eq!(api.get(&format!("{path}?since=x")).await.status, 400);
}
