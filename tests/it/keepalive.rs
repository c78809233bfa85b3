//! `connection_keepalive`: servers do not close the connections of a client that thinks for long.

use std::time::Duration;

use sluicegate_tests::gateway::{Setup, is_rerouted};
use sluicegate_tests::mariadb::{MariaDb, Options};
use sluicegate_tests::raw::{Login, RawClient};

/// A client that does nothing for longer than the server waits; the id of its connection at the
/// server before and after.
async fn before_and_after(router: &str, always: bool) -> (String, std::io::Result<String>) {
    let options = Options {
        more: vec!["--wait-timeout=3".to_owned()],
        ..Options::default()
    };
    let db = MariaDb::start_with("impatient", options).await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%'")
        .await;
    let mut setup = Setup::new(&[&db]);
    setup
        .cnf
        .section("Main")
        .unset("router_options")
        .set("router", router)
        .set("connection_keepalive", "1s")
        .set("force_connection_keepalive", always);
    let gateway = setup.start().await;
    let mut client = RawClient::logged_in(gateway.port(), &Login::new("u", "u"))
        .await
        .expect("a login");
    let id = "SELECT CONNECTION_ID()";
    let before = client.value(id).await.expect("a value");
    tokio::time::sleep(Duration::from_secs(6)).await;
    (before, client.value(id).await)
}

#[tokio::test]
async fn connections_of_a_client_that_does_nothing_are_pinged_when_that_is_asked_for() {
    for router in ["readconnroute", "readwritesplit"] {
        let (before, after) = before_and_after(router, true).await;
        assert_eq!(after.expect("a value"), before, "{router}");
    }
}

#[tokio::test]
async fn otherwise_the_server_closes_them_and_a_split_session_connects_again() {
    if !is_rerouted() {
        let (_, after) = before_and_after("readconnroute", false).await;
        assert!(after.is_err(), "{after:?}");
    }
    let (before, after) = before_and_after("readwritesplit", false).await;
    assert_ne!(after.expect("a value"), before);
}
