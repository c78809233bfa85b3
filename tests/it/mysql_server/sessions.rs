//! Sessions of a MySQL server whose connection or chain is replaced, and those that are killed.

use serde_json::json;
use sluicegate_tests::raw::{Login, RawClient, Reply};

use super::*;

const LOGIN: Login<'static> = Login::new("alice", "alice-secret").database("shop");

const PREPARE: u8 = 0x16;
const EXECUTE: u8 = 0x17;
const FETCH: u8 = 0x1c;

async fn client(port: u16) -> RawClient {
    let client = RawClient::logged_in(port, &LOGIN).await;
    client.expect("a login")
}

async fn value(client: &mut RawClient, sql: &str) -> String {
    client.value(sql).await.expect(sql)
}

async fn run(client: &mut RawClient, sql: &str) {
    client.query(sql).await.expect("a request");
    client.rows().await.expect("a reply").expect(sql);
}

fn path(client: &RawClient) -> String {
    format!("/v1/sessions/{}", client.connection_id)
}

/// Prepares a statement without parameters, of one column.
async fn prepare(client: &mut RawClient, sql: &str) -> u32 {
    let request = client.command(PREPARE, sql.as_bytes()).await;
    request.expect("a request");
    let first = client.message().await.expect("a reply");
    assert_eq!(first[0], 0, "{:?}", Reply::decode(&first));
    for _ in 0..2 {
        client.message().await.expect("a definition and the end");
    }
    u32::from_le_bytes(first[1..5].try_into().expect("four bytes"))
}

/// Executes it; the text in its one row.
async fn execute(client: &mut RawClient, id: u32) -> String {
    let body = [&id.to_le_bytes()[..], &[0, 1, 0, 0, 0]].concat();
    client.command(EXECUTE, &body).await.expect("a request");
    let rows = client.rows().await.expect("a reply").expect("rows");
    String::from_utf8_lossy(&rows[0][3..]).into_owned()
}

async fn restart(stage: &Stage, client: &RawClient) {
    let path = format!("{}/restart", path(client));
    let answer = stage.gateway.api().post(&path, &Value::Null).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

#[tokio::test]
async fn a_restarted_session_has_all_that_it_has_set_and_prepared() {
    let Some(stage) = forgetful().await else {
        return;
    };
    for port in [stage.split_port, stage.reuse_port] {
        let mut client = client(port).await;
        run(&mut client, "SET @kept = 'kept', time_zone = '+02:00'").await;
        run(&mut client, "USE shop").await;
        let sql = "SELECT CONCAT(@kept, ' ', @@time_zone, ' ', DATABASE())";
        run(&mut client, &format!("PREPARE s FROM \"{sql}\"")).await;
        let id = prepare(&mut client, sql).await;
        let connection = value(&mut client, "SELECT CONNECTION_ID()").await;
        for forgets in [false, true] {
            if forgets {
                stage.db.sql("FLUSH PRIVILEGES").await;
            }
            restart(stage, &client).await;
            let what = format!("another connection at {port}");
            eventually(PATIENCE, &what, async || {
                let now = value(&mut client, "SELECT CONNECTION_ID()").await;
                (now != connection).then_some(())
            })
            .await;
            let expected = "kept +02:00 shop";
            assert_eq!(value(&mut client, sql).await, expected);
            assert_eq!(value(&mut client, "EXECUTE s").await, expected);
            assert_eq!(execute(&mut client, id).await, expected);
        }
    }
}

#[tokio::test]
async fn a_restart_waits_for_a_transaction_and_a_cursor() {
    let Some(stage) = stage().await else { return };
    for port in [stage.split_port, stage.reuse_port] {
        let mut client = client(port).await;
        let id = prepare(&mut client, "SELECT name FROM items WHERE id < 4").await;
        let before = value(&mut client, "SELECT CONNECTION_ID()").await;
        run(&mut client, "BEGIN").await;
        restart(stage, &client).await;
        assert_eq!(value(&mut client, "SELECT CONNECTION_ID()").await, before);
        let body = [&id.to_le_bytes()[..], &[1, 1, 0, 0, 0]].concat();
        client.command(EXECUTE, &body).await.expect("a request");
        for _ in 0..3 {
            client.message().await.expect("the definitions");
        }
        for _ in 0..3 {
            let body = [id.to_le_bytes(), 1_u32.to_le_bytes()].concat();
            client.command(FETCH, &body).await.expect("a request");
            let row = client.message().await.expect("a row");
            assert_eq!(row[0], 0, "{:?}", Reply::decode(&row));
            client.message().await.expect("the end of the row");
        }
        let body = [id.to_le_bytes(), 1_u32.to_le_bytes()].concat();
        client.command(FETCH, &body).await.expect("a request");
        let end = client.reply().await.expect("the end of the rows");
        assert!(matches!(end, Reply::Eof { .. }), "{end:?}");
        run(&mut client, "COMMIT").await;
        eventually(PATIENCE, "the session has another connection", async || {
            let now = value(&mut client, "SELECT CONNECTION_ID()").await;
            (now != before).then_some(())
        })
        .await;
    }
}

#[tokio::test]
async fn a_chain_is_replaced_when_the_statement_is_over() {
    let Some(stage) = stage().await else { return };
    for port in [stage.gateway.port(), stage.split_port] {
        let mut client = client(port).await;
        let path = path(&client);
        let chain = async |names: &[&str]| {
            let items = names
                .iter()
                .map(|name| json!({"id": name, "type": "filters"}));
            let body = json!({"data": items.collect::<Value>()});
            let path = format!("{path}/relationships/filters");
            let answer = stage.gateway.api().patch(&path, &body).await;
            assert_eq!(answer.status, 204, "{}", answer.text);
        };
        let both = "SELECT 'one two'";
        assert_eq!(value(&mut client, both).await, "one two");
        chain(&["One"]).await;
        assert_eq!(value(&mut client, both).await, "more two");
        // In a transaction and with a statement prepared, too.
        let id = prepare(&mut client, both).await;
        run(&mut client, "BEGIN").await;
        let slow = "SELECT CONCAT('one two', SLEEP(1))";
        client.query(slow).await.expect("a request");
        chain(&["Two"]).await;
        let rows = client.rows().await.expect("a reply").expect("rows");
        assert_eq!(rows, [b"\x09more two0"]);
        assert_eq!(value(&mut client, both).await, "one more");
        assert_eq!(execute(&mut client, id).await, "more two");
        chain(&[]).await;
        assert_eq!(value(&mut client, both).await, "one two");
        run(&mut client, "COMMIT").await;
    }
}

/// SLEEP returns 1 when it is interrupted, and fails where it is not all that there is.
fn interrupted(reply: &Result<Vec<Vec<u8>>, Reply>) {
    match reply {
        Ok(rows) => assert_eq!(rows, &[b"\x011"]),
        Err(error) => assert_eq!(error.error().map(|(code, _)| code), Some(1317), "{error:?}"),
    }
}

#[tokio::test]
async fn kills_in_every_form_reach_the_statement_or_the_session_that_is_meant() {
    let Some(stage) = stage().await else { return };
    for port in [stage.gateway.port(), stage.split_port] {
        let mut killer = client(port).await;
        for (form, ends) in [
            ("KILL QUERY", false),
            ("KILL", true),
            ("KILL CONNECTION", true),
        ] {
            let mut victim = client(port).await;
            let id = victim.connection_id;
            let sleep = format!("SELECT SLEEP(600) /* {id} */");
            victim.query(&sleep).await.expect("a request");
            let running = format!(
                "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE '%/* {id} */'"
            );
            eventually(PATIENCE, "the statement runs", async || {
                (value(&mut killer, &running).await == "1").then_some(())
            })
            .await;
            run(&mut killer, &format!("{form} {id}")).await;
            // The client waits for a minute: what comes has not slept until its time was over.
            let reply = victim.rows().await;
            if ends {
                let lost = !matches!(reply, Ok(Ok(_)));
                assert!(lost, "{form}: {reply:?}");
                let after = victim.query("DO 1").await.is_ok() && victim.reply().await.is_ok();
                assert!(!after, "{form}: the session has ended");
            } else {
                interrupted(&reply.expect("a reply"));
                assert_eq!(value(&mut victim, "SELECT 5").await, "5");
            }
        }
        killer.query("KILL 4000000000").await.expect("a request");
        let unknown = killer.reply().await.expect("a reply");
        let error = unknown.error().map(|(code, _)| code);
        assert_eq!(error, Some(1094), "{unknown:?}");
    }
}
