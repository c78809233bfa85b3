//! Configured objects.

mod listener;
mod monitor;
mod mutations;
mod races;
mod server;
mod service;
mod undo;

use axum::http::StatusCode;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::object::filter::FilterAttributes;
use sluicegate_shared::object::listener::ListenerAttributes;
use sluicegate_shared::object::maxscale::MaxscaleAttributes;
use sluicegate_shared::object::module::ModuleAttributes;
use sluicegate_shared::object::monitor::MonitorAttributes;
use sluicegate_shared::object::server::ServerAttributes;
use sluicegate_shared::object::service::ServiceAttributes;
use sluicegate_shared::object::user::UserAttributes;

use super::fixture::Api;

const USERS: &str = "/v1/users/inet";

/// The document is one of the shared types, with nothing beside.
async fn check_type<T: DeserializeOwned + Serialize>(api: &Api, path: &str) {
    let answer = api.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    let document: T = serde_json::from_slice(&answer.body).unwrap();
    let (typed, mut told) = (serde_json::to_value(&document).unwrap(), answer.json());
    fill_in(&mut told["data"]);
    assert_eq!(typed, told, "{path}");
}

/// The shared type writes `relationships` even when there are none.
fn fill_in(data: &mut Value) {
    match data {
        Value::Array(all) => all.iter_mut().for_each(fill_in),
        Value::Object(one) => {
            one.entry("relationships").or_insert(json!({}));
        }
        _ => {}
    }
}

#[tokio::test]
async fn documents_are_those_of_the_shared_types() {
    let api = Api::new();
    check_type::<Document<Vec<Resource<ServerAttributes>>>>(&api, "/v1/servers").await;
    check_type::<Document<Vec<Resource<ServiceAttributes>>>>(&api, "/v1/services").await;
    check_type::<Document<Vec<Resource<ListenerAttributes>>>>(&api, "/v1/listeners").await;
    check_type::<Document<Vec<Resource<MonitorAttributes>>>>(&api, "/v1/monitors").await;
    check_type::<Document<Vec<Resource<FilterAttributes>>>>(&api, "/v1/filters").await;
    check_type::<Document<Vec<Resource<ModuleAttributes>>>>(&api, "/v1/maxscale/modules").await;
    check_type::<Document<Vec<Resource<UserAttributes>>>>(&api, USERS).await;
    check_type::<Document<Resource<MaxscaleAttributes>>>(&api, "/v1/maxscale").await;
}

#[tokio::test]
async fn a_server_tells_what_is_known_of_it() {
    let api = Api::new();
    let document = api.get("/v1/servers/server1").await.json();
    let attributes = &document["data"]["attributes"];
    assert_eq!(attributes["state"], "Master, Running");
    assert_eq!(attributes["version_string"], "10.11.19-MariaDB");
    assert_eq!(attributes["node_id"], 3000);
    assert_eq!(attributes["parameters"]["port"], 3306);
    assert_eq!(attributes["source"]["type"], "static");
    let statistics = &attributes["statistics"];
    for counter in [
        "connections",
        "total_connections",
        "active_operations",
        "routed_packets",
    ] {
        assert_eq!(statistics[counter], 0, "{counter}");
    }
    let services = &document["data"]["relationships"]["services"]["data"];
    assert_eq!(*services, json!([{"id": "Even", "type": "services"}]));
    let unreached = api.get("/v1/servers/server2").await.json();
    let attributes = unreached["data"]["attributes"].as_object().unwrap();
    assert_eq!(attributes["state"], "Down");
    for unknown in [
        "version_string",
        "server_id",
        "read_only",
        "replication_lag",
    ] {
        assert!(!attributes.contains_key(unknown), "{unknown}");
    }
}

#[tokio::test]
async fn objects_refer_to_each_other_and_the_links_answer() {
    let api = Api::new();
    let check = async |path: &str, relationship: &str, expected: &[&str]| {
        let object = api.get(path).await.json();
        let told = &object["data"]["relationships"][relationship];
        let ids: Vec<&str> = told["data"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, expected, "{path} {relationship}");
        let link = told["links"]["self"].as_str().unwrap();
        let link = link.strip_prefix("http://127.0.0.1:8989").unwrap();
        assert_eq!(api.get(link).await.json(), *told, "{link}");
    };
    check("/v1/services/Even", "servers", &["server1"]).await;
    check("/v1/services/Even", "listeners", &["Listener"]).await;
    check("/v1/services/Even", "filters", &[]).await;
    check("/v1/listeners/Listener", "services", &["Even"]).await;
    check("/v1/monitors/Monitor", "servers", &["server1", "server2"]).await;
    check("/v1/servers/server2", "monitors", &["Monitor"]).await;
}

#[tokio::test]
async fn no_password_is_told() {
    let api = Api::new();
    for path in [
        "services",
        "monitors",
        "servers",
        "listeners",
        "maxscale",
        "users/inet",
    ] {
        let answer = api.get(&format!("/v1/{path}")).await;
        let text = String::from_utf8(answer.body).unwrap();
        assert!(
            !text.contains("secret\"") && !text.contains("argon2"),
            "{path}: {text}"
        );
    }
    let service = api.get("/v1/services/Even").await.json();
    assert_eq!(
        service["data"]["attributes"]["parameters"]["password"],
        "*****"
    );
}

#[tokio::test]
async fn a_name_that_is_none_is_not_found() {
    let api = Api::new();
    for (path, detail) in [
        ("servers/nope", "nope is not a server"),
        ("services/nope", "nope is not a service"),
        ("filters/nope", "nope is not a filter"),
        ("users/inet/nope", "nope is not a user"),
        (
            "servers/server1/relationships/nope",
            "nope is not a relationship of a server",
        ),
        (
            "services/nope/relationships/servers",
            "nope is not a service",
        ),
    ] {
        let answer = api.get(&format!("/v1/{path}")).await;
        assert_eq!(
            (answer.status, answer.detail()),
            (StatusCode::NOT_FOUND, detail.to_owned())
        );
    }
}

#[tokio::test]
async fn what_stands_still_is_not_sent_again() {
    let api = Api::new();
    for (path, expected) in [
        ("maxscale/modules", StatusCode::NOT_MODIFIED),
        ("monitors", StatusCode::OK),
        ("servers", StatusCode::OK),
    ] {
        let path = format!("/v1/{path}");
        let modified = api.get(&path).await.header("last-modified").to_owned();
        let again = api
            .ask("GET", &path, &[("if-modified-since", &modified)])
            .await;
        assert_eq!(again.status, expected, "{path}");
    }
}

#[tokio::test]
async fn collections_filter_and_sort_alike() {
    let api = Api::new();
    let down = api
        .get("/v1/servers?filter=/attributes/state=\"Down\"")
        .await;
    assert_eq!(down.ids(), ["server2"]);
    assert_eq!(
        api.get("/v1/servers?sort=-name").await.ids(),
        ["server2", "server1"]
    );
    let page = api.get("/v1/servers?page[size]=1&page[number]=1").await;
    assert_eq!(
        (page.ids(), page.json()["meta"]["total"].as_u64()),
        (vec!["server2".to_owned()], Some(2))
    );
    let port = api
        .get("/v1/servers?fields[servers]=parameters/port")
        .await
        .json();
    assert_eq!(
        port["data"][0]["attributes"],
        json!({"parameters": {"port": 3306}})
    );
}

#[tokio::test]
async fn the_gateway_tells_of_itself() {
    let document = Api::new().get("/v1/maxscale").await.json();
    assert_eq!(document["data"]["id"], "maxscale");
    assert_eq!(
        document["data"]["attributes"]["parameters"]["admin_port"],
        8989
    );
    assert_eq!(
        document["links"]["self"],
        "http://127.0.0.1:8989/v1/maxscale/"
    );
    assert_eq!(document["data"]["links"], document["links"]);
}

#[tokio::test]
async fn accounts_are_told_without_more() {
    let api = Api::new();
    let mut eve = api.get(&format!("{USERS}/eve")).await.json();
    assert!(eve["data"]["attributes"]["created"].take().is_string());
    assert_eq!(
        eve["data"]["attributes"],
        json!({"account": "basic", "created": null, "last_login": null, "last_update": null, "name": "eve"})
    );
    assert_eq!(eve["data"]["type"], "inet");
    assert_eq!(api.get("/v1/users").await.ids(), ["admin", "eve"]);
    assert_eq!(
        api.get("/v1/users").await.json()["links"]["self"],
        format!("http://127.0.0.1:8989{USERS}/")
    );
}

#[tokio::test]
async fn the_listeners_of_a_service_answer_below_it() {
    let api = Api::new();
    let listeners = api.get("/v1/services/Even/listeners").await;
    assert_eq!(listeners.ids(), ["Listener"]);
    assert_eq!(
        listeners.json()["links"]["self"],
        "http://127.0.0.1:8989/v1/services/Even/listeners/"
    );
    let nope = api.get("/v1/services/nope/listeners").await;
    assert_eq!(nope.detail(), "nope is not a service");
}
