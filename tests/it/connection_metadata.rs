//! What clients are told of when they log in: `connection_metadata`.

use sluicegate_tests::gateway::Setup;
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::{Login, RawClient, capability};

/// The answer to a log-in, as text.
async fn told(setup: &Setup, login: &Login<'_>) -> String {
    let gateway = setup.clone().start().await;
    let mut client = RawClient::connect(gateway.port())
        .await
        .expect("a greeting");
    client.begin_login(login).await.expect("an answer");
    let ok = client.message().await.expect("an answer");
    assert_eq!(ok.first(), Some(&0), "{}", ok.escape_ascii());
    client.begin_command();
    client.query("SELECT 1").await.expect("a request");
    client
        .rows()
        .await
        .expect("the session goes on")
        .expect("rows");
    ok.escape_ascii().to_string()
}

#[tokio::test]
async fn a_client_that_can_be_told_of_variables_is() {
    let db = MariaDb::start("metadata").await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'; SET GLOBAL max_allowed_packet = 33554432")
        .await;
    let login = Login::new("u", "u");
    let tracking = login.with(capability::SESSION_TRACK);
    let mut setup = Setup::new(&[&db]);
    let usual = told(&setup, &tracking).await;
    for expected in [
        "character_set_client\\x07utf8mb4",
        "max_allowed_packet\\x0833554432",
        "tx_isolation\\x0fREPEATABLE-READ",
        "maxscale",
        "threads_connected",
        "connection_id",
    ] {
        assert!(usual.contains(expected), "{expected} is not in {usual}");
    }
    assert!(!told(&setup, &login).await.contains("maxscale"));
    let gateway = setup.clone().start().await;
    let client = RawClient::logged_in(gateway.port(), &tracking).await;
    let mut client = client.expect("a login");
    let changed = client.change_user_told(&login).await.expect("an answer");
    let changed = changed.escape_ascii().to_string();
    for expected in ["max_allowed_packet\\x0833554432", "maxscale"] {
        assert!(changed.contains(expected), "{expected} is not in {changed}");
    }
    assert_eq!(client.value("SELECT 1").await.expect("a value"), "1");
    drop((client, gateway));
    let listener = setup.cnf.section("Main-Listener");
    listener.set(
        "connection_metadata",
        "service_name=my-service,connection_id=0",
    );
    let own = told(&setup, &tracking).await;
    assert!(own.contains("service_name\\nmy-service"), "{own}");
    assert!(own.contains("connection_id\\x010"), "{own}");
    assert!(!own.contains("maxscale"), "{own}");
}
