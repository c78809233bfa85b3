//! A KILL names a session of the gateway, in whatever form it comes: a server would take the number
//! for one of its own connections.

use sluicegate_tests::raw::{RawClient, Reply, capability};

use crate::fixture::{World, world};

async fn client(world: &World) -> RawClient {
    let login = world.login().with(capability::MULTI_STATEMENTS);
    let client = RawClient::logged_in(world.port(), &login).await;
    client.expect("a login")
}

/// The number of the error that is the answer.
async fn refused(client: &mut RawClient, command: u8, text: &str) -> u16 {
    let sent = client.command(command, text.as_bytes()).await;
    sent.expect("a request");
    match client.reply().await.expect("an answer") {
        Reply::Err { code, .. } => code,
        other => panic!("{text}: {other:?}"),
    }
}

#[tokio::test]
async fn a_kill_that_can_t_be_carried_out_is_refused_and_kills_nobody() {
    let world = world().await;
    world.gateway();
    let mut victim = client(&world).await;
    let mut client = client(&world).await;
    let server_id = victim.value("SELECT CONNECTION_ID()").await.expect("an id");
    for id in [server_id.as_str(), &victim.connection_id.to_string()] {
        for text in [
            format!("SELECT 1; KILL {id}"),
            format!("KILL {id}; SELECT 1"),
            format!("SELECT 1 /*!; KILL {id} */"),
            format!("BEGIN NOT ATOMIC KILL {id}; END"),
            format!("PREPARE s FROM 'KILL {id}'"),
            format!("EXECUTE IMMEDIATE 'KILL {id}'"),
        ] {
            assert_eq!(refused(&mut client, 0x03, &text).await, 1064, "{text}");
        }
        let prepared = format!("KILL {id}");
        assert_eq!(refused(&mut client, 0x16, &prepared).await, 1295);
    }
    assert_eq!(refused(&mut client, 0x16, "KILL ?").await, 1295);
    assert_eq!(
        client.value("SELECT 'KILL 5;'").await.expect("a value"),
        "KILL 5;"
    );
    assert_eq!(
        victim.value("SELECT 'alive'").await.expect("a value"),
        "alive"
    );
}

#[tokio::test]
async fn a_kill_in_an_executable_comment_is_carried_out() {
    let world = world().await;
    world.gateway();
    let mut victim = client(&world).await;
    let mut client = client(&world).await;
    let text = format!("/*!50000 KILL {} */", victim.connection_id);
    client.query(&text).await.expect("a request");
    let answer = client.reply().await.expect("an answer");
    assert!(matches!(answer, Reply::Ok { .. }), "{answer:?}");
    victim.query("SELECT 1").await.ok();
    let end = victim.reply().await;
    assert!(!matches!(end, Ok(Reply::Ok { .. })), "{end:?}");
    assert_eq!(
        client.value("SELECT 'alive'").await.expect("a value"),
        "alive"
    );
}

#[tokio::test]
async fn a_database_that_is_chosen_behind_another_statement_is_shown() {
    let world = world().await;
    world.gateway();
    let mut client = client(&world).await;
    let text = format!("DO 1; USE {}; DO 2", world.database);
    client
        .query("USE information_schema")
        .await
        .expect("a request");
    client.reply().await.expect("an answer");
    assert_eq!(
        world.session().await["attributes"]["database"],
        "information_schema"
    );
    client.query(&text).await.expect("a request");
    for _ in 0..3 {
        client.reply().await.expect("an answer");
    }
    assert_eq!(
        world.session().await["attributes"]["database"],
        world.database.as_str()
    );
}
