//! Connections to servers that are used again (`persistpoolmax`), and the sessions that leave them.

use std::time::Instant;

use serde_json::{Value, json};

use crate::gateway::{Gateway, Setup};
use crate::raw::{Login, RawClient};
use crate::waiting::{PATIENCE, eventually};

/// One worker, and a server that is to have a pool: see [`start`].
pub fn wanted(mut setup: Setup, router: &str) -> Setup {
    setup.cnf.section("maxscale").set("threads", 1);
    let server = setup.cnf.section("server1");
    server.set("persistmaxtime", "1h");
    let service = setup.cnf.section("Main").set("router", router);
    if router == "readwritesplit" {
        service.unset("router_options");
    }
    setup
}

/// Starts the gateway. The harness looks with a session of its own whether it is ready: the pool is
/// switched on after that.
pub async fn start(setup: Setup) -> Gateway {
    let gateway = setup.start().await;
    alter(&gateway, "persistpoolmax", &json!(10)).await;
    gateway
}

/// Sets a parameter of the server.
pub async fn alter(gateway: &Gateway, parameter: &str, value: &Value) {
    let parameters = json!({ parameter: value });
    let change = json!({"data": {"attributes": {"parameters": parameters}}});
    let answer = gateway.api().patch("/v1/servers/server1", &change).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

/// A session.
pub async fn logged_in(gateway: &Gateway, login: &Login<'_>) -> RawClient {
    let client = RawClient::logged_in(gateway.port(), login).await;
    client.expect("a login")
}

/// The one value of a statement.
pub async fn value(client: &mut RawClient, sql: &str) -> String {
    client.value(sql).await.expect(sql)
}

/// Runs a statement that must succeed, whatever it returns.
pub async fn run(client: &mut RawClient, sql: &str) {
    client.query(sql).await.expect("a request");
    client.rows().await.expect("a reply").expect(sql);
}

/// Says good-bye.
pub async fn quit(mut client: RawClient) {
    client.command(1, b"").await.expect("a good-bye");
}

/// The server's statistics, as the API tells them.
pub async fn statistics(gateway: &Gateway) -> Value {
    let server = gateway.api().document("/v1/servers/server1").await;
    server["data"]["attributes"]["statistics"].clone()
}

/// Waits until the pool has so many connections that are ready, and no session has any nor is one
/// being made ready.
pub async fn pooled(gateway: &Gateway, wanted: u64) {
    pooled_beside(gateway, wanted, 0).await;
}

/// The same while sessions have some.
pub async fn pooled_beside(gateway: &Gateway, wanted: u64, others: u64) {
    let mut last = [None, None];
    let what = format!("{wanted} connections in the pool");
    let end = Instant::now() + PATIENCE / 2;
    eventually(PATIENCE, &what, async || {
        let now = statistics(gateway).await;
        last = ["persistent_connections", "connections"].map(|name| now[name].as_u64());
        let late = Instant::now() > end;
        assert!(!late, "{what}: pool and sessions have {last:?}");
        (last == [Some(wanted), Some(others)]).then_some(())
    })
    .await;
}
