//! `PATCH /v1/maxscale`: what takes effect at run time does, and is there after a restart.

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::Endpoint;
use sluicegate_tests::gateway::Setup;
use sluicegate_tests::mariadb::{MariaDb, Options};
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
    gateway.logs(" info   :").await;
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
        .listener("Secure-Listener", "Main", port)
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
    // The files are replaced; nothing happens before they are read. Sessions that are there go on.
    let busy = world.cli_at(&Endpoint::Tcp(port));
    let busy = busy.argument(&format!("--ssl-ca={}", files.ca.display()));
    let busy = busy.argument("--ssl-verify-server-cert");
    let busy = busy.run("SELECT SLEEP(3); SELECT 'still there'");
    let replace = async {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        std::fs::copy(&other.key, &files.key).expect("a file can be copied");
        std::fs::copy(&other.cert, &files.cert).expect("a file can be copied");
        assert!(believes(&files).await);
        let answer = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        assert!(believes(&other).await && !believes(&files).await);
    };
    let (busy, ()) = tokio::join!(busy, replace);
    assert!(busy.ok && busy.stdout.contains("still there"), "{busy:?}");

    std::fs::write(&files.cert, "no certificate").expect("a file can be written");
    let answer = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("ssl_cert"), "{}", answer.text);
    assert!(believes(&other).await);
    // What has nothing to do with it is changed all the same, and changes nothing about it.
    std::fs::remove_file(&files.key).expect("a file can be removed");
    patched(&api, &json!({"log_info": true})).await;
    assert!(believes(&other).await);
}

async fn patched(api: &Api, given: &Value) {
    let answer = api.patch("/v1/maxscale", &parameters(given)).await;
    assert_eq!(answer.status, 204, "{given}: {}", answer.text);
}

#[tokio::test]
async fn the_same_warning_is_logged_so_many_times_then_not_for_a_while() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("maxscale")
        .set("log_throttling", "3, 60s, 60s");
    let gateway = setup.start().await;
    let api = gateway.api();
    // Each by another name: guessing one account's password is slowed.
    let fails = async |name: &str| {
        let stranger = Api::anonymous(gateway.admin_port()).account(name, "guess");
        assert_eq!(stranger.get("/v1/servers").await.status, 401);
    };
    let failures = || {
        let log = gateway.log_text();
        let count = |text: &str| log.lines().filter(|line| line.contains(text)).count();
        (
            count("log-in to the admin API failed"),
            count("not logged for 60000 ms"),
        )
    };
    for name in ["a", "b", "c", "d"] {
        fails(name).await;
    }
    let what = "three are logged, and that further ones are not";
    eventually(PATIENCE, what, async || {
        (failures() == (3, 1)).then_some(())
    })
    .await;
    // Without a limit they are logged again.
    let off = json!({"log_throttling": {"count": 0, "window": 0, "suppress": 0}});
    patched(&api, &off).await;
    let shown = api.document("/v1/maxscale").await;
    let shown = &shown["data"]["attributes"]["parameters"]["log_throttling"];
    assert_eq!(*shown, off["log_throttling"]);
    fails("e").await;
    eventually(PATIENCE, "it is logged", async || {
        (failures().0 == 4).then_some(())
    })
    .await;
    let wrong = parameters(&json!({"log_throttling": {"count": 1, "window": "soon"}}));
    let answer = api.patch("/v1/maxscale", &wrong).await;
    assert_eq!(answer.status, 400, "{}", answer.text);
}

#[tokio::test]
async fn the_log_file_is_switched_off_and_on() {
    let world = world().await;
    let folder = sluicegate_tests::scratch::folder("maxlog");
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("maxscale")
        .set("logdir", folder.display());
    let gateway = setup.start().await;
    let api = gateway.api();
    let text = || std::fs::read_to_string(folder.join("sluicegate.log")).unwrap_or_default();
    patched(&api, &json!({"maxlog": false})).await;
    patched(&api, &json!({"session_trace": 7})).await;
    patched(&api, &json!({"maxlog": true})).await;
    patched(&api, &json!({"session_trace": 8})).await;
    eventually(PATIENCE, "the last is in the file", async || {
        text()
            .ends_with("other parameters: session_trace\n")
            .then_some(())
    })
    .await;
    let altered = text();
    let count = altered.matches("other parameters: session_trace").count();
    assert_eq!(count, 1, "{altered}");
}

#[tokio::test]
async fn the_last_statements_of_a_session_are_logged_when_it_ends() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("maxscale")
        .set("log_info", false)
        .set("retain_last_statements", 2)
        .set("dump_last_statements", "on_error");
    let gateway = setup.start().await;
    let session = async |texts: &[&str], quits: bool| {
        let client = RawClient::logged_in(gateway.port(), &world.login()).await;
        let mut client = client.expect("a login");
        for text in texts {
            client
                .value(&format!("SELECT '{text}'"))
                .await
                .expect("a value");
        }
        if quits {
            client.command(0x01, &[]).await.expect("COM_QUIT");
        }
    };
    let logs = async |text: &str| {
        let wanted = format!("COM_QUERY): SELECT '{text}'");
        gateway.logs(&wanted).await;
    };
    session(&["one", "two"], true).await;
    session(&["three", "four", "five"], false).await;
    logs("four").await;
    logs("five").await;
    patched(&gateway.api(), &json!({"dump_last_statements": "on_close"})).await;
    session(&["six"], true).await;
    logs("six").await;
    patched(&gateway.api(), &json!({"dump_last_statements": "never"})).await;
    session(&["seven"], false).await;
    // The next session's end is later.
    patched(&gateway.api(), &json!({"dump_last_statements": "on_close"})).await;
    session(&["eight"], false).await;
    logs("eight").await;
    for text in ["one", "two", "three", "seven"] {
        let log = gateway.log_text();
        assert!(!log.contains(&format!("SELECT '{text}'")), "{text}: {log}");
    }
}

#[tokio::test]
async fn workers_remember_as_many_statements_as_they_may() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    let main = setup.cnf.section("Main");
    main.set("router", "readwritesplit").unset("router_options");
    setup
        .cnf
        .section("maxscale")
        .set("query_classifier_cache_size", "2Mi");
    let gateway = setup.start().await;
    let api = gateway.api();
    let client = RawClient::logged_in(gateway.port(), &world.login()).await;
    let mut client = client.expect("a login");
    let mut ask = async |from: u32| {
        for number in from..from + 50 {
            let sql = format!("SELECT 1 AS c{number}");
            client.value(&sql).await.expect("a value");
        }
    };
    let remembered = async || {
        let path = "/v1/maxscale/query_classifier/cache?top=1000";
        let data = api.document(path).await["data"].clone();
        data.as_array().map(Vec::len).expect("a list")
    };
    ask(0).await;
    assert!(remembered().await >= 50);
    patched(&api, &json!({"query_classifier_cache_size": 0})).await;
    eventually(PATIENCE, "all is forgotten", async || {
        (remembered().await == 0).then_some(())
    })
    .await;
    ask(50).await;
    assert_eq!(remembered().await, 0);
    patched(&api, &json!({"query_classifier_cache_size": "8Ki"})).await;
    eventually(PATIENCE, "some are remembered", async || {
        ask(100).await;
        let count = remembered().await;
        (count > 0 && count < 50).then_some(())
    })
    .await;
    let threads = api.document("/v1/maxscale/threads").await;
    let evictions: u64 = threads["data"]
        .as_array()
        .expect("a list")
        .iter()
        .filter_map(|one| {
            one["attributes"]["stats"]["query_classifier_cache"]["evictions"].as_u64()
        })
        .sum();
    assert!(evictions >= 50, "{threads}");
    let shown = api.document("/v1/maxscale/query_classifier").await;
    let size = &shown["data"]["attributes"]["parameters"]["cache_size"];
    assert_eq!(*size, 8192);
}

#[tokio::test]
async fn core_files_are_allowed_as_the_file_says() {
    let world = world().await;
    for (given, expected) in [(None, false), (Some(false), true)] {
        let mut setup = Setup::new(&[&world.shared.db]);
        setup.cnf.section("Main").set("router_options", "running");
        if let Some(given) = given {
            setup.cnf.section("maxscale").set("core_file", given);
        }
        let gateway = setup.start().await;
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", gateway.pid()));
        let limits = limits.expect("limits of a process");
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let core = core.expect("a limit").split_whitespace();
        let numbers: Vec<&str> = core.skip(4).collect();
        // Soft, then hard: as far as the system allows.
        let is_off = numbers[0] == "0" && (numbers[1] != "0" || given == Some(false));
        assert_eq!(is_off, expected, "{numbers:?}");
    }
}

#[tokio::test]
async fn certificates_of_servers_are_read_anew_and_sessions_that_are_there_go_on() {
    let (first, second) = (Authority::new(), Authority::new());
    let options = Options {
        tls: Some(first.issue("server")),
        ..Options::default()
    };
    let db = MariaDb::start_with("reload", options).await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'").await;
    let trusted = sluicegate_tests::scratch::folder("trusted").join("ca.pem");
    let trust = |authority: &Authority| {
        let files = authority.issue("another");
        std::fs::copy(&files.ca, &trusted).expect("a file can be copied");
    };
    trust(&first);
    let mut setup = Setup::new(&[&db]);
    setup
        .cnf
        .section("server1")
        .set("ssl", true)
        .set("ssl_ca", trusted.display())
        .set("ssl_verify_peer_certificate", true);
    let gateway = setup.start().await;
    let api = gateway.api();
    let login = sluicegate_tests::raw::Login::new("u", "u");
    let reload = async || api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    let cipher = "SELECT VARIABLE_VALUE FROM information_schema.session_status
                  WHERE VARIABLE_NAME = 'Ssl_cipher'";
    let mut there = RawClient::logged_in(gateway.port(), &login)
        .await
        .expect("a login");
    assert_ne!(there.value(cipher).await.expect("a value"), "");
    // Another authority is trusted: the server's certificate is none of its.
    trust(&second);
    assert_eq!(reload().await.status, 204);
    let refused = RawClient::logged_in(gateway.port(), &login).await;
    assert!(refused.is_err());
    there.value("SELECT 1").await.expect("it goes on");
    // A broken file keeps what is there, and says so.
    std::fs::write(&trusted, "no certificate").expect("a file can be written");
    let answer = reload().await;
    assert_eq!(answer.status, 400, "{}", answer.text);
    assert!(answer.text.contains("ssl_ca"), "{}", answer.text);
    trust(&first);
    assert_eq!(reload().await.status, 204);
    let mut next = eventually(PATIENCE, "new sessions come in", async || {
        RawClient::logged_in(gateway.port(), &login).await.ok()
    })
    .await;
    assert_ne!(next.value(cipher).await.expect("a value"), "");
    there.value("SELECT 1").await.expect("it goes on");
}
