//! What was changed through the API is there again after a restart, and with it who changed it.

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

/// A gateway whose one server is not there: these tests are about its configuration.
fn setup() -> Setup {
    let ports = (free_port(), free_port());
    let mut setup = Setup::in_folder(scratch::folder("persistence"), &[free_port()], ports);
    setup
        .cnf
        .section("Upper")
        .set("type", "filter")
        .set("module", "nullfilter");
    setup
}

async fn start(setup: &Setup) -> (Gateway, Api) {
    let mut gateway = setup.clone().start_unready();
    let api = gateway.api();
    eventually(PATIENCE, "the API answers", async || {
        gateway.assert_running();
        api.is_up().await.then_some(())
    })
    .await;
    (gateway, api)
}

async fn written(api: &Api, method: &str, path: &str, body: &Value) -> String {
    let answer = match method {
        "POST" => api.post(path, body).await,
        "PATCH" => api.patch(path, body).await,
        _ => api.delete(path).await,
    };
    assert_eq!(answer.status, 204, "{method} {path}: {}", answer.text);
    answer.header("mxs-warning").to_owned()
}

fn comment(name: &str, text: &str) -> Value {
    json!({"data": {"id": name, "type": "filters", "attributes": {
        "module": "comment", "parameters": {"inject": text}}}})
}

fn chain(names: &[&str]) -> Value {
    let items: Vec<Value> = names
        .iter()
        .map(|name| json!({"id": name, "type": "filters"}))
        .collect();
    json!({"data": items})
}

async fn filters_of_service(api: &Api) -> Vec<String> {
    let document = api.document("/v1/services/Main").await;
    let data = document["data"]["relationships"]["filters"]["data"].clone();
    let ids = data.as_array().into_iter().flatten();
    ids.map(|one| one["id"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[tokio::test]
async fn changes_are_there_after_a_restart_and_after_a_kill() {
    let setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(&api, "POST", "/v1/filters", &comment("Note", "one")).await;
    let altered = json!({"data": {"attributes": {"parameters": {"inject": "two"}}}});
    let warning = written(&api, "PATCH", "/v1/filters/Note", &altered).await;
    assert_eq!(warning, "", "the filter is in no file");
    let path = "/v1/services/Main/relationships/filters";
    let warning = written(&api, "PATCH", path, &chain(&["Note", "Upper"])).await;
    assert!(warning.contains("'Main'"), "{warning}");
    assert!(gateway.stop().await.success());

    let (mut gateway, api) = start(&setup).await;
    let note = api.document("/v1/filters/Note").await;
    let attributes = &note["data"]["attributes"];
    assert_eq!(attributes["parameters"]["inject"], "two");
    assert_eq!(
        attributes["source"],
        json!({"file": null, "type": "runtime"})
    );
    assert_eq!(filters_of_service(&api).await, ["Note", "Upper"]);
    // A filter of the file, removed: it does not come back.
    written(&api, "DELETE", "/v1/filters/Upper?force=yes", &Value::Null).await;
    gateway.kill().await;

    let (_gateway, api) = start(&setup).await;
    assert_eq!(filters_of_service(&api).await, ["Note"]);
    assert_eq!(api.get("/v1/filters/Upper").await.status, 404);
}

#[tokio::test]
async fn a_file_that_does_not_fit_what_was_changed_is_refused_with_names() {
    let mut setup = setup();
    let (mut gateway, api) = start(&setup).await;
    let path = "/v1/services/Main/relationships/filters";
    written(&api, "PATCH", path, &chain(&["Upper"])).await;
    assert!(gateway.stop().await.success());

    setup.cnf.remove("Upper");
    let mut refused = setup.start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    let line = log
        .lines()
        .find(|line| line.contains("there is no filter `Upper`"));
    let line = line.unwrap_or_else(|| panic!("{log}"));
    assert!(line.contains("sluicegate.db: [Main] filters: "), "{line}");
}

#[tokio::test]
async fn two_gateways_do_not_share_a_store() {
    let mut setup = setup();
    let (_gateway, _) = start(&setup).await;
    setup.cnf.section("maxscale").set("admin_port", free_port());
    setup.cnf.section("Main-Listener").set("port", free_port());
    let mut second = setup.start_unready();
    assert_eq!(second.ended().await.code(), Some(1));
    assert!(second.log_text().contains("is in use by another gateway"));
}
