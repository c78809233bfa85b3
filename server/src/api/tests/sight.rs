//! What is in statements can be hidden from basic accounts, and stays to be seen by others.

use axum::body::Body;
use serde_json::{Value, json};

use super::fixture::{Answer, Api, request, session};
use crate::api::state::ApiOptions;

const EVE: &str = "Basic ZXZlOmxvb2s=";

fn hiding() -> Api {
    Api::with(ApiOptions {
        hide_sql: true,
        ..ApiOptions::default()
    })
}

async fn as_eve(api: &Api, path: &str) -> Answer {
    let request = request("GET", path, &[("authorization", EVE)], Body::empty());
    api.send(request).await
}

#[tokio::test]
async fn statements_of_sessions_are_hidden_from_basic_accounts_only() {
    let api = hiding();
    let mut traced = session(2);
    traced.trace = vec!["SELECT 1".to_owned()];
    api.source.change(traced);
    for path in ["/v1/sessions/2", "/v1/sessions?filter=/id=\"2\""] {
        let told = as_eve(&api, path).await.json();
        let data = told["data"].get(0).unwrap_or(&told["data"]);
        let attributes = &data["attributes"];
        assert_eq!(attributes["queries"][0]["statement"], "*****", "{path}");
        assert_eq!(attributes["queries"][0]["command"], "COM_QUERY");
        assert_eq!(attributes["log"], json!([]));
        assert!(!told.to_string().contains("SELECT"), "{path}");
        let all = api.get(path).await.json().to_string();
        assert_eq!(all.matches("SELECT 1").count(), 2, "{path}: {all}");
    }
    let open = Api::new();
    let told = as_eve(&open, "/v1/sessions/2").await.json();
    let queries = &told["data"]["attributes"]["queries"];
    assert_eq!(queries[0]["statement"], "SELECT 1");
}

#[tokio::test]
async fn what_is_hidden_is_not_found_by_a_filter_either() {
    let api = hiding();
    let path = "/v1/sessions?filter[$.attributes.queries[0].statement]=\"SELECT 1\"";
    assert_eq!(as_eve(&api, path).await.ids(), Vec::<String>::new());
    assert_eq!(api.get(path).await.ids(), ["2"]);
}

#[tokio::test]
async fn ended_sessions_hide_them_too() {
    let api = hiding();
    api.source.with(|state| state.ended.push(session(2)));
    let told = as_eve(&api, "/v1/sessions?ended=true").await.json();
    assert_eq!(
        told["data"][0]["attributes"]["queries"][0]["statement"],
        "*****"
    );
}

#[tokio::test]
async fn what_tells_of_statements_only_is_refused() {
    let api = hiding();
    for path in [
        "/v1/maxscale/query_classifier/cache",
        "/v1/maxscale/modules/qlafilter/log?QLA",
    ] {
        let answer = as_eve(&api, path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert!(answer.detail().contains("admin_hide_sql"), "{path}");
        assert_ne!(api.get(path).await.status, 403, "{path}");
    }
    let cache = "/v1/maxscale/query_classifier/cache";
    assert_eq!(as_eve(&Api::new(), cache).await.status, 200);
    // What somebody asks about a statement of his own is no secret.
    let own = "/v1/maxscale/query_classifier/classify?sql=SELECT+1";
    assert_eq!(as_eve(&api, own).await.status, 200);
}

#[tokio::test]
async fn it_can_be_turned_on_while_the_gateway_runs() {
    let api = Api::new();
    let body = json!({"data": {"attributes": {"parameters": {"admin_hide_sql": true}}}});
    let body = body.to_string();
    api.write("PATCH", "/v1/maxscale", &body, 204).await;
    let told: Value = api.get("/v1/maxscale").await.json();
    let parameters = &told["data"]["attributes"]["parameters"];
    assert_eq!(parameters["admin_hide_sql"], true);
}
