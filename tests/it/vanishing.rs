//! Clients that go away or say nonsense.

use sluicegate_tests::raw::RawClient;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixture::{World, world};

/// Waits until nothing of this test's session is left on the server or in the gateway.
async fn is_gone(world: &World) {
    world.shared.db.without_connections_of(&world.user).await;
    if world.shared.gateway.is_none() {
        return;
    }
    let path = format!("/v1/sessions?filter=/attributes/user=%22{}%22", world.user);
    eventually(PATIENCE, "the session has ended", async || {
        let document = world.api().document(&path).await;
        document["data"]
            .as_array()
            .expect("a list")
            .is_empty()
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_client_that_vanishes_mid_result_takes_its_server_connection_along() {
    let world = world().await;
    let mut client = world.raw().await;
    client
        .query("SELECT REPEAT('x', 1000) FROM seq_1_to_1000000")
        .await
        .expect("a request");
    client.message().await.expect("the result begins");
    // Unread bytes at the close make it a reset.
    drop(client);
    is_gone(&world).await;
}

#[tokio::test]
async fn a_client_that_vanishes_while_its_statement_runs_takes_its_server_connection_along() {
    let world = world().await;
    let mut client = world.raw().await;
    client
        .query("SELECT BENCHMARK(4000000000, MD5('x'))")
        .await
        .expect("a request");
    let running = format!(
        "SELECT COUNT(*) FROM information_schema.processlist
         WHERE user='{}' AND info LIKE 'SELECT BENCH%'",
        world.user
    );
    eventually(PATIENCE, "the statement runs", async || {
        (world.shared.db.sql(&running).await.trim() == "1").then_some(())
    })
    .await;
    drop(client);
    // The server itself looks for a lost client only when it writes to it; the gateway's session
    // must be gone at once. The statement is ended here so that it does not burn on.
    if world.shared.gateway.is_some() {
        let path = format!("/v1/sessions?filter=/attributes/user=%22{}%22", world.user);
        eventually(PATIENCE, "the session has ended", async || {
            let document = world.api().document(&path).await;
            document["data"]
                .as_array()
                .expect("a list")
                .is_empty()
                .then_some(())
        })
        .await;
    }
    world
        .shared
        .db
        .sql(&format!("KILL USER {}", world.user))
        .await;
    is_gone(&world).await;
}

#[tokio::test]
async fn a_client_that_vanishes_in_a_half_sent_request_is_forgotten() {
    let world = world().await;
    let mut client = world.raw().await;
    client.begin_command();
    let bytes = client.frame(b"\x03SELECT 'never finished'");
    client
        .stream
        .write_all(&bytes[..9])
        .await
        .expect("a part of a request");
    drop(client);
    is_gone(&world).await;
}

#[tokio::test]
async fn a_client_that_says_quit_is_gone_at_once() {
    let world = world().await;
    let mut client = world.raw().await;
    client.command(0x01, b"").await.expect("COM_QUIT");
    let end = client
        .message()
        .await
        .expect_err("nothing follows COM_QUIT");
    assert_eq!(end.kind(), std::io::ErrorKind::UnexpectedEof);
    is_gone(&world).await;
}

#[tokio::test]
async fn requests_that_arrive_byte_by_byte_are_understood() {
    let world = world().await;
    let mut client = world.raw().await;
    for round in 0..3 {
        client.begin_command();
        let text = format!("\x03SELECT 'bytes {round}'");
        for byte in client.frame(text.as_bytes()) {
            client.stream.write_all(&[byte]).await.expect("one byte");
            client.stream.flush().await.expect("flushed");
            tokio::task::yield_now().await;
        }
        let rows = client.rows().await.expect("a reply").expect("rows");
        assert_eq!(rows, [format!("\x07bytes {round}").into_bytes()]);
    }
}

#[tokio::test]
async fn requests_sent_without_waiting_are_answered_in_order() {
    let world = world().await;
    let mut client = world.raw().await;
    let mut bytes = Vec::new();
    for number in 0..50 {
        client.begin_command();
        bytes.extend(client.frame(format!("\x03SELECT {number}").as_bytes()));
    }
    client.stream.write_all(&bytes).await.expect("all at once");
    for number in 0..50 {
        let rows = client.rows().await.expect("a reply").expect("rows");
        assert_eq!(&rows[0][1..], number.to_string().as_bytes());
    }
}

/// Sends `bytes` in place of a login; the listener must close, and must go on for others.
async fn nonsense(world: &World, bytes: &[u8]) {
    let mut stream = TcpStream::connect(("127.0.0.1", world.port()))
        .await
        .expect("a connection");
    stream.write_all(bytes).await.expect("bytes leave");
    let mut rest = Vec::new();
    // A reset is an end, too.
    let _ = within(
        PATIENCE,
        "the listener closes",
        stream.read_to_end(&mut rest),
    )
    .await;
}

#[tokio::test]
async fn nonsense_in_place_of_a_login_is_closed_and_hurts_nobody() {
    let world = world().await;
    let mut bystander = world.raw().await;
    nonsense(&world, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await;
    nonsense(&world, &[0; 64]).await;
    nonsense(&world, &[1, 0, 0, 1, 0xff]).await;
    nonsense(
        &world,
        &[b"\x05\x00\x00\x01".as_slice(), &[0xff; 5]].concat(),
    )
    .await;
    assert_eq!(bystander.value("SELECT 1").await.expect("a value"), "1");
}

#[tokio::test]
async fn a_client_that_never_logs_in_is_closed_after_the_timeout() {
    let world = world().await;
    let mut silent = RawClient::connect(world.port()).await.expect("a greeting");
    within(PATIENCE, "the silent client is closed", async {
        while silent.message().await.is_ok() {}
    })
    .await;
}
