//! What a MySQL server answers, byte by byte: the same through the gateway as without.

use sluicegate_tests::raw::{Login, RawClient, Reply, capability};

use super::*;

const INIT_DB: u8 = 0x02;
const QUERY: u8 = 0x03;
const FIELD_LIST: u8 = 0x04;
const PING: u8 = 0x0e;
const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const LONG_DATA: u8 = 0x18;
const CLOSE: u8 = 0x19;
const RESET: u8 = 0x1a;
const SET_OPTION: u8 = 0x1b;
const FETCH: u8 = 0x1c;
const RESET_CONNECTION: u8 = 0x1f;

/// Commands and their bodies, one after the other.
fn commands() -> Vec<(u8, Vec<u8>)> {
    let mut all = Vec::new();
    all.extend(statements());
    all.extend(prepared());
    all.extend(cursors());
    all.extend(several());
    all
}

fn query(sql: &str) -> (u8, Vec<u8>) {
    (QUERY, sql.as_bytes().to_vec())
}

/// Text, and what is no statement.
fn statements() -> Vec<(u8, Vec<u8>)> {
    vec![
        query("SELECT id, name, LENGTH(data) FROM items WHERE id < 4"),
        query("SELEKT"),
        query("SET @a = 1, sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'"),
        query("SELECT @a, 'a\\'"),
        query("SET sql_mode = DEFAULT, time_zone = '+01:00', character_set_results = latin1"),
        query("SET NAMES utf8mb4"),
        query("START TRANSACTION READ ONLY"),
        query("SELECT COUNT(*) FROM items WHERE id < 4"),
        query("DELETE FROM items"),
        query("COMMIT"),
        query("SET autocommit = 0"),
        query("SELECT 1 FROM items LIMIT 1"),
        query("ROLLBACK"),
        query("SET autocommit = 1"),
        query("SELECT 1 + 'x'"),
        query("SHOW WARNINGS"),
        query("USE closed"),
        (INIT_DB, b"nowhere".to_vec()),
        (INIT_DB, b"shop".to_vec()),
        (FIELD_LIST, b"items\0".to_vec()),
        (PING, Vec::new()),
        // A number that no command has.
        (0x30, b"?".to_vec()),
    ]
}

/// Statement 1 and 2, with parameters that are sent ahead, too.
fn prepared() -> Vec<(u8, Vec<u8>)> {
    let sql = "SELECT id, name FROM items WHERE id < ? AND id > 0 ORDER BY id";
    vec![
        (PREPARE, sql.as_bytes().to_vec()),
        (EXECUTE, execute(1, 0, &[(8, &3_i64.to_le_bytes())])),
        (PREPARE, b"SELECT LENGTH(?), ?".to_vec()),
        (LONG_DATA, long_data(2, 0, &[b'x'; 3000])),
        (LONG_DATA, long_data(2, 0, b"more")),
        (EXECUTE, execute(2, 0, &[(0xfc, b""), (0xfd, b"\x03abc")])),
        (
            EXECUTE,
            execute(2, 0, &[(0xfd, b"\x01a"), (0xfd, b"\x01b")]),
        ),
        (LONG_DATA, long_data(2, 0, b"thrown away")),
        (RESET, 2_u32.to_le_bytes().to_vec()),
        (
            EXECUTE,
            execute(2, 0, &[(0xfd, b"\x02aa"), (0xfd, b"\x01c")]),
        ),
        (PREPARE, b"SELECT * FROM nowhere".to_vec()),
        (CLOSE, 2_u32.to_le_bytes().to_vec()),
        (
            EXECUTE,
            execute(2, 0, &[(0xfd, b"\x01a"), (0xfd, b"\x01b")]),
        ),
        (EXECUTE, execute(77, 0, &[])),
    ]
}

/// Statement 1 with a cursor.
fn cursors() -> Vec<(u8, Vec<u8>)> {
    let open = execute(1, 1, &[(8, &9_i64.to_le_bytes())]);
    vec![
        (EXECUTE, open.clone()),
        (FETCH, fetch(1, 1)),
        (FETCH, fetch(1, 1)),
        query("SELECT 'in between'"),
        (FETCH, fetch(1, 10)),
        (FETCH, fetch(1, 1)),
        (EXECUTE, open.clone()),
        (RESET, 1_u32.to_le_bytes().to_vec()),
        (FETCH, fetch(1, 1)),
        query("START TRANSACTION"),
        (EXECUTE, open),
        (FETCH, fetch(1, 2)),
        query("COMMIT"),
        (FETCH, fetch(1, 2)),
        (CLOSE, 1_u32.to_le_bytes().to_vec()),
        (FETCH, fetch(1, 1)),
    ]
}

/// Several results, and what allows and forbids several statements.
fn several() -> Vec<(u8, Vec<u8>)> {
    vec![
        query("CALL two(21)"),
        query("SELECT 1; SELECT 2, 3; DO 1; SET @b = 2"),
        query("SELECT 1; SELEKT; SELECT 2"),
        (SET_OPTION, vec![1, 0]),
        query("SELECT 1; SELECT 2"),
        (SET_OPTION, vec![0, 0]),
        query("SELECT @b; DO 1; SELECT 3"),
        (RESET_CONNECTION, Vec::new()),
        query("SELECT @a, @b, @@time_zone, DATABASE()"),
        (EXECUTE, execute(1, 0, &[(8, &3_i64.to_le_bytes())])),
    ]
}

/// COM_STMT_EXECUTE with types and values.
fn execute(id: u32, cursor: u8, parameters: &[(u8, &[u8])]) -> Vec<u8> {
    let mut body = id.to_le_bytes().to_vec();
    body.push(cursor);
    body.extend_from_slice(&1_u32.to_le_bytes());
    if !parameters.is_empty() {
        body.extend_from_slice(&[0, 1]);
        body.extend(parameters.iter().flat_map(|(kind, _)| [*kind, 0]));
        body.extend(parameters.iter().flat_map(|(_, value)| value.iter()));
    }
    body
}

fn long_data(id: u32, parameter: u16, data: &[u8]) -> Vec<u8> {
    let mut body = id.to_le_bytes().to_vec();
    body.extend_from_slice(&parameter.to_le_bytes());
    body.extend_from_slice(data);
    body
}

fn fetch(id: u32, rows: u32) -> Vec<u8> {
    [id.to_le_bytes(), rows.to_le_bytes()].concat()
}

/// All that is said to a command. A COM_PING is sent behind it: when that is answered, nothing of the
/// reply is left. Its answer, which tells of the session and of warnings, is the last.
async fn said(client: &mut RawClient, command: u8, body: &[u8]) -> Vec<Vec<u8>> {
    client.command(command, body).await.expect("a request");
    client.command(PING, b"").await.expect("a ping");
    let is_answered = !matches!(command, LONG_DATA | CLOSE);
    let mut replies = 1 + usize::from(is_answered);
    let mut messages = Vec::new();
    while replies > 0 {
        match client.message().await {
            Ok(message) => messages.push(message),
            Err(error) => panic!("{error} behind {messages:?}"),
        }
        replies -= usize::from(client.has_begun_reply());
    }
    let pong = messages.last().map(|message| Reply::decode(message));
    assert!(matches!(pong, Some(Reply::Ok { .. })), "{pong:?}");
    messages
}

/// For a comparison: where there is no such statement, servers name the function that has missed it.
fn shown(messages: &[Vec<u8>]) -> Vec<&[u8]> {
    /// ERR 1243 with its SQLSTATE.
    const NO_STATEMENT: &[u8] = b"\xff\xdb\x04#HY000";
    let messages = messages.iter();
    let all = messages.map(|message| match message.get(..NO_STATEMENT.len()) {
        Some(NO_STATEMENT) => NO_STATEMENT,
        _ => message,
    });
    all.collect()
}

async fn client(port: u16, capabilities: u64) -> RawClient {
    let login = Login::new("alice", "alice-secret").database("shop");
    let client = RawClient::logged_in(port, &login.with(capabilities)).await;
    client.expect("a login")
}

/// Has the same said by clients with these capabilities, with and without the gateway.
async fn compare(stage: &Stage, capabilities: u64) {
    let mut direct = client(stage.db.port(), capabilities).await;
    let mut others = Vec::new();
    let gateway = stage.places().into_iter().skip(1);
    for (name, port) in gateway.chain([("reuse", stage.reuse_port)]) {
        others.push((name, client(port, capabilities).await));
    }
    for (number, (command, body)) in commands().into_iter().enumerate() {
        let expected = said(&mut direct, command, &body).await;
        for (name, other) in &mut others {
            let what = format!("{name}, {capabilities:x}, {number}: {command:x} {body:?}");
            let got = said(other, command, &body).await;
            assert_eq!(shown(&got), shown(&expected), "{what}");
        }
    }
}

#[tokio::test]
async fn every_reply_has_the_bytes_that_it_has_without_the_gateway() {
    let Some(stage) = stage().await else { return };
    // The server knows the password afterwards: it wants it encrypted else.
    mysql(stage.db.port(), &["-ualice", "-palice-secret", KEY], "DO 1").await;
    let several = capability::MULTI_STATEMENTS;
    let (no_eof, tracks) = (capability::DEPRECATE_EOF, capability::SESSION_TRACK);
    tokio::join!(
        compare(stage, several),
        compare(stage, several | no_eof),
        compare(stage, several | tracks),
        compare(stage, several | no_eof | tracks),
        compare(stage, 0),
    );
}
