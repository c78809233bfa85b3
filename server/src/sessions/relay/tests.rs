use std::task::Waker;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;
use crate::sessions::simulation::{CAPABILITIES, pair, record, seat};
use crate::wire::packet::frame;

#[tokio::test]
async fn a_request_that_has_come_is_answered_before_a_session_that_may_finish_ends() {
    let (mut client, client_inner) = pair();
    let (mut server, server_inner) = pair();
    let record = Rc::new(record());
    let mut relay = Relay::new(
        Link::new(client_inner),
        Backend::new(Link::new(server_inner), seat("server")),
        Flow::new(CAPABILITIES),
        Rc::clone(&record),
        None,
    );
    let buffer = scratch();
    let mut request = Vec::new();
    frame(b"\x03SELECT 1", &mut 0, &mut request);
    client.write_all(&request).await.unwrap();
    record.drain(ClosedBy::Shutdown, Instant::now() + Duration::from_mins(1));

    let mut poll = async || {
        tokio::task::yield_now().await;
        let mut cx = Context::from_waker(Waker::noop());
        relay.poll(&mut cx, &buffer)
    };
    assert!(poll().await.is_pending());
    let mut seen = vec![0; request.len()];
    server.read_exact(&mut seen).await.unwrap();
    assert_eq!(seen, request);
    assert!(poll().await.is_pending());

    server
        .write_all(b"\x07\0\0\x01\0\0\0\x02\0\0\0")
        .await
        .unwrap();
    let exit = poll().await;
    let Poll::Ready(Exit::Close(reason)) = exit else {
        panic!("{exit:?}");
    };
    assert_eq!(reason.by, ClosedBy::Shutdown);
    client.read_exact(&mut [0; 11]).await.unwrap();
}
