//! Two writers at the same time: one wins, and the other one has no effect.

use axum::body::Body;
use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items, parameters, request};

const ROUNDS: usize = 1000;

/// Sends a write that wants to find the version `tag`; answers the status.
async fn write_if(api: &Api, method: &str, tag: &str, path: &str, body: &Value) -> u16 {
    let headers = [
        ("authorization", "Basic YWRtaW46bWFyaWFkYg=="),
        ("if-match", tag),
    ];
    let body = Body::from(body.to_string());
    let request = request(method, &format!("/v1/{path}"), &headers, body);
    api.send(request).await.status.as_u16()
}

/// Sends a write that takes what it finds; answers the status.
async fn write(api: &Api, method: &str, path: &str, body: &Value) -> u16 {
    let headers = [("authorization", "Basic YWRtaW46bWFyaWFkYg==")];
    let body = Body::from(body.to_string());
    let request = request(method, &format!("/v1/{path}"), &headers, body);
    api.send(request).await.status.as_u16()
}

async fn tag(api: &Api, path: &str) -> String {
    let version = api.told(path, "/meta/version").await;
    format!("\"{}\"", version.as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_writers_with_one_version_one_wins() {
    let api = Api::new();
    for round in 0..ROUNDS {
        // All kinds in turn, parameters and relationships.
        let (path, target, first, second, told) = match round % 4 {
            0 => (
                "servers/server2",
                "servers/server2",
                parameters(&json!({"port": 1000 + round})),
                parameters(&json!({"port": 3000 + round})),
                "/attributes/parameters/port",
            ),
            1 => (
                "services/Even",
                "services/Even",
                parameters(&json!({"max_connections": 1000 + round})),
                parameters(&json!({"max_connections": 3000 + round})),
                "/attributes/parameters/max_connections",
            ),
            2 => (
                "monitors/Monitor",
                "monitors/Monitor",
                parameters(&json!({"failcount": 1000 + round})),
                parameters(&json!({"failcount": 3000 + round})),
                "/attributes/parameters/failcount",
            ),
            _ => (
                "services/Even",
                "services/Even/relationships/filters",
                items(&["QLA", ["Hint", "Comment"][round / 4 % 2]]),
                items(&["MaxRows", ["Hint", "Comment"][round / 4 % 2]]),
                "/relationships/filters/data/0/id",
            ),
        };
        let tag = tag(&api, path).await;
        let (one, other) = tokio::join!(
            write_if(&api, "PATCH", &tag, target, &first),
            write_if(&api, "PATCH", &tag, target, &second),
        );
        let mut statuses = [one, other];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 412], "{target}");
        let winner = if one == 204 {
            1000 + round
        } else {
            3000 + round
        };
        let expected = match round % 4 {
            3 if one == 204 => json!("QLA"),
            3 => json!("MaxRows"),
            _ => json!(winner),
        };
        assert_eq!(api.told(path, told).await, expected, "{target}");
    }
    assert_eq!(api.written(0).len(), ROUNDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_given_once_and_a_deletion_done_once() {
    let api = Api::new();
    let server = json!({"data": {
        "id": "New",
        "attributes": {"parameters": {"address": "127.0.0.1"}},
    }});
    let filter = json!({"data": {"id": "New", "attributes": {"module": "nullfilter"}}});
    for _ in 0..50 {
        let (one, other) = tokio::join!(
            write_if(&api, "POST", "*", "servers", &server),
            write_if(&api, "POST", "*", "filters", &filter),
        );
        let mut statuses = [one, other];
        statuses.sort_unstable();
        assert_eq!(statuses, [204, 400]);
        let path = if one == 204 {
            "servers/New"
        } else {
            "filters/New"
        };
        let (one, other) = tokio::join!(
            write_if(&api, "DELETE", "*", path, &Value::Null),
            write_if(&api, "DELETE", "*", path, &Value::Null),
        );
        let mut statuses = [one, other];
        statuses.sort_unstable();
        assert_eq!(statuses[0], 204);
        assert!(matches!(statuses[1], 404 | 412), "{statuses:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn undoing_overwrites_nothing_that_is_changed_meanwhile() {
    let api = Api::new();
    let path = "servers/server2";
    let port = |port: usize| parameters(&json!({"port": port}));
    let (mut last, mut undone) = (0, 0);
    for round in 0..300 {
        api.change("PATCH", path, &port(1000 + round), 204).await;
        let written = api.written(last);
        last += u64::try_from(written.len()).unwrap();
        let undo = format!("audit/{last}/undo");
        let wanted = port(3000 + round);
        let (one, other) = tokio::join!(
            write(&api, "PATCH", path, &wanted),
            write(&api, "POST", &undo, &Value::Null),
        );
        assert_eq!(one, 204);
        assert!(matches!(other, 204 | 409), "{other}");
        undone += usize::from(other == 204);
        let told = api.told(path, "/attributes/parameters/port").await;
        assert_eq!(told, 3000 + round, "{undone} were undone");
    }
}
