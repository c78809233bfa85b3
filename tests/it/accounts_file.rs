//! `user_accounts_file`, and `caching_sha2_password` by way of it.

use std::path::PathBuf;

use sluicegate_tests::clients::{Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::scratch;

const WHO: &str = "SELECT CURRENT_USER()";
/// Accounts: `sha` has the password `secret`, `only` the password `p`.
const ACCOUNTS: &str = r#"{
    "user": [
        {"user": "sha", "host": "%", "plugin": "caching_sha2_password",
         "authentication_string": "$A$005$0123456789abcdefghijDzxW9TvqYzWluI.c0TEKGiv1WF2zptVscigC2dPeKP2"},
        {"user": "gateway", "host": "%",
         "password": "*1F55BCC326DAE74067A42FBEFF531B33CF6F3133", "global_db_priv": true},
        {"user": "only", "host": "%", "password": "*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"},
        {"user": "native", "host": "%", "password": "*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"}
    ],
    "db": [{"user": "only", "host": "%", "db": "shop"}]
}"#;
const MAPPING: &str = r#"{
    "user_map": [{"original_user": "sha", "mapped_user": "janet"},
                 {"original_user": "only", "mapped_user": "janet"}],
    "server_credentials": [{"mapped_user": "janet", "password": "janet-secret"}]
}"#;

async fn server() -> MariaDb {
    let db = MariaDb::start("accounts-file").await;
    db.sql(
        "CREATE DATABASE shop; CREATE DATABASE other;
         CREATE USER janet@'%' IDENTIFIED BY 'janet-secret';
         GRANT ALL ON *.* TO janet@'%';
         CREATE USER native@'%' IDENTIFIED BY 'native-secret'",
    )
    .await;
    db
}

async fn gateway(db: &MariaDb, usage: &str) -> Gateway {
    let folder = scratch::folder("accounts-file");
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("the file can be written");
        path
    };
    let accounts = write("accounts.json", ACCOUNTS);
    let mapping = write("mapping.json", MAPPING);
    let mut setup = Setup::new(&[db]);
    setup
        .cnf
        .section("Main")
        .set("user_accounts_file", accounts.display())
        .set("user_accounts_file_usage", usage);
    setup
        .cnf
        .section("Main-Listener")
        .set("user_mapping_file", mapping.display());
    setup.start().await
}

fn client(gateway: &Gateway, user: &str, password: &str) -> Cli {
    Cli::new(&Endpoint::Tcp(gateway.port())).user(user, password)
}

#[tokio::test]
async fn accounts_of_a_file_are_added_to_the_servers() {
    let db = server().await;
    let gateway = gateway(&db, "add_when_load_ok").await;
    let who = |user, password| {
        let client = client(&gateway, user, password);
        async move { client.run(WHO).await }
    };
    assert_eq!(
        who("native", "native-secret").await.stdout.trim(),
        "native@%"
    );
    assert!(!who("native", "p").await.ok, "the server's account counts");
    assert_eq!(who("only", "p").await.stdout.trim(), "janet@%");
    let shop = client(&gateway, "only", "p").database("shop");
    assert_eq!(shop.query("SELECT DATABASE()").await.trim(), "shop");
    let other = client(&gateway, "only", "p").database("other");
    assert!(other.run(WHO).await.stderr.contains("ERROR 1044"));
}

#[tokio::test]
async fn a_client_of_caching_sha2_password_is_let_in_once_and_again() {
    let db = server().await;
    let gateway = gateway(&db, "add_when_load_ok").await;
    for _ in 0..2 {
        let client = client(&gateway, "sha", "secret").argument("--skip-ssl");
        let output = client.run(WHO).await;
        assert_eq!(output.stdout.trim(), "janet@%", "{}", output.stderr);
    }
    let refused = client(&gateway, "sha", "wrong").run(WHO).await;
    let denied = "Access denied for user 'sha'@'127.0.0.1' (using password: YES)";
    assert!(refused.stderr.contains(denied), "{}", refused.stderr);
    let none = client(&gateway, "sha", "").run(WHO).await;
    assert!(
        none.stderr.contains("(using password: NO)"),
        "{}",
        none.stderr
    );
}

#[tokio::test]
async fn the_file_alone_may_count() {
    let db = server().await;
    let gateway = gateway(&db, "file_only_always").await;
    let output = client(&gateway, "only", "p").run(WHO).await;
    assert_eq!(output.stdout.trim(), "janet@%", "{}", output.stderr);
    let refused = client(&gateway, "janet", "janet-secret").run(WHO).await;
    assert!(refused.stderr.contains("ERROR 1045"), "{}", refused.stderr);
}
