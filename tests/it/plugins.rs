//! Accounts of other plugins than `mysql_native_password`, and what a listener says of log-ins.

use std::path::PathBuf;

use mysql_async::ChangeUserOpts;
use mysql_async::prelude::Queryable;
use sha2::{Digest, Sha256};
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::{self, Cli, Endpoint, Output};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::scratch;

const WHO: &str = "SELECT CURRENT_USER()";

/// A server with accounts of `ed25519`, and one to map to.
async fn server() -> MariaDb {
    let db = MariaDb::start("plugins").await;
    db.sql(
        "INSTALL SONAME 'auth_ed25519';
         CREATE USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('secret');
         CREATE USER either@'%' IDENTIFIED VIA mysql_native_password USING PASSWORD('one')
            OR ed25519 USING PASSWORD('two');
         CREATE USER native@'%' IDENTIFIED BY 'native-secret';
         CREATE USER far@'192.0.2.1' IDENTIFIED BY 'far-secret';
         CREATE USER janet@'%' IDENTIFIED BY 'janet-secret'",
    )
    .await;
    db
}

/// A gateway, and the port of its listener with parameters of its own: the other one is for the
/// harness.
struct Listening {
    gateway: Gateway,
    port: u16,
}

/// A gateway with a listener that has these parameters.
async fn gateway(db: &MariaDb, parameters: &[(&str, &str)]) -> Listening {
    let mut setup = Setup::new(&[db]);
    setup
        .cnf
        .section("maxscale")
        .set("users_refresh_time", "10ms");
    let port = free_port();
    let mut listener = setup.cnf.listener("Other-Listener", "Main", port);
    for (name, value) in parameters {
        listener = listener.set(name, value);
    }
    let gateway = setup.start().await;
    Listening { gateway, port }
}

fn client(gateway: &Listening, user: &str, password: &str) -> Cli {
    Cli::new(&Endpoint::Tcp(gateway.port)).user(user, password)
}

async fn run(gateway: &Listening, user: &str, password: &str) -> Output {
    client(gateway, user, password).run(WHO).await
}

/// Whom the server sees.
async fn seen(gateway: &Listening, user: &str, password: &str) -> String {
    let output = run(gateway, user, password).await;
    assert!(output.ok, "{user}: {}", output.stderr);
    output.stdout.trim().to_owned()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = scratch::folder("plugins").join(name);
    std::fs::write(&path, text).expect("the file can be written");
    path
}

/// The answer of `caching_sha2_password`.
fn sha2_answer(password: &str, scramble: &[u8]) -> Vec<u8> {
    let once = Sha256::digest(password);
    let mask = Sha256::new()
        .chain_update(Sha256::digest(once))
        .chain_update(scramble)
        .finalize();
    once.iter().zip(mask).map(|(a, b)| a ^ b).collect()
}

/// Logs in until the gateway says whether the short answer is enough.
async fn first_word(gateway: &Listening, user: &str, password: &str) -> Vec<u8> {
    let mut client = RawClient::connect(gateway.port).await.expect("a greeting");
    let login = Login::new(user, password);
    client.begin_login(&login).await.expect("an answer");
    let switch = client.message().await.expect("a switch");
    let name = b"\xfecaching_sha2_password\0";
    assert!(switch.starts_with(name), "{}", switch.escape_ascii());
    let scramble = &switch[name.len()..name.len() + 20];
    let answer = sha2_answer(password, scramble);
    client.write_message(&answer).await.expect("an answer");
    client.message().await.expect("a word")
}

#[tokio::test]
async fn an_account_of_ed25519_logs_in_with_its_password_encrypted_or_known() {
    let db = server().await;
    let gateway = gateway(&db, &[]).await;
    assert_eq!(first_word(&gateway, "ed", "secret").await, [1, 4]);
    let encrypting = client(&gateway, "ed", "secret").argument("--skip-ssl");
    assert_eq!(encrypting.query(WHO).await.trim(), "ed@%");
    assert_eq!(seen(&gateway, "ed", "secret").await, "ed@%");
    assert_eq!(
        first_word(&gateway, "ed", "secret").await,
        [1, 3],
        "it is known now"
    );
    assert_eq!(seen(&gateway, "ed", "secret").await, "ed@%");
    let refused = run(&gateway, "ed", "wrong").await;
    let denied = "Access denied for user 'ed'@'127.0.0.1' (using password: YES)";
    assert!(refused.stderr.contains(denied), "{}", refused.stderr);
    db.sql("ALTER USER ed@'%' IDENTIFIED VIA ed25519 USING PASSWORD('changed')")
        .await;
    assert_eq!(seen(&gateway, "ed", "changed").await, "ed@%");
    assert!(
        !run(&gateway, "ed", "secret").await.ok,
        "the old password is forgotten"
    );
}

#[tokio::test]
async fn a_client_that_has_not_got_the_plugin_of_the_greeting_is_asked_for_its_own() {
    let db = server().await;
    let gateway = gateway(&db, &[]).await;
    let mut client = RawClient::connect(gateway.port).await.expect("a greeting");
    // MySQL 9 knows no mysql_native_password: it answers nothing, by another plugin.
    let mut response = Vec::new();
    response.extend_from_slice(&0x0008_a200_u32.to_le_bytes());
    response.extend_from_slice(&[0, 0, 0, 1, 45]);
    response.extend_from_slice(&[0; 23]);
    response.extend_from_slice(b"ed\0\0caching_sha2_password\0");
    client.write_message(&response).await.expect("it is taken");
    let switch = client.message().await.expect("a switch");
    assert!(
        switch.starts_with(b"\xfecaching_sha2_password\0"),
        "{}",
        switch.escape_ascii()
    );
}

#[tokio::test]
async fn over_tls_the_password_needs_no_key() {
    let db = server().await;
    let tls: Certificate = Authority::new().issue("gateway");
    let [key, cert, ca] = [&tls.key, &tls.cert, &tls.ca].map(|path| path.display().to_string());
    let parameters = [
        ("ssl", "true"),
        ("ssl_key", &key),
        ("ssl_cert", &cert),
        ("ssl_ca", &ca),
        ("authenticator", "mariadbauth,ed25519auth"),
        ("authenticator_options", "ed_mode=sha256"),
    ];
    let gateway = gateway(&db, &parameters).await;
    let client = client(&gateway, "ed", "secret").argument(&format!("--ssl-ca={ca}"));
    assert_eq!(client.query(WHO).await.trim(), "ed@%");
    assert_eq!(client.query(WHO).await.trim(), "ed@%");
}

#[tokio::test]
async fn a_signature_needs_a_mapping_to_get_to_servers() {
    let db = server().await;
    let mapping = r#"{
        "user_map": [{"original_user": "ed", "mapped_user": "janet"}],
        "server_credentials": [{"mapped_user": "janet", "password": "janet-secret",
                                "plugin": "mysql_native_password"}]
    }"#;
    let mapping = file("mapping.json", mapping).display().to_string();
    let options = ("authenticator_options", "ed_mode=ed25519");
    let mapped = gateway(&db, &[("user_mapping_file", &mapping), options]).await;
    assert_eq!(seen(&mapped, "ed", "secret").await, "janet@%");
    let refused = run(&mapped, "ed", "wrong").await;
    assert!(refused.stderr.contains("ERROR 1045"), "{}", refused.stderr);
    assert_eq!(seen(&mapped, "native", "native-secret").await, "native@%");

    let unmapped = gateway(&db, &[options]).await;
    let refused = run(&unmapped, "ed", "secret").await;
    assert!(
        refused.stderr.contains("client_ed25519"),
        "{}",
        refused.stderr
    );
}

#[tokio::test]
async fn a_mapped_user_may_be_one_of_ed25519() {
    let db = server().await;
    let mapping = r#"{
        "user_map": [{"original_user": "native", "mapped_user": "ed"}],
        "server_credentials": [{"mapped_user": "ed", "password": "secret", "plugin": "ed25519"}]
    }"#;
    let mapping = file("mapping.json", mapping).display().to_string();
    let gateway = gateway(&db, &[("user_mapping_file", &mapping)]).await;
    let login = Login::new("native", "native-secret");
    let mut raw = RawClient::logged_in(gateway.port, &login)
        .await
        .expect("a login");
    assert_eq!(raw.value(WHO).await.expect("a value"), "ed@%");
    let path = format!("/v1/sessions/{}", raw.connection_id);
    let session = gateway.gateway.api().document(&path).await;
    let user = &session["data"]["attributes"]["user"];
    assert_eq!(user, "native", "the session is the client's");
}

#[tokio::test]
async fn an_account_of_two_plugins_takes_either_password() {
    let db = server().await;
    let gateway = gateway(&db, &[]).await;
    assert_eq!(seen(&gateway, "either", "one").await, "either@%");
    assert_eq!(seen(&gateway, "either", "two").await, "either@%");
    assert!(!run(&gateway, "either", "three").await.ok);
}

#[tokio::test]
async fn a_plugin_that_the_listener_does_not_name_is_refused() {
    let db = server().await;
    let gateway = gateway(&db, &[("authenticator", "MariaDBAuth")]).await;
    assert_eq!(seen(&gateway, "native", "native-secret").await, "native@%");
    let refused = run(&gateway, "ed", "secret").await;
    assert!(refused.stderr.contains("ed25519"), "{}", refused.stderr);
}

#[tokio::test]
async fn a_session_changes_to_a_user_of_ed25519_and_back() {
    let db = server().await;
    let gateway = gateway(&db, &[]).await;
    let endpoint = Endpoint::Tcp(gateway.port);
    let options = clients::options(&endpoint, "native", "native-secret", "");
    let mut connection = clients::connect(options).await;
    for (user, password) in [
        ("ed", "secret"),
        ("native", "native-secret"),
        ("ed", "secret"),
    ] {
        let options = ChangeUserOpts::new()
            .with_user(Some(user.to_owned()))
            .with_pass(Some(password.to_owned()));
        connection
            .change_user(options)
            .await
            .expect("a change of user");
        let now: Option<String> = connection.query_first(WHO).await.expect("a row");
        assert_eq!(now, Some(format!("{user}@%")));
    }
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn with_skip_authentication_the_server_judges_the_password() {
    let db = server().await;
    let options = "skip_authentication=true";
    let gateway = gateway(&db, &[("authenticator_options", options)]).await;
    for (user, right) in [("native", "native-secret"), ("ed", "secret")] {
        assert_eq!(seen(&gateway, user, right).await, format!("{user}@%"));
        let refused = run(&gateway, user, "wrong").await;
        assert!(refused.stderr.contains("ERROR 1045"), "{}", refused.stderr);
    }
}

#[tokio::test]
async fn without_match_host_an_account_of_another_host_will_do() {
    let db = server().await;
    let strict = gateway(&db, &[]).await;
    let refused = run(&strict, "far", "far-secret").await;
    let denied = "Access denied for user 'far'@'127.0.0.1'";
    assert!(refused.stderr.contains(denied), "{}", refused.stderr);
    let lenient = gateway(&db, &[("authenticator_options", "match_host=false")]).await;
    db.sql("CREATE USER far@'127.0.0.1' IDENTIFIED BY 'far-secret'")
        .await;
    assert_eq!(seen(&lenient, "far", "far-secret").await, "far@127.0.0.1");
}

#[tokio::test]
async fn new_connections_run_the_statements_of_a_file_first() {
    let db = server().await;
    let good = file("good.sql", "SET @a = 'mytext';\n\nSET @b = 4;\n")
        .display()
        .to_string();
    let with_file = gateway(&db, &[("connection_init_sql_file", &good)]).await;
    let client = client(&with_file, "native", "native-secret");
    assert_eq!(client.query("SELECT @a, @b").await.trim(), "mytext\t4");
    for (text, expected) in [
        ("SET @a = 1\nSELEC\n", "SELEC"),
        ("SELECT 1\n", "returns rows"),
    ] {
        let bad = file("bad.sql", text).display().to_string();
        let gateway = gateway(&db, &[("connection_init_sql_file", &bad)]).await;
        let refused = run(&gateway, "native", "native-secret").await;
        assert!(refused.stderr.contains(expected), "{}", refused.stderr);
    }
}
