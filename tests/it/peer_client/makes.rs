//! `create`, `link`, `unlink` and `destroy`.

use serde_json::{Value, json};
use sluicegate_tests::mariadb::{MONITOR_ACCOUNT, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;

use super::{Walk, items, related};

#[tokio::test]
async fn create_link_unlink_and_destroy() {
    let walk = Walk::begin(|_| {}).await;
    let port = walk.server.port();
    let server = |id: &str, address: &str, relationships: Value| {
        json!({"data": {
            "id": id,
            "type": "servers",
            "attributes": {"parameters": {
                "address": address, "port": port, "protocol": "mariadbbackend",
                "authenticator": null, "ssl_key": null,
            }},
            "relationships": relationships,
        }})
    };
    let own = json!({"services": items("services", &["Main"]), "monitors": items("monitors", &["Monitor"])});
    walk.done("POST", "servers", server("db2", "127.0.0.1", own))
        .await;
    walk.done("POST", "servers", server("db3", "localhost", json!({})))
        .await;
    walk.refused(
        "POST",
        "servers",
        server("db3", "localhost", json!({})),
        400,
    )
    .await;
    assert_eq!(
        walk.related("services/Main", "servers").await,
        ["server1", "db2"]
    );
    assert_eq!(walk.related("servers/db2", "monitors").await, ["Monitor"]);

    create_others(&walk).await;
    let told = walk.related("services/Reads", "monitors").await;
    assert_eq!(told, ["Cluster"]);
    link_and_unlink(&walk).await;
    destroy(&walk).await;
}

/// `link` and `unlink`: they give what is to be left, by the object itself or by the relationship.
async fn link_and_unlink(walk: &Walk) {
    for (method, kind) in [
        ("services/Main", "servers"),
        ("monitors/Cluster", "servers"),
    ] {
        let before = walk.related(method, kind).await;
        let mut names: Vec<&str> = before.iter().map(String::as_str).collect();
        names.retain(|name| *name != "db3");
        walk.done("PATCH", method, related(kind, &names)).await;
        assert_eq!(walk.related(method, kind).await, names);
        let path = format!("{method}/relationships/{kind}");
        walk.done("PATCH", &path, items(kind, &names)).await;
    }
    walk.refused(
        "PATCH",
        "services/Main",
        related("servers", &["nobody"]),
        400,
    )
    .await;
    walk.refused(
        "PATCH",
        "services/Main/relationships/tables",
        items("tables", &[]),
        404,
    )
    .await;
    let chain = related("filters", &["Rows", "Log"]);
    walk.done("PATCH", "services/Main", chain).await;
    assert_eq!(
        walk.related("services/Main", "filters").await,
        ["Rows", "Log"]
    );
    walk.done("PATCH", "services/Main", related("services", &["Reads"]))
        .await;
    walk.done("PATCH", "services/Main", related("services", &[]))
        .await;
}

/// `destroy`: what is used goes with force only.
async fn destroy(walk: &Walk) {
    for path in [
        "servers/db2",
        "monitors/Cluster",
        "services/Reads",
        "filters/Log",
    ] {
        walk.refused("DELETE", path, Value::Null, 400).await;
    }
    for path in [
        "listeners/Reads-Listener",
        "services/Reads?force=yes",
        "filters/Log?force=yes",
        "monitors/Cluster?force=yes",
        "servers/db2?force=yes",
        "servers/db3",
        "users/inet/reader",
    ] {
        walk.done("DELETE", path, Value::Null).await;
        walk.refused("DELETE", path, Value::Null, 404).await;
    }
    walk.refused("DELETE", "users/inet/admin", Value::Null, 400)
        .await;
    assert_eq!(walk.related("services/Main", "filters").await, ["Rows"]);
    assert_eq!(walk.related("services/Main", "servers").await, ["server1"]);
}

/// `create monitor`, `filter`, `service`, `listener` and `user`.
async fn create_others(walk: &Walk) {
    let parameters = |account: (&str, &str)| json!({"user": account.0, "password": account.1});
    let mut monitor = parameters(MONITOR_ACCOUNT);
    // Numbers are milliseconds, as in the manual's example.
    monitor["monitor_interval"] = json!(1000);
    let log = scratch::folder("walk-log").join("log");
    for (path, id, attributes, relationships) in [
        (
            "monitors",
            "Cluster",
            json!({"module": "mariadbmon", "parameters": monitor}),
            json!({"servers": items("servers", &["db3"])}),
        ),
        (
            "filters",
            "Log",
            json!({"module": "qlafilter", "parameters": {"filebase": log}}),
            json!({}),
        ),
        (
            "filters",
            "Rows",
            json!({"module": "maxrows", "parameters": {"max_resultset_rows": "100"}}),
            json!({}),
        ),
        (
            "services",
            "Reads",
            json!({"router": "readconnroute", "parameters": parameters(SERVICE_ACCOUNT)}),
            json!({
                "filters": items("filters", &["Log"]),
                "monitors": items("monitors", &["Cluster"]),
            }),
        ),
        (
            "listeners",
            "Reads-Listener",
            json!({"parameters": {
                "port": free_port(), "address": "127.0.0.1", "protocol": "mariadbclient",
                "authenticator": null, "authenticator_options": null, "ssl_crl": null,
            }}),
            json!({"services": items("services", &["Reads"])}),
        ),
    ] {
        let data = json!({
            "id": id, "type": path, "attributes": attributes, "relationships": relationships,
        });
        walk.done("POST", path, json!({ "data": data })).await;
    }
    let interval = "/attributes/parameters/monitor_interval";
    assert_eq!(walk.told("monitors/Cluster", interval).await, "1000ms");
    let user = json!({"password": "secret", "account": "basic"});
    let user = json!({"data": {"id": "reader", "type": "inet", "attributes": user}});
    walk.done("POST", "users/inet", user).await;
    let reader = walk.gateway.api().account("reader", "secret");
    assert_eq!(reader.get("/v1/servers").await.status, 200);
    assert_eq!(reader.delete("/v1/servers/db3").await.status, 403);
}
