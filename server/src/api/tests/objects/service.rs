//! Services that are made, altered, related and removed.

use serde_json::{Value, json};

use crate::api::tests::fixture::{Api, items, parameters};
use crate::store::ObjectKind;

fn service(id: &str, relationships: &Value) -> Value {
    json!({"data": {
        "id": id,
        "type": "services",
        "attributes": {
            "router": "readconnroute",
            "parameters": {"user": "reader", "password": "secret", "router_options": "slave"},
        },
        "relationships": relationships,
    }})
}

#[tokio::test]
async fn a_service_is_made_with_its_relationships_and_removed_again() {
    let api = Api::new();
    let body = service(
        "New",
        &json!({"servers": items(&["server2", "server1"]), "filters": items(&["QLA"])}),
    );
    api.change("POST", "services", &body, 204).await;
    assert_eq!(
        api.related("services/New/servers").await,
        ["server2", "server1"]
    );
    assert_eq!(api.related("services/New/filters").await, ["QLA"]);
    assert_eq!(api.related("filters/QLA/services").await, ["New"]);
    assert_eq!(api.related("servers/server2/services").await, ["New"]);
    let told = api.told("services/New", "/attributes").await;
    assert_eq!(told["router"], "readconnroute");
    assert_eq!(told["parameters"]["router_options"], "slave");
    assert_eq!(told["parameters"]["password"], "*****");
    assert_eq!(told["source"], json!({"file": null, "type": "runtime"}));
    let refused = api.act("DELETE", "services/New", 400).await;
    assert!(
        refused.contains("has the server server2 and the server server1 and the filter QLA"),
        "{refused}"
    );
    for relationship in ["servers", "filters"] {
        let path = format!("services/New/relationships/{relationship}");
        api.change("PATCH", &path, &items(&[]), 204).await;
    }
    api.act("DELETE", "services/New", 204).await;
    api.act("GET", "services/New", 404).await;
    // With force the listeners go, too.
    api.act("DELETE", "services/Even", 400).await;
    api.act("DELETE", "services/Even?force=yes", 204).await;
    api.act("GET", "listeners/Listener", 404).await;
    assert_eq!(
        api.written(4),
        [
            "admin@127.0.0.1 delete services/Even",
            "admin@127.0.0.1 delete listeners/Listener",
        ]
    );
}

/// The body of a new service with another value at one place.
fn changed(pointer: &str, value: Value) -> Value {
    let mut body = service("New", &json!({"servers": items(&["server1"])}));
    *body.pointer_mut(pointer).unwrap() = value;
    body
}

async fn refused(cases: &[(&str, Value, &str)]) {
    let api = Api::new();
    let before = api.configured().await;
    for (pointer, value, place) in cases {
        let body = changed(pointer, value.clone());
        let refused = api.change("POST", "services", &body, 400).await;
        assert!(
            refused.starts_with(&format!("{place} ")),
            "{body}: {refused}"
        );
    }
    assert_eq!(api.configured().await, before);
    assert_eq!(api.written(0), [""; 0]);
}

#[tokio::test]
async fn a_service_with_wrong_parameters_is_not_made() {
    let all = "/data/attributes/parameters";
    let given = json!({"user": "a", "password": "b", "servers": "server1"});
    let (user, password) = (format!("{all}/user"), format!("{all}/password"));
    let servers = format!("{all}/servers");
    let router = "/data/attributes/router";
    refused(&[
        (router, json!("none"), router),
        (router, json!(null), router),
        ("/data/attributes", json!({}), "/data/attributes"),
        (all, json!({"user": "a"}), all),
        (&user, json!(""), &user),
        (&password, json!("*****"), &password),
        (all, given, &servers),
        ("/data/id", json!(5), "/data/id"),
        ("/data/type", json!("servers"), "/data/type"),
    ])
    .await;
}

#[tokio::test]
async fn a_service_with_wrong_relationships_is_not_made() {
    let all = "/data/relationships";
    let both = json!({"servers": items(&["server1"]), "monitors": items(&["Monitor"])});
    refused(&[
        (
            all,
            json!({"filters": items(&["QLA", "QLA"])}),
            "/data/relationships/filters/data/1/id",
        ),
        (
            all,
            json!({"filters": items(&["none"])}),
            "/data/relationships/filters/data/0/id",
        ),
        (
            all,
            json!({"listeners": items(&["Listener"])}),
            "/data/relationships/listeners/data",
        ),
        (all, both, "/data/relationships/servers/data"),
        (all, json!({"servers": []}), "/data/relationships/servers"),
        (all, json!([]), all),
    ])
    .await;
}

#[tokio::test]
async fn a_service_can_have_the_servers_of_a_monitor() {
    let api = Api::new();
    let monitors = "services/Even/relationships/monitors";
    let servers = "services/Even/relationships/servers";
    api.change("PATCH", monitors, &items(&["Monitor"]), 204)
        .await;
    assert_eq!(
        api.related("services/Even/servers").await,
        ["server1", "server2"]
    );
    assert_eq!(api.related("monitors/Monitor/services").await, ["Even"]);
    // They follow the monitor, and are not changed otherwise.
    let own = "monitors/Monitor/relationships/servers";
    api.change("PATCH", own, &items(&["server2"]), 204).await;
    assert_eq!(api.related("services/Even/servers").await, ["server2"]);
    let refused = api
        .change("PATCH", servers, &items(&["server1"]), 400)
        .await;
    assert!(
        refused.contains("those of the monitor Monitor"),
        "{refused}"
    );
    api.change("PATCH", servers, &items(&[]), 400).await;
    let of_server = "servers/server2/relationships/services";
    api.change("PATCH", of_server, &items(&[]), 400).await;
    let document = api.get("/v1/services/Even").await.json();
    api.change("PATCH", "services/Even", &document, 204).await;
    // A monitor that is removed leaves its servers there.
    api.act("DELETE", "monitors/Monitor", 400).await;
    api.act("DELETE", "monitors/Monitor?force=yes", 204).await;
    assert_eq!(api.related("services/Even/servers").await, ["server2"]);
    assert_eq!(api.related("services/Even/monitors").await, [""; 0]);
    api.change("PATCH", servers, &items(&["server1"]), 204)
        .await;
    assert_eq!(api.related("services/Even/servers").await, ["server1"]);
}

#[tokio::test]
async fn parameters_of_a_service_are_altered_all_or_none() {
    let api = Api::new();
    let path = "services/Even";
    let told = async |name: &str| {
        api.told(path, &format!("/attributes/parameters/{name}"))
            .await
    };
    let body = parameters(
        &json!({"wait_timeout": "5s", "connection_timeout": null, "max_connections": "7"}),
    );
    // Both are the same parameter; the last word counts.
    api.change("PATCH", path, &body, 204).await;
    assert_eq!(told("max_connections").await, 7);
    let body = parameters(&json!({"connection_timeout": 30}));
    api.change("PATCH", path, &body, 204).await;
    assert_eq!(told("wait_timeout").await, "30000ms");
    let before = api.configured().await;
    for (body, place) in [
        (
            json!({"max_connections": 1, "router": "readwritesplit"}),
            "/router",
        ),
        (json!({"max_connections": 1, "user": null}), "/user"),
        (json!({"max_connections": -1}), "/max_connections"),
        (
            json!({"max_connections": 1, "enable_root_user": 2}),
            "/enable_root_user",
        ),
        (
            json!({"max_connections": 1, "cluster": "Monitor"}),
            "/cluster",
        ),
        (
            json!({"max_connections": 1, "version_string": "a\nb"}),
            "/version_string",
        ),
    ] {
        let refused = api.change("PATCH", path, &parameters(&body), 400).await;
        let place = format!("/data/attributes/parameters{place} ");
        assert!(refused.starts_with(&place), "{refused}");
    }
    let body = json!({"data": {
        "attributes": {"parameters": {"max_connections": 1}},
        "relationships": {"servers": items(&["server1", "none"])},
    }});
    api.change("PATCH", path, &body, 400).await;
    assert_eq!(api.configured().await, before);
}

#[tokio::test]
async fn a_change_over_a_file_bears_a_warning() {
    let api = Api::new();
    let of_the_file = (ObjectKind::Service, "Even".to_owned(), json!({}));
    let store = api.state.control().store();
    store.lay_upon([of_the_file]).unwrap();
    let body = parameters(&json!({"max_connections": 7})).to_string();
    let answer = api.write("PATCH", "/v1/services/Even", &body, 204).await;
    assert!(answer.header("mxs-warning").contains("hides"));
    let nothing = r#"{"data":{"attributes":{"router":"readconnroute"}}}"#;
    let answer = api.write("PATCH", "/v1/services/Even", nothing, 204).await;
    assert_eq!(answer.header("mxs-warning"), "");
    api.change("POST", "services", &service("New", &json!({})), 204)
        .await;
    let answer = api.write("PATCH", "/v1/services/New", &body, 204).await;
    assert_eq!(answer.header("mxs-warning"), "");
}

#[tokio::test]
async fn services_are_stopped_and_started() {
    let api = Api::new();
    for (act, service, listener) in [
        ("stop", "Stopped", "Stopped"),
        ("start", "Started", "Running"),
        ("stop?force=yes", "Stopped", "Stopped"),
        ("start", "Started", "Running"),
    ] {
        api.act("PUT", &format!("services/Even/{act}"), 204).await;
        let state = api.told("services/Even", "/attributes/state").await;
        assert_eq!(state, service);
        let state = api.told("listeners/Listener", "/attributes/state").await;
        assert_eq!(state, listener);
    }
    // Those of the service, not the others.
    let killed = api.source.with(|state| state.kills.clone());
    let mut killed: Vec<u64> = killed.into_iter().map(|(id, _)| id).collect();
    killed.sort_unstable();
    assert_eq!(killed, [2, 4]);
    for path in ["services/none/stop", "services/none/start"] {
        api.act("PUT", path, 404).await;
    }
    api.act("POST", "services/none/reload", 404).await;
    api.act("POST", "services/Even/stop", 405).await;
}
