//! Servers, services, listeners and monitors that are made and removed while clients run.

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::certificates::Authority;
use sluicegate_tests::clients::{Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup, is_rerouted};
use sluicegate_tests::mariadb::{MONITOR_ACCOUNT, MariaDb, Options, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::waiting::{PATIENCE, eventually};

const LOGIN: Login<'static> = Login::new("u", "u").database("d");

async fn server(name: &str) -> MariaDb {
    let db = MariaDb::start(name).await;
    db.sql("CREATE DATABASE d; CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON d.* TO u@'%'")
        .await;
    db
}

/// Sends a write, and asserts the status of the answer.
async fn write(api: &Api, method: Method, path: &str, body: &Value, status: u16) -> String {
    let answer = match method {
        Method::POST => api.post(path, body).await,
        Method::PATCH => api.patch(path, body).await,
        method => api.send(method, path, &[]).await,
    };
    assert_eq!(answer.status, status, "{path} {body}: {}", answer.text);
    answer.text
}

fn items(names: &[&str]) -> Value {
    let items = names.iter().map(|name| json!({"id": name}));
    json!({"data": items.collect::<Vec<_>>()})
}

fn server_body(name: &str, port: u16, relationships: &Value) -> Value {
    json!({"data": {
        "id": name,
        "type": "servers",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": port}},
        "relationships": relationships,
    }})
}

fn listener_body(name: &str, port: u16, service: &str) -> Value {
    json!({"data": {
        "id": name,
        "type": "listeners",
        "attributes": {"parameters": {"address": "127.0.0.1", "port": port}},
        "relationships": {"services": items(&[service])},
    }})
}

fn service_body(name: &str, servers: &[&str]) -> Value {
    json!({"data": {
        "id": name,
        "type": "services",
        "attributes": {
            "router": "readconnroute",
            "parameters": {"user": SERVICE_ACCOUNT.0, "password": SERVICE_ACCOUNT.1},
        },
        "relationships": {"servers": items(servers)},
    }})
}

async fn state(api: &Api, server: &str) -> String {
    let document = api.document(&format!("/v1/servers/{server}")).await;
    let state = document["data"]["attributes"]["state"].as_str();
    state.unwrap_or_default().to_owned()
}

async fn has_state(api: &Api, server: &str, wanted: &str) {
    eventually(PATIENCE, wanted, async || {
        state(api, server).await.contains(wanted).then_some(())
    })
    .await;
}

async fn port_of(client: &mut RawClient) -> String {
    client.value("SELECT @@port").await.expect("a value")
}

#[tokio::test]
async fn everything_can_be_made_used_and_removed_while_clients_run() {
    let (first, second) = (server("first").await, server("second").await);
    let gateway = Gateway::start(&[&first]).await;
    let api = gateway.api();
    let mut old = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");

    let own = json!({"monitors": items(&["Monitor"])});
    let body = server_body("server2", second.port(), &own);
    write(&api, Method::POST, "/v1/servers", &body, 204).await;
    has_state(&api, "server2", "Running").await;
    let body = service_body("Second", &["server2"]);
    write(&api, Method::POST, "/v1/services", &body, 204).await;
    let port = free_port();
    let body = listener_body("Second-Listener", port, "Second");
    write(&api, Method::POST, "/v1/listeners", &body, 204).await;

    let mut clients = Vec::new();
    for _ in 0..6 {
        let mut client = RawClient::logged_in(port, &LOGIN).await.expect("a login");
        assert_eq!(port_of(&mut client).await, second.port().to_string());
        clients.push(client);
    }
    assert_eq!(port_of(&mut old).await, first.port().to_string());

    // What is used is not removed; what is removed lets its sessions go on.
    write(
        &api,
        Method::DELETE,
        "/v1/servers/server2",
        &Value::Null,
        400,
    )
    .await;
    let path = "/v1/listeners/Second-Listener";
    write(&api, Method::DELETE, path, &Value::Null, 204).await;
    assert!(RawClient::connect(port).await.is_err(), "nobody listens");
    let path = "/v1/servers/server2?force=yes";
    write(&api, Method::DELETE, path, &Value::Null, 204).await;
    write(
        &api,
        Method::DELETE,
        "/v1/services/Second",
        &Value::Null,
        204,
    )
    .await;
    for client in &mut clients {
        assert_eq!(port_of(client).await, second.port().to_string());
    }
    // The address is free, and the names are.
    let body = server_body("server2", second.port(), &own);
    write(&api, Method::POST, "/v1/servers", &body, 204).await;
    let body = service_body("Second", &["server2"]);
    write(&api, Method::POST, "/v1/services", &body, 204).await;
    let body = listener_body("Second-Listener", port, "Second");
    write(&api, Method::POST, "/v1/listeners", &body, 204).await;
    has_state(&api, "server2", "Running").await;
    let mut client = RawClient::logged_in(port, &LOGIN).await.expect("a login");
    assert_eq!(port_of(&mut client).await, second.port().to_string());
    assert_eq!(port_of(&mut old).await, first.port().to_string());
    drop((client, clients, old));
}

#[tokio::test]
async fn a_port_that_is_taken_is_refused_with_the_reason() {
    let db = server("taken").await;
    let gateway = Gateway::start(&[&db]).await;
    let api = gateway.api();
    for (port, reason) in [
        (gateway.port(), "the listener Main-Listener"),
        (gateway.admin_port(), "the REST API"),
        (db.port(), "in use"),
    ] {
        let body = listener_body("New", port, "Main");
        let answer = write(&api, Method::POST, "/v1/listeners", &body, 400).await;
        assert!(answer.contains(reason), "{answer}");
        assert!(
            answer.contains("/data/attributes/parameters/port"),
            "{answer}"
        );
        assert_eq!(api.get("/v1/listeners/New").await.status, 404);
    }
}

#[tokio::test]
async fn a_service_takes_other_servers_parameters_and_accounts() {
    if is_rerouted() {
        // `router_options` is a parameter of readconnroute.
        return;
    }
    let (first, second) = (server("first").await, server("second").await);
    second
        .sql("CREATE USER only@'%' IDENTIFIED BY 'only'")
        .await;
    let gateway = Gateway::start(&[&first, &second]).await;
    let api = gateway.api();
    let main = "/v1/services/Main";
    let servers = "/v1/services/Main/relationships/servers";
    let options = |parameters: Value| json!({"data": {"attributes": {"parameters": parameters}}});
    let body = options(json!({"router_options": "running"}));
    write(&api, Method::PATCH, main, &body, 204).await;
    write(&api, Method::PATCH, servers, &items(&["server2"]), 204).await;
    // Accounts are those of the new server at once.
    let only = Login::new("only", "only");
    eventually(PATIENCE, "the account of the other server", async || {
        let mut client = RawClient::logged_in(gateway.port(), &only).await.ok()?;
        (port_of(&mut client).await == second.port().to_string()).then_some(())
    })
    .await;
    write(&api, Method::PATCH, servers, &items(&["server1"]), 204).await;
    let body = options(json!({"max_connections": 1, "version_string": "5.5.5-10.11.1-Mine"}));
    write(&api, Method::PATCH, main, &body, 204).await;
    let mut client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    assert_eq!(port_of(&mut client).await, first.port().to_string());
    assert!(
        RawClient::logged_in(gateway.port(), &LOGIN).await.is_err(),
        "max_connections is 1"
    );
    drop(client);
    // A user that can't read the accounts does not take them away.
    let body = options(json!({"max_connections": 0, "user": "nobody", "password": "x"}));
    write(&api, Method::PATCH, main, &body, 204).await;
    let reload = format!("{main}/reload");
    write(&api, Method::POST, &reload, &Value::Null, 400).await;
    let body = options(json!({"user": SERVICE_ACCOUNT.0, "password": SERVICE_ACCOUNT.1}));
    write(&api, Method::PATCH, main, &body, 204).await;
    write(&api, Method::POST, &reload, &Value::Null, 204).await;
    eventually(PATIENCE, "a login", async || {
        RawClient::logged_in(gateway.port(), &LOGIN).await.ok()
    })
    .await;
}

#[tokio::test]
async fn what_is_stopped_waits_until_it_is_started() {
    let db = server("stopped").await;
    let gateway = Gateway::start(&[&db]).await;
    let api = gateway.api();
    let mut old = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    for thing in ["services/Main", "listeners/Main-Listener"] {
        let stop = format!("/v1/{thing}/stop");
        write(&api, Method::PUT, &stop, &Value::Null, 204).await;
        let document = api.document(&format!("/v1/{thing}")).await;
        assert_eq!(document["data"]["attributes"]["state"], "Stopped");
        let port = gateway.port();
        let waiting = tokio::spawn(async move { RawClient::logged_in(port, &LOGIN).await });
        // A client that is not let in learns nothing; there is nothing to wait for but time.
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!waiting.is_finished(), "{thing}");
        port_of(&mut old).await;
        let start = format!("/v1/{thing}/start");
        write(&api, Method::PUT, &start, &Value::Null, 204).await;
        let mut client = waiting.await.expect("no panic").expect("a login");
        port_of(&mut client).await;
    }
    let stop = "/v1/services/Main/stop?force=yes";
    write(&api, Method::PUT, stop, &Value::Null, 204).await;
    let ended = eventually(PATIENCE, "the session ends", async || {
        old.value("SELECT 1").await.is_err().then_some(())
    });
    ended.await;
}

#[tokio::test]
async fn states_are_set_by_hand_as_far_as_no_monitor_says_them() {
    let db = server("by-hand").await;
    let gateway = Gateway::start(&[&db]).await;
    let api = gateway.api();
    let put = async |path: &str, status| {
        write(&api, Method::PUT, path, &Value::Null, status).await;
    };
    for state in ["master", "slave", "running", "synced"] {
        put(&format!("/v1/servers/server1/set?state={state}"), 400).await;
        put(&format!("/v1/servers/server1/clear?state={state}"), 400).await;
    }
    put("/v1/servers/server1/set?state=drain", 204).await;
    has_state(&api, "server1", "Drain").await;
    put("/v1/servers/server1/clear?state=drain", 204).await;
    let mut client = RawClient::logged_in(gateway.port(), &LOGIN)
        .await
        .expect("a login");
    put("/v1/servers/server1/set?state=maintenance&force=yes", 204).await;
    eventually(PATIENCE, "the session ends", async || {
        client.value("SELECT 1").await.is_err().then_some(())
    })
    .await;
    assert!(state(&api, "server1").await.starts_with("Maintenance"));
    put("/v1/servers/server1/clear?state=maintenance", 204).await;
    put("/v1/monitors/Monitor/stop", 204).await;
    put("/v1/servers/server1/clear?state=master", 204).await;
    assert_eq!(state(&api, "server1").await, "Running");
    put("/v1/servers/server1/set?state=slave", 204).await;
    assert_eq!(state(&api, "server1").await, "Slave, Running");
    put("/v1/monitors/Monitor/start", 204).await;
    has_state(&api, "server1", "Master, Running").await;
}

#[tokio::test]
async fn a_monitor_is_made_for_servers_that_none_watches() {
    let db = server("watched").await;
    let gateway = Gateway::start(&[&db]).await;
    let api = gateway.api();
    let servers = "/v1/monitors/Monitor/relationships/servers";
    let monitor = |servers: Value| {
        json!({"data": {
            "id": "Other",
            "attributes": {
                "module": "mariadbmon",
                "parameters": {
                    "user": MONITOR_ACCOUNT.0,
                    "password": MONITOR_ACCOUNT.1,
                    "monitor_interval": 500,
                },
            },
            "relationships": {"servers": servers},
        }})
    };
    let body = monitor(items(&["server1"]));
    let answer = write(&api, Method::POST, "/v1/monitors", &body, 400).await;
    assert!(
        answer.contains("watched by the monitor Monitor"),
        "{answer}"
    );
    write(&api, Method::PATCH, servers, &items(&[]), 204).await;
    write(&api, Method::POST, "/v1/monitors", &body, 204).await;
    write(
        &api,
        Method::DELETE,
        "/v1/monitors/Monitor",
        &Value::Null,
        204,
    )
    .await;
    let watching = api.document("/v1/monitors/Other").await;
    assert_eq!(watching["data"]["attributes"]["state"], "Running");
    let put = "/v1/servers/server1/set?state=drain";
    write(&api, Method::PUT, put, &Value::Null, 204).await;
    has_state(&api, "server1", "Master, Running").await;
}

#[tokio::test]
async fn a_listener_and_a_server_take_other_tls_settings_while_they_run() {
    let authority = Authority::new();
    let options = Options {
        tls: Some(authority.issue("server")),
        ..Options::default()
    };
    let db = MariaDb::start_with("tls-server", options).await;
    db.sql("CREATE DATABASE d; CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON d.* TO u@'%'")
        .await;
    let gateway = Gateway::start(&[&db]).await;
    let api = gateway.api();
    let own = authority.issue("gateway");
    let endpoint = Endpoint::Tcp(gateway.port());
    let ca = format!("--ssl-ca={}", own.ca.display());
    let is_encrypted = async || {
        let cli = Cli::new(&endpoint).user("u", "u").database("d");
        let cli = cli.argument(&ca).argument("--ssl-verify-server-cert");
        cli.run("SELECT 1").await.ok
    };
    assert!(!is_encrypted().await, "no TLS yet");
    let listener = "/v1/listeners/Main-Listener";
    let with = |parameters: Value| json!({"data": {"attributes": {"parameters": parameters}}});
    let missing = with(json!({"ssl": true, "ssl_key": own.key, "ssl_cert": "/none.pem"}));
    write(&api, Method::PATCH, listener, &missing, 400).await;
    let tls = with(json!({"ssl": true, "ssl_key": own.key, "ssl_cert": own.cert}));
    write(&api, Method::PATCH, listener, &tls, 204).await;
    assert!(is_encrypted().await, "TLS now");
    write(
        &api,
        Method::PATCH,
        listener,
        &with(json!({"ssl": false})),
        204,
    )
    .await;
    assert!(!is_encrypted().await, "no TLS again");

    // Towards the server: sessions that begin then are encrypted there.
    let of_server = async || {
        let mut client = RawClient::logged_in(gateway.port(), &LOGIN).await.ok()?;
        let shown = "SELECT variable_value FROM information_schema.session_status \
            WHERE variable_name = 'Ssl_cipher'";
        client.value(shown).await.ok()
    };
    assert_eq!(of_server().await.as_deref(), Some(""));
    let server = "/v1/servers/server1";
    let verified = with(json!({
        "ssl": true, "ssl_ca": own.ca, "ssl_verify_peer_certificate": true,
    }));
    write(&api, Method::PATCH, server, &verified, 204).await;
    eventually(PATIENCE, "a session with TLS to the server", async || {
        of_server().await.filter(|cipher| cipher.starts_with("TLS"))
    })
    .await;
    has_state(&api, "server1", "Master, Running").await;
}

#[tokio::test]
async fn what_was_made_is_there_after_a_restart() {
    let (first, second) = (server("first").await, server("second").await);
    let setup = Setup::new(&[&first]);
    let mut gateway = setup.clone().start().await;
    let api = gateway.api();
    let port = free_port();
    let own = json!({"monitors": items(&["Monitor"])});
    let body = server_body("server2", second.port(), &own);
    write(&api, Method::POST, "/v1/servers", &body, 204).await;
    let body = service_body("Second", &["server2"]);
    write(&api, Method::POST, "/v1/services", &body, 204).await;
    let body = listener_body("Second-Listener", port, "Second");
    write(&api, Method::POST, "/v1/listeners", &body, 204).await;
    let path = "/v1/listeners/Main-Listener";
    write(&api, Method::DELETE, path, &Value::Null, 204).await;
    let told = async |api: &Api| {
        let mut all = Vec::new();
        for path in [
            "servers/server2",
            "services/Second",
            "listeners/Second-Listener",
        ] {
            let document = api.document(&format!("/v1/{path}")).await;
            let data = &document["data"];
            all.push((
                data["attributes"]["parameters"].clone(),
                data["attributes"]["source"].clone(),
            ));
        }
        all
    };
    let before = told(&api).await;
    gateway.stop().await;
    let gateway = setup.start_unready();
    let api = gateway.api();
    let mut client = eventually(PATIENCE, "a login", async || {
        RawClient::logged_in(port, &LOGIN).await.ok()
    })
    .await;
    assert_eq!(port_of(&mut client).await, second.port().to_string());
    assert_eq!(told(&api).await, before);
    assert_eq!(api.get(path).await.status, 404);
}
