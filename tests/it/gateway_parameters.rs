//! `PATCH /v1/maxscale`: what takes effect at run time does, and is there after a restart.

use serde_json::{Value, json};
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::Endpoint;
use sluicegate_tests::gateway::Setup;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::world;

fn parameters(given: &Value) -> Value {
    json!({"data": {"attributes": {"parameters": given}}})
}

#[tokio::test]
async fn parameters_take_effect_at_run_time_and_stay() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup.cnf.section("maxscale").set("log_info", false);
    let mut gateway = setup.clone().start().await;
    let api = gateway.api();
    let given = json!({"retain_last_statements": 2, "log_info": true});
    let answer = api.patch("/v1/maxscale", &parameters(&given)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);

    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login");
    for number in 1..=3 {
        client
            .value(&format!("SELECT {number}"))
            .await
            .expect("a value");
    }
    let path =
        format!("/v1/sessions?filter=/attributes/user=\"{}\"", world.user).replace('"', "%22");
    let sessions = api.document(&path).await;
    let queries = sessions["data"][0]["attributes"]["queries"]
        .as_array()
        .cloned();
    let texts: Vec<Value> = queries
        .into_iter()
        .flatten()
        .map(|one| one["statement"].clone())
        .collect();
    assert_eq!(texts, ["SELECT 2", "SELECT 3"]);
    eventually(PATIENCE, "info is logged", async || {
        gateway.log_text().contains(" info   :").then_some(())
    })
    .await;
    assert!(gateway.stop().await.success());

    let gateway = setup.start().await;
    let document = gateway.api().document("/v1/maxscale").await;
    let shown = &document["data"]["attributes"]["parameters"];
    assert_eq!(
        (&shown["retain_last_statements"], &shown["log_info"]),
        (&json!(2), &json!(true))
    );
}

#[tokio::test]
async fn certificates_are_read_anew_without_a_restart_and_a_broken_one_changes_nothing() {
    let world = world().await;
    let (first, second) = (Authority::new(), Authority::new());
    let (files, other) = (first.issue("gateway"), second.issue("gateway"));
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let port = free_port();
    setup
        .cnf
        .section("Secure-Listener")
        .set("type", "listener")
        .set("service", "Main")
        .set("address", "127.0.0.1")
        .set("port", port)
        .set("ssl", true)
        .set("ssl_key", files.key.display())
        .set("ssl_cert", files.cert.display());
    let gateway = setup.start().await;
    let api = gateway.api();
    let believes = async |authority: &Certificate| {
        let cli = world.cli_at(&Endpoint::Tcp(port));
        let cli = cli.argument(&format!("--ssl-ca={}", authority.ca.display()));
        let output = cli
            .argument("--ssl-verify-server-cert")
            .run("SELECT 1")
            .await;
        output.ok
    };
    assert!(believes(&files).await && !believes(&other).await);
    // The files are replaced; nothing happens before they are read.
    std::fs::copy(&other.key, &files.key).expect("a file can be copied");
    std::fs::copy(&other.cert, &files.cert).expect("a file can be copied");
    assert!(believes(&files).await);
    let answer = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert!(believes(&other).await && !believes(&files).await);

    std::fs::write(&files.cert, "no certificate").expect("a file can be written");
    let answer = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("ssl_cert"), "{}", answer.text);
    assert!(believes(&other).await);
}
