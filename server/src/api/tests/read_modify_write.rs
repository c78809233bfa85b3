//! Who reads a resource, changes a part of it and writes the whole gets what he means.

use serde_json::{Value, json};

use super::fixture::{Api, FixedState, parameters};
use crate::control::sessions::{Activity, SessionView};

const SESSION: &str = "/v1/sessions/3";
const FILTER: &str = "/v1/filters/MaxRows";

/// The document at `path`, with other values at these places.
async fn changed(api: &Api, path: &str, changes: &[(&str, Value)]) -> String {
    let mut document = api.get(path).await.json();
    for (pointer, value) in changes {
        *document.pointer_mut(pointer).unwrap() = value.clone();
    }
    document.to_string()
}

fn items(names: &[&str]) -> Value {
    let item = |name: &&str| json!({"id": name, "type": "filters"});
    names.iter().map(item).collect()
}

/// The chain of session 3 and one of its switches, as one line.
async fn told(api: &Api) -> String {
    let data = api.get(SESSION).await.json()["data"].clone();
    let (filters, parameters) = (
        &data["attributes"]["filters"],
        &data["attributes"]["parameters"],
    );
    let (active, pending, generation) = (
        &filters["active"],
        &filters["pending"],
        &filters["generation"],
    );
    format!("{generation} {active} {pending} {}", parameters["log_info"])
}

const CHAIN: &str = "/data/relationships/filters/data";
const LOG_INFO: &str = "/data/attributes/parameters/log_info";

#[tokio::test]
async fn a_session_s_own_document_changes_what_is_other_in_it_only() {
    let api = Api::new();
    for (changes, expected) in [
        (vec![], "0 [] null false"),
        (vec![(CHAIN, items(&["QLA"]))], r#"1 ["QLA"] null false"#),
        (vec![(LOG_INFO, json!(true))], r#"1 ["QLA"] null true"#),
        (
            vec![(CHAIN, items(&["Hint", "QLA"])), (LOG_INFO, json!(false))],
            r#"2 ["Hint","QLA"] null false"#,
        ),
        (
            vec![
                ("/data/attributes/idle", json!(0.0)),
                ("/data/attributes/seconds_alive", json!(1)),
                ("/data/attributes/io_activity", json!(1)),
                ("/data/attributes/memory/total", json!(1)),
                ("/data/attributes/queries", json!([])),
                ("/data/attributes/statement_count", json!(1)),
                ("/data/attributes/connections", json!([])),
                ("/data/attributes/transaction", json!(false)),
                (CHAIN, json!([])),
            ],
            "3 [] null false",
        ),
    ] {
        let body = changed(&api, SESSION, &changes).await;
        api.write("PATCH", SESSION, &body, 204).await;
        assert_eq!(told(&api).await, expected, "{body}");
    }
}

#[tokio::test]
async fn a_chain_that_waits_outlives_a_change_of_something_else() {
    let api = Api::new();
    let change = |change: fn(&mut SessionView)| {
        let live = |state: &mut FixedState| {
            change(state.live.iter_mut().find(|live| live.id == 3).unwrap());
        };
        api.source.with(live);
    };
    change(|view| view.state = Activity::Busy);
    let body = changed(&api, SESSION, &[(CHAIN, items(&["QLA"]))]).await;
    api.write("PATCH", SESSION, &body, 204).await;
    assert_eq!(told(&api).await, r#"1 [] ["QLA"] false"#);
    let body = changed(&api, SESSION, &[(LOG_INFO, json!(true))]).await;
    api.write("PATCH", SESSION, &body, 204).await;
    assert_eq!(told(&api).await, r#"1 [] ["QLA"] true"#);
    // The chain takes its place between the read and the write.
    let body = changed(&api, SESSION, &[(LOG_INFO, json!(false))]).await;
    change(|view| view.chain.active = view.chain.pending.take().unwrap());
    api.write("PATCH", SESSION, &body, 204).await;
    assert_eq!(told(&api).await, r#"1 ["QLA"] null false"#);
}

#[tokio::test]
async fn what_stands_still_in_a_session_is_not_changed() {
    let api = Api::new();
    for (pointer, value) in [
        ("/data/attributes/user", json!("bob")),
        ("/data/attributes/user", json!(null)),
        ("/data/attributes/remote", json!("10.0.0.1")),
        ("/data/attributes/port", json!(1)),
        ("/data/attributes/connected", json!("yesterday")),
        ("/data/attributes/listener", json!("Other")),
        ("/data/attributes/thread", json!(7)),
        ("/data/attributes/client", json!({"cipher": "none"})),
        ("/data/attributes/filters", json!({"active": ["QLA"]})),
        ("/data/relationships/services", json!({"data": []})),
        ("/data/relationships/services", json!(null)),
    ] {
        let changes = [(pointer, value), (LOG_INFO, json!(true))];
        let body = changed(&api, SESSION, &changes).await;
        let answer = api.write("PATCH", SESSION, &body, 400).await;
        assert_eq!(answer.pointer(), pointer, "{body}");
    }
    assert_eq!(told(&api).await, "0 [] null false");
}

#[tokio::test]
async fn a_filter_s_own_document_changes_what_is_other_in_it_only() {
    let api = Api::new();
    let used = json!({"data": items(&["MaxRows"])}).to_string();
    let path = "/v1/services/Even/relationships/filters";
    api.write("PATCH", path, &used, 204).await;
    let rows = "/data/attributes/parameters/max_resultset_rows";
    let diagnostics = "/data/attributes/filter_diagnostics";
    for changes in [
        vec![],
        vec![(rows, json!(7))],
        vec![(diagnostics, json!({"limited": 1})), (rows, json!(8))],
    ] {
        let body = changed(&api, FILTER, &changes).await;
        api.write("PATCH", FILTER, &body, 204).await;
        let document = api.get(FILTER).await.json();
        let expected = changes.iter().find(|(pointer, _)| *pointer == rows);
        let expected = expected.map_or(json!(10), |(_, value)| value.clone());
        assert_eq!(document.pointer(rows), Some(&expected));
    }
    for (pointer, value) in [
        ("/data/attributes/module", json!("nullfilter")),
        ("/data/attributes/source", json!({"type": "runtime"})),
        ("/data/relationships/services", json!({"data": []})),
        ("/data/relationships/services", json!({})),
    ] {
        let changes = [(pointer, value), (rows, json!(9))];
        let body = changed(&api, FILTER, &changes).await;
        let answer = api.write("PATCH", FILTER, &body, 400).await;
        assert_eq!(answer.pointer(), pointer, "{body}");
    }
    let document = api.get(FILTER).await.json();
    assert_eq!(document.pointer(rows), Some(&json!(8)));
}

#[tokio::test]
async fn filters_take_the_parameters_that_they_tell() {
    let api = Api::new();
    let directory = std::env::temp_dir();
    for (module, parameters) in [
        ("cache", json!({})),
        (
            "ccrfilter",
            json!({"match": "/a/", "time": "5s", "options": "ignorecase"}),
        ),
        ("comment", json!({"inject": "by $IP"})),
        (
            "namedserverfilter",
            json!({"match01": "a", "target01": "server1,server2"}),
        ),
        (
            "qlafilter",
            json!({"filebase": directory.join("own-document"), "match": "a|b"}),
        ),
        ("regexfilter", json!({"match": "a", "replace": "b"})),
        (
            "throttlefilter",
            json!({"max_qps": 1, "throttling_duration": "1s"}),
        ),
        ("tpmfilter", json!({})),
    ] {
        let attributes = json!({"module": module, "parameters": parameters});
        let body = json!({"data": {"id": "New", "attributes": attributes}});
        api.write("POST", "/v1/filters", &body.to_string(), 204)
            .await;
        let before = api.get("/v1/filters/New").await.json();
        let body = before.to_string();
        api.write("PATCH", "/v1/filters/New", &body, 204).await;
        let after = api.get("/v1/filters/New").await.json();
        let parameters = "/data/attributes/parameters";
        assert_eq!(after.pointer(parameters), before.pointer(parameters));
        api.write("DELETE", "/v1/filters/New", "", 204).await;
    }
}

#[tokio::test]
async fn a_document_read_with_the_names_of_clients_can_be_written_back() {
    let api = Api::new();
    let remote = "/data/attributes/remote";
    let named = changed(&api, SESSION, &[(remote, json!("client.example"))]).await;
    api.write("PATCH", SESSION, &named, 204).await;
    for other in [json!("10.9.9.9"), json!(""), json!(7)] {
        let body = changed(&api, SESSION, &[(remote, other)]).await;
        let answer = api.write("PATCH", SESSION, &body, 400).await;
        assert_eq!(answer.pointer(), "/data/attributes/remote");
    }
}

#[tokio::test]
async fn a_version_does_not_come_again_with_an_object_of_the_same_name() {
    let api = Api::new();
    let made = json!({"data": {"id": "New", "type": "filters", "attributes": {
        "module": "maxrows", "parameters": {"max_resultset_rows": 1}}}});
    let altered = |rows: u64| parameters(&json!({"max_resultset_rows": rows}));
    let path = "filters/New";
    let version = async || api.told(path, "/meta/version").await;
    api.change("POST", "filters", &made, 204).await;
    api.change("PATCH", path, &altered(2), 204).await;
    let tag = format!("\"{}\"", version().await.as_str().unwrap());
    api.act("DELETE", path, 204).await;
    api.change("POST", "filters", &made, 204).await;
    api.change("PATCH", path, &altered(3), 204).await;
    let late = altered(4).to_string();
    let late = api.write_if(&tag, "/v1/filters/New", &late).await;
    assert_eq!(late.status, 412);
}
