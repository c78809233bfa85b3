//! Parameters of the REST API: the file of its requests, who is asked, tokens, certificates.

use std::path::Path;
use std::process::Output;

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::gateway::{Gateway, Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::Command;

/// A gateway whose one server is not there.
fn setup() -> Setup {
    let ports = (free_port(), free_port());
    Setup::in_folder(scratch::folder("api-parameters"), &[free_port()], ports)
}

async fn start(setup: &Setup) -> Gateway {
    let mut gateway = setup.clone().start_unready();
    let port = gateway.admin_port();
    eventually(PATIENCE, "the API answers", async || {
        gateway.assert_running();
        let connected = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
        connected.ok().map(drop)
    })
    .await;
    gateway
}

fn parameters(given: &Value) -> Value {
    json!({"data": {"attributes": {"parameters": given}}})
}

/// The rows of a file, without the names of the columns, cells as they stand there.
async fn rows(path: &Path, count: usize) -> Vec<String> {
    eventually(PATIENCE, &format!("{count} rows are written"), async || {
        let text = std::fs::read_to_string(path).unwrap_or_default();
        let rows: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
        (rows.len() >= count).then_some(rows)
    })
    .await
}

#[tokio::test]
async fn requests_are_written_to_a_file_that_can_be_moved_away() {
    let mut setup = setup();
    let folder = scratch::folder("admin-audit");
    let file = folder.join("audit.csv");
    setup
        .cnf
        .section("maxscale")
        .set("admin_audit", true)
        .set("admin_audit_exclude_methods", "HEAD")
        .set("admin_audit_file", file.display());
    let mut gateway = start(&setup).await;
    let api = gateway.api();
    api.document("/v1/servers?page[size]=1").await;
    api.send(Method::HEAD, "/v1/servers", &[]).await;
    let user = json!({"data": {"id": "reader", "type": "inet",
        "attributes": {"account": "basic", "password": "hidden, \"quoted\""}}});
    assert_eq!(api.post("/v1/users/inet", &user).await.status, 204);
    let stranger = Api::anonymous(gateway.admin_port()).account("eve", "guess");
    assert_eq!(stranger.get("/v1/servers").await.status, 401);
    let written = rows(&file, 3).await;
    let parts = |row: &str| {
        let cells: Vec<&str> = row.splitn(8, ',').collect();
        assert_eq!(cells.len(), 8, "{row}");
        let took: f64 = cells[1].parse().expect("a number of milliseconds");
        assert!(took >= 0.0 && cells[0].len() >= 20, "{row}");
        cells[2..].join(",")
    };
    let told: Vec<String> = written.iter().map(|row| parts(row)).collect();
    assert_eq!(told[0], "admin,127.0.0.1,GET,/v1/servers?page[size]=1,200,");
    assert!(
        told[1].starts_with("admin,127.0.0.1,POST,/v1/users/inet,204,\"{"),
        "{told:?}"
    );
    assert!(
        told[1].contains("*****") && !told[1].contains("hidden"),
        "{told:?}"
    );
    assert_eq!(told[2], "eve,127.0.0.1,GET,/v1/servers,401,");

    // Another method is left out, and the file is moved away.
    let given = json!({"admin_audit_exclude_methods": ["GET"]});
    let answer = api.patch("/v1/maxscale", &parameters(&given)).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    rows(&file, 4).await;
    let moved = folder.join("audit.1.csv");
    std::fs::rename(&file, &moved).expect("the file can be moved");
    let flush = api.post("/v1/maxscale/logs/flush", &Value::Null).await;
    assert_eq!(flush.status, 204);
    api.document("/v1/servers").await;
    let fresh = rows(&file, 1).await;
    assert!(fresh.iter().all(|row| !row.contains(",GET,")), "{fresh:?}");
    let header = std::fs::read_to_string(&file).expect("the new file");
    assert!(header.starts_with("time,duration_ms,user,"), "{header}");
    // Switched off, nothing more is written; what was is there when the gateway has stopped.
    let off = parameters(&json!({"admin_audit": false}));
    assert_eq!(api.patch("/v1/maxscale", &off).await.status, 204);
    api.delete("/v1/users/inet/reader").await;
    assert!(gateway.stop().await.success());
    let text = std::fs::read_to_string(&file).expect("the new file");
    assert!(!text.contains("DELETE"), "{text}");
}

#[tokio::test]
async fn the_file_of_requests_is_beside_the_log_when_nothing_is_said() {
    let mut setup = setup();
    let folder = scratch::folder("admin-audit-default");
    setup
        .cnf
        .section("maxscale")
        .set("admin_audit", true)
        .set("logdir", folder.display());
    let gateway = start(&setup).await;
    let shown = gateway.api().document("/v1/maxscale").await;
    let file = folder.join("admin_audit.csv");
    let given = &shown["data"]["attributes"]["parameters"]["admin_audit_file"];
    assert_eq!(given.as_str(), file.to_str());
    rows(&file, 1).await;
}

#[tokio::test]
async fn a_file_of_requests_that_can_not_be_written_is_refused_at_the_start_and_at_run_time() {
    let audited = |file: &Path| {
        let mut setup = setup();
        setup
            .cnf
            .section("maxscale")
            .set("admin_audit", true)
            .set("admin_audit_file", file.display());
        setup
    };
    let folder = scratch::folder("admin-audit-nowhere");
    let gateway = start(&audited(&folder.join("audit.csv"))).await;
    let api = gateway.api();
    let told = async || {
        let document = api.document("/v1/maxscale").await;
        let parameters = &document["data"]["attributes"]["parameters"];
        ["admin_audit_file", "log_info"].map(|name| parameters[name].clone())
    };
    let before = told().await;
    for bad in [folder.clone(), folder.join("nowhere/audit.csv")] {
        let given = json!({"log_info": before[1] == false, "admin_audit_file": bad});
        let refused = api.patch("/v1/maxscale", &parameters(&given)).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        let error = refused.json()["errors"][0].clone();
        let pointer = &error["source"]["pointer"];
        assert_eq!(pointer, "/data/attributes/parameters/admin_audit_file");
        let detail = error["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("can't be written"), "{detail}");
        assert_eq!(told().await, before);
    }
    // Its folder may go later: then it holds up no change of something else.
    std::fs::remove_dir_all(&folder).unwrap();
    let other = json!({"admin_log_auth_failures": false});
    let other = api.patch("/v1/maxscale", &parameters(&other)).await;
    assert_eq!(other.status, 204, "{}", other.text);
    std::fs::create_dir_all(&folder).unwrap();
    // A file that is not written may be anywhere, and what is wrong with it holds up no other change.
    let given = json!({"admin_audit": false, "admin_audit_file": folder.join("nowhere/audit.csv")});
    let off = api.patch("/v1/maxscale", &parameters(&given)).await;
    assert_eq!(off.status, 204, "{}", off.text);

    let mut refused = audited(&folder).start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    assert!(log.contains("[maxscale] admin_audit_file: "), "{log}");
    assert!(log.contains("can't be written: is a directory"), "{log}");
}

#[tokio::test]
async fn streams_end_with_the_key_that_signed_their_token() {
    let gateway = start(&setup()).await;
    let api = gateway.api();
    let bearer = format!("Bearer {}", token(&api).await);
    let port = gateway.admin_port();
    let by_token = tokio::spawn(async move {
        let headers = [("Authorization", bearer.as_str())];
        let anonymous = Api::anonymous(port);
        let read = anonymous.send(Method::GET, "/v1/events", &headers).await;
        read.status
    });
    let mut by_password = api.events(None).await;
    by_password.next().await;
    let reload = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    assert_eq!(reload.status, 204, "{}", reload.text);
    let ended = within(PATIENCE, "the stream of the token ends", by_token).await;
    assert_eq!(ended.expect("an answer"), 200);
    let user = json!({"data": {"id": "other", "type": "inet",
        "attributes": {"account": "basic", "password": "p"}}});
    assert_eq!(api.post("/v1/users/inet", &user).await.status, 204);
    by_password.next().await;
}

#[tokio::test]
async fn without_admin_auth_nobody_is_asked_but_pages_of_others_are_refused() {
    let mut setup = setup();
    setup.cnf.section("maxscale").set("admin_auth", false);
    let gateway = start(&setup).await;
    let api = Api::anonymous(gateway.admin_port());
    let given = parameters(&json!({"log_info": true}));
    assert_eq!(api.patch("/v1/maxscale", &given).await.status, 204);
    let delete = async |headers: &[(&str, &str)]| {
        let answer = api.send(Method::DELETE, "/v1/servers/server1", headers);
        answer.await.status
    };
    assert_eq!(delete(&[("Origin", "http://evil.example")]).await, 403);
    assert_eq!(delete(&[("Sec-Fetch-Site", "cross-site")]).await, 403);
    assert!(
        under_another_name(gateway.admin_port())
            .await
            .starts_with("HTTP/1.1 403")
    );
    // It is used, so that it stays; but the request is let in.
    assert_eq!(delete(&[]).await, 400);
    let audit = gateway.api().document("/v1/audit").await;
    assert_eq!(audit["data"][0]["attributes"]["user"], ":anybody");
    drop(gateway);

    setup.cnf.section("maxscale").set("admin_host", "0.0.0.0");
    let mut refused = setup.start_unready();
    assert_eq!(refused.ended().await.code(), Some(1));
    let log = refused.log_text();
    assert!(log.contains("admin_auth can only be off"), "{log}");
}

/// The answer to a request that a page makes whose name leads to this machine.
async fn under_another_name(port: u16) -> String {
    let stream = tokio::net::TcpStream::connect(("127.0.0.1", port)).await;
    let mut stream = stream.expect("a connection");
    let request = "GET /v1/servers HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    stream
        .write_all(request.as_bytes())
        .await
        .expect("a request");
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    let read = within(PATIENCE, "the answer comes", read).await;
    read.expect("an answer");
    answer
}

async fn token(api: &Api) -> String {
    let document = api.document("/v1/auth").await;
    let token = document["meta"]["token"].as_str();
    token.expect("a token").to_owned()
}

async fn with_token(port: u16, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let api = Api::anonymous(port);
    let headers = [("Authorization", bearer.as_str())];
    api.send(Method::GET, "/v1/servers", &headers).await.status
}

#[tokio::test]
async fn tokens_outlive_the_process_with_a_key_of_ones_own_only() {
    let mut setup = setup();
    let mut given = |key: bool| {
        let section = setup.cnf.section("maxscale");
        if key {
            section
                .set("admin_jwt_key", "a key of thirty-two bytes or more")
                .set("admin_jwt_algorithm", "HS512")
                .set("admin_jwt_issuer", "someone");
        }
        setup.clone()
    };
    let (random, own) = (given(false), given(true));
    for (setup, outlives) in [(random, false), (own, true)] {
        let mut gateway = start(&setup).await;
        let port = gateway.admin_port();
        // The first account's password is hashed anew by each process; one that was made is not.
        let api = gateway.api();
        let body = json!({"data": {"id": "keeper", "type": "inet",
            "attributes": {"account": "admin", "password": "p"}}});
        let made = api.post("/v1/users/inet", &body).await;
        assert!([204, 400].contains(&made.status), "{}", made.text);
        let keeper = Api::anonymous(port).account("keeper", "p");
        let token = token(&keeper).await;
        assert_eq!(with_token(port, &token).await, 200);
        // Reading certificates anew ends tokens with a random key.
        api.post("/v1/maxscale/tls/reload", &Value::Null).await;
        let expected = if outlives { 200 } else { 401 };
        assert_eq!(with_token(port, &token).await, expected);
        assert!(gateway.stop().await.success());
        let gateway = start(&setup).await;
        assert_eq!(with_token(port, &token).await, expected);
        let shown = gateway.api().document("/v1/maxscale").await;
        assert!(!shown.to_string().contains("thirty-two"), "{shown}");
        let change = parameters(&json!({"admin_jwt_issuer": "other"}));
        let answer = gateway.api().patch("/v1/maxscale", &change).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
}

#[tokio::test]
async fn algorithms_that_can_not_be_are_refused_at_the_start() {
    for (algorithm, wanted) in [
        ("ES512", "ES512 is not built"),
        ("RS256", "RS256 needs admin_ssl_key"),
    ] {
        let mut setup = setup();
        let section = setup.cnf.section("maxscale");
        section.set("admin_jwt_algorithm", algorithm);
        let mut refused = setup.start_unready();
        assert_eq!(refused.ended().await.code(), Some(1));
        let log = refused.log_text();
        assert!(log.contains(wanted), "{algorithm}: {log}");
    }
}

/// The command line client over TLS.
async fn ctl(port: u16, trusts: &Path, shows: Option<&Certificate>, line: &str) -> Output {
    let mut command = Command::new(program());
    command
        .arg("ctl")
        .arg(format!("--hosts=127.0.0.1:{port}"))
        .arg("--secure")
        .arg(format!("--tls-ca-cert={}", trusts.display()))
        .args(line.split_whitespace())
        .env_remove("SLUICEGATE_CTL_PASSWORD")
        .kill_on_drop(true);
    if let Some(shows) = shows {
        command.arg(format!("--tls-cert={}", shows.cert.display()));
        command.arg(format!("--tls-key={}", shows.key.display()));
    }
    let output = within(PATIENCE, "the client ends", command.output()).await;
    output.expect("the program can be started")
}

#[tokio::test]
async fn a_client_of_the_api_that_shows_a_certificate_needs_one_of_the_authority() {
    let (own, other) = (Authority::new(), Authority::new());
    let files = own.issue("api");
    let mut setup = setup();
    setup
        .cnf
        .section("maxscale")
        .set("admin_ssl_key", files.key.display())
        .set("admin_ssl_cert", files.cert.display())
        .set("admin_ssl_ca_cert", files.ca.display());
    let gateway = start(&setup).await;
    let port = gateway.admin_port();
    let friend = own.issue("friend");
    let stranger = other.issue("stranger");
    for (shows, passes) in [
        (None, true),
        (Some(&friend), true),
        (Some(&stranger), false),
    ] {
        let output = ctl(port, &files.ca, shows, "list servers").await;
        assert_eq!(output.status.success(), passes, "{output:?}");
    }
}

#[tokio::test]
async fn the_apis_certificate_is_read_anew_and_a_broken_one_changes_nothing() {
    let (first, second) = (Authority::new(), Authority::new());
    let (files, other) = (first.issue("api"), second.issue("api"));
    let mut setup = setup();
    setup
        .cnf
        .section("maxscale")
        .set("admin_ssl_key", files.key.display())
        .set("admin_ssl_cert", files.cert.display());
    let gateway = start(&setup).await;
    let port = gateway.admin_port();
    let believes = async |authority: &Certificate| {
        let output = ctl(port, &authority.ca, None, "list servers").await;
        output.status.success()
    };
    assert!(believes(&files).await && !believes(&other).await);
    std::fs::copy(&other.key, &files.key).expect("a file can be copied");
    std::fs::copy(&other.cert, &files.cert).expect("a file can be copied");
    assert!(believes(&files).await, "nothing happens by itself");
    let output = ctl(port, &files.ca, None, "reload tls").await;
    assert!(output.status.success(), "{output:?}");
    assert!(believes(&other).await && !believes(&files).await);
    std::fs::write(&files.key, "no key").expect("a file can be written");
    let output = ctl(port, &other.ca, None, "reload tls").await;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        !output.status.success() && said.contains("ssl_key"),
        "{said}"
    );
    assert!(believes(&other).await);
    // It is read when it is asked for, and by no other change.
    let output = ctl(
        port,
        &other.ca,
        None,
        "alter maxscale admin_hide_sql=true log_info=false",
    )
    .await;
    assert!(output.status.success(), "{output:?}");
    assert!(believes(&other).await);
}
