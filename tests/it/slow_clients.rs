//! A client that does not read must not make the gateway grow.

use sluicegate_tests::gateway::{Setup, is_rerouted};
use sluicegate_tests::measure;
use sluicegate_tests::raw::{RawClient, Reply};
use tokio::io::AsyncReadExt;

use crate::fixture::world;

/// What one slow session may hold: socket buffers are the system's, not counted here.
const GROWTH_KIB_MAX: u64 = 8 * 1024;
/// The same when a router looks at requests: it collects the first packet, of 16 MiB at most, and the
/// allocator keeps the room for the next one.
const COLLECTED_KIB_MAX: u64 = 16 * 1024;

#[tokio::test]
async fn memory_stays_flat_while_a_slow_client_leaves_a_large_result_unread() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login");
    client.value("SELECT 1").await.expect("warm");
    let before = measure::resident_kib(gateway.pid());
    client
        .query("SELECT REPEAT('x', 100000) FROM seq_1_to_3000")
        .await
        .expect("300 MB of rows");
    let mut peak = 0;
    let mut chunk = vec![0; 1 << 16];
    for _ in 0..40 {
        // Reads a little, then leaves the gateway time to take in whatever it would.
        client.stream.read_exact(&mut chunk).await.expect("rows");
        tokio::time::sleep(std::time::Duration::from_millis(25)).await;
        peak = peak.max(measure::resident_kib(gateway.pid()));
    }
    let growth = peak.saturating_sub(before);
    assert!(growth < GROWTH_KIB_MAX, "grew by {growth} KiB");
}

#[tokio::test]
async fn memory_stays_flat_while_a_large_row_passes() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login");
    client.value("SELECT 1").await.expect("warm");
    let before = measure::resident_kib(gateway.pid());
    for _ in 0..3 {
        client
            .query("SELECT REPEAT('x', 64 << 20)")
            .await
            .expect("a request");
        client.rows().await.expect("a reply").expect("a row");
        let sql = format!("\x03SELECT LENGTH('{}')", "x".repeat(64 << 20));
        client.begin_command();
        client
            .write_message(sql.as_bytes())
            .await
            .expect("a request");
        client.rows().await.expect("a reply").expect("a row");
    }
    let growth = measure::resident_kib(gateway.pid()).saturating_sub(before);
    assert!(growth < growth_max(), "grew by {growth} KiB");
}

/// How much the gateway may grow by long requests.
fn growth_max() -> u64 {
    let collected = if is_rerouted() { COLLECTED_KIB_MAX } else { 0 };
    GROWTH_KIB_MAX + collected
}

#[tokio::test]
async fn a_slow_server_holds_back_a_fast_client() {
    let world = world().await;
    let db = sluicegate_tests::mariadb::MariaDb::start("slow").await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'").await;
    let gateway = sluicegate_tests::gateway::Gateway::start(&[&db]).await;
    let login = sluicegate_tests::raw::Login::new("u", "u");
    let mut client = RawClient::logged_in(gateway.port(), &login)
        .await
        .expect("a login");
    client.value("SELECT 1").await.expect("warm");
    let before = measure::resident_kib(gateway.pid());
    db.freeze().await;
    client.begin_command();
    let request = client.frame(format!("\x03SELECT LENGTH('{}')", "x".repeat(64 << 20)).as_bytes());
    let write = tokio::io::AsyncWriteExt::write_all(&mut client.stream, &request);
    let unfinished = tokio::time::timeout(std::time::Duration::from_secs(2), write).await;
    assert!(
        unfinished.is_err(),
        "64 MiB went somewhere although the server reads nothing"
    );
    let growth = measure::resident_kib(gateway.pid()).saturating_sub(before);
    assert!(growth < growth_max(), "grew by {growth} KiB");
    db.thaw();
    drop((client, world));
}

#[tokio::test]
async fn a_stalled_client_does_not_delay_others() {
    let world = world().await;
    let mut stalled = Vec::new();
    for _ in 0..4 {
        let mut client = world.raw().await;
        client
            .query("SELECT REPEAT('x', 100000) FROM seq_1_to_1000")
            .await
            .expect("a request");
        assert!(matches!(client.reply().await, Ok(Reply::Data(_))));
        stalled.push(client);
    }
    for _ in 0..20 {
        let mut client = world.raw().await;
        assert_eq!(client.value("SELECT 1").await.expect("a value"), "1");
    }
}
