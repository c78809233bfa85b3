//! `alter`, `enable`, `disable`, `set` and `clear`.

use serde_json::{Value, json};
use sluicegate_tests::mariadb::SERVICE_ACCOUNT;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::{Walk, altered, items};

async fn change_state(walk: &Walk, request: &str) {
    let path = format!("servers/server1/{request}");
    walk.done("PUT", &path, Value::Null).await;
}

#[tokio::test]
async fn set_clear_and_drain() {
    let walk = Walk::begin(|_| {}).await;
    let state = async || {
        let state = walk.told("servers/server1", "/attributes/state").await;
        state.as_str().expect("a text").to_owned()
    };
    for (word, shown) in [("maintenance", "Maintenance"), ("drain", "Drain")] {
        change_state(&walk, &format!("set?state={word}")).await;
        assert!(state().await.contains(shown), "{word}");
        change_state(&walk, &format!("clear?state={word}")).await;
        assert!(!state().await.contains(shown), "{word}");
    }
    change_state(&walk, "set?state=maintenance&force=yes").await;
    change_state(&walk, "clear?state=maintenance").await;
    // What a monitor decides can be set by hand while it does not.
    walk.done("PUT", "monitors/Monitor/stop", Value::Null).await;
    for (word, shown) in [
        ("master", "Master"),
        ("slave", "Slave"),
        ("synced", "Synced"),
        ("running", "Running"),
    ] {
        change_state(&walk, &format!("clear?state={word}")).await;
        assert!(!state().await.contains(shown), "{word}");
        change_state(&walk, &format!("set?state={word}")).await;
        assert!(state().await.contains(shown), "{word}");
    }
    for path in ["set", "set?state=asleep", "clear", "clear?state=asleep"] {
        walk.refused("PUT", &format!("servers/server1/{path}"), Value::Null, 400)
            .await;
    }
    walk.done("PUT", "monitors/Monitor/start", Value::Null)
        .await;
    // A server is drained by hand: it leaves its services, and comes back.
    let path = "services/Main/relationships/servers";
    walk.done("PATCH", path, items("servers", &[])).await;
    walk.done("PATCH", path, items("servers", &["server1"]))
        .await;
    eventually(PATIENCE, "it is the primary again", async || {
        (state().await == "Master, Running").then_some(())
    })
    .await;
}

/// Objects, parameters, what is typed, and what is told then.
fn typed() -> [(&'static str, &'static str, Value, Value); 17] {
    [
        (
            "servers/server1",
            "rank",
            json!("secondary"),
            json!("secondary"),
        ),
        ("servers/server1", "priority", json!("7"), json!(7)),
        ("servers/server1", "rank", Value::Null, json!("primary")),
        (
            "monitors/Monitor",
            "monitor_interval",
            json!("1s"),
            json!("1000ms"),
        ),
        (
            "monitors/Monitor",
            "backend_connect_attempts",
            json!(2),
            json!(2),
        ),
        ("services/Main", "max_connections", json!("100"), json!(100)),
        (
            "services/Main",
            "enable_root_user",
            json!("true"),
            json!(true),
        ),
        (
            "services/Main",
            "wait_timeout",
            json!("5m"),
            json!("300000ms"),
        ),
        (
            "services/Main",
            "user",
            json!(SERVICE_ACCOUNT.0),
            json!(SERVICE_ACCOUNT.0),
        ),
        ("filters/Rows", "max_resultset_rows", json!("5"), json!(5)),
        (
            "listeners/Main-Listener",
            "sql_mode",
            json!("default"),
            json!("default"),
        ),
        ("maxscale", "retain_last_statements", json!("5"), json!(5)),
        (
            "maxscale",
            "auth_connect_timeout",
            json!("11s"),
            json!("11000ms"),
        ),
        ("maxscale", "ms_timestamp", json!(true), json!(true)),
        ("maxscale/logs", "log_info", json!(false), json!(false)),
        ("maxscale/logs", "log_info", json!(true), json!(true)),
        (
            "maxscale/logs",
            "ms_timestamp",
            json!("false"),
            json!(false),
        ),
    ]
}

#[tokio::test]
async fn alter_enable_and_disable() {
    let walk = Walk::begin(|_| {}).await;
    let rows = json!({"module": "maxrows", "parameters": {}});
    let rows = json!({"data": {"id": "Rows", "type": "filters", "attributes": rows}});
    walk.done("POST", "filters", rows).await;
    for (path, parameter, typed, told) in typed() {
        walk.done("PATCH", path, altered(parameter, typed)).await;
        let place = format!("/attributes/parameters/{parameter}");
        assert_eq!(walk.told(path, &place).await, told, "{path} {parameter}");
        walk.refused("PATCH", path, altered("no_such_parameter", 1), 400)
            .await;
        walk.refused("PATCH", path, altered(parameter, json!({"a": [1]})), 400)
            .await;
    }
    let account = |name: &str| {
        json!({"data": {"id": name, "type": "inet",
        "attributes": {"account": "admin", "password": "old"}}})
    };
    walk.done("POST", "users/inet", account("second")).await;
    let password = json!({"data": {"attributes": {"password": "new"}}});
    walk.done("PATCH", "users/inet/second", password).await;
    let second = |password| walk.gateway.api().account("second", password);
    assert_eq!(second("new").get("/v1/servers").await.status, 200);
    assert_eq!(second("old").get("/v1/servers").await.status, 401);
}
