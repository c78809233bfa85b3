//! How the gateway connects to servers for itself, and whom it lets try again.

use serde_json::json;
use sluicegate_tests::cable::breaking_first_login;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, Options, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::waiting::{PATIENCE, eventually};

const USER: Login<'static> = Login::new("u", "u");

async fn server(more: &[String]) -> MariaDb {
    let options = Options {
        more: more.to_vec(),
        ..Options::default()
    };
    let db = MariaDb::start_with("own", options).await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'").await;
    db
}

/// What a log-in through the gateway comes to.
async fn log_in(gateway: &Gateway, login: &Login<'_>) -> Result<RawClient, String> {
    let client = RawClient::logged_in(gateway.port(), login).await;
    client.map_err(|error| error.to_string())
}

async fn state_of(gateway: &Gateway) -> String {
    let server = gateway.api().get("/v1/servers/server1").await;
    if server.status != 200 {
        return String::new();
    }
    let state = &server.json()["data"]["attributes"]["state"];
    state.as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_server_without_room_is_watched_by_its_extra_port() {
    let extra = free_port();
    let options = [
        "--max-connections=10".to_owned(),
        format!("--extra-port={extra}"),
        "--extra-max-connections=10".to_owned(),
    ];
    let db = server(&options).await;
    let mut clients = Vec::new();
    while let Ok(client) = RawClient::logged_in(db.port(), &USER).await {
        clients.push(client);
    }
    let mut setup = Setup::new(&[&db]);
    setup.cnf.section("server1").set("extra_port", extra);
    let gateway = setup.start_unready();
    eventually(PATIENCE, "the server counts as running", async || {
        if !gateway.api().is_up().await {
            return None;
        }
        state_of(&gateway).await.contains("Running").then_some(())
    })
    .await;
    let refused = log_in(&gateway, &USER).await.expect_err("no room");
    assert!(refused.contains("1040"), "{refused}");
    drop(clients);
    eventually(PATIENCE, "sessions come by the usual port", async || {
        log_in(&gateway, &USER).await.ok()
    })
    .await;
}

#[tokio::test]
async fn an_extra_port_that_nobody_listens_on_does_not_matter() {
    let db = server(&[]).await;
    let mut setup = Setup::new(&[&db]);
    setup.cnf.section("server1").set("extra_port", free_port());
    let gateway = setup.start().await;
    assert!(state_of(&gateway).await.contains("Running"));
    assert!(log_in(&gateway, &USER).await.is_ok());
}

#[tokio::test]
async fn servers_are_connected_from_local_address() {
    let db = server(&[]).await;
    let mut setup = Setup::new(&[&db]);
    let maxscale = setup.cnf.section("maxscale");
    maxscale.set("local_address", "127.0.0.2");
    let gateway = setup.start().await;
    let mut client = log_in(&gateway, &USER).await.expect("a login");
    let host = "SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID()";
    let host = client.value(host).await.expect("a value");
    assert!(host.starts_with("127.0.0.2:"), "{host}");
    let others = db
        .sql("SELECT DISTINCT SUBSTRING_INDEX(host, ':', 1) FROM information_schema.processlist WHERE user = 'monitor'")
        .await;
    assert_eq!(others.trim(), "127.0.0.2");
}

#[tokio::test]
async fn accounts_of_all_servers_count_when_that_is_asked_for() {
    let (first, second) = (server(&[]).await, server(&[]).await);
    second.sql("CREATE USER late@'%' IDENTIFIED BY 'l'").await;
    let mut setup = Setup::new(&[&first, &second]);
    let service = setup.cnf.section("Main");
    service.set("router_options", "running");
    setup.keep_routers();
    setup
        .cnf
        .section("maxscale")
        .set("users_refresh_time", "10ms");
    let gateway = setup.start().await;
    let api = gateway.api();
    // Sessions go to the second server; accounts are read from the first.
    let drain = "/v1/servers/server1/set?state=drain";
    api.send("PUT".parse().expect("a method"), drain, &[]).await;
    let late = Login::new("late", "l");
    let refused = log_in(&gateway, &late).await.expect_err("no account");
    assert!(refused.contains("1045"), "{refused}");
    let change = json!({"data": {"attributes": {"parameters": {"auth_all_servers": true}}}});
    let answer = api.patch("/v1/services/Main", &change).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    eventually(PATIENCE, "the account is known", async || {
        log_in(&gateway, &late).await.ok()
    })
    .await;
    assert!(log_in(&gateway, &USER).await.is_ok());
}

#[tokio::test]
async fn a_reading_of_accounts_that_is_interrupted_is_made_again() {
    let db = server(&[]).await;
    for (retries, complains) in [(1, false), (0, true)] {
        let mut setup = Setup::new(&[&db]);
        setup.cnf.section("maxscale").set("query_retries", retries);
        let port = breaking_first_login(db.port(), SERVICE_ACCOUNT.0).await;
        setup.cnf.section("server1").set("port", port);
        let gateway = setup.start().await;
        let log = gateway.log_text();
        let complained = log.contains("accounts can't be read");
        assert_eq!(complained, complains, "{retries} retries: {log}");
    }
}

#[tokio::test]
async fn a_host_is_blocked_after_too_many_failed_logins() {
    let db = server(&[]).await;
    let mut setup = Setup::new(&[&db]);
    let maxscale = setup.cnf.section("maxscale").set("threads", 1);
    maxscale.set("max_auth_errors_until_block", 3);
    let gateway = setup.start().await;
    let wrong = Login::new("u", "wrong");
    // Whoever has an account can't try out passwords between log-ins of his own.
    for _ in 0..3 {
        assert!(log_in(&gateway, &USER).await.is_ok());
        let refused = log_in(&gateway, &wrong)
            .await
            .expect_err("a wrong password");
        assert!(refused.contains("1045"), "{refused}");
    }
    let refused = log_in(&gateway, &USER).await.expect_err("blocked");
    let expected = "refused with 1129: Host '127.0.0.1' is blocked for a minute";
    assert!(refused.contains(expected), "{refused}");
    gateway.logs("host 127.0.0.1 is blocked").await;
    let change =
        json!({"data": {"attributes": {"parameters": {"max_auth_errors_until_block": 0}}}});
    let answer = gateway.api().patch("/v1/maxscale", &change).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert!(log_in(&gateway, &USER).await.is_ok());
}

#[tokio::test]
async fn logins_of_superusers_are_logged_when_that_is_asked_for() {
    let db = server(&[]).await;
    db.sql("CREATE USER chief@'%' IDENTIFIED BY 'c'; GRANT SUPER ON *.* TO chief@'%'")
        .await;
    let mut setup = Setup::new(&[&db]);
    let maxscale = setup.cnf.section("maxscale");
    maxscale.set("log_warn_super_user", true);
    let gateway = setup.start().await;
    log_in(&gateway, &USER).await.expect("a login");
    let warning = "superuser 'chief'@'127.0.0.1' has logged in to service 'Main'";
    assert!(!gateway.log_text().contains("superuser"));
    log_in(&gateway, &Login::new("chief", "c"))
        .await
        .expect("a login");
    gateway.logs(warning).await;
    let mut client = log_in(&gateway, &USER).await.expect("a login");
    let reply = client.change_user(&Login::new("chief", "c")).await;
    reply.expect("a reply");
    let warnings = || gateway.log_text().matches(warning).count();
    eventually(PATIENCE, "a second warning", async || {
        (warnings() > 1).then_some(())
    })
    .await;
    assert_eq!(warnings(), 2);
}

#[tokio::test]
async fn lists_of_ciphers_that_cant_be_followed_are_refused() {
    let db = server(&[]).await;
    let gateway = Setup::new(&[&db]).start().await;
    for (list, expected) in [
        ("HIGH:!aNULL", "ssl_cipher: HIGH is no cipher suite"),
        ("TLS_AES_256_GCM_SHA384", "is a cipher suite of TLS 1.3"),
    ] {
        let parameters = json!({"ssl": true, "ssl_cipher": list});
        let change = json!({"data": {"attributes": {"parameters": parameters}}});
        let answer = gateway.api().patch("/v1/servers/server1", &change).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
        let expected = expected.strip_prefix("ssl_cipher: ").unwrap_or(expected);
        assert!(answer.text.contains(expected), "{}", answer.text);
    }
}
