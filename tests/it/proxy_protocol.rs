//! PROXY headers (haproxy.org, proxy-protocol.txt) from networks that are trusted to send them.

use std::net::Ipv4Addr;

use sluicegate_tests::raw::{RawClient, Reply};

use crate::fixture::{World, world};

async fn login_after(world: &World, port: u16, header: &[u8]) -> std::io::Result<RawClient> {
    let mut client = RawClient::connect_after(port, header).await?;
    match client.login(&world.login()).await? {
        Reply::Ok { .. } => Ok(client),
        other => Err(std::io::Error::other(format!("{other:?}"))),
    }
}

fn version_2(source: Ipv4Addr, port: u16) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c".to_vec();
    header.extend_from_slice(&source.octets());
    header.extend_from_slice(&[127, 0, 0, 1]);
    header.extend_from_slice(&port.to_be_bytes());
    header.extend_from_slice(&3306_u16.to_be_bytes());
    header
}

#[tokio::test]
async fn the_text_form_gives_the_clients_address() {
    let world = world().await;
    let header = b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 3306\r\n";
    let client = login_after(&world, world.shared.proxy_port, header)
        .await
        .expect("a login");
    let session = world.session().await;
    assert_eq!(session["attributes"]["remote"], "192.0.2.7");
    assert_eq!(session["attributes"]["port"], 4711);
    drop(client);
}

#[tokio::test]
async fn the_binary_form_gives_the_clients_address() {
    let world = world().await;
    let header = version_2(Ipv4Addr::new(198, 51, 100, 9), 4712);
    let client = login_after(&world, world.shared.proxy_port, &header)
        .await
        .expect("a login");
    let session = world.session().await;
    assert_eq!(session["attributes"]["remote"], "198.51.100.9");
    assert_eq!(session["attributes"]["port"], 4712);
    drop(client);
}

#[tokio::test]
async fn the_local_forms_keep_the_connections_own_address() {
    let world = world().await;
    let local = b"\r\n\r\n\0\r\nQUIT\n\x20\x00\x00\x00".as_slice();
    let unknown = b"PROXY UNKNOWN\r\n".as_slice();
    for header in [local, unknown] {
        let client = login_after(&world, world.shared.proxy_port, header)
            .await
            .expect("a login");
        assert_eq!(world.session().await["attributes"]["remote"], "127.0.0.1");
        drop(client);
        world.shared.db.without_connections_of(&world.user).await;
    }
}

#[tokio::test]
async fn a_trusted_network_may_also_come_without_header() {
    let world = world().await;
    let mut client = RawClient::logged_in(world.shared.proxy_port, &world.login())
        .await
        .expect("a login");
    assert_eq!(client.value("SELECT 1").await.expect("a value"), "1");
}

#[tokio::test]
async fn a_header_from_a_network_that_is_not_trusted_is_refused() {
    let world = world().await;
    let header = b"PROXY TCP4 192.0.2.7 127.0.0.1 4711 3306\r\n";
    let refused = login_after(&world, world.port(), header).await;
    assert!(refused.is_err(), "the header was believed or ignored");
}
