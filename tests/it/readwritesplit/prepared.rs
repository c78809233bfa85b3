//! Prepared statements of the protocol, on whichever server they run.

use std::collections::BTreeSet;
use std::time::Instant;

use mysql_async::prelude::Queryable;
use sluicegate_tests::raw::Reply;
use sluicegate_tests::waiting::PATIENCE;

use super::fixture::{Client, Split, split};

const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const LONG_DATA: u8 = 0x18;
const CLOSE: u8 = 0x19;

#[tokio::test]
async fn a_statement_runs_on_every_server_by_one_id() {
    let split = split().await;
    let mut connection = split.connection().await;
    let read = connection
        .prep("SELECT @@server_id, ? + ?")
        .await
        .expect("a statement");
    let write = connection
        .prep("DO SLEEP(0) + ?")
        .await
        .expect("a statement");
    let mut servers = BTreeSet::new();
    let begin = Instant::now();
    // Which of the two gets a read depends on what other tests have them do.
    for number in 0.. {
        let row: Option<(u32, i64)> = connection
            .exec_first(&read, (number, 1000))
            .await
            .expect("a row");
        let (server, sum) = row.expect("a row");
        assert_eq!(sum, number + 1000);
        servers.insert(server);
        if servers.len() == 2 || begin.elapsed() > PATIENCE {
            break;
        }
    }
    for number in 0..20 {
        connection
            .exec_drop(&write, (number,))
            .await
            .expect("an execution");
    }
    assert_eq!(servers.into_iter().collect::<Vec<_>>(), [2, 3]);
    let mut transaction = connection
        .start_transaction(mysql_async::TxOpts::default())
        .await
        .expect("a transaction");
    let row: Option<(u32, i64)> = transaction.exec_first(&read, (1, 2)).await.expect("a row");
    assert_eq!(row, Some((1, 3)));
    transaction.commit().await.expect("a commit");
    connection.close(read).await.expect("an end");
}

/// Prepares a statement; its id.
async fn prepare(client: &mut Client, sql: &str, packets_behind: usize) -> u32 {
    client
        .0
        .command(PREPARE, sql.as_bytes())
        .await
        .expect("a request");
    let first = client.0.message().await.expect("a reply");
    assert_eq!(first[0], 0, "{:?}", Reply::decode(&first));
    for _ in 0..packets_behind {
        client.0.message().await.expect("a definition");
    }
    u32::from_le_bytes(first[1..5].try_into().expect("four bytes"))
}

/// An execution with one parameter, a number; with or without its type.
async fn execute(client: &mut Client, id: u32, number: i32, typed: bool) -> Vec<u8> {
    let mut body = id.to_le_bytes().to_vec();
    body.extend_from_slice(&[0, 1, 0, 0, 0, 0, u8::from(typed)]);
    if typed {
        body.extend_from_slice(&[3, 0]);
    }
    body.extend_from_slice(&number.to_le_bytes());
    client.0.command(EXECUTE, &body).await.expect("a request");
    let rows = client.0.rows().await.expect("a reply");
    rows.expect("rows").into_iter().next().expect("a row")
}

#[tokio::test]
async fn types_that_were_told_once_are_known_on_every_server() {
    let split = split().await;
    let mut client = split.client().await;
    let id = prepare(&mut client, "SELECT ? + 0, @@server_id", 5).await;
    let mut servers = BTreeSet::new();
    let begin = Instant::now();
    for number in 0.. {
        let row = execute(&mut client, id, number, number == 0).await;
        // Header and NULL bitmap, a BIGINT, a BIGINT.
        let value = i64::from_le_bytes(row[2..10].try_into().expect("eight bytes"));
        assert_eq!(value, i64::from(number));
        servers.insert(row[10]);
        if servers.len() == 2 && number > 5 || begin.elapsed() > PATIENCE {
            break;
        }
    }
    assert_eq!(servers.into_iter().collect::<Vec<_>>(), [2, 3]);
}

#[tokio::test]
async fn the_statement_prepared_last_can_be_executed_without_its_id() {
    let split = split().await;
    let mut client = split.client().await;
    for number in 0..4 {
        let sql = format!("SELECT ? + {number}");
        prepare(&mut client, &sql, 4).await;
        let row = execute(&mut client, u32::MAX, 5, true).await;
        let value = i64::from_le_bytes(row[2..10].try_into().expect("eight bytes"));
        assert_eq!(value, 5 + number);
    }
}

#[tokio::test]
async fn parameters_sent_ahead_arrive_where_the_statement_runs() {
    let split = split().await;
    let mut client = split.client().await;
    let id = prepare(&mut client, "SELECT LENGTH(?), @@server_id", 5).await;
    for round in 1..6_u8 {
        for _ in 0..round {
            let mut body = id.to_le_bytes().to_vec();
            body.extend_from_slice(&[0, 0]);
            body.extend_from_slice(&[b'x'; 1000]);
            client.0.command(LONG_DATA, &body).await.expect("a request");
        }
        let mut body = id.to_le_bytes().to_vec();
        body.extend_from_slice(&[0, 1, 0, 0, 0, 0, 1, 0xfc, 0]);
        client.0.command(EXECUTE, &body).await.expect("a request");
        let rows = client.0.rows().await.expect("a reply").expect("rows");
        let length = u16::from_le_bytes([rows[0][2], rows[0][3]]);
        assert_eq!(length, 1000 * u16::from(round));
    }
}

#[tokio::test]
async fn a_closed_statement_is_unknown() {
    let split = split().await;
    let mut client = split.client().await;
    let id = prepare(&mut client, "SELECT ? + 1", 4).await;
    execute(&mut client, id, 1, true).await;
    client
        .0
        .command(CLOSE, &id.to_le_bytes())
        .await
        .expect("a request");
    let mut body = id.to_le_bytes().to_vec();
    body.extend_from_slice(&[0, 1, 0, 0, 0, 0, 1, 3, 0, 1, 0, 0, 0]);
    client.0.command(EXECUTE, &body).await.expect("a request");
    let reply = client.0.reply().await.expect("a reply");
    assert!(matches!(reply, Reply::Err { code: 1243, .. }), "{reply:?}");
    assert_eq!(client.value("SELECT 5").await.expect("a value"), "5");
}

#[tokio::test]
async fn a_statement_means_what_it_meant_when_it_was_prepared() {
    let split = split().await;
    let mut client = split.lazy_client().await;
    client.run("USE mysql").await.expect("a database");
    let mysql = "SELECT COUNT(*) > 0, ? FROM user";
    let id = prepare(&mut client, mysql, 5).await;
    client
        .run("USE information_schema")
        .await
        .expect("a database");
    for number in 0..6 {
        execute(&mut client, id, number, true).await;
    }
    client.run("BEGIN").await.expect("a transaction");
    execute(&mut client, id, 7, false).await;
    client.run("COMMIT").await.expect("a commit");
}

#[tokio::test]
async fn a_prepared_setting_is_made_on_every_server() {
    let split = split().await;
    let mut connection = split.connection().await;
    let set = connection.prep("SET @a = ?").await.expect("a statement");
    for number in 0..6 {
        connection
            .exec_drop(&set, (number,))
            .await
            .expect("an execution");
        for _ in 0..3 {
            let seen: Option<(u32, i64)> = connection
                .query_first("SELECT @@server_id, @a")
                .await
                .expect("a row");
            assert_eq!(seen.map(|(_, a)| a), Some(number));
        }
    }
}

#[tokio::test]
async fn a_statement_whose_table_is_gone_fails_when_it_is_executed_and_costs_no_connection() {
    let split = split().await;
    let mut client = split.client().await;
    let database = Split::database();
    let table = format!("{database}.t");
    client
        .run(&format!("CREATE DATABASE {database}"))
        .await
        .expect("a database");
    client
        .run(&format!("CREATE TABLE {table} (a INT)"))
        .await
        .expect("a table");
    split.topology.in_sync().await;
    let select = prepare(&mut client, &format!("SELECT a, ? FROM {table}"), 5).await;
    client
        .run(&format!("DROP TABLE {table}"))
        .await
        .expect("no table");
    split.topology.in_sync().await;
    client.run("BEGIN").await.expect("a transaction");
    let on_primary = client.value("SELECT CONNECTION_ID()").await.expect("an id");
    client.run("COMMIT").await.expect("a commit");
    client.run("USE mysql").await.expect("a database");
    client.run("SET NAMES utf8mb4").await.expect("names");
    client.run("BEGIN").await.expect("a transaction");
    let mut body = select.to_le_bytes().to_vec();
    body.extend_from_slice(&[0, 1, 0, 0, 0, 0, 1, 3, 0, 1, 0, 0, 0]);
    client.0.command(EXECUTE, &body).await.expect("a request");
    let reply = client.0.reply().await.expect("a reply");
    assert!(matches!(reply, Reply::Err { code: 1146, .. }), "{reply:?}");
    let id = client.value("SELECT CONNECTION_ID()").await.expect("an id");
    assert_eq!(id, on_primary);
}
