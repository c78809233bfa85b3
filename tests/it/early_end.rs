//! A server that ends its reply while the client is still sending a file.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sluicegate_tests::gateway::Setup;
use sluicegate_tests::raw::{RawClient, Reply, capability};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};

use crate::fixture::world;

/// One packet, header included; `None` at the end.
async fn packet(from: &mut OwnedReadHalf) -> Option<Vec<u8>> {
    let mut packet = vec![0; 4];
    from.read_exact(&mut packet).await.ok()?;
    let length = u32::from_le_bytes([packet[0], packet[1], packet[2], 0]) as usize;
    packet.resize(4 + length, 0);
    from.read_exact(&mut packet[4..]).await.ok()?;
    Some(packet)
}

/// Passes packets on. When the server asks for a file, the end of the reply comes after the file's
/// first packet; the server itself gets an empty file, and its answer goes nowhere.
async fn between(client: TcpStream, server: TcpStream) {
    let asked = Arc::new(AtomicBool::new(false));
    let (mut from_client, to_client) = client.into_split();
    let (from_server, mut to_server) = server.into_split();
    let to_client = Arc::new(tokio::sync::Mutex::new(to_client));
    let back = tokio::spawn(replies(
        from_server,
        Arc::clone(&to_client),
        Arc::clone(&asked),
    ));
    while let Some(sent) = packet(&mut from_client).await {
        if !asked.load(Ordering::SeqCst) {
            if to_server.write_all(&sent).await.is_err() {
                break;
            }
            continue;
        }
        let mut error = b"\xff\x28\x04#HY000the end comes early".to_vec();
        let header = [error.len() as u8, 0, 0, sent[3].wrapping_add(1)];
        error.splice(0..0, header);
        to_client
            .lock()
            .await
            .write_all(&error)
            .await
            .expect("the gateway listens");
        // The rest of the file, to the empty packet that ends it.
        while packet(&mut from_client)
            .await
            .is_some_and(|part| part.len() > 4)
        {}
        to_server
            .write_all(&[0, 0, 0, 2])
            .await
            .expect("the server listens");
        while asked.load(Ordering::SeqCst) {
            tokio::task::yield_now().await;
        }
    }
    back.abort();
}

async fn replies(
    mut from: OwnedReadHalf,
    to: Arc<tokio::sync::Mutex<OwnedWriteHalf>>,
    asked: Arc<AtomicBool>,
) {
    while let Some(reply) = packet(&mut from).await {
        if asked.swap(reply.get(4) == Some(&0xfb), Ordering::SeqCst) {
            continue;
        }
        if to.lock().await.write_all(&reply).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn the_rest_of_the_file_is_no_command_and_the_session_goes_on() {
    let world = world().await;
    let server = world.shared.db.port();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            let server = TcpStream::connect(("127.0.0.1", server)).await;
            tokio::spawn(between(client, server.expect("the server listens")));
        }
    });
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("server1").set("port", port);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let login = world.login().with(capability::LOCAL_FILES);
    let client = RawClient::logged_in(gateway.port(), &login).await;
    let mut client = client.expect("a login");
    client
        .query("CREATE TABLE early (a INT)")
        .await
        .expect("a request");
    client.reply().await.expect("an answer");
    let load = "LOAD DATA LOCAL INFILE 'f' INTO TABLE early";
    client.query(load).await.expect("a request");
    let asked = client.reply().await.expect("an answer");
    assert_eq!(asked, Reply::LocalInfile("f".into()));
    client.write_message(b"1\n").await.expect("content");
    let Reply::Err { code, .. } = client.reply().await.expect("an answer") else {
        panic!("the reply has ended");
    };
    assert_eq!(code, 1064);
    // What has the form of a COM_QUIT is a part of the file.
    client.write_message(b"\x01").await.expect("content");
    client
        .write_message(b"")
        .await
        .expect("the end of the file");
    let value = client.value("SELECT 'in step'").await;
    assert_eq!(value.expect("the session goes on"), "in step");
}
