//! How long it takes from a PATCH of an idle session's chain until the new one acts.

use std::time::Instant;

use serde_json::{Value, json};

use crate::gateway::Gateway;
use crate::raw::{Login, RawClient};

use super::{ACCOUNT, Times};

/// Changes the chain of an idle session so many times, each over a connection that is kept. The
/// answer comes when the chain acts, as the gateway itself says in the end.
pub(super) async fn measure(gateway: &Gateway, count: usize) -> Times {
    let login = Login::new(ACCOUNT.0, ACCOUNT.1);
    let client = RawClient::logged_in(gateway.port(), &login).await;
    let client = client.expect("a login");
    let mut api = gateway.api().keep().await;
    let id = client.connection_id;
    let path = format!("/v1/sessions/{id}/relationships/filters");
    let bodies: Vec<Value> = [&["Null1"][..], &["Null2", "Null3"]]
        .iter()
        .map(|names| {
            let items = names.iter().map(|id| json!({"id": id, "type": "filters"}));
            json!({"data": items.collect::<Value>()})
        })
        .collect();
    let mut times = Vec::with_capacity(count);
    for turn in 0..count {
        let began = Instant::now();
        let answer = api.patch(&path, &bodies[turn % bodies.len()]).await;
        times.push(began.elapsed());
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
    let session = gateway.api().document(&format!("/v1/sessions/{id}")).await;
    let chain = &session["data"]["attributes"]["filters"];
    assert_eq!(chain["generation"], count, "every change was made");
    assert_eq!(chain["pending"], Value::Null, "none of them waits");
    Times::new(times)
}
