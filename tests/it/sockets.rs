//! Unix sockets, on both sides.

use sluicegate_tests::clients::Endpoint;

use crate::fixture::world;

#[tokio::test]
async fn a_client_comes_by_unix_socket_and_is_localhost() {
    let world = world().await;
    let endpoint = Endpoint::Unix(world.shared.socket.clone());
    let cli = world.cli_at(&endpoint);
    assert_eq!(cli.query("SELECT 'by socket'").await, "by socket\n");
    let mut connection = sluicegate_tests::clients::connect(sluicegate_tests::clients::options(
        &endpoint,
        &world.user,
        &world.password,
        &world.database,
    ))
    .await;
    mysql_async::prelude::Queryable::ping(&mut connection)
        .await
        .expect("a ping");
    let session = world.session().await;
    assert_eq!(session["attributes"]["remote"], "localhost");
    assert_eq!(session["attributes"]["port"], 0);
    connection.disconnect().await.expect("a clean end");
}

#[tokio::test]
async fn a_server_is_reached_by_its_unix_socket() {
    let world = world().await;
    let cli = world.cli_at(&Endpoint::Tcp(world.shared.socket_server_port));
    let host = "SELECT host FROM information_schema.processlist WHERE id = CONNECTION_ID()";
    assert_eq!(cli.query(host).await, "localhost\n");
}
