//! `PATCH` of sessions: every refusal says where it is, and has no effect.

use expect_test::expect;
use serde_json::{Value, json};

use super::fixture::Api;
use crate::control::sessions::Activity;

const ONE: &str = "/v1/sessions/3";
const CHAIN: &str = "/v1/sessions/3/relationships/filters";

/// The chain of session 3, as one line.
async fn chain(api: &Api) -> String {
    let document = api.get(ONE).await.json();
    let filters = &document["data"]["attributes"]["filters"];
    let ids: Vec<Value> = document["data"]["relationships"]["filters"]["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["id"].clone())
        .collect();
    assert_eq!(filters["active"], Value::from(ids));
    let (active, pending) = (&filters["active"], &filters["pending"]);
    let (generation, apply) = (&filters["generation"], filters["apply"].as_str().unwrap());
    format!("{generation} {active} {pending} {apply}")
}

fn items(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"id": name, "type": "filters"}))
        .collect()
}

fn relationships(names: &[&str]) -> Value {
    json!({"filters": {"data": items(names)}})
}

#[tokio::test]
async fn both_forms_and_the_endpoint_set_the_chain() {
    let api = Api::new();
    assert_eq!(chain(&api).await, "0 [] null idle");
    let body = json!({"data": {"relationships": relationships(&["QLA", "Hint"])}});
    api.write("PATCH", ONE, &body.to_string(), 204).await;
    assert_eq!(chain(&api).await, r#"1 ["QLA","Hint"] null idle"#);
    let body = json!({"data": {"attributes": {"relationships": relationships(&["Hint"])}}});
    api.write("PATCH", ONE, &body.to_string(), 204).await;
    assert_eq!(chain(&api).await, r#"2 ["Hint"] null idle"#);
    let both = json!({"data": {
        "id": "3",
        "type": "sessions",
        "attributes": {"relationships": relationships(&["Comment"]), "apply": "idle"},
        "relationships": {"filters": {"data": [{"id": "Comment"}]}},
    }});
    let answer = api.write("PATCH", ONE, &both.to_string(), 204).await;
    assert!(answer.body.is_empty());
    assert_eq!(chain(&api).await, r#"3 ["Comment"] null idle"#);
    let body = json!({"data": items(&["Hint", "Comment"])});
    api.write("PATCH", CHAIN, &body.to_string(), 204).await;
    assert_eq!(chain(&api).await, r#"4 ["Hint","Comment"] null idle"#);
    api.write("PATCH", CHAIN, r#"{"data": []}"#, 204).await;
    assert_eq!(chain(&api).await, "5 [] null idle");
    api.write("PATCH", ONE, r#"{"data": {}}"#, 204).await;
    assert_eq!(chain(&api).await, "5 [] null idle");
}

#[tokio::test]
async fn what_waits_is_told_and_the_last_word_wins() {
    let api = Api::new();
    api.source.with(|state| {
        let live = state.live.iter_mut().find(|live| live.id == 3);
        live.unwrap().state = Activity::Busy;
    });
    let body = json!({"data": items(&["QLA"])});
    api.write("PATCH", CHAIN, &body.to_string(), 204).await;
    assert_eq!(chain(&api).await, r#"1 [] ["QLA"] idle"#);
    let body = json!({"data": {
        "attributes": {"apply": "transaction_end"},
        "relationships": relationships(&["Hint"]),
    }});
    api.write("PATCH", ONE, &body.to_string(), 204).await;
    assert_eq!(chain(&api).await, r#"2 [] ["Hint"] transaction_end"#);
}

#[tokio::test]
async fn a_faulty_chain_is_refused_with_its_place_in_every_form() {
    let api = Api::new();
    let data = "/data/relationships/filters/data";
    let form =
        |data: &str| format!(r#"{{"data":{{"relationships":{{"filters":{{"data":{data}}}}}}}}}"#);
    for (chain, pointer) in [
        ("null", data.to_owned()),
        (r#"{"id":"QLA"}"#, data.to_owned()),
        (r#""QLA""#, data.to_owned()),
        ("[{}]", format!("{data}/0")),
        (r#"[{"type":"filters"}]"#, format!("{data}/0")),
        (r#"["QLA"]"#, format!("{data}/0")),
        ("[null]", format!("{data}/0")),
        (r#"[{"id":1}]"#, format!("{data}/0/id")),
        (r#"[{"id":null}]"#, format!("{data}/0/id")),
        (r#"[{"id":"QLA"},{"id":"QLA"}]"#, format!("{data}/1/id")),
        (r#"[{"id":"QLA"},{"id":"none"}]"#, format!("{data}/1/id")),
        (
            r#"[{"id":"QLA","type":"servers"}]"#,
            format!("{data}/0/type"),
        ),
        (r#"[{"id":"QLA","type":7}]"#, format!("{data}/0/type")),
        (r#"[{"id":"QLA","name":"x"}]"#, format!("{data}/0/name")),
    ] {
        let answer = api.write("PATCH", ONE, &form(chain), 400).await;
        assert_eq!(answer.pointer(), pointer, "{chain}");
        let attribute =
            form(chain).replace("\"data\":{\"rel", "\"data\":{\"attributes\":{\"rel") + "}";
        let answer = api.write("PATCH", ONE, &attribute, 400).await;
        let below = pointer.replace("/data/rel", "/data/attributes/rel");
        assert_eq!(answer.pointer(), below, "{chain}");
        let endpoint = format!(r#"{{"data":{chain}}}"#);
        let answer = api.write("PATCH", CHAIN, &endpoint, 400).await;
        let short = pointer.replace(data, "/data");
        assert_eq!(answer.pointer(), short, "{chain}");
    }
    assert_untouched(&api).await;
}

/// Bodies, and where the fault in each is.
const FAULTY: &[(&str, &str)] = &[
    ("{}", ""),
    ("[]", ""),
    ("\"abc\"", ""),
    (r#"{"data":null}"#, "/data"),
    (r#"{"data":[]}"#, "/data"),
    (r#"{"data":{},"more":1}"#, "/more"),
    (r#"{"data":{"id":"4"}}"#, "/data/id"),
    (r#"{"data":{"id":3}}"#, "/data/id"),
    (r#"{"data":{"type":"filters"}}"#, "/data/type"),
    (r#"{"data":{"more~/":1}}"#, "/data/more~0~1"),
    (r#"{"data":{"attributes":[]}}"#, "/data/attributes"),
    (
        r#"{"data":{"attributes":{"user":"bob"}}}"#,
        "/data/attributes/user",
    ),
    (
        r#"{"data":{"attributes":{"more":1}}}"#,
        "/data/attributes/more",
    ),
    (
        r#"{"data":{"attributes":{"apply":"idle"}}}"#,
        "/data/attributes/apply",
    ),
    (r#"{"data":{"relationships":null}}"#, "/data/relationships"),
    (
        r#"{"data":{"relationships":{"services":{"data":[]}}}}"#,
        "/data/relationships/services",
    ),
    (
        r#"{"data":{"relationships":{"filters":null}}}"#,
        "/data/relationships/filters",
    ),
    (
        r#"{"data":{"relationships":{"filters":{}}}}"#,
        "/data/relationships/filters",
    ),
    (
        r#"{"data":{"attributes":{"apply":"now"},"relationships":{"filters":{"data":[]}}}}"#,
        "/data/attributes/apply",
    ),
    (
        r#"{"data":{"attributes":{"relationships":{"filters":{"data":[]}}},
            "relationships":{"filters":{"data":[{"id":"QLA"}]}}}}"#,
        "/data/relationships",
    ),
    (
        r#"{"data":{"attributes":{"parameters":{"log_info":true}},
            "relationships":{"filters":{"data":[{"id":"none"}]}}}}"#,
        "/data/relationships/filters/data/0/id",
    ),
];

#[tokio::test]
async fn every_faulty_body_is_refused_with_its_place() {
    let api = Api::new();
    for (body, pointer) in FAULTY {
        let answer = api.write("PATCH", ONE, body, 400).await;
        assert_eq!(answer.pointer(), *pointer, "{body}");
    }
    assert_untouched(&api).await;
}

async fn assert_untouched(api: &Api) {
    assert_eq!(chain(api).await, "0 [] null idle");
    let data = api.get(ONE).await.json()["data"].clone();
    assert_eq!(data["meta"]["version"], "v1");
    assert_eq!(data["attributes"]["parameters"]["log_info"], false);
}

#[tokio::test]
async fn broken_json_is_refused_with_its_place() {
    let api = Api::new();
    let mut told = String::new();
    for body in [
        "",
        "{\"data\": {",
        "not json",
        "{\"data\":{}} xyz",
        "{\"data\":\n{,}}",
    ] {
        for path in [ONE, CHAIN] {
            let answer = api.write("PATCH", path, body, 400).await;
            if path == ONE {
                told.extend([answer.detail().as_str(), "\n"]);
            }
        }
    }
    expect![[r#"
        Missing request body
        Invalid JSON in request: EOF while parsing an object at line 1 column 10
        Invalid JSON in request: expected ident at line 1 column 2
        Invalid JSON in request: trailing characters at line 1 column 13
        Invalid JSON in request: key must be a string at line 2 column 2
    "#]]
    .assert_eq(&told);
}

#[tokio::test]
async fn what_is_not_there_is_not_found_and_what_is_too_long_is_refused() {
    let api = Api::new();
    for id in ["4711", "abc", "0"] {
        for path in ["", "/relationships/filters"] {
            let path = format!("/v1/sessions/{id}{path}");
            let answer = api.write("PATCH", &path, r#"{"data":[]}"#, 404).await;
            assert_eq!(answer.detail(), format!("{id} is not a session"));
        }
    }
    let services = "/v1/sessions/3/relationships/services";
    let answer = api.write("PATCH", services, r#"{"data":[]}"#, 405).await;
    assert_eq!(answer.header("allow"), "GET,HEAD,OPTIONS");
    api.write("PATCH", "/v1/sessions", "{}", 405).await;
    api.write("PUT", ONE, "{}", 405).await;
    let long = format!(r#"{{"data":"{}"}}"#, "x".repeat(1 << 20));
    api.write("PATCH", ONE, &long, 413).await;
    api.write("PATCH", CHAIN, &long, 413).await;
}

#[tokio::test]
async fn log_levels_are_booleans_that_are_told_again() {
    let api = Api::new();
    let set = |text: &str| format!(r#"{{"data":{{"attributes":{{"parameters":{text}}}}}}}"#);
    let info = set(r#"{"log_info":true,"log_debug":true}"#);
    api.write("PATCH", ONE, &info, 204).await;
    api.write("PATCH", ONE, &set(r#"{"log_debug":false}"#), 204)
        .await;
    for (bad, at) in [
        (r#"{"log_info":"false"}"#, "/log_info"),
        (r#"{"log_notice":true,"log_info":0}"#, "/log_info"),
        (r#"{"log_info":null}"#, "/log_info"),
        (r#"{"quantum":true}"#, "/quantum"),
        ("[]", ""),
    ] {
        let answer = api.write("PATCH", ONE, &set(bad), 400).await;
        assert_eq!(answer.pointer(), format!("/data/attributes/parameters{at}"));
    }
    let told = api.get(ONE).await.json()["data"].clone();
    expect![[r#"{"log_debug":false,"log_error":false,"log_info":true,"log_notice":false,"log_warning":false}"#]]
        .assert_eq(&told["attributes"]["parameters"].to_string());
    assert_eq!(told["meta"]["version"], "v3");
}

#[tokio::test]
async fn of_two_writers_that_think_of_the_same_state_one_is_refused() {
    let api = Api::new();
    let mut statuses = Vec::new();
    for name in ["QLA", "Hint"] {
        let body = json!({"data": items(&[name])}).to_string();
        let answer = api.write_if("\"v1\"", CHAIN, &body).await;
        statuses.push(answer.status.as_u16());
    }
    assert_eq!(statuses, [204, 412]);
    assert_eq!(chain(&api).await, r#"1 ["QLA"] null idle"#);
}

#[tokio::test]
async fn a_write_to_a_relationship_wants_the_tag_of_the_relationship() {
    for path in [CHAIN, "/v1/services/Even/relationships/filters"] {
        let api = Api::new();
        let (whole, _) = path.split_once("/relationships").unwrap();
        let told = async |path: &str| api.get(path).await.header("etag").to_owned();
        let (own, of_whole) = (told(path).await, told(whole).await);
        let steps = [
            (of_whole, 412),
            ("\"v9\"".to_owned(), 412),
            (own.clone(), 204),
            (own, 412),
            ("\"v2\"".to_owned(), 204),
            ("*".to_owned(), 204),
        ];
        for (tag, expected) in steps {
            let body = json!({"data": items(&["QLA"])}).to_string();
            let answer = api.write_if(&tag, path, &body).await;
            assert_eq!(answer.status, expected, "{path} {tag}");
        }
        let last = told(path).await;
        let answer = api.write_if(&last, path, r#"{"data":[]}"#).await;
        assert_eq!(answer.status, 204, "{path}");
        assert!(api.get(path).await.ids().is_empty());
    }
}

#[tokio::test]
async fn a_restart_wants_the_state_that_it_names() {
    let api = Api::new();
    let restart = async |tag: &str| {
        let answer = api
            .ask("POST", "/v1/sessions/2/restart", &[("if-match", tag)])
            .await;
        answer.status.as_u16()
    };
    assert_eq!(restart("\"v7\"").await, 412);
    assert_eq!(restart("\"v1\"").await, 204);
    assert_eq!(restart("\"v1\"").await, 412);
}
