//! SIGTERM ends the gateway cleanly and soon, whatever its sessions do.

use std::time::{Duration, Instant};

use sluicegate_tests::gateway::{Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::process::Signal;
use sluicegate_tests::raw::{RawClient, Reply};
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, within};
use tokio::net::UnixDatagram;
use tokio::process::Command;

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
async fn the_process_manager_is_told_when_it_is_ready_and_when_it_stops() {
    let folder = scratch::folder("notify");
    let socket = UnixDatagram::bind(folder.join("notify")).expect("a socket");
    let config = Setup::in_folder(folder.clone(), &[free_port()], (free_port(), free_port()));
    let mut gateway = Command::new(program())
        .arg("--config")
        .arg(config.write())
        .env("NOTIFY_SOCKET", folder.join("notify"))
        .stderr(std::process::Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the program runs");
    let mut told = [0; 64];
    let length = within(PATIENCE, "it is ready", socket.recv(&mut told)).await;
    assert_eq!(&told[..length.expect("a state")], b"READY=1");
    let pid = gateway.id().and_then(|pid| i32::try_from(pid).ok());
    let pid = pid.and_then(rustix::process::Pid::from_raw);
    rustix::process::kill_process(pid.expect("it runs"), Signal::TERM).expect("a signal");
    let length = within(PATIENCE, "it stops", socket.recv(&mut told)).await;
    assert_eq!(&told[..length.expect("a state")], b"STOPPING=1");
    let status = within(PATIENCE, "its end", gateway.wait()).await;
    assert!(status.expect("an end").success());
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
