//! Changes of objects are undone through the audit, whole.

use serde_json::json;

use crate::api::tests::fixture::{Api, items, parameters};

#[tokio::test]
async fn an_operation_on_several_objects_is_undone_whole() {
    let api = Api::new();
    let strip = |mut configured: serde_json::Value| {
        for object in configured
            .as_object_mut()
            .unwrap()
            .values_mut()
            .flat_map(|list| list.as_array_mut().unwrap())
        {
            object.as_object_mut().unwrap().remove("version");
        }
        configured
    };
    let before = strip(api.configured().await);
    // A removed server comes back into its service and under its monitor.
    api.act("DELETE", "servers/server1?force=yes", 204).await;
    let undo = format!("audit/{}/undo", 1);
    api.act("POST", &undo, 204).await;
    let mut after = strip(api.configured().await);
    // It comes back behind the others.
    after["servers"].as_array_mut().unwrap().reverse();
    assert_eq!(after, before);
    assert_eq!(api.written(3).len(), 3);

    let body = parameters(&json!({"max_connections": 7}));
    api.change("PATCH", "services/Even", &body, 204).await;
    api.act("POST", "audit/7/undo", 204).await;
    let told = "/attributes/parameters/max_connections";
    assert_eq!(api.told("services/Even", told).await, 0);
    api.act("DELETE", "listeners/Listener", 204).await;
    api.act("POST", "audit/9/undo", 204).await;
    assert_eq!(api.related("services/Even/listeners").await, ["Listener"]);
    api.change(
        "PATCH",
        "monitors/Monitor/relationships/servers",
        &items(&[]),
        204,
    )
    .await;
    api.act("POST", "audit/11/undo", 204).await;
    assert_eq!(api.related("monitors/Monitor/servers").await.len(), 2);
}

#[tokio::test]
async fn what_would_break_others_is_not_undone() {
    let api = Api::new();
    let server = json!({"data": {
        "id": "server3",
        "attributes": {"parameters": {"address": "127.0.0.1"}},
    }});
    api.change("POST", "servers", &server, 204).await;
    let servers = "services/Even/relationships/servers";
    api.change("PATCH", servers, &items(&["server3"]), 204)
        .await;
    let refused = api.act("POST", "audit/1/undo", 409).await;
    assert!(refused.contains("Even needs server3"), "{refused}");
    assert_eq!(api.related("services/Even/servers").await, ["server3"]);
}

#[tokio::test]
async fn a_filter_comes_back_in_one_operation_with_the_services_that_had_it() {
    let api = Api::new();
    let filters = "services/Even/relationships/filters";
    api.change("PATCH", filters, &items(&["QLA"]), 204).await;
    api.act("DELETE", "filters/QLA?force=yes", 204).await;
    let store = api.state.control().store();
    let before = store.audit_len().unwrap();
    api.act("POST", "audit/2/undo", 204).await;
    assert_eq!(api.related("services/Even/filters").await, ["QLA"]);
    let mut records = store.audit(before, 100, false).unwrap();
    records.retain(|record| record.kind != "sessions");
    let kinds: Vec<&str> = records.iter().map(|record| &*record.kind).collect();
    assert_eq!(kinds, ["filters", "services"]);
    assert!(records.iter().all(|record| record.operation == before + 1));
}

#[tokio::test]
async fn a_filter_does_not_come_back_without_the_services_that_had_it() {
    let api = Api::new();
    let filters = "services/Even/relationships/filters";
    api.change("PATCH", filters, &items(&["QLA"]), 204).await;
    api.act("DELETE", "filters/QLA?force=yes", 204).await;
    api.state.control().store().break_down();
    api.act("POST", "audit/2/undo", 503).await;
    api.act("GET", "filters/QLA", 404).await;
}
