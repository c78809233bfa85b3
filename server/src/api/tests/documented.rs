//! What the documentation of the peer's API says besides the captured answers.

use axum::body::Body;
use serde_json::{Value, json};

use super::fixture::{Api, items, parameters, request};
use crate::store::ObjectKind;

#[tokio::test]
async fn sessions_are_filtered_by_their_ids_as_numbers() {
    let api = Api::new();
    for (filter, expected) in [
        ("filter=id=and(ge(2),le(4))", &["2", "3", "4"][..]),
        ("filter=id=or(eq(1),eq(5),eq(10))", &["1", "5"]),
        ("filter=id=not(eq(1),eq(5),eq(10))", &["2", "3", "4"]),
        ("filter=/id=gt(4)", &["5"]),
        ("filter[id]=lt(2)", &["1"]),
        ("filter[$.id]=eq(\"2\")", &["2"]),
        ("filter=attributes/user=\"user1\"", &["1", "4"]),
    ] {
        let answer = api.get(&format!("/v1/sessions?{filter}")).await;
        assert_eq!(answer.ids(), expected, "{filter}");
    }
}

#[tokio::test]
async fn parameters_of_the_log_are_changed_there_as_well() {
    let api = Api::new();
    let (path, maxscale) = ("/v1/maxscale/logs", "/v1/maxscale");
    let shown = async |name: &str| {
        let pointer = format!("/attributes/parameters/{name}");
        let there = api.told("maxscale/logs", &pointer).await;
        assert_eq!(there, api.told("maxscale", &pointer).await);
        there
    };
    let change = |value: bool| parameters(&json!({"log_info": value})).to_string();
    api.write("PATCH", path, &change(true), 204).await;
    assert_eq!(shown("log_info").await, true);
    // A document of either, as it was read.
    for document in [path, maxscale] {
        let mut read = api.get(document).await.json();
        read["data"]["attributes"]["parameters"]["log_info"] = json!(false);
        api.write("PATCH", document, &read.to_string(), 204).await;
        assert_eq!(shown("log_info").await, false, "{document}");
        api.write("PATCH", path, &change(true), 204).await;
    }
    for (body, place) in [
        (
            json!({"data": {"type": "servers"}}),
            "/data/type".to_owned(),
        ),
        (
            json!({"data": {"attributes": {"log_file": "/elsewhere"}}}),
            "/data/attributes/log_file".to_owned(),
        ),
        (
            json!({"data": {"attributes": {"more": 1}}}),
            "/data/attributes/more".to_owned(),
        ),
        (
            parameters(&json!({"log_info": "perhaps"})),
            "/data/attributes/parameters/log_info".to_owned(),
        ),
        (
            parameters(&json!({"throttling": 1})),
            "/data/attributes/parameters/throttling".to_owned(),
        ),
    ] {
        let answer = api.write("PATCH", path, &body.to_string(), 400).await;
        assert_eq!(answer.pointer(), place, "{body}");
    }
    let meta = api.told("maxscale", "/meta/version").await;
    let tag = format!("\"{}\"", meta.as_str().unwrap());
    assert_eq!(api.write_if(&tag, path, &change(false)).await.status, 204);
    assert_eq!(api.write_if(&tag, path, &change(true)).await.status, 412);
    assert_eq!(shown("log_info").await, false);
}

#[tokio::test]
async fn the_cookie_is_taken_away_as_documented() {
    let api = Api::new();
    let answer = api.get("/v1/auth?logout=yes").await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").starts_with("token_sig=;"));
    assert_eq!(api.get("/v1/auth?logout=no").await.status, 200);
    // Whose token has ended has to get rid of it.
    let ended = [("cookie", "token_sig=a.b.c")];
    for (query, status) in [
        ("logout=yes", 204),
        ("logout=no", 401),
        ("logout=yes&logout=no", 401),
        ("logout=perhaps", 401),
        ("max-age=1", 401),
    ] {
        let path = format!("/v1/auth?{query}");
        let answer = api.send(request("GET", &path, &ended, Body::empty())).await;
        assert_eq!(answer.status, status, "{query}");
    }
    let elsewhere = [("sec-fetch-site", "cross-site")];
    let path = "/v1/auth?logout=yes";
    let answer = api.send(request("GET", path, &elsewhere, Body::empty()));
    assert_eq!(answer.await.status, 403);
}

/// The document of an object, with another name and other values at these places.
async fn copied(api: &Api, path: &str, changes: &[(&str, Value)]) -> Value {
    let mut document = api.get(&format!("/v1/{path}")).await.json();
    document["data"]["id"] = json!("Copy");
    for (pointer, value) in changes {
        *document.pointer_mut(pointer).unwrap() = value.clone();
    }
    document
}

#[tokio::test]
async fn an_object_is_made_of_the_document_of_another() {
    let api = Api::new();
    let socket = std::env::temp_dir().join(format!("copy-{}.sock", std::process::id()));
    let socket = json!(socket.display().to_string());
    for (kind, name, changes) in [
        ("servers", "server1", vec![]),
        ("filters", "MaxRows", vec![]),
        (
            "monitors",
            "Monitor",
            vec![
                ("/data/relationships/servers/data", json!([])),
                ("/data/attributes/parameters/password", json!("another")),
            ],
        ),
        (
            "services",
            "Even",
            vec![
                ("/data/relationships/listeners/data", json!([])),
                // What is told instead of a password is none.
                ("/data/attributes/parameters/password", json!("another")),
            ],
        ),
        (
            "listeners",
            "Listener",
            vec![("/data/attributes/parameters/socket", socket)],
        ),
    ] {
        let body = copied(&api, &format!("{kind}/{name}"), &changes).await;
        api.write("POST", &format!("/v1/{kind}"), &body.to_string(), 204)
            .await;
        let copy = format!("{kind}/Copy");
        let given = &body["data"]["attributes"]["parameters"];
        let mut made = api.told(&copy, "/attributes/parameters").await;
        if given["password"] == "another" {
            made["password"] = json!("another");
        }
        assert_eq!(made, *given, "{kind}");
        assert_eq!(
            api.told(&copy, "/attributes/source/type").await,
            "runtime",
            "{kind}"
        );
        api.act("DELETE", &format!("{copy}?force=yes"), 204).await;
    }
}

#[tokio::test]
async fn who_hides_what_a_file_says_is_warned() {
    let api = Api::new();
    let kinds = [
        ("listeners", "Listener", ObjectKind::Listener),
        ("services", "Even", ObjectKind::Service),
        ("monitors", "Monitor", ObjectKind::Monitor),
        ("filters", "QLA", ObjectKind::Filter),
        ("servers", "server2", ObjectKind::Server),
    ];
    let files = kinds.map(|(_, name, kind)| (kind, name.to_owned(), json!({})));
    api.state.control().store().lay_upon(files).unwrap();
    for (kind, name, _) in kinds {
        let path = format!("/v1/{kind}/{name}?force=yes");
        let answer = api.write("DELETE", &path, "", 204).await;
        let warning = answer.header("mxs-warning");
        assert!(warning.contains(name), "{path}: {warning}");
    }
    let body =
        json!({"data": {"id": "New", "attributes": {"parameters": {"address": "a", "port": 1}}}});
    for (method, path, body) in [
        ("POST", "/v1/servers", body.to_string()),
        ("DELETE", "/v1/servers/New", String::new()),
    ] {
        let answer = api.write(method, path, &body, 204).await;
        assert_eq!(answer.header("mxs-warning"), "", "{method}");
    }
}

#[tokio::test]
async fn what_can_be_patched_says_how() {
    let api = Api::new();
    for (path, expected) in [
        ("/v1/servers/server1", "application/json"),
        ("/v1/maxscale", "application/json"),
        ("/v1/servers", ""),
    ] {
        let options = api.ask("OPTIONS", path, &[]).await;
        assert_eq!(options.header("accept-patch"), expected, "{path}");
    }
}

#[tokio::test]
async fn fields_are_chosen_of_every_document() {
    let api = Api::new();
    for (path, expected) in [
        (
            "maxscale/logs?fields[logs]=log_file,parameters/log_info",
            json!({"log_file": null, "parameters": {"log_info": false}}),
        ),
        (
            "maxscale/query_classifier/classify?sql=SELECT+1&fields[classify]=canonical",
            json!({"canonical": "SELECT ?"}),
        ),
        (
            "maxscale?fields[maxscale]=parameters/log_info",
            json!({"parameters": {"log_info": false}}),
        ),
        (
            "maxscale/logs/data?fields[log_data]=log_source",
            json!({"log_source": "maxlog"}),
        ),
        ("maxscale/memory?fields[memory]=nothing", Value::Null),
    ] {
        assert_eq!(api.told(path, "/attributes").await, expected, "{path}");
    }
}

#[tokio::test]
async fn answers_of_commands_link_to_themselves() {
    let api = Api::new();
    let body =
        json!({"data": {"id": "Kept", "type": "filters", "attributes": {"module": "cache"}}});
    api.change("POST", "filters", &body, 204).await;
    let path = "/v1/maxscale/modules/cache/show?Kept";
    let answer = api.get(path).await.json();
    let link = answer["links"]["self"].as_str().unwrap();
    assert_eq!(
        link,
        "http://127.0.0.1:8989/v1/maxscale/modules/cache/show/?Kept"
    );
    let again = link.strip_prefix("http://127.0.0.1:8989").unwrap();
    assert_eq!(api.get(again).await.json()["links"], answer["links"]);
}

#[tokio::test]
async fn relationships_are_given_with_the_object_and_taken_by_an_empty_array() {
    let api = Api::new();
    let body = json!({"data": {
        "id": "server3",
        "type": "servers",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": 3308}},
        "relationships": {
            "services": items(&["Even"]),
            "monitors": items(&["Monitor"]),
        },
    }});
    api.change("POST", "servers", &body, 204).await;
    for (own, other, server) in [
        ("servers/server3/services", "services/Even/servers", "Even"),
        (
            "servers/server3/monitors",
            "monitors/Monitor/servers",
            "Monitor",
        ),
    ] {
        assert_eq!(api.related(own).await, [server]);
        let names = api.related(other).await;
        assert!(names.iter().any(|name| name == "server3"), "{names:?}");
        let (object, relationship) = own.rsplit_once('/').unwrap();
        let path = format!("{object}/relationships/{relationship}");
        api.change("PATCH", &path, &items(&[]), 204).await;
        let names = api.related(other).await;
        assert!(names.iter().all(|name| name != "server3"), "{names:?}");
    }
    api.act("DELETE", "servers/server3", 204).await;
}

#[tokio::test]
async fn pages_of_the_log_have_their_own_order_and_no_numbers() {
    let api = Api::new();
    for (query, status) in [
        ("sort=id", 200),
        ("sort=-id&page[size]=5", 200),
        ("sort=message", 400),
        ("sort=id,message", 400),
        ("page[size]=5&page[number]=0", 200),
        ("page[size]=5&page[number]=1", 400),
    ] {
        let answer = api.get(&format!("/v1/maxscale/logs/entries?{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn nothing_of_a_body_is_silently_ignored() {
    let api = Api::new();
    let before = api.configured().await;
    for (path, data, place) in [
        (
            "users/inet/eve",
            json!({"relationships": items(&[])}),
            "/data/relationships/data",
        ),
        (
            "maxscale",
            json!({"relationships": {"servers": items(&[])}}),
            "/data/relationships/servers",
        ),
        (
            "maxscale/logs",
            json!({"relationships": [1]}),
            "/data/relationships",
        ),
        ("services/Even", json!({"links": 1}), "/data/links"),
        ("servers/server1", json!({"meta": "v1"}), "/data/meta"),
        ("sessions/2", json!({"meta": []}), "/data/meta"),
        (
            "sessions/2",
            json!({"relationships": {"filters": {"data": [], "links": 5}}}),
            "/data/relationships/filters/links",
        ),
        (
            "services/Even",
            json!({"relationships": {"filters": {"data": [], "links": null}}}),
            "/data/relationships/filters/links",
        ),
    ] {
        let body = json!({ "data": data });
        let refused = api.change("PATCH", path, &body, 400).await;
        assert!(
            refused.starts_with(&format!("{place} ")),
            "{path} {body}: {refused}"
        );
    }
    for (path, attribute, value) in [
        ("services/Even", "statistics", json!([])),
        ("servers/server1", "state", json!(5)),
        ("sessions/2", "idle", json!("long")),
        ("sessions/2", "connections", json!({})),
        ("maxscale", "uptime", json!("1h")),
        ("maxscale/logs", "log_priorities", json!("error")),
    ] {
        let body = json!({"data": {"attributes": {attribute: value}}});
        let refused = api.change("PATCH", path, &body, 400).await;
        let place = format!("/data/attributes/{attribute} this has to be ");
        assert!(refused.starts_with(&place), "{path}: {refused}");
    }
    let twice = r#"{"data": {"attributes": {"parameters": {"port": 1, "port": 2}}}}"#;
    let answer = api.write("PATCH", "/v1/servers/server1", twice, 400).await;
    let detail = answer.detail();
    assert_eq!(
        detail,
        "Invalid JSON in request: the member 'port' is there twice at line 1 column 57"
    );
    let links = json!({"data": [], "links": {"self": "x"}});
    let path = "services/Even/relationships/filters";
    api.change("PATCH", path, &links, 204).await;
    let links = json!({"data": [], "links": 5});
    let refused = api.change("PATCH", path, &links, 400).await;
    assert!(refused.starts_with("/links "), "{refused}");
    // The documents of what has no relationships may have an empty object of them.
    let empty = json!({"data": {"relationships": {}}});
    api.change("PATCH", "maxscale", &empty, 204).await;
    assert_eq!(api.configured().await, before);
}

#[tokio::test]
async fn a_warning_names_what_is_hidden_and_only_that() {
    let api = Api::new();
    let of_files = |kind: ObjectKind, name: &str| (kind, name.to_owned(), json!({}));
    let files = [
        of_files(ObjectKind::Service, "Even"),
        of_files(ObjectKind::Gateway, "maxscale"),
    ];
    api.state.control().store().lay_upon(files).unwrap();
    // The service is what a relationship of the server changes.
    for (method, path, body, named) in [
        (
            "PATCH",
            "servers/server2/relationships/services",
            items(&["Even"]),
            "'Even'",
        ),
        (
            "PATCH",
            "servers/server2/relationships/services",
            items(&["Even"]),
            "",
        ),
        (
            "PATCH",
            "servers/server2",
            parameters(&json!({"port": 3399})),
            "",
        ),
        (
            "PATCH",
            "maxscale",
            parameters(&json!({"log_info": true})),
            "'maxscale'",
        ),
        (
            "PATCH",
            "maxscale/logs",
            parameters(&json!({"log_info": true})),
            "",
        ),
        (
            "PATCH",
            "maxscale/logs",
            parameters(&json!({"log_debug": true})),
            "'maxscale'",
        ),
        ("PUT", "servers/server1/set?state=drain", Value::Null, ""),
        ("PUT", "services/Even/stop", Value::Null, ""),
        ("DELETE", "servers/server2?force=yes", Value::Null, "'Even'"),
    ] {
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = api.write(method, &format!("/v1/{path}"), &text, 204).await;
        let warning = answer.header("mxs-warning");
        assert_eq!(
            warning.is_empty(),
            named.is_empty(),
            "{method} {path}: {warning}"
        );
        assert!(warning.contains(named), "{method} {path}: {warning}");
    }
    // With nothing kept, nothing is hidden.
    api.state.control().store().set_persists(false);
    let body = parameters(&json!({"max_connections": 9})).to_string();
    let answer = api.write("PATCH", "/v1/services/Even", &body, 204).await;
    assert_eq!(answer.header("mxs-warning"), "");
}
