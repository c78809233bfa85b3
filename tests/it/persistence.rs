//! What was changed through the API is there again after a restart, and with it who changed it.

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, within};

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
    let api = gateway.answers().await;
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
async fn a_version_of_before_a_restart_is_none_of_after_it() {
    let setup = setup();
    let (mut gateway, api) = start(&setup).await;
    let paths = ["servers/server1", "filters/Upper", "users/inet/admin"];
    let mut before = Vec::new();
    for path in paths {
        before.push(version(&api, path).await);
    }
    let parameters = json!({"data": {"attributes": {"parameters": {"port": 1}}}});
    written(&api, "PATCH", "/v1/servers/server1", &parameters).await;
    before.push(version(&api, "servers/server1").await);
    assert!(gateway.stop().await.success());
    let (_gateway, api) = start(&setup).await;
    for path in paths {
        let version = version(&api, path).await;
        assert!(!before.contains(&version), "{path}: {version}");
    }
}

async fn version(api: &Api, path: &str) -> String {
    let document = api.document(&format!("/v1/{path}")).await;
    document["data"]["meta"]["version"].to_string()
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

/// Runs the program with a command over the configuration of `setup`.
async fn command(setup: &Setup, arguments: &[&str]) -> std::process::Output {
    let mut command = tokio::process::Command::new(program());
    command
        .arg("--config")
        .arg(setup.write())
        .args(arguments)
        .kill_on_drop(true);
    within(PATIENCE, "the command ends", command.output())
        .await
        .expect("the program can be started")
}

#[tokio::test]
async fn the_audit_is_verified_while_the_gateway_runs_and_what_was_tampered_with_is_found() {
    let setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(&api, "POST", "/v1/filters", &comment("Note", "one")).await;
    written(&api, "POST", "/v1/audit/1/undo", &Value::Null).await;
    let good = command(&setup, &["audit", "verify"]).await;
    let told = String::from_utf8_lossy(&good.stdout).into_owned();
    assert!(
        good.status.success() && told.starts_with("2 records, none changed"),
        "{told}"
    );
    assert!(gateway.stop().await.success());

    // As somebody would who has the file and wants a name to be gone: of equal length, in place.
    let file = gateway.folder().join("data/sluicegate.db");
    let mut bytes = std::fs::read(&file).expect("the store");
    let at = bytes.windows(14).position(|part| part == b"127.0.0.1creat");
    let at = at.expect("the address in the file");
    bytes[at..at + 9].copy_from_slice(b"127.0.0.9");
    std::fs::write(&file, bytes).expect("the store can be written");
    let bad = command(&setup, &["audit", "verify"]).await;
    assert_eq!(bad.status.code(), Some(1));
    let told = String::from_utf8_lossy(&bad.stderr).into_owned();
    assert!(told.contains("record 1 is not what was written"), "{told}");
}

#[tokio::test]
async fn an_export_starts_as_the_gateway_was() {
    let setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(&api, "POST", "/v1/filters", &comment("Note", "a # text")).await;
    let path = "/v1/services/Main/relationships/filters";
    written(&api, "PATCH", path, &chain(&["Upper", "Note"])).await;
    let export = command(&setup, &["export"]).await;
    assert!(export.status.success());
    let services = api.document("/v1/services").await;
    let filters = api.document("/v1/filters").await;
    assert!(gateway.stop().await.success());

    let fresh = self::setup();
    let text = String::from_utf8(export.stdout).expect("text");
    let text = text.replace(&format!("{}/data", gateway.folder().display()), "");
    let text = text
        .lines()
        .filter(|line| !line.starts_with("datadir="))
        .collect::<Vec<_>>()
        .join("\n");
    std::fs::write(fresh.write(), text).expect("the file can be written");
    let mut second = fresh.start_as_written(setup.ports());
    let api = second.answers().await;
    let parameters = |document: &Value| document["data"][0]["attributes"]["parameters"].clone();
    let again = api.document("/v1/services").await;
    assert_eq!(parameters(&again), parameters(&services));
    assert_eq!(filters_of_service(&api).await, ["Upper", "Note"]);
    assert_eq!(
        parameters(&api.document("/v1/filters").await),
        parameters(&filters)
    );
}

#[tokio::test]
async fn what_does_not_fit_any_more_is_discarded_by_command() {
    let mut setup = setup();
    let (mut gateway, api) = start(&setup).await;
    let path = "/v1/services/Main/relationships/filters";
    written(&api, "PATCH", path, &chain(&["Upper"])).await;
    assert!(gateway.stop().await.success());
    setup.cnf.remove("Upper");
    let listed = command(&setup, &["overlay", "list"]).await;
    assert_eq!(String::from_utf8_lossy(&listed.stdout), "services\tMain\n");
    assert!(!command(&setup, &["--check"]).await.status.success());
    assert!(
        command(&setup, &["overlay", "discard", "services", "Main"])
            .await
            .status
            .success()
    );
    assert!(command(&setup, &["--check"]).await.status.success());
    let (_gateway, api) = start(&setup).await;
    assert_eq!(filters_of_service(&api).await, [""; 0]);
}

fn user(name: &str, password: &str, account: &str) -> Value {
    json!({"data": {"id": name, "type": "inet", "attributes": {
        "password": password, "account": account}}})
}

#[tokio::test]
async fn accounts_are_kept_and_the_first_one_stays_away_once_it_was_removed() {
    let setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(
        &api,
        "POST",
        "/v1/users/inet",
        &user("root2", "secret2", "admin"),
    )
    .await;
    written(
        &api,
        "POST",
        "/v1/users/inet",
        &user("reader", "secret3", "basic"),
    )
    .await;
    gateway.kill().await;
    let store = std::fs::read(gateway.folder().join("data/sluicegate.db-wal"))
        .expect("the log of the store");
    for secret in ["secret2", "secret3"] {
        let found = store
            .windows(secret.len())
            .any(|part| part == secret.as_bytes());
        assert!(!found, "{secret} is in the file in clear");
    }

    let (mut gateway, api) = start(&setup).await;
    assert_eq!(
        api.get("/v1/users").await.status,
        200,
        "the first account is still there"
    );
    let root2 = Api::anonymous(gateway.admin_port()).account("root2", "secret2");
    written(&root2, "DELETE", "/v1/users/inet/admin", &Value::Null).await;
    assert!(gateway.stop().await.success());

    let (gateway, api) = start(&setup).await;
    assert_eq!(api.get("/v1/users").await.status, 401);
    assert_eq!(root2.get("/v1/users").await.status, 200);
    let reader = Api::anonymous(gateway.admin_port()).account("reader", "secret3");
    assert_eq!(reader.get("/v1/users").await.status, 200);
    assert_eq!(reader.delete("/v1/users/inet/root2").await.status, 403);
}

#[tokio::test]
async fn a_gateway_open_to_the_network_does_not_start_with_the_password_that_everybody_knows() {
    let mut setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(
        &api,
        "POST",
        "/v1/users/inet",
        &user("other", "secret", "admin"),
    )
    .await;
    assert!(gateway.stop().await.success());
    setup.cnf.section("maxscale").set("admin_host", "0.0.0.0");
    let mut refused = setup.clone().start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    assert!(
        refused.log_text().contains("well-known password"),
        "{}",
        refused.log_text()
    );

    setup.cnf.section("maxscale").set("admin_host", "127.0.0.1");
    let (mut gateway, api) = start(&setup).await;
    let change = json!({"data": {"attributes": {"password": "mine"}}});
    written(&api, "PATCH", "/v1/users/inet/admin", &change).await;
    assert!(gateway.stop().await.success());
    setup.cnf.section("maxscale").set("admin_host", "0.0.0.0");
    let (_gateway, api) = start(&setup).await;
    assert_eq!(
        api.account("admin", "mine").get("/v1/users").await.status,
        200
    );
}

async fn shown(api: &Api, parameter: &str) -> Value {
    let document = api.document("/v1/maxscale").await;
    document["data"]["attributes"]["parameters"][parameter].clone()
}

#[tokio::test]
async fn changes_that_are_not_to_be_kept_are_recorded_and_gone_after_a_restart() {
    let mut setup = setup();
    setup
        .cnf
        .section("maxscale")
        .set("persist_runtime_changes", false);
    let (mut gateway, api) = start(&setup).await;
    let path = "/v1/services/Main/relationships/filters";
    let warning = written(&api, "PATCH", path, &chain(&["Upper"])).await;
    assert_eq!(warning, "", "nothing hides the file");
    let given = json!({"data": {"attributes": {"parameters": {"session_trace": 5}}}});
    written(&api, "PATCH", "/v1/maxscale", &given).await;
    written(&api, "POST", "/v1/filters", &comment("Note", "hello")).await;
    let user = json!({"data": {"id": "kept", "type": "inet",
        "attributes": {"account": "basic", "password": "p"}}});
    written(&api, "POST", "/v1/users/inet", &user).await;
    assert_eq!(filters_of_service(&api).await, ["Upper"]);
    // It can be undone as long as it is there.
    let audit = api.document("/v1/audit?sort=id").await;
    let first = audit["data"][0].clone();
    assert_eq!(first["attributes"]["outcome"], "done, until the next start");
    let undo = format!("/v1/audit/{}/undo", first["id"].as_str().expect("an id"));
    let answer = api.post(&undo, &Value::Null).await;
    assert_eq!(answer.status / 100, 2, "{}", answer.text);
    assert_eq!(filters_of_service(&api).await, Vec::<String>::new());
    // Not before what came later.
    let mut undos = Vec::new();
    for port in [1, 2] {
        let given = json!({"data": {"attributes": {"parameters": {"port": port}}}});
        written(&api, "PATCH", "/v1/servers/server1", &given).await;
        let audit = api.document("/v1/audit?sort=-id").await;
        let id = audit["data"][0]["id"].as_str().expect("an id").to_owned();
        undos.push(format!("/v1/audit/{id}/undo"));
    }
    let undo = async |undo: &str| api.post(undo, &Value::Null).await.status;
    assert_eq!(undo(&undos[0]).await, 409);
    assert_eq!(undo(&undos[1]).await, 204);
    assert_eq!(undo(&undos[1]).await, 409);
    gateway.kill().await;

    let (mut gateway, api) = start(&setup).await;
    for undo in undos {
        assert_eq!(api.post(&undo, &Value::Null).await.status, 409);
    }
    assert_eq!(shown(&api, "session_trace").await, 0);
    assert_eq!(api.get("/v1/filters/Note").await.status, 404);
    assert_eq!(api.get("/v1/users/inet/kept").await.status, 200);
    let verified = command(&setup, &["audit", "verify"]).await;
    assert!(verified.status.success(), "{verified:?}");
    assert!(gateway.stop().await.success());
}

#[tokio::test]
async fn changes_that_were_kept_count_again_when_they_are_loaded_again() {
    let mut setup = setup();
    let (mut gateway, api) = start(&setup).await;
    let given = json!({"data": {"attributes": {"parameters": {"session_trace": 5}}}});
    written(&api, "PATCH", "/v1/maxscale", &given).await;
    written(&api, "POST", "/v1/filters", &comment("Note", "hello")).await;
    assert!(gateway.stop().await.success());
    for (loads, trace, note) in [(false, 0, 404), (true, 5, 200)] {
        setup
            .cnf
            .section("maxscale")
            .set("load_persisted_configs", loads);
        let (mut gateway, api) = start(&setup).await;
        assert_eq!(shown(&api, "session_trace").await, trace);
        assert_eq!(api.get("/v1/filters/Note").await.status, note);
        let change =
            json!({"data": {"attributes": {"parameters": {"load_persisted_configs": !loads}}}});
        let answer = api.patch("/v1/maxscale", &change).await;
        assert_eq!(answer.status, 400, "a restart is needed: {}", answer.text);
        assert!(gateway.stop().await.success());
    }
}

/// Lets the files of a process grow to so many bytes.
fn limit_files(pid: u32, bytes: Option<u64>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let pid = Pid::from_raw(i32::try_from(pid).expect("a pid"));
    let limit = Rlimit {
        current: bytes,
        maximum: None,
    };
    prlimit(pid, Resource::Fsize, limit).expect("a limit can be set");
}

#[tokio::test]
async fn a_store_that_can_not_grow_refuses_changes_and_makes_none() {
    let mut setup = setup();
    setup.cnf.section("maxscale").set("log_info", false);
    let (mut gateway, api) = start(&setup).await;
    written(&api, "POST", "/v1/filters", &comment("First", "1")).await;
    limit_files(gateway.pid(), Some(4096));
    let text = "x".repeat(4000);
    let mut refused = 0;
    for number in 0..5 {
        let body = comment(&format!("Big{number}"), &text);
        let answer = api.post("/v1/filters", &body).await;
        if answer.status != 204 {
            assert!([503, 507].contains(&answer.status), "{}", answer.text);
            assert!(
                answer.text.contains("nothing was changed"),
                "{}",
                answer.text
            );
            let path = format!("/v1/filters/Big{number}");
            assert_eq!(api.get(&path).await.status, 404);
            refused += 1;
        }
    }
    assert!(refused > 0, "the limit is felt");
    let list = api.document("/v1/filters").await;
    let before = list["data"].as_array().map(Vec::len);
    // What the gateway serves goes on, and changes are made again when there is room.
    gateway.assert_running();
    limit_files(gateway.pid(), None);
    written(&api, "POST", "/v1/filters", &comment("Last", "1")).await;
    gateway.kill().await;
    let (_gateway, api) = start(&setup).await;
    let list = api.document("/v1/filters").await;
    assert_eq!(
        list["data"].as_array().map(Vec::len),
        before.map(|before| before + 1)
    );
    let verified = command(&setup, &["audit", "verify"]).await;
    assert!(verified.status.success(), "{verified:?}");
}

#[tokio::test]
async fn a_store_of_a_newer_version_or_in_a_place_that_can_not_be_written_ends_the_start() {
    let mut setup = setup();
    let (mut gateway, api) = start(&setup).await;
    written(&api, "POST", "/v1/filters", &comment("First", "1")).await;
    assert!(gateway.stop().await.success());
    let file = gateway.folder().join("data/sluicegate.db");
    let mut bytes = std::fs::read(&file).expect("the store");
    // The user version of a database is the big-endian number at this place (SQLite, file format).
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(&file, &bytes).expect("the store can be written");
    let mut refused = setup.clone().start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    assert!(log.contains("has version 99"), "{log}");
    assert_eq!(std::fs::read(&file).expect("the store"), bytes);

    setup
        .cnf
        .section("maxscale")
        .set("datadir", "/proc/sluicegate");
    let mut refused = setup.start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    assert!(
        log.contains("the folder /proc/sluicegate of the store"),
        "{log}"
    );
}
