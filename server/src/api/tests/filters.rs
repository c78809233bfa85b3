//! `/filters` and `/maxscale/modules`.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::fixture::{Api, session};
use crate::config::Values;
use crate::control::sessions::Activity;
use crate::filters::{ConfiguredFilter, Filter, FilterError, FilterSession, SessionFacts};
use crate::pipeline::Needs;

#[tokio::test]
async fn a_filter_tells_of_itself_and_of_the_services_that_use_it() {
    let api = Api::new();
    let body = r#"{"data":[{"id":"QLA"}]}"#;
    let path = "/v1/services/Even/relationships/filters";
    api.write("PATCH", path, body, 204).await;
    let document = api.get("/v1/filters/QLA").await.json();
    let data = &document["data"];
    assert_eq!(
        data["attributes"],
        json!({
            "filter_diagnostics": null,
            "module": "nullfilter",
            "parameters": {"module": "nullfilter"},
            "source": data["attributes"]["source"],
        })
    );
    assert_eq!(data["attributes"]["source"]["type"], "static");
    let services = &data["relationships"]["services"]["data"];
    assert_eq!(*services, json!([{"id": "Even", "type": "services"}]));
    let all = api.get("/v1/filters").await;
    assert_eq!(all.ids(), ["Comment", "Hint", "MaxRows", "QLA"]);
}

fn new(id: &str) -> String {
    let attributes = json!({"module": "nullfilter", "parameters": {}});
    json!({"data": {"id": id, "type": "filters", "attributes": attributes}}).to_string()
}

#[tokio::test]
async fn a_filter_is_made_used_and_removed() {
    let api = Api::new();
    api.write("POST", "/v1/filters", &new("New"), 204).await;
    let made = api.get("/v1/filters/New").await.json();
    assert_eq!(
        made["data"]["attributes"]["source"],
        json!({"file": null, "type": "runtime"})
    );
    let again = api.write("POST", "/v1/filters", &new("New"), 400).await;
    assert_eq!(again.pointer(), "/data/id");
    let chain = r#"{"data":[{"id":"New"},{"id":"QLA"}]}"#;
    for path in ["sessions/3", "services/Even"] {
        let path = format!("/v1/{path}/relationships/filters");
        api.write("PATCH", &path, chain, 204).await;
    }
    let refused = api.write("DELETE", "/v1/filters/New", "", 400).await;
    assert_eq!(
        refused.detail(),
        "New is used by the service Even and the session 3; force=yes takes it from there"
    );
    api.write("DELETE", "/v1/filters/New?force=yes", "", 204)
        .await;
    for path in ["sessions/3", "services/Even"] {
        let path = format!("/v1/{path}/relationships/filters");
        assert_eq!(api.get(&path).await.ids(), ["QLA"], "{path}");
    }
    api.write("DELETE", "/v1/filters/New", "", 404).await;
    api.write("DELETE", "/v1/filters/Hint", "", 204).await;
}

#[tokio::test]
async fn a_new_filter_has_to_be_right() {
    let api = Api::new();
    let set = |member: &str, value: Value| {
        let mut body: Value = serde_json::from_str(&new("New")).unwrap();
        *body
            .pointer_mut("/data")
            .unwrap()
            .pointer_mut(member)
            .unwrap() = value;
        body.to_string()
    };
    for (body, pointer) in [
        ("{}".to_owned(), ""),
        (r#"{"data":{"type":"filters"}}"#.to_owned(), "/data"),
        (set("/id", json!(7)), "/data/id"),
        (set("/id", json!("a b")), "/data/id"),
        (set("/id", json!("server1")), "/data/id"),
        (set("/type", json!("servers")), "/data/type"),
        (set("/attributes", json!({})), "/data/attributes"),
        (
            set("/attributes", json!({"module": "nullfilter", "more": 1})),
            "/data/attributes/more",
        ),
        (
            set("/attributes/module", json!("nofilter")),
            "/data/attributes/module",
        ),
        (
            set("/attributes/parameters", json!([])),
            "/data/attributes/parameters",
        ),
        (
            set("/attributes/parameters", json!({"speed": 1})),
            "/data/attributes/parameters/speed",
        ),
        (
            set("/attributes/parameters", json!({"module": "other"})),
            "/data/attributes/parameters/module",
        ),
    ] {
        let answer = api.write("POST", "/v1/filters", &body, 400).await;
        assert_eq!(answer.pointer(), pointer, "{body}: {}", answer.detail());
    }
    assert_eq!(api.get("/v1/filters").await.ids().len(), 4);
}

#[tokio::test]
async fn parameters_that_are_fixed_or_unknown_can_t_be_changed() {
    let api = Api::new();
    let set =
        |parameters: Value| json!({"data": {"attributes": {"parameters": parameters}}}).to_string();
    let path = "/v1/filters/QLA";
    api.write("PATCH", path, &set(json!({"module": "nullfilter"})), 204)
        .await;
    for (parameters, at) in [
        (json!({"module": "other"}), "/module"),
        (json!({"speed": 1}), "/speed"),
        (json!(null), ""),
    ] {
        let answer = api.write("PATCH", path, &set(parameters), 400).await;
        assert_eq!(answer.pointer(), format!("/data/attributes/parameters{at}"));
    }
    let other = r#"{"data":{"attributes":{"module":"other"}}}"#;
    let answer = api.write("PATCH", path, other, 400).await;
    assert_eq!(answer.pointer(), "/data/attributes/module");
    api.write("PATCH", "/v1/filters/none", &set(json!({})), 404)
        .await;
}

#[tokio::test]
async fn a_write_of_another_version_has_no_effect() {
    let api = Api::new();
    let headers = [("if-match", "\"v9\"")];
    let answer = api.ask("DELETE", "/v1/filters/QLA", &headers).await;
    assert_eq!(answer.status, StatusCode::PRECONDITION_FAILED);
    let answer = api
        .ask("DELETE", "/v1/filters/QLA", &[("if-match", "\"v1\"")])
        .await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn modules_tell_the_parameters_of_what_is_made_of_them() {
    let api = Api::new();
    let all = api.get("/v1/maxscale/modules").await;
    for name in [
        "maxscale",
        "servers",
        "nullfilter",
        "readconnroute",
        "mariadbmon",
    ] {
        assert!(all.ids().iter().any(|id| id == name), "{name}");
        let one = api
            .get(&format!("/v1/maxscale/modules/{name}"))
            .await
            .json();
        let link = one["data"]["links"]["self"].as_str().unwrap();
        let path = link.strip_prefix("http://127.0.0.1:8989").unwrap();
        assert_eq!(api.get(path).await.json(), one);
    }
    let router = api.get("/v1/maxscale/modules/readconnroute").await.json();
    let attributes = &router["data"]["attributes"];
    assert_eq!(
        (&attributes["api"], &attributes["module_type"]),
        (&json!("router"), &json!("Router"))
    );
    let parameters = attributes["parameters"].as_array().unwrap();
    let named = |name: &str| parameters.iter().find(|one| one["name"] == name).unwrap();
    let lag = named("max_replication_lag");
    assert_eq!(
        (&lag["type"], &lag["unit"], &lag["default_value"]),
        (&json!("duration"), &json!("ms"), &json!("0ms"))
    );
    assert_eq!(named("router_options")["type"], "enum_mask");
    assert!(named("router_options")["enum_values"].is_array());
    assert_eq!(named("user")["mandatory"], true);
    let unknown = api.get("/v1/maxscale/modules/none").await;
    assert_eq!(unknown.detail(), "none is not a module");
}

#[tokio::test]
async fn parameters_are_altered_all_or_none() {
    let api = Api::new();
    let path = "/v1/filters/MaxRows";
    let set =
        |parameters: Value| json!({"data": {"attributes": {"parameters": parameters}}}).to_string();
    let told = async || {
        let data = api.get(path).await.json()["data"].clone();
        let parameters = &data["attributes"]["parameters"];
        let (rows, size) = (
            &parameters["max_resultset_rows"],
            &parameters["max_resultset_size"],
        );
        let (what, version) = (
            &parameters["max_resultset_return"],
            &data["meta"]["version"],
        );
        format!("{rows} {size} {what} {version}")
    };
    assert_eq!(told().await, r#"10 65536 "empty" "v1""#);
    let all = json!({
        "max_resultset_rows": 7,
        "max_resultset_size": "1Ki",
        "max_resultset_return": "error",
        "module": "maxrows",
    });
    api.write("PATCH", path, &set(all), 204).await;
    assert_eq!(told().await, r#"7 1024 "error" "v2""#);
    for (parameters, at) in [
        (
            json!({"max_resultset_rows": 9, "max_resultset_return": "nothing"}),
            "/max_resultset_return",
        ),
        (json!({"max_resultset_rows": true}), "/max_resultset_rows"),
        (json!({"max_resultset_rows": -1}), "/max_resultset_rows"),
        (json!({"max_resultset_rows": [1]}), "/max_resultset_rows"),
        (json!({"max_resultset_return": 1}), "/max_resultset_return"),
        (json!({"max_resultset_rows": 9, "rows": 1}), "/rows"),
    ] {
        let answer = api.write("PATCH", path, &set(parameters), 400).await;
        assert_eq!(answer.pointer(), format!("/data/attributes/parameters{at}"));
        assert_eq!(told().await, r#"7 1024 "error" "v2""#);
    }
    let defaults = json!({"max_resultset_rows": null, "max_resultset_return": null});
    api.write("PATCH", path, &set(defaults), 204).await;
    assert_eq!(told().await, r#"4294967295 1024 "empty" "v3""#);
}

#[tokio::test]
async fn modules_have_commands_and_filters_obey_them() {
    let api = Api::new();
    let tee = api.get("/v1/maxscale/modules/tee").await.json();
    let commands = tee["data"]["attributes"]["commands"].clone();
    assert_eq!(commands[1]["id"], "enable");
    assert_eq!(commands[1]["attributes"]["method"], "POST");
    assert_eq!(commands[1]["attributes"]["parameters"][0]["type"], "FILTER");
    let module = "/v1/maxscale/modules";
    let body = r#"{"data": {"id": "Copies", "type": "filters", "attributes": {
        "module": "tee", "parameters": {"target": "server1"}}}}"#;
    api.write("POST", "/v1/filters", body, 204).await;
    let enabled = async || {
        let filter = api.get("/v1/filters/Copies").await.json();
        filter["data"]["attributes"]["filter_diagnostics"]["enabled"].clone()
    };
    assert_eq!(enabled().await, true);
    let disable = format!("{module}/tee/disable?Copies");
    api.write("POST", &disable, "", 204).await;
    assert_eq!(enabled().await, false);
    for (method, path, status) in [
        ("GET", "tee/disable?Copies", 405),
        ("POST", "tee/disable", 400),
        ("POST", "tee/disable?Nobody", 404),
        ("POST", "tee/disable?QLA", 400),
        ("POST", "tee/disable?Copies&more", 400),
        ("POST", "tee/explode?Copies", 404),
        ("GET", "qlafilter/log?QLA", 400),
        ("GET", "qlafilter/log?QLA&one", 400),
        ("POST", "qlafilter/log?QLA", 405),
    ] {
        let answer = api.ask(method, &format!("{module}/{path}"), &[]).await;
        assert_eq!(
            answer.status,
            status,
            "{method} {path}: {}",
            answer.detail()
        );
    }
}

/// A filter with a fault in its commands.
struct Faulty;

impl Filter for Faulty {
    fn needs(&self) -> Needs {
        Needs::empty()
    }

    fn open(&self, _: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        Err(FilterError::Open("it is faulty".to_owned()))
    }

    fn alter(&self, _: &Values) -> Result<(), FilterError> {
        Ok(())
    }

    fn command(&self, _: &str, _: &[String]) -> Result<Value, FilterError> {
        panic!("a fault of the filter's")
    }
}

#[tokio::test]
async fn a_command_that_panics_is_no_success() {
    let api = Api::new();
    let present = api.filters.get("QLA").unwrap();
    api.filters.insert(ConfiguredFilter {
        name: Arc::clone(&present.name),
        module: "tee",
        values: present.values.clone(),
        file: None,
        version: 1,
        filter: Arc::new(Faulty),
    });
    let disable = "/v1/maxscale/modules/tee/disable?QLA";
    let answer = api.write("POST", disable, "", 500).await;
    assert_eq!(
        answer.detail(),
        "the command disable of QLA has failed; the log says more"
    );
    // The gateway goes on; the record that was made before tells who gave the command, and another
    // one that nothing came of it.
    let audit = api.get("/v1/audit").await.json();
    let outcomes = [0, 1].map(|at| {
        let told = &audit["data"][at]["attributes"];
        assert_eq!(
            (&told["action"], &told["name"]),
            (&json!("disable"), &json!("QLA"))
        );
        told["outcome"].as_str().unwrap_or_default().to_owned()
    });
    assert_eq!(outcomes[0], "done");
    assert!(
        outcomes[1].starts_with("failed: the command disable"),
        "{outcomes:?}"
    );
    api.write("POST", "/v1/audit/2/undo", "", 409).await;
    api.write("POST", disable, "", 500).await;
}

#[tokio::test]
async fn a_filter_that_is_taken_from_sessions_leaves_a_record_of_each() {
    let api = Api::new();
    api.write("POST", "/v1/filters", &new("New"), 204).await;
    let chain = r#"{"data":[{"id":"New"},{"id":"QLA"}]}"#;
    for path in ["sessions/3", "sessions/4", "services/Even"] {
        let path = format!("/v1/{path}/relationships/filters");
        api.write("PATCH", &path, chain, 204).await;
    }
    let before = api.get("/v1/audit").await.ids().len();
    api.write("DELETE", "/v1/filters/New?force=yes", "", 204)
        .await;
    let audit = api.get("/v1/audit").await.json();
    let records: Vec<Value> = audit["data"].as_array().unwrap()[before..].to_vec();
    let told: Vec<String> = records
        .iter()
        .map(|record| {
            let told = &record["attributes"];
            format!(
                "{} {} {}",
                told["action"].as_str().unwrap(),
                told["kind"].as_str().unwrap(),
                told["name"].as_str().unwrap()
            )
        })
        .collect();
    let mut sorted = told.clone();
    sorted.sort();
    assert_eq!(
        sorted,
        [
            "delete filters New",
            "relate services Even",
            "relate sessions 3",
            "relate sessions 4"
        ]
    );
    let operations: Vec<&Value> = records
        .iter()
        .map(|record| &record["attributes"]["operation"])
        .collect();
    assert!(operations.iter().all(|one| *one == operations[0]));
    let of_session = records
        .iter()
        .find(|record| record["attributes"]["name"] == "3")
        .unwrap();
    let changed = &of_session["attributes"];
    assert_eq!(changed["before"]["filters"], json!(["New", "QLA"]));
    assert_eq!(changed["after"]["filters"], json!(["QLA"]));

    // One of them has ended and does not stand in the way.
    api.source.end(4, "quit");
    let undo = format!("/v1/audit/{}/undo", records[0]["id"].as_str().unwrap());
    api.write("POST", &undo, "", 204).await;
    for path in ["sessions/3", "services/Even"] {
        let path = format!("/v1/{path}/relationships/filters");
        assert_eq!(api.get(&path).await.ids(), ["New", "QLA"], "{path}");
    }
}

/// The id of the first record of a forced deletion of the filter `New`, which sessions 3 and 4 have.
async fn deleted(api: &Api) -> String {
    api.write("POST", "/v1/filters", &new("New"), 204).await;
    let chain = r#"{"data":[{"id":"New"}]}"#;
    for id in [3, 4] {
        let path = format!("/v1/sessions/{id}/relationships/filters");
        api.write("PATCH", &path, chain, 204).await;
    }
    let before = api.get("/v1/audit").await.ids().len();
    api.write("DELETE", "/v1/filters/New?force=yes", "", 204)
        .await;
    api.get("/v1/audit").await.ids()[before].clone()
}

#[tokio::test]
async fn a_session_that_was_to_lose_a_filter_does_not_keep_it_from_coming_back() {
    let api = Api::new();
    let mut busy = session(5);
    busy.state = Activity::Busy;
    busy.chain.active = vec!["New".into()];
    busy.chain.pending = Some(Vec::new());
    api.source.change(busy);
    let id = deleted(&api).await;
    let audit = api.get("/v1/audit").await.json().to_string();
    assert!(!audit.contains("\"name\":\"5\""), "{audit}");
    api.write("POST", &format!("/v1/audit/{id}/undo"), "", 204)
        .await;
    let told = api.get("/v1/sessions/3/relationships/filters").await;
    assert_eq!(told.ids(), ["New"]);
}

#[tokio::test]
async fn a_later_session_of_the_same_id_is_left_alone_by_undo() {
    let api = Api::new();
    let id = deleted(&api).await;
    let mut later = session(4);
    later.connected = SystemTime::now() + Duration::from_secs(1);
    api.source.change(later);
    api.write("POST", &format!("/v1/audit/{id}/undo"), "", 204)
        .await;
    let filters = async |session: u64| {
        let path = format!("/v1/sessions/{session}/relationships/filters");
        api.get(&path).await.ids()
    };
    assert_eq!(filters(3).await, ["New"]);
    assert_eq!(filters(4).await, Vec::<String>::new());

    // One by itself is refused.
    let body = r#"{"data":[{"id":"QLA"}]}"#;
    let path = "/v1/sessions/5/relationships/filters";
    api.write("PATCH", path, body, 204).await;
    let last = api.get("/v1/audit").await.ids().len();
    api.source.with(|state| {
        let five = state.live.iter_mut().find(|one| one.id == 5).unwrap();
        five.connected = SystemTime::now() + Duration::from_secs(1);
    });
    let undo = format!("/v1/audit/{last}/undo");
    let refused = api.write("POST", &undo, "", 409).await;
    assert!(refused.detail().contains("a later one has its id"));
    assert_eq!(filters(5).await, ["QLA"]);
}

#[tokio::test]
async fn commands_that_do_something_are_audited() {
    let api = Api::new();
    let tee = json!({"module": "tee", "parameters": {"target": "server2"}});
    let tee = json!({"data": {"id": "Copy", "type": "filters", "attributes": tee}});
    api.write("POST", "/v1/filters", &tee.to_string(), 204)
        .await;
    api.write("POST", "/v1/maxscale/modules/tee/disable?Copy", "", 204)
        .await;
    let record = api.get("/v1/audit/2").await.json();
    let told = &record["data"]["attributes"];
    assert_eq!(
        (&told["action"], &told["name"]),
        (&json!("disable"), &json!("Copy"))
    );
    assert_eq!(told["user"], "admin");
    assert_eq!(told["before"], told["after"]);
    let undo = api.write("POST", "/v1/audit/2/undo", "", 409).await;
    assert!(undo.detail().contains("disable"), "{}", undo.detail());
    api.write("POST", "/v1/maxscale/modules/tee/disable?None", "", 404)
        .await;
    assert_eq!(api.get("/v1/audit").await.ids().len(), 2);
}

#[tokio::test]
async fn commands_of_modules_have_links() {
    let api = Api::new();
    let module = api.get("/v1/maxscale/modules/tee").await.json();
    let commands = module["data"]["attributes"]["commands"].as_array().unwrap();
    let links: Vec<&Value> = commands.iter().map(|one| &one["links"]["self"]).collect();
    assert_eq!(
        links,
        [
            "http://127.0.0.1:8989/v1/maxscale/modules/tee/disable/",
            "http://127.0.0.1:8989/v1/maxscale/modules/tee/enable/"
        ]
    );
}

#[tokio::test]
async fn a_file_is_read_again_as_often_as_it_is_given() {
    let api = Api::new();
    let name = format!("sluicegate-read-again-{}.rf", std::process::id());
    let file = std::env::temp_dir().join(name);
    std::fs::write(&file, "%%\n%\na\n%\nb\n").unwrap();
    let attributes = json!({"module": "rewritefilter", "parameters": {"template_file": file}});
    let made = json!({"data": {"id": "New", "type": "filters", "attributes": attributes}});
    api.write("POST", "/v1/filters", &made.to_string(), 204)
        .await;
    for given in [
        json!({"reload": true}),
        json!({"reload": true}),
        json!({"template_file": file}),
    ] {
        let body = json!({"data": {"attributes": {"parameters": given}}}).to_string();
        std::fs::write(&file, "%%\n%\na\n").unwrap();
        api.write("PATCH", "/v1/filters/New", &body, 400).await;
        std::fs::write(&file, "%%\n%\na\n%\nc\n").unwrap();
        api.write("PATCH", "/v1/filters/New", &body, 204).await;
    }
    std::fs::remove_file(&file).unwrap();
}
