//! The filters of services, and restarts of sessions.

use serde_json::json;

use super::fixture::Api;

const CHAIN: &str = "/v1/services/Even/relationships/filters";

async fn chains(api: &Api) -> String {
    let list = api.get("/v1/sessions").await.json();
    let told = list["data"].as_array().unwrap().iter().map(|session| {
        let items = session["relationships"]["filters"]["data"]
            .as_array()
            .unwrap();
        let names: Vec<&str> = items
            .iter()
            .map(|item| item["id"].as_str().unwrap())
            .collect();
        format!("{}:{}", session["id"].as_str().unwrap(), names.join("|"))
    });
    told.collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_service_gives_its_filters_to_new_sessions_or_to_all() {
    let api = Api::new();
    let body =
        json!({"data": {"relationships": {"filters": {"data": [{"id": "QLA"}, {"id": "Hint"}]}}}});
    api.write("PATCH", "/v1/services/Even", &body.to_string(), 204)
        .await;
    assert_eq!(api.get(CHAIN).await.ids(), ["QLA", "Hint"]);
    assert_eq!(chains(&api).await, "1: 2: 3: 4: 5:");
    let body = r#"{"data":[{"id":"Hint"}]}"#;
    api.write("PATCH", &format!("{CHAIN}?sessions=all"), body, 204)
        .await;
    assert_eq!(api.get(CHAIN).await.ids(), ["Hint"]);
    assert_eq!(chains(&api).await, "1: 2:Hint 3: 4:Hint 5:");
    api.write("PATCH", CHAIN, r#"{"data":[]}"#, 204).await;
    assert_eq!(chains(&api).await, "1: 2:Hint 3: 4:Hint 5:");
}

#[tokio::test]
async fn a_faulty_change_of_a_service_has_no_effect() {
    let api = Api::new();
    let answer = api
        .write("PATCH", CHAIN, r#"{"data":[{"id":"none"}]}"#, 400)
        .await;
    assert_eq!(answer.pointer(), "/data/0/id");
    assert_eq!(answer.detail(), "none is not a filter");
    for (body, pointer) in [
        (
            r#"{"data":{"relationships":{"filters":{"data":null}}}}"#,
            "/data/relationships/filters/data",
        ),
        (
            r#"{"data":{"relationships":{"servers":{"data":[{"id":"none"}]}}}}"#,
            "/data/relationships/servers/data/0/id",
        ),
        (
            r#"{"data":{"attributes":{"parameters":{"quantum":true}}}}"#,
            "/data/attributes/parameters/quantum",
        ),
        (r#"{"data":{"id":"Odd"}}"#, "/data/id"),
    ] {
        let answer = api.write("PATCH", "/v1/services/Even", body, 400).await;
        assert_eq!(answer.pointer(), pointer);
    }
    api.write(
        "PATCH",
        &format!("{CHAIN}?sessions=some"),
        r#"{"data":[]}"#,
        400,
    )
    .await;
    api.write("PATCH", "/v1/services/none", r#"{"data":{}}"#, 404)
        .await;
    for (relationship, body, status) in [
        ("listeners", r#"{"data":[]}"#, 400),
        ("services", r#"{"data":[{"id":"Even"}]}"#, 400),
        ("sessions", r#"{"data":[]}"#, 404),
    ] {
        let path = format!("/v1/services/Even/relationships/{relationship}");
        api.write("PATCH", &path, body, status).await;
    }
    let version = &api.get("/v1/services/Even").await.json()["data"]["meta"]["version"];
    assert_eq!(*version, "v1");
}

#[tokio::test]
async fn a_restarted_session_has_the_filters_of_its_service() {
    let api = Api::new();
    for id in [2, 4] {
        let path = format!("/v1/sessions/{id}/relationships/filters");
        api.write("PATCH", &path, r#"{"data":[{"id":"Comment"}]}"#, 204)
            .await;
    }
    api.write("PATCH", CHAIN, r#"{"data":[{"id":"QLA"}]}"#, 204)
        .await;
    api.write("POST", "/v1/sessions/2/restart", "", 204).await;
    assert_eq!(chains(&api).await, "1: 2:QLA 3: 4:Comment 5:");
    api.write("POST", "/v1/sessions/restart", "", 204).await;
    assert_eq!(chains(&api).await, "1: 2:QLA 3: 4:QLA 5:");
    for id in ["99", "abc"] {
        let answer = api
            .write("POST", &format!("/v1/sessions/{id}/restart"), "", 404)
            .await;
        assert_eq!(answer.detail(), format!("{id} is not a session"));
    }
    api.write("PUT", "/v1/sessions/2/restart", "", 405).await;
}
