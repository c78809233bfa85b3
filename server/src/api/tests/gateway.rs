//! `/maxscale`: parameters of the gateway, and from where it may be used.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::fixture::Api;
use crate::api::state::ApiOptions;
use crate::config::HostPatterns;

fn parameters(given: &Value) -> String {
    json!({"data": {"attributes": {"parameters": given}}}).to_string()
}

async fn shown(api: &Api, name: &str) -> Value {
    let document = api.get("/v1/maxscale").await.json();
    document["data"]["attributes"]["parameters"][name].clone()
}

#[tokio::test]
async fn parameters_are_changed_and_audited() {
    let api = Api::new();
    let given = json!({"retain_last_statements": 7, "log_info": true, "session_trace": "3"});
    api.write("PATCH", "/v1/maxscale", &parameters(&given), 204)
        .await;
    assert_eq!(shown(&api, "retain_last_statements").await, 7);
    assert_eq!(shown(&api, "log_info").await, true);
    let record = api.get("/v1/audit/1").await.json();
    let attributes = &record["data"]["attributes"];
    assert_eq!(
        (&attributes["kind"], &attributes["name"]),
        (&json!("maxscale"), &json!("maxscale"))
    );
    assert_eq!(
        attributes["before"]["parameters"],
        json!({"log_info": "false", "retain_last_statements": "0", "session_trace": "0"})
    );
    assert_eq!(
        attributes["after"]["parameters"],
        json!({"log_info": "true", "retain_last_statements": "7", "session_trace": "3"})
    );
    // Nothing but what is given moves, and what was given before stays in what is kept.
    api.write(
        "PATCH",
        "/v1/maxscale",
        &parameters(&json!({"log_info": null})),
        204,
    )
    .await;
    assert_eq!(shown(&api, "log_info").await, false);
    let overlay = api.state.control().store().overlay().unwrap();
    assert_eq!(
        overlay[0].document.as_ref().unwrap()["parameters"],
        json!({"log_info": "false", "retain_last_statements": "7", "session_trace": "3"})
    );
    api.write("POST", "/v1/audit/2/undo", "", 204).await;
    assert_eq!(shown(&api, "log_info").await, true);
    api.write("POST", "/v1/audit/1/undo", "", 204).await;
    assert_eq!(shown(&api, "retain_last_statements").await, 0);
}

#[tokio::test]
async fn a_password_is_replaced_and_taken_away() {
    let api = Api::new();
    let kept = || {
        let overlay = api.state.control().store().overlay().unwrap();
        let document = overlay[0].document.clone().unwrap();
        document["parameters"]["config_sync_password"].clone()
    };
    for (value, told) in [
        (json!("one"), json!("*****")),
        (json!("two"), json!("*****")),
        (json!("*****"), json!("*****")),
        (json!(null), json!(null)),
    ] {
        let body = parameters(&json!({"config_sync_password": value}));
        api.write("PATCH", "/v1/maxscale", &body, 204).await;
        assert_eq!(shown(&api, "config_sync_password").await, told, "{value}");
        let expected = match value.as_str() {
            Some("*****") => "two",
            Some(value) => value,
            None => "",
        };
        assert_eq!(kept(), expected);
    }
}

#[tokio::test]
async fn what_needs_a_restart_is_refused_with_its_place() {
    let api = Api::new();
    for (name, value, expected) in [
        ("threads", json!(1), "change the file and restart"),
        ("admin_port", json!(1234), "it can't be changed at run time"),
        ("log_info", json!("perhaps"), "not a boolean"),
        ("nothing", json!(1), "there is no such parameter"),
        ("session_trace_match", json!("/(/"), ""),
    ] {
        let body = parameters(&json!({"log_debug": true, name: value}));
        let answer = api.write("PATCH", "/v1/maxscale", &body, 400).await;
        assert_eq!(
            answer.pointer(),
            format!("/data/attributes/parameters/{name}")
        );
        assert!(answer.detail().contains(expected), "{}", answer.detail());
        assert_eq!(shown(&api, "log_debug").await, false, "{name}");
    }
    assert_eq!(api.get("/v1/audit").await.ids(), [""; 0]);
}

#[tokio::test]
async fn the_document_goes_back_as_it_was_read_and_its_version_is_checked() {
    let api = Api::new();
    let read = api.get("/v1/maxscale").await.json();
    api.write("PATCH", "/v1/maxscale", &read.to_string(), 204)
        .await;
    let tag = format!("\"{}\"", read["data"]["meta"]["version"].as_str().unwrap());
    let body = parameters(&json!({"log_info": true}));
    assert_eq!(api.write_if(&tag, "/v1/maxscale", &body).await.status, 204);
    assert_eq!(api.write_if(&tag, "/v1/maxscale", &body).await.status, 412);
}

#[tokio::test]
async fn the_api_is_used_from_allowed_addresses_only() {
    let none = HostPatterns::default();
    let elsewhere = "10.0.0.0/8".parse::<HostPatterns>().unwrap();
    let check = async |readonly: &HostPatterns, readwrite: &HostPatterns, get: u16, delete: u16| {
        let api = Api::with(ApiOptions {
            readonly_hosts: readonly.clone(),
            readwrite_hosts: readwrite.clone(),
            ..ApiOptions::default()
        });
        assert_eq!(api.get("/v1/sessions").await.status, get);
        assert_eq!(api.get("/").await.status, get);
        assert_eq!(
            api.ask("DELETE", "/v1/sessions/1", &[]).await.status,
            delete
        );
    };
    check(&none, &none, 200, 204).await;
    check(&none, &elsewhere, 200, 403).await;
    check(&elsewhere, &none, 200, 204).await;
    check(&elsewhere, &elsewhere, 403, 403).await;
}

#[tokio::test]
async fn tokens_are_good_for_as_long_as_the_gateway_allows() {
    let api = Api::with(ApiOptions {
        token_age_max: std::time::Duration::from_mins(1),
        ..ApiOptions::default()
    });
    let token = api.get("/v1/auth?max-age=3600").await.json()["meta"]["token"].clone();
    let claims = token.as_str().unwrap().split('.').nth(1).unwrap();
    let claims = URL_SAFE_NO_PAD.decode(claims).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        60
    );
}
