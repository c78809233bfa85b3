//! Sessions that are ended, limited or looked at while they are in the middle of something.

use std::time::{Duration, Instant};

use sluicegate_tests::raw::{RawClient, Reply, capability};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use crate::fixture::{World, world};

const COM_CHANGE_USER: u8 = 17;
const NO_SUCH_COMMAND: u8 = 200;

async fn gone(world: &World, id: u32) {
    let path = format!("/v1/sessions/{id}");
    eventually(PATIENCE, "the session is gone", async || {
        (world.api().get(&path).await.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_session_can_be_ended_while_the_client_keeps_a_change_of_user_waiting() {
    let world = world().await;
    let mut client = world.raw().await;
    let user = format!("{}\0\0\0\x2d\0mysql_native_password\0", world.user);
    let asked = client.command(COM_CHANGE_USER, user.as_bytes()).await;
    asked.expect("a request");
    let switch = client.message().await.expect("a request to authenticate");
    assert_eq!(switch.first(), Some(&0xfe), "{switch:?}");
    let path = format!("/v1/sessions/{}", client.connection_id);
    assert_eq!(world.api().delete(&path).await.status, 204);
    gone(&world, client.connection_id).await;
}

#[tokio::test]
async fn a_session_that_may_finish_its_work_ends_when_it_has() {
    let world = world().await;
    let mut client = world.raw().await;
    client.query("SELECT SLEEP(1)").await.expect("a request");
    let path = format!("/v1/sessions/{}?ttl=60s", client.connection_id);
    let began = Instant::now();
    assert_eq!(world.api().delete(&path).await.status, 204);
    let rows = client.rows().await.expect("a reply").expect("rows");
    assert_eq!(rows.len(), 1);
    gone(&world, client.connection_id).await;
    assert!(
        began.elapsed() < Duration::from_secs(40),
        "not at the deadline"
    );
}

#[tokio::test]
async fn a_long_request_that_begins_with_use_goes_through() {
    let world = world().await;
    let login = world.login().with(capability::MULTI_STATEMENTS);
    let mut client = RawClient::logged_in(world.port(), &login)
        .await
        .expect("a login");
    let padding = "x".repeat(300_000);
    let sql = format!("USE {}; SELECT LENGTH('{padding}')", world.database);
    client.query(&sql).await.expect("a request");
    within(Duration::from_secs(30), "both replies", async {
        let first = client.reply().await;
        assert!(matches!(first, Ok(Reply::Ok { .. })), "{first:?}");
        let rows = client.rows().await.expect("a reply").expect("rows");
        assert_eq!(rows, [b"\x06300000".to_vec()]);
    })
    .await;
}

#[tokio::test]
async fn a_client_that_reads_no_answers_of_the_gateway_is_not_read_either() {
    let world = world().await;
    let mut client = world.raw().await;
    let before = sluicegate_tests::measure::resident_kib(world.gateway().pid());
    // Each is answered with an error that is not read.
    let mut flood = Vec::new();
    for _ in 0..100_000 {
        client.begin_command();
        flood.extend(client.frame(&[NO_SUCH_COMMAND]));
    }
    for _ in 0..20 {
        let written = tokio::io::AsyncWriteExt::write_all(&mut client.stream, &flood);
        if tokio::time::timeout(Duration::from_secs(1), written)
            .await
            .is_err()
        {
            break;
        }
    }
    let after = sluicegate_tests::measure::resident_kib(world.gateway().pid());
    assert!(after < before + 48 * 1024, "from {before} to {after} KiB");
}
