//! `/audit`: what was changed is told, and undone.

use serde_json::{Value, json};

use super::fixture::Api;

const NOTE: &str = r#"{"data": {"id": "Note", "attributes": {
    "module": "comment", "parameters": {"inject": "one"}}}}"#;

fn chain(names: &[&str]) -> String {
    let items: Vec<Value> = names.iter().map(|name| json!({"id": name})).collect();
    json!({ "data": items }).to_string()
}

impl Api {
    async fn inject(&self, text: &str) {
        let body = json!({"data": {"attributes": {"parameters": {"inject": text}}}});
        self.write("PATCH", "/v1/filters/Note", &body.to_string(), 204)
            .await;
    }

    async fn injected(&self) -> Value {
        let filter = self.get("/v1/filters/Note").await.json();
        filter["data"]["attributes"]["parameters"]["inject"].clone()
    }

    async fn undo(&self, id: u64, status: u16) -> super::fixture::Answer {
        self.write("POST", &format!("/v1/audit/{id}/undo"), "", status)
            .await
    }

    async fn refused_undo(&self, id: u64, reason: &str) {
        let detail = self.undo(id, 409).await.detail();
        assert!(detail.contains(reason), "{detail}");
    }

    async fn filters_of(&self, path: &str) -> Vec<String> {
        self.get(&format!("/v1/{path}/relationships/filters"))
            .await
            .ids()
    }
}

#[tokio::test]
async fn a_change_is_told_with_who_and_from_where() {
    let api = Api::new();
    api.write("POST", "/v1/filters", NOTE, 204).await;
    api.inject("two").await;
    let record = api.get("/v1/audit/2").await.json();
    let attributes = &record["data"]["attributes"];
    assert_eq!(record["data"]["type"], "audit");
    for (name, expected) in [
        ("user", json!("admin")),
        ("address", json!("127.0.0.1")),
        ("action", json!("alter")),
        ("kind", json!("filters")),
        ("name", json!("Note")),
        ("outcome", json!("done")),
        ("undoes", Value::Null),
        (
            "before",
            json!({"parameters": {"module": "comment", "inject": "one"}}),
        ),
        (
            "after",
            json!({"parameters": {"module": "comment", "inject": "two"}}),
        ),
    ] {
        assert_eq!(attributes[name], expected, "{name}");
    }
    let time = attributes["time"].as_str().unwrap();
    assert!(time.len() == 24 && time.ends_with('Z'), "{time}");
    assert_eq!(
        api.get("/v1/audit/1").await.json()["data"]["attributes"]["before"],
        Value::Null
    );
    for id in ["3", "0", "x", "-1", "99999999999999999999"] {
        let answer = api.get(&format!("/v1/audit/{id}")).await;
        assert_eq!(answer.status, 404, "{id}");
    }
}

#[tokio::test]
async fn the_audit_is_a_collection_like_others() {
    let api = Api::new();
    api.write("POST", "/v1/filters", NOTE, 204).await;
    for text in ["two", "three", "four"] {
        api.inject(text).await;
    }
    assert_eq!(api.get("/v1/audit").await.ids(), ["1", "2", "3", "4"]);
    assert_eq!(
        api.get("/v1/audit?sort=-id&page[size]=2").await.ids(),
        ["4", "3"]
    );
    let page = api.get("/v1/audit?page[size]=3&page[number]=1").await;
    assert_eq!(page.ids(), ["4"]);
    assert_eq!(page.json()["meta"]["total"], 4);
    let filtered = api
        .get("/v1/audit?filter=/attributes/action=\"alter\"&page[size]=2")
        .await;
    assert_eq!(filtered.ids(), ["2", "3"]);
    assert_eq!(filtered.json()["meta"]["total"], 3);
    assert_eq!(
        api.get("/v1/audit?sort=name,-id").await.ids(),
        ["4", "3", "2", "1"]
    );
    let fields = api.get("/v1/audit?fields[audit]=user,name").await.json();
    assert_eq!(
        fields["data"][0]["attributes"],
        json!({"name": "Note", "user": "admin"})
    );
}

#[tokio::test]
async fn what_was_refused_is_no_change() {
    let api = Api::new();
    let body = json!({"data": {"attributes": {"parameters": {"nothing": 1}}}}).to_string();
    api.write("PATCH", "/v1/filters/Comment", &body, 400).await;
    api.write("DELETE", "/v1/filters/Nothing", "", 404).await;
    assert_eq!(api.get("/v1/audit").await.ids(), [""; 0]);
}

#[tokio::test]
async fn changes_of_a_filter_are_undone_one_after_the_other() {
    let api = Api::new();
    api.write("POST", "/v1/filters", NOTE, 204).await;
    api.inject("two").await;
    api.inject("three").await;
    api.refused_undo(2, "change 3 by admin came later").await;
    let answer = api.undo(3, 204).await;
    assert!(answer.header("location").ends_with("/v1/audit/4/"));
    assert_eq!(api.injected().await, "two");
    api.refused_undo(3, "has been undone already").await;
    // With the later one undone, the earlier one can be.
    api.undo(2, 204).await;
    assert_eq!(api.injected().await, "one");
    // Undoing is undone like anything else.
    api.undo(5, 204).await;
    assert_eq!(api.injected().await, "two");
    let record = api.get("/v1/audit/6").await.json();
    assert_eq!(record["data"]["attributes"]["action"], "undo");
    assert_eq!(record["data"]["attributes"]["undoes"], 5);
    api.undo(6, 204).await;
    api.undo(1, 204).await;
    assert_eq!(api.get("/v1/filters/Note").await.status, 404);
    api.undo(8, 204).await;
    assert_eq!(api.injected().await, "one");
    assert_eq!(api.state.control().store().verify().unwrap().faults, []);
}

#[tokio::test]
async fn an_undone_deletion_brings_back_the_chains_that_it_changed() {
    let api = Api::new();
    let path = "/v1/services/Even/relationships/filters";
    api.write("PATCH", path, &chain(&["Hint", "QLA"]), 204)
        .await;
    api.write("DELETE", "/v1/filters/Hint?force=yes", "", 204)
        .await;
    assert_eq!(api.filters_of("services/Even").await, ["QLA"]);
    let ids = api
        .get("/v1/audit?filter=/attributes/operation=2")
        .await
        .ids();
    assert_eq!(ids, ["2", "3"], "one operation, two objects");
    api.undo(3, 204).await;
    assert_eq!(api.filters_of("services/Even").await, ["Hint", "QLA"]);
    assert_eq!(api.get("/v1/filters/Hint").await.status, 200);
}

#[tokio::test]
async fn what_is_used_meanwhile_stands_in_the_way() {
    let api = Api::new();
    api.write("POST", "/v1/filters", NOTE, 204).await;
    let path = "/v1/services/Even/relationships/filters";
    api.write("PATCH", path, &chain(&["Note"]), 204).await;
    api.refused_undo(1, "Note is used by the service Even")
        .await;
    assert_eq!(api.get("/v1/filters/Note").await.status, 200);
}

#[tokio::test]
async fn changes_of_sessions_are_told_and_undone() {
    let api = Api::new();
    let body = json!({"data": {"attributes": {"parameters": {"log_info": true}},
        "relationships": {"filters": {"data": [{"id": "QLA"}]}}}});
    api.write("PATCH", "/v1/sessions/2", &body.to_string(), 204)
        .await;
    let record = api.get("/v1/audit/1").await.json();
    let attributes = &record["data"]["attributes"];
    assert_eq!(
        (&attributes["kind"], &attributes["name"]),
        (&json!("sessions"), &json!("2"))
    );
    assert_eq!(attributes["after"]["filters"], json!(["QLA"]));
    assert_eq!(attributes["after"]["parameters"]["log_info"], true);
    api.undo(1, 204).await;
    let session = api.get("/v1/sessions/2").await.json();
    let attributes = &session["data"]["attributes"];
    assert_eq!(attributes["parameters"]["log_info"], false);
    assert_eq!(attributes["filters"]["active"], json!([]));
    api.write("POST", "/v1/sessions/2/restart", "", 204).await;
    api.write("DELETE", "/v1/sessions/2", "", 204).await;
    let killed = api.get("/v1/audit?sort=-id&page[size]=1").await.json();
    assert_eq!(killed["data"][0]["attributes"]["action"], "kill");
    assert_eq!(killed["data"][0]["attributes"]["before"]["user"], "user2");
    api.refused_undo(3, "does not come back").await;
    assert_eq!(api.state.control().store().overlay().unwrap(), []);
}

#[tokio::test]
async fn a_basic_account_reads_the_audit_and_undoes_nothing() {
    let api = Api::new();
    api.write("POST", "/v1/filters", NOTE, 204).await;
    // eve:look
    let eve = [("authorization", "Basic ZXZlOmxvb2s=")];
    let send = |method, path| {
        let request = super::fixture::request(method, path, &eve, axum::body::Body::empty());
        api.send(request)
    };
    assert_eq!(send("GET", "/v1/audit").await.status, 200);
    assert_eq!(send("POST", "/v1/audit/1/undo").await.status, 403);
    assert_eq!(api.injected().await, "one");
}
