//! Texts that are prepared again (`reuse_prepared_statements`): one statement on the server, and as
//! many as were asked for to the client.

use sluicegate_tests::raw::{Reply, capability};
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::fixture::{Client, Split, split};

const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const LONG_DATA: u8 = 0x18;
const CLOSE: u8 = 0x19;
const RESET_CONNECTION: u8 = 0x1f;
const FETCH: u8 = 0x1c;

pub(super) const INT: u8 = 3;
pub(super) const STRING: u8 = 0xfd;
const BLOB: u8 = 0xfc;

/// What the answer to a COM_STMT_PREPARE says.
struct Prepared {
    id: u32,
    columns: u16,
    /// The status in its last EOF packet.
    status: u16,
}

async fn try_prepare(client: &mut Client, sql: &str) -> Result<Prepared, u16> {
    let request = client.0.command(PREPARE, sql.as_bytes()).await;
    request.expect("a request");
    let first = client.0.message().await.expect("a reply");
    if let Reply::Err { code, .. } = Reply::decode(&first) {
        return Err(code);
    }
    let short = |at: usize| u16::from_le_bytes([first[at], first[at + 1]]);
    let (columns, parameters) = (short(5), short(7));
    let mut status = 0;
    for count in [parameters, columns] {
        for _ in 0..count {
            client.0.message().await.expect("a definition");
        }
        if count > 0 {
            let end = client.0.message().await.expect("the end of definitions");
            assert_eq!((end.len(), end[0]), (5, 0xfe));
            status = u16::from_le_bytes([end[3], end[4]]);
        }
    }
    Ok(Prepared {
        id: u32::from_le_bytes(first[1..5].try_into().expect("four bytes")),
        columns,
        status,
    })
}

pub(super) async fn prepare(client: &mut Client, sql: &str) -> u32 {
    try_prepare(client, sql).await.expect("a statement").id
}

async fn close(client: &mut Client, id: u32) {
    let closed = client.0.command(CLOSE, &id.to_le_bytes()).await;
    closed.expect("a request");
}

/// Executes a statement with one parameter; without a type it is what it was before. Its first row.
pub(super) async fn execute(
    client: &mut Client,
    id: u32,
    kind: Option<u8>,
    value: &[u8],
) -> Result<Vec<u8>, u16> {
    let rows = try_execute(client, id, kind, value).await?;
    Ok(rows.into_iter().next().expect("a row"))
}

/// The same, with all rows.
pub(super) async fn try_execute(
    client: &mut Client,
    id: u32,
    kind: Option<u8>,
    value: &[u8],
) -> Result<Vec<Vec<u8>>, u16> {
    let mut body = id.to_le_bytes().to_vec();
    body.extend_from_slice(&[0, 1, 0, 0, 0, 0, u8::from(kind.is_some())]);
    body.extend(kind.into_iter().flat_map(|kind| [kind, 0]));
    body.extend_from_slice(value);
    client.0.command(EXECUTE, &body).await.expect("a request");
    match client.0.rows().await.expect("a reply") {
        Ok(rows) => Ok(rows),
        Err(Reply::Err { code, .. }) => Err(code),
        Err(reply) => panic!("{reply:?}"),
    }
}

/// The text of a row of one string.
pub(super) fn text(row: &[u8]) -> String {
    String::from_utf8_lossy(&row[3..]).into_owned()
}

/// How many statements the server has prepared on the session's connection.
async fn prepared_there(client: &mut Client) -> u32 {
    let count = "SELECT VARIABLE_VALUE FROM information_schema.SESSION_STATUS
                 WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'";
    let count = client.value(count).await.expect("a value");
    count.parse().expect("a number")
}

async fn client(split: &Split) -> Client {
    Client::at(split.reuse_port).await
}

#[tokio::test]
async fn a_text_that_is_prepared_again_is_one_statement_on_the_server() {
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, '!')";
    let first = prepare(&mut client, sql).await;
    let before = prepared_there(&mut client).await;
    let second = prepare(&mut client, sql).await;
    assert_ne!(first, second);
    for id in [first, second] {
        let row = execute(&mut client, id, Some(STRING), b"\x01a").await;
        assert_eq!(text(&row.expect("a row")), "a!");
    }
    close(&mut client, first).await;
    assert_eq!(execute(&mut client, first, None, b"\x01a").await, Err(1243));
    let row = execute(&mut client, second, None, b"\x01b").await;
    assert_eq!(text(&row.expect("a row")), "b!");
    close(&mut client, second).await;
    for _ in 0..5 {
        let id = prepare(&mut client, sql).await;
        let row = execute(&mut client, u32::MAX, Some(STRING), b"\x01c").await;
        assert_eq!(text(&row.expect("a row")), "c!");
        close(&mut client, id).await;
    }
    assert_eq!(prepared_there(&mut client).await, before);
    // Another text is another statement.
    prepare(&mut client, "SELECT CONCAT(?, '?')").await;
    assert_eq!(prepared_there(&mut client).await, before + 1);
}

#[tokio::test]
async fn each_statement_of_a_text_has_its_own_types() {
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, '!')";
    let number = prepare(&mut client, sql).await;
    let word = prepare(&mut client, sql).await;
    let five = 5_i32.to_le_bytes();
    for typed in [true, false, false] {
        let row = execute(&mut client, number, typed.then_some(INT), &five).await;
        assert_eq!(text(&row.expect("a row")), "5!");
        let row = execute(&mut client, word, typed.then_some(STRING), b"\x04four").await;
        assert_eq!(text(&row.expect("a row")), "four!");
    }
}

#[tokio::test]
async fn parameters_sent_ahead_and_cursors_are_not_mixed_up() {
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, '!')";
    let ahead = prepare(&mut client, sql).await;
    let other = prepare(&mut client, sql).await;
    let mut body = ahead.to_le_bytes().to_vec();
    body.extend_from_slice(b"\0\0sent ahead");
    client.0.command(LONG_DATA, &body).await.expect("a request");
    let row = execute(&mut client, other, Some(STRING), b"\x01a").await;
    assert_eq!(text(&row.expect("a row")), "a!");
    let late = prepare(&mut client, sql).await;
    let row = execute(&mut client, late, Some(STRING), b"\x01b").await;
    assert_eq!(text(&row.expect("a row")), "b!");
    let row = execute(&mut client, ahead, Some(BLOB), b"").await;
    assert_eq!(text(&row.expect("a row")), "sent ahead!");

    let sql = "SELECT seq + ? FROM mysql.seq_1_to_3";
    let slow = prepare(&mut client, sql).await;
    let quick = prepare(&mut client, sql).await;
    let mut body = slow.to_le_bytes().to_vec();
    body.extend_from_slice(&[1, 1, 0, 0, 0, 0, 1, INT, 0]);
    body.extend_from_slice(&10_i32.to_le_bytes());
    client.0.command(EXECUTE, &body).await.expect("a request");
    for _ in 0..3 {
        client.0.message().await.expect("the definitions");
    }
    let mut fetched = Vec::new();
    for _ in 0..3 {
        let row = execute(&mut client, quick, Some(INT), &100_i32.to_le_bytes()).await;
        assert_eq!(row.expect("a row")[2], 101);
        let mut body = slow.to_le_bytes().to_vec();
        body.extend_from_slice(&1_u32.to_le_bytes());
        client.0.command(FETCH, &body).await.expect("a request");
        let row = client.0.message().await.expect("a row");
        assert_eq!(row[0], 0, "{:?}", Reply::decode(&row));
        fetched.push(row[2]);
        client.0.message().await.expect("the end of the rows");
    }
    assert_eq!(fetched, [11, 12, 13]);
}

#[tokio::test]
async fn a_text_that_means_something_else_is_prepared_anew() {
    let split = split().await;
    let (one, two) = (Split::database(), Split::database());
    let mut client = client(split).await;
    for (database, value) in [(&one, 1), (&two, 2)] {
        client
            .run(&format!("CREATE DATABASE {database}"))
            .await
            .expect("a database");
        let table = format!("CREATE TABLE {database}.t AS SELECT {value} a");
        client.run(&table).await.expect("a table");
    }
    let a_of = async |client: &mut Client, id| {
        execute(client, id, Some(INT), &0_i32.to_le_bytes())
            .await
            .map(|row| row[2])
    };
    let sql = "SELECT t.* FROM t WHERE 0 = ?";
    client.run(&format!("USE {one}")).await.expect("a database");
    let first = prepare(&mut client, sql).await;
    client.run(&format!("USE {two}")).await.expect("a database");
    let second = prepare(&mut client, sql).await;
    assert_eq!(a_of(&mut client, first).await, Ok(1));
    assert_eq!(a_of(&mut client, second).await, Ok(2));
    client
        .run("ALTER TABLE t ADD b INT FIRST")
        .await
        .expect("a change");
    let altered = try_prepare(&mut client, sql).await.expect("a statement");
    assert_eq!(altered.columns, 2);
    let create = "CREATE TEMPORARY TABLE t AS SELECT 3 a";
    client.run(create).await.expect("a table");
    let temporary = prepare(&mut client, sql).await;
    assert_eq!(a_of(&mut client, temporary).await, Ok(3));
    client
        .run("DROP TEMPORARY TABLE t")
        .await
        .expect("no table");
    let without = try_prepare(&mut client, sql).await.expect("a statement");
    assert_eq!(without.columns, 2);

    let quoted = "SELECT \"?\", CONCAT(?, '')";
    let string = try_prepare(&mut client, quoted).await.expect("a statement");
    assert_eq!(string.columns, 2);
    client
        .run("SET sql_mode = 'ANSI_QUOTES'")
        .await
        .expect("a mode");
    assert_eq!(try_prepare(&mut client, quoted).await.err(), Some(1054));
}

#[tokio::test]
async fn what_others_do_to_the_tables_is_seen_after_the_first_failure() {
    let split = split().await;
    let database = Split::database();
    let mut client = client(split).await;
    client
        .run(&format!("CREATE DATABASE {database}"))
        .await
        .expect("a database");
    client
        .run(&format!("USE {database}"))
        .await
        .expect("a database");
    client
        .run("CREATE TABLE t AS SELECT 1 a")
        .await
        .expect("a table");
    let sql = "SELECT * FROM t WHERE 0 = ?";
    let id = prepare(&mut client, sql).await;
    let zero = 0_i32.to_le_bytes();
    execute(&mut client, id, Some(INT), &zero)
        .await
        .expect("a row");
    let primary = &split.topology.primary;
    primary
        .sql(&format!("ALTER TABLE {database}.t ADD b INT"))
        .await;
    // The server knows: what it answers is right, whatever the client was told before.
    let again = prepare(&mut client, sql).await;
    execute(&mut client, again, Some(INT), &zero)
        .await
        .expect("a row");
    primary.sql(&format!("DROP TABLE {database}.t")).await;
    let last = prepare(&mut client, sql).await;
    assert_eq!(
        execute(&mut client, last, Some(INT), &zero).await,
        Err(1146)
    );
    assert_eq!(try_prepare(&mut client, sql).await.err(), Some(1146));
}

#[tokio::test]
async fn a_new_connection_has_the_statements_that_the_client_has() {
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, CONNECTION_ID())";
    let first = prepare(&mut client, sql).await;
    let second = prepare(&mut client, sql).await;
    close(&mut client, first).await;
    let row = execute(&mut client, second, Some(STRING), b"\x00").await;
    let connection = text(&row.expect("a row"));
    split
        .topology
        .primary
        .sql(&format!("KILL {connection}"))
        .await;
    let path = format!("/v1/sessions/{}", client.0.connection_id);
    eventually(PATIENCE, "the connection is gone", async || {
        let document = split.gateway.api().document(&path).await;
        let connections = &document["data"]["attributes"]["connections"];
        connections
            .as_array()
            .expect("a list")
            .is_empty()
            .then_some(())
    })
    .await;
    let third = prepare(&mut client, sql).await;
    for id in [second, third] {
        let row = execute(&mut client, id, Some(STRING), b"\x01x").await;
        let row = text(&row.expect("a row"));
        assert!(row.starts_with('x') && row[1..] != connection, "{row}");
    }
    assert_eq!(prepared_there(&mut client).await, 1);
}

#[tokio::test]
async fn a_reset_session_has_no_statements() {
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, '!')";
    let id = prepare(&mut client, sql).await;
    client
        .0
        .command(RESET_CONNECTION, b"")
        .await
        .expect("a request");
    let reply = client.0.reply().await.expect("a reply");
    assert!(matches!(reply, Reply::Ok { .. }), "{reply:?}");
    assert_eq!(
        execute(&mut client, id, Some(STRING), b"\x01a").await,
        Err(1243)
    );
    let id = prepare(&mut client, sql).await;
    let row = execute(&mut client, id, Some(STRING), b"\x01a").await;
    assert_eq!(text(&row.expect("a row")), "a!");
}

#[tokio::test]
async fn an_answer_that_is_given_again_tells_the_status_of_now() {
    const IN_TRANSACTION: u16 = 1;
    const AUTOCOMMIT: u16 = 2;
    let split = split().await;
    let mut client = client(split).await;
    let sql = "SELECT CONCAT(?, '!')";
    for (before, status) in [
        ("DO 1", AUTOCOMMIT),
        ("BEGIN", IN_TRANSACTION | AUTOCOMMIT),
        ("COMMIT", AUTOCOMMIT),
        ("SET autocommit = 0", 0),
        ("SET autocommit = 1", AUTOCOMMIT),
    ] {
        client.run(before).await.expect("a statement");
        let prepared = try_prepare(&mut client, sql).await.expect("a statement");
        assert_eq!(prepared.status & 3, status, "{before}");
    }
    assert_eq!(prepared_there(&mut client).await, 1);
}

#[tokio::test]
async fn statements_of_one_text_run_on_all_servers_and_through_filters() {
    let split = split().await;
    let mut client = Client::at(split.reuse_all_port).await;
    let sql = "SELECT CONCAT(?, @@server_id)";
    let mut servers = std::collections::BTreeSet::new();
    eventually(PATIENCE, "both replicas have answered", async || {
        let id = prepare(&mut client, sql).await;
        let row = execute(&mut client, id, Some(STRING), b"\x01s").await;
        servers.insert(text(&row.expect("a row")));
        (servers.len() == 2).then_some(())
    })
    .await;
    assert_eq!(servers.into_iter().collect::<Vec<_>>(), ["s2", "s3"]);
    client.run("BEGIN").await.expect("a transaction");
    let id = prepare(&mut client, sql).await;
    let row = execute(&mut client, id, Some(STRING), b"\x01s").await;
    assert_eq!(text(&row.expect("a row")), "s1");
    client.run("COMMIT").await.expect("a commit");
}

#[tokio::test]
async fn definitions_of_columns_are_always_sent() {
    /// MARIADB_CLIENT_CACHE_METADATA
    const CACHE_METADATA: u64 = 1 << 36;
    let split = split().await;
    let client = split.client().await;
    assert_eq!(client.0.capabilities & capability::MYSQL, 0);
    assert_eq!(client.0.capabilities & CACHE_METADATA, 0);
}
