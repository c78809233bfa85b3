//! Limits of a service.

use std::time::Duration;

use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use crate::fixture::{World, world};

/// A gateway whose service has this parameter.
async fn limited(world: &World, parameter: &str, value: &str) -> Gateway {
    let mut setup = Setup::new(&[&world.shared.db]);
    setup
        .cnf
        .section("Main")
        .set("router_options", "running")
        .set(parameter, value);
    setup.start().await
}

#[tokio::test]
async fn more_clients_than_max_connections_are_told_so_until_one_leaves() {
    let world = world().await;
    let gateway = limited(&world, "max_connections", "2").await;
    let first = eventually(
        PATIENCE,
        "the readiness check's session is gone",
        async || {
            RawClient::logged_in(gateway.port(), &world.login())
                .await
                .ok()
        },
    )
    .await;
    let second = eventually(PATIENCE, "a second session", async || {
        RawClient::logged_in(gateway.port(), &world.login())
            .await
            .ok()
    })
    .await;
    let third = RawClient::logged_in(gateway.port(), &world.login()).await;
    let told = third.expect_err("one too many").to_string();
    assert!(told.contains("1040"), "{told}");
    drop(second);
    eventually(PATIENCE, "a place is free again", async || {
        RawClient::logged_in(gateway.port(), &world.login())
            .await
            .ok()
    })
    .await;
    drop(first);
}

#[tokio::test]
async fn a_session_that_is_idle_for_too_long_is_ended() {
    let world = world().await;
    let gateway = limited(&world, "wait_timeout", "1s").await;
    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login");
    // Busy for longer than that is not idle.
    assert_eq!(client.value("SELECT SLEEP(2)").await.expect("a value"), "0");
    // Nor does the time that it was busy count afterwards.
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(client.value("SELECT 1").await.expect("a value"), "1");
    within(Duration::from_secs(20), "the idle session ends", async {
        while client.message().await.is_ok() {}
    })
    .await;
    world.shared.db.without_connections_of(&world.user).await;
}

#[tokio::test]
async fn failed_log_ins_are_logged_unless_log_auth_warnings_is_off() {
    let world = world().await;
    for (value, is_logged) in [("true", true), ("false", false)] {
        let gateway = limited(&world, "log_auth_warnings", value).await;
        let login = Login {
            password: "wrong",
            ..world.login()
        };
        let refused = RawClient::logged_in(gateway.port(), &login).await;
        refused.expect_err("a wrong password");
        let line = format!("has failed: wrong password of '{}'@", world.user);
        if is_logged {
            gateway.logs(&line).await;
        } else {
            // What comes later in the log is there, and that line is not.
            gateway.logs("has no session: ").await;
            assert!(!gateway.log_text().contains(&line));
        }
    }
}
