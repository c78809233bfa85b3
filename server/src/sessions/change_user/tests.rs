use tokio::net::UnixStream;

use super::*;
use crate::backend::InitStatements;
use crate::net::{Socket, Stream};
use crate::sessions::link::Link;
use crate::sessions::simulation::seat;

/// A connection, and the server's end of it.
fn connection() -> (Backend, PacketStream) {
    let (left, right) = UnixStream::pair().unwrap();
    let stream = |socket| Stream::Plain(Socket::Unix(socket));
    let backend = Backend::new(Link::new(stream(left)), seat("db1"));
    (backend, PacketStream::new(stream(right)))
}

async fn log_in(backend: &mut Backend) -> bool {
    let told = UserChange {
        request: ChangeUser::default(),
        secret: &BackendSecret::NoPassword,
        init_statements: &InitStatements::default(),
    };
    let changed = timeout(Duration::from_millis(100), log_in_again(&told, backend)).await;
    matches!(changed, Ok(Ok(Some(_))))
}

#[tokio::test]
async fn a_connection_whose_log_in_was_not_awaited_is_left_to_nobody() {
    let (mut backend, _mute) = connection();
    assert!(!log_in(&mut backend).await);
    assert!(backend.is_free() && backend.take_unused().is_none());
}

#[tokio::test]
async fn a_connection_that_is_logged_in_again_can_be_left() {
    let (mut backend, mut server) = connection();
    let answers = async {
        server.read(1000).await.unwrap();
        server.write(&[0, 0, 0, 2, 0, 0, 0]).await.unwrap();
    };
    let (is_done, ()) = tokio::join!(log_in(&mut backend), answers);
    assert!(is_done && backend.take_unused().is_some());
}
