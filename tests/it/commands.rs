//! Commands beside COM_QUERY: forwarded, or refused with a proper ERR.

use sluicegate_tests::gateway::Setup;
use sluicegate_tests::raw::{RawClient, Reply};

use crate::fixture::world;

async fn ok(client: &mut RawClient, command: u8, body: &[u8]) {
    client.command(command, body).await.expect("a request");
    let answer = client.reply().await.expect("an answer");
    assert!(
        matches!(answer, Reply::Ok { .. } | Reply::Eof { .. }),
        "{command:#x}: {answer:?}"
    );
}

#[tokio::test]
async fn simple_commands_are_answered_and_the_session_stays_in_step() {
    let world = world().await;
    let mut client = world.raw().await;
    ok(&mut client, 0x0e, b"").await; // COM_PING
    ok(&mut client, 0x02, world.database.as_bytes()).await; // COM_INIT_DB
    ok(&mut client, 0x1b, &[0, 0]).await; // COM_SET_OPTION: multi statements on
    client.command(0x09, b"").await.expect("COM_STATISTICS");
    let text = client.message().await.expect("a bare string");
    assert!(
        text.starts_with(b"Uptime:"),
        "{:?}",
        String::from_utf8_lossy(&text)
    );
    client
        .query("CREATE TABLE fields (a INT, b INT)")
        .await
        .expect("a request");
    assert!(matches!(client.reply().await, Ok(Reply::Ok { .. })));
    client
        .command(0x04, b"fields\0")
        .await
        .expect("COM_FIELD_LIST");
    for _ in 0..2 {
        assert!(matches!(client.reply().await, Ok(Reply::Data(_))));
    }
    assert!(matches!(client.reply().await, Ok(Reply::Eof { .. })));
    assert_eq!(
        client.value("SELECT 'in step'").await.expect("a value"),
        "in step"
    );
}

#[tokio::test]
async fn an_unknown_database_is_refused_by_the_server_and_the_old_one_stays() {
    let world = world().await;
    let mut client = world.raw().await;
    client
        .command(0x02, b"no_such_database")
        .await
        .expect("COM_INIT_DB");
    let answer = client.reply().await.expect("an answer");
    assert_eq!(answer.error().map(|e| e.0), Some(1044), "{answer:?}");
    assert_eq!(
        client.value("SELECT DATABASE()").await.expect("a value"),
        world.database
    );
}

#[tokio::test]
async fn commands_that_are_unknown_or_not_for_clients_get_an_err_and_the_session_goes_on() {
    let world = world().await;
    // COM_SLEEP, COM_CONNECT, COM_TIME, COM_DELAYED_INSERT, COM_CONNECT_OUT, COM_DAEMON, unused ones.
    for command in [0x00, 0x0b, 0x0f, 0x10, 0x14, 0x1d, 0x40, 0x7f, 0xee] {
        let mut client = world.raw().await;
        client
            .command(command, b"whatever")
            .await
            .expect("a request");
        let answer = client.reply().await.expect("an answer");
        let code = answer.error().map(|error| error.0);
        assert_eq!(code, Some(1047), "{command:#x}: {answer:?}");
        assert_eq!(
            client.value("SELECT 1").await.expect("the session goes on"),
            "1"
        );
    }
}

#[tokio::test]
async fn replication_commands_of_a_client_without_the_privilege_get_an_err() {
    let world = world().await;
    let mut client = world.raw().await;
    let body = [4_u32.to_le_bytes(), [0; 4], 99_u32.to_le_bytes()].concat();
    client
        .command(0x12, &body[..10])
        .await
        .expect("COM_BINLOG_DUMP");
    let answer = client.reply().await.expect("an answer");
    assert!(answer.error().is_some(), "{answer:?}");
}

#[tokio::test]
async fn a_kill_by_the_id_of_the_greeting_ends_the_statement_of_that_session() {
    let world = world().await;
    let (mut sleeper, mut killer) = (world.raw().await, world.raw().await);
    let id = sleeper.connection_id;
    sleeper.query("SELECT SLEEP(60)").await.expect("a request");
    killer
        .query(&format!("KILL QUERY {id}"))
        .await
        .expect("a request");
    assert!(matches!(killer.reply().await, Ok(Reply::Ok { .. })));
    let rows = sleeper.rows().await.expect("a reply at once");
    assert!(
        rows.is_err() || rows == Ok(vec![b"\x011".to_vec()]),
        "{rows:?}"
    );
    assert_eq!(
        sleeper
            .value("SELECT 1")
            .await
            .expect("the session goes on"),
        "1"
    );
}

#[tokio::test]
async fn replicas_are_refused_where_replication_is_not_allowed() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("Main-Listener")
        .set("mariadbprotocol.allow_replication", "false");
    let gateway = setup.start().await;
    let mut client = RawClient::logged_in(gateway.port(), &world.login())
        .await
        .expect("a login that must succeed");
    for command in [0x12, 0x15, 0x1e] {
        let body = [0; 18];
        client.command(command, &body).await.expect("a request");
        let answer = client.reply().await.expect("an answer");
        assert_eq!(answer.error().map(|e| e.0), Some(1289), "{answer:?}");
    }
    let value = client.value("SELECT 'in step'").await;
    assert_eq!(value.expect("a value"), "in step");
}
