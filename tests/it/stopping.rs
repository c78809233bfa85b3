//! SIGTERM ends the gateway cleanly and soon, whatever its sessions do.

use std::time::{Duration, Instant};

use sluicegate_tests::gateway::Setup;
use sluicegate_tests::raw::{RawClient, Reply};
use sluicegate_tests::waiting::{PATIENCE, within};

use crate::fixture::world;

#[tokio::test]
async fn sigterm_ends_it_within_two_seconds_with_sessions_idle_busy_and_half_open() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let mut gateway = setup.start().await;
    let port = gateway.port();
    let mut idle = RawClient::logged_in(port, &world.login())
        .await
        .expect("a login");
    let mut busy = RawClient::logged_in(port, &world.login())
        .await
        .expect("a login");
    busy.query("SELECT SLEEP(100)").await.expect("a request");
    let mut reading = RawClient::logged_in(port, &world.login())
        .await
        .expect("a login");
    reading
        .query("SELECT REPEAT('x', 1000) FROM seq_1_to_1000000")
        .await
        .expect("a request");
    let greeted = RawClient::connect(port).await.expect("a greeting");
    let mut events = gateway.api().events(None).await;
    events.next().await;

    let begin = Instant::now();
    let status = gateway.stop().await;
    let took = begin.elapsed();
    assert!(status.success(), "{status}\n{}", gateway.log_text());
    assert!(took < Duration::from_secs(2), "took {took:?}");

    let told = within(PATIENCE, "the idle client's end", idle.message()).await;
    if let Ok(message) = told {
        assert!(
            matches!(Reply::decode(&message), Reply::Err { .. }),
            "{message:?}"
        );
    }
    world.shared.db.without_connections_of(&world.user).await;
    drop((busy, reading, greeted));
}

#[tokio::test]
async fn a_gateway_starts_again_on_the_same_ports_at_once() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    for _ in 0..3 {
        let mut gateway = setup.clone().start().await;
        let mut client = RawClient::logged_in(gateway.port(), &world.login())
            .await
            .expect("a login");
        client.value("SELECT 1").await.expect("a value");
        assert!(gateway.stop().await.success());
    }
}
