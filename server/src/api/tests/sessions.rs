//! `/sessions`: what is told, and which sessions.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use expect_test::{expect, expect_file};
use serde_json::{Value, json};
use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::session::SessionAttributes;

use super::fixture::{Api, session};
use crate::control::sessions::{CloseReason, ClosedBy, During, EndView};

#[tokio::test]
async fn a_session_is_told_with_all_that_is_true_of_it() {
    let api = Api::new();
    let answer = api.get("/v1/sessions/2").await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "application/json");
    let mut document = answer.json();
    let attributes = document["data"]["attributes"].as_object_mut().unwrap();
    // These move while the test runs.
    let idle = attributes.insert("idle".to_owned(), json!(2.0)).unwrap();
    assert!((2.0..60.0).contains(&idle.as_f64().unwrap()), "{idle}");
    let age = attributes
        .insert("seconds_alive".to_owned(), json!(100.0))
        .unwrap();
    assert!((100.0..160.0).contains(&age.as_f64().unwrap()), "{age}");
    let connected = attributes
        .insert("connected".to_owned(), json!(""))
        .unwrap();
    assert!(httpdate::parse_http_date(connected.as_str().unwrap()).is_ok());
    // These depend on where the test runs.
    for time in ["completed", "received"] {
        let told = &mut attributes["queries"][0][time];
        assert!(told.as_str().is_some_and(|told| told.len() == 23), "{told}");
        *told = json!("");
    }
    let text = String::from_utf8(crate::api::json::text(document, true)).unwrap() + "\n";
    expect_file!["session.json"].assert_eq(&text);
}

#[tokio::test]
async fn documents_are_those_of_the_shared_types() {
    let answer = Api::new().get("/v1/sessions").await;
    let typed: Document<Vec<Resource<SessionAttributes>>> =
        serde_json::from_slice(&answer.body).unwrap();
    assert_eq!(serde_json::to_value(&typed).unwrap(), answer.json());
    assert_eq!(typed.data[0].attributes.database, None);
    let links = BTreeMap::from([("self".into(), "http://127.0.0.1:8989/v1/sessions/".into())]);
    assert_eq!(typed.links, links);
}

#[tokio::test]
async fn the_oldest_session_comes_first() {
    let answer = Api::new().get("/v1/sessions").await;
    assert_eq!(answer.ids(), ["1", "2", "3", "4", "5"]);
    assert_eq!(answer.json()["meta"], Value::Null);
}

#[tokio::test]
async fn an_id_that_is_no_session_is_not_found() {
    let api = Api::new();
    for id in [
        "4711",
        "0",
        "abc",
        "1x",
        "-1",
        "+1",
        "18446744073709551616",
        "1.0",
    ] {
        for method in ["GET", "DELETE"] {
            let answer = api.ask(method, &format!("/v1/sessions/{id}"), &[]).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {id}");
            assert_eq!(answer.detail(), format!("{id} is not a session"));
        }
    }
    assert_eq!(api.get("/v1/sessions/01").await.json()["data"]["id"], "1");
}

#[tokio::test]
async fn the_links_of_relationships_answer() {
    let api = Api::new();
    let document = api.get("/v1/sessions/1").await.json();
    for name in ["services", "filters"] {
        let relationship = &document["data"]["relationships"][name];
        let link = relationship["links"]["self"].as_str().unwrap();
        let path = link.strip_prefix("http://127.0.0.1:8989").unwrap();
        assert_eq!(api.get(path).await.json(), *relationship);
    }
    let unknown = api.get("/v1/sessions/1/relationships/servers").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let ended = api.get("/v1/sessions/9/relationships/services").await;
    assert_eq!(ended.detail(), "9 is not a session");
}

#[tokio::test]
async fn links_are_in_the_form_that_the_client_used() {
    let api = Api::new();
    let bare = api
        .ask("GET", "/sessions/1", &[("host", "gate:1")])
        .await
        .json();
    assert_eq!(bare["links"]["self"], "http://gate:1/sessions/1/");
    let secure = Api { tls: true, ..api };
    let prefixed = secure.get("/v1/sessions/1/").await.json();
    assert_eq!(
        prefixed["links"]["self"],
        "https://127.0.0.1:8989/v1/sessions/1/"
    );
}

async fn check_ids(api: &Api, query: &str, expected: &[&str]) {
    let answer = api.get(&format!("/v1/sessions?{query}")).await;
    assert_eq!(answer.status, StatusCode::OK, "{query}");
    assert_eq!(answer.ids(), expected, "{query}");
}

#[tokio::test]
async fn filters_choose_sessions() {
    let api = Api::new();
    check_ids(&api, "filter=/attributes/user=\"user1\"", &["1", "4"]).await;
    check_ids(&api, "filter=/attributes/user=%22user1%22", &["1", "4"]).await;
    check_ids(&api, "filter=/id=\"4\"", &["4"]).await;
    check_ids(
        &api,
        "filter=/relationships/services/data/0/id=\"Odd\"",
        &["1", "3", "5"],
    )
    .await;
    check_ids(
        &api,
        "filter=/attributes/connections/0/connection_id=204",
        &["4"],
    )
    .await;
    check_ids(&api, "filter=/attributes/transaction=true", &["3"]).await;
    check_ids(
        &api,
        "filter=/attributes/statement_count=gt(30)",
        &["4", "5"],
    )
    .await;
    check_ids(
        &api,
        "filter=/attributes/statement_count=and(ge(20),le(40))",
        &["2", "3", "4"],
    )
    .await;
    check_ids(
        &api,
        "filter[attributes.statement_count]=or(eq(10),eq(50))",
        &["1", "5"],
    )
    .await;
    check_ids(
        &api,
        "filter[attributes.statement_count]=not(lt(30))",
        &["3", "4", "5"],
    )
    .await;
    check_ids(&api, "filter[$.attributes.database]=eq(null)", &["1"]).await;
    check_ids(
        &api,
        "filter[attributes.connections[*].server]=ne(\"server1\")",
        &[],
    )
    .await;
    check_ids(
        &api,
        "filter[attributes.client['connection_attributes'].program_name]=\"program 3\"",
        &["3"],
    )
    .await;
    check_ids(
        &api,
        "filter=/attributes/user=\"user2\"&filter[attributes.idle]=ge(4)",
        &["5"],
    )
    .await;
    check_ids(&api, "filter=/attributes/nothing=1", &[]).await;
}

#[tokio::test]
async fn sort_keys_order_sessions() {
    let api = Api::new();
    check_ids(&api, "sort=-idle", &["5", "4", "3", "2", "1"]).await;
    check_ids(&api, "sort=user,-id", &["3", "4", "1", "5", "2"]).await;
    check_ids(&api, "sort=-database,id", &["2", "3", "4", "5", "1"]).await;
    check_ids(
        &api,
        "sort=services,-statement_count",
        &["4", "2", "5", "3", "1"],
    )
    .await;
    check_ids(
        &api,
        "sort=/attributes/connections/0/connection_id",
        &["1", "2", "3", "4", "5"],
    )
    .await;
}

#[tokio::test]
async fn pages_have_links_to_each_other_and_a_total() {
    let api = Api::new();
    let query = "filter=/attributes/statement_count=gt(10)&sort=-id&page[size]=2&page[number]=1";
    let page = api.get(&format!("/v1/sessions?{query}")).await;
    assert_eq!(page.ids(), ["3", "2"]);
    let document = page.json();
    assert_eq!(document["meta"]["total"], 4);
    let links = document["links"].as_object().unwrap();
    assert_eq!(
        links.keys().collect::<Vec<_>>(),
        ["first", "last", "prev", "self"]
    );
    let first = links["first"]
        .as_str()
        .unwrap()
        .strip_prefix("http://127.0.0.1:8989")
        .unwrap();
    assert!(
        first.ends_with("page%5Bsize%5D=2&page%5Bnumber%5D=0"),
        "{first}"
    );
    assert_eq!(api.get(first).await.ids(), ["5", "4"]);
    let plain = api.get("/v1/sessions?page[size]=2").await.json();
    expect![[r#"{"first":"http://127.0.0.1:8989/v1/sessions/?page%5Bsize%5D=2&page%5Bnumber%5D=0","last":"http://127.0.0.1:8989/v1/sessions/?page%5Bsize%5D=2&page%5Bnumber%5D=2","next":"http://127.0.0.1:8989/v1/sessions/?page%5Bsize%5D=2&page%5Bnumber%5D=1","self":"http://127.0.0.1:8989/v1/sessions/?page%5Bsize%5D=2&page%5Bnumber%5D=0"}"#]]
    .assert_eq(&plain["links"].to_string());
}

#[tokio::test]
async fn a_page_behind_the_last_is_empty_and_leads_back() {
    let beyond = Api::new()
        .get("/v1/sessions?page[size]=2&page[number]=9")
        .await;
    assert!(beyond.ids().is_empty());
    let prev = beyond.json()["links"]["prev"].as_str().unwrap().to_owned();
    assert!(prev.ends_with("page%5Bnumber%5D=2"), "{prev}");
}

#[tokio::test]
async fn fields_choose_what_is_told() {
    let api = Api::new();
    let one = api
        .get("/v1/sessions/1?fields[sessions]=state,user&pretty=false")
        .await;
    let text = String::from_utf8(one.body).unwrap();
    expect![[r#"{"data":{"attributes":{"state":"Session started","user":"user1"},"id":"1","links":{"self":"http://127.0.0.1:8989/v1/sessions/1/"},"meta":{"version":"v1"},"type":"sessions"},"links":{"self":"http://127.0.0.1:8989/v1/sessions/1/"}}"#]]
    .assert_eq(&text);
    let deep = api
        .get("/v1/sessions?fields[sessions]=client/connection_attributes/program_name,services")
        .await
        .json();
    let first = &deep["data"][0];
    assert_eq!(
        first["attributes"],
        json!({"client": {"connection_attributes": {"program_name": "program 1"}}})
    );
    assert_eq!(first["relationships"]["services"]["data"][0]["id"], "Odd");
    assert_eq!(first["relationships"].get("filters"), None);
    let other = api.get("/v1/sessions/1?fields[services]=name").await.json();
    assert_eq!(other["data"]["attributes"]["user"], "user1");
    let nothing = api.get("/v1/sessions/1?fields[sessions]=").await.json();
    assert_eq!(nothing["data"].get("attributes"), None);
}

#[tokio::test]
async fn rdns_resolves_the_client_or_leaves_its_address() {
    let api = Api::new();
    api.source
        .with(|state| state.live[0].remote = "localhost".to_owned());
    for path in ["/v1/sessions?rdns=true", "/v1/sessions/1?rdns=yes"] {
        assert_eq!(api.get(path).await.status, StatusCode::OK);
    }
    let socket = api.get("/v1/sessions/5?rdns=true").await.json();
    assert_eq!(socket["data"]["attributes"]["remote"], "localhost");
}

#[tokio::test]
async fn a_long_list_is_evaluated_like_a_short_one() {
    let api = Api::new();
    api.source
        .with(|state| state.live = (1..=1000).map(super::fixture::session).collect());
    let answer = api
        .get("/v1/sessions?filter=/attributes/statement_count=gt(9000)")
        .await;
    assert_eq!(answer.ids().len(), 100);
    let page = api.get("/v1/sessions?sort=-id&page[size]=3").await;
    assert_eq!(page.ids(), ["1000", "999", "998"]);
    assert_eq!(page.json()["meta"]["total"], 1000);
}

#[tokio::test]
async fn a_session_is_killed_at_once_or_after_its_time() {
    let api = Api::new();
    for (query, grace_ms) in [
        ("", None),
        ("?ttl=5s", Some(5_000)),
        ("?ttl=2", Some(2_000)),
        ("?ttl=300ms", Some(300)),
    ] {
        let answer = api
            .ask("DELETE", &format!("/v1/sessions/3{query}"), &[])
            .await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{query}");
        assert!(answer.body.is_empty());
        let kill = api.source.with(|state| state.kills.pop());
        assert_eq!(
            kill,
            Some((3, grace_ms.map(std::time::Duration::from_millis)))
        );
    }
    let bad = api.ask("DELETE", "/v1/sessions/3?ttl=abc", &[]).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
    assert_eq!(api.source.with(|state| state.kills.len()), 0);
}

#[tokio::test]
async fn a_kill_of_another_state_than_the_client_thinks_of_has_no_effect() {
    let api = Api::new();
    let answer = api
        .ask("DELETE", "/v1/sessions/3", &[("if-match", "\"old\"")])
        .await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(api.source.with(|state| state.kills.len()), 0);
    let answer = api
        .ask("DELETE", "/v1/sessions/3", &[("if-match", "*")])
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn sessions_that_ended_lately_are_a_list_of_their_own_and_say_why() {
    let api = Api::new();
    let end = EndView {
        at: SystemTime::UNIX_EPOCH + Duration::from_hours(24),
        reason: CloseReason {
            by: ClosedBy::Admin,
            during: During::Reply,
        },
    };
    let mut view = session(9);
    view.end = Some(end);
    view.trace = vec!["a line".to_owned()];
    api.source.with(|state| state.ended.push(view));
    let listed = api.get("/v1/sessions?ended=true").await;
    assert_eq!(listed.ids(), ["9"]);
    let attributes = listed.json()["data"][0]["attributes"].clone();
    assert_eq!(
        attributes["close_reason"],
        json!({
            "by": "administrator",
            "during": "reply",
            "detail": "killed by an operator while a reply was awaited or being sent",
        })
    );
    assert_eq!(attributes["ended"], "Fri, 02 Jan 1970 00:00:00 GMT");
    assert_eq!(attributes["state"], "Session stopped");
    assert_eq!(attributes["log"], json!(["a line"]));
    let live = api.get("/v1/sessions").await;
    assert_eq!(live.ids(), ["1", "2", "3", "4", "5"]);
    assert_eq!(
        live.json()["data"][0]["attributes"].get("close_reason"),
        None
    );
    for (path, status) in [
        ("/v1/sessions/9?ended=yes", 200),
        ("/v1/sessions/9", 404),
        ("/v1/sessions/1?ended=true", 404),
        ("/v1/sessions?ended=maybe", 400),
    ] {
        assert_eq!(api.get(path).await.status, status, "{path}");
    }
}
