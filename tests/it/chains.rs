//! Chains of filters on live sessions: replaced when the session is idle, and never in between.

use serde_json::{Value, json};
use sluicegate_tests::api::Answer;
use sluicegate_tests::raw::{RawClient, Reply, capability};
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::{World, world};
use crate::prepared::prepare;

/// A session of its own, and the way to its chain.
struct Chained {
    world: World,
    client: RawClient,
}

async fn chained() -> Chained {
    let world = world().await;
    let login = world
        .login()
        .with(capability::LOCAL_FILES | capability::MULTI_STATEMENTS);
    let client = RawClient::logged_in(world.port(), &login).await;
    let client = client.expect("a login");
    Chained { world, client }
}

fn items(names: &[&str]) -> Value {
    names
        .iter()
        .map(|name| json!({"id": name, "type": "filters"}))
        .collect()
}

impl Chained {
    fn path(&self) -> String {
        format!("/v1/sessions/{}", self.client.connection_id)
    }

    async fn patch(&self, body: Value) -> Answer {
        self.world.api().patch(&self.path(), &body).await
    }

    /// Sets the chain by the relationship's own endpoint.
    async fn set(&self, names: &[&str]) {
        let path = format!("{}/relationships/filters", self.path());
        let body = json!({"data": items(names)});
        let answer = self.world.api().patch(&path, &body).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    }

    /// `generation active|.. <- pending|..`.
    async fn chain(&self) -> String {
        let data = self.world.api().document(&self.path()).await["data"].clone();
        let filters = &data["attributes"]["filters"];
        let names = |list: &Value| -> String {
            let list = list.as_array().cloned().unwrap_or_default();
            let names: Vec<&str> = list.iter().filter_map(Value::as_str).collect();
            names.join("|")
        };
        let related: Vec<Value> = data["relationships"]["filters"]["data"]
            .as_array()
            .map(|items| items.iter().map(|item| item["id"].clone()).collect())
            .unwrap_or_default();
        assert_eq!(filters["active"], Value::from(related), "{data:#}");
        let mut text = format!("{} {}", filters["generation"], names(&filters["active"]));
        if !filters["pending"].is_null() {
            text = format!("{text} <- {}", names(&filters["pending"]));
        }
        text
    }

    async fn run(&mut self, sql: &str) {
        self.client.query(sql).await.expect("a request");
        let reply = self.client.reply().await;
        assert!(matches!(reply, Ok(Reply::Ok { .. })), "{sql}: {reply:?}");
    }

    async fn value(&mut self, sql: &str) -> String {
        self.client.value(sql).await.expect("a value")
    }

    /// Makes a filter for this test, and returns its name.
    async fn filter(&self, module: &str, parameters: Value) -> String {
        let name = format!("{module}-of-{}", self.world.user);
        let body = json!({"data": {"id": name, "type": "filters", "attributes": {
            "module": module,
            "parameters": parameters,
        }}});
        let answer = self.world.api().post("/v1/filters", &body).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        name
    }

    /// Waits until the session works on a request.
    async fn busy(&self) {
        let listed = async || {
            let sql = "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE \
                       'SELECT SLEEP%' AND user = ";
            let sql = format!("{sql}'{}'", self.world.user);
            (self.world.shared.db.sql(&sql).await == "1\n").then_some(())
        };
        eventually(PATIENCE, "the statement runs", listed).await;
    }
}

#[tokio::test]
async fn an_idle_session_gets_its_new_chain_at_once() {
    let mut session = chained().await;
    assert_eq!(session.chain().await, "0 ");
    assert_eq!(session.value("SELECT 'without'").await, "without");
    session.set(&["First", "Second"]).await;
    assert_eq!(session.chain().await, "1 First|Second");
    assert_eq!(session.value("SELECT 'with'").await, "with");
    session.set(&["Second", "First", "Third"]).await;
    assert_eq!(session.chain().await, "2 Second|First|Third");
    assert_eq!(session.value("SELECT 'more'").await, "more");
    session.set(&[]).await;
    assert_eq!(session.chain().await, "3 ");
    assert_eq!(session.value("SELECT 'again'").await, "again");
}

#[tokio::test]
async fn a_busy_session_gets_it_after_the_statement_and_the_last_word_wins() {
    let mut session = chained().await;
    session.set(&["First"]).await;
    session
        .client
        .query("SELECT SLEEP(1)")
        .await
        .expect("a request");
    session.busy().await;
    session.set(&["Second"]).await;
    assert_eq!(session.chain().await, "2 First <- Second");
    session.set(&["Third", "First"]).await;
    assert_eq!(session.chain().await, "3 First <- Third|First");
    let rows = session.client.rows().await.expect("a reply").expect("rows");
    assert_eq!(rows, [b"\x010"]);
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == "3 Third|First").then_some(())
    })
    .await;
    assert_eq!(session.value("SELECT 'in step'").await, "in step");
}

#[tokio::test]
async fn a_refused_change_changes_nothing_of_what_acts_and_of_what_waits() {
    let mut session = chained().await;
    session.set(&["First"]).await;
    session
        .client
        .query("SELECT SLEEP(1)")
        .await
        .expect("a request");
    session.busy().await;
    session.set(&["Second"]).await;
    let answer = session
        .patch(json!({"data": {
            "attributes": {"parameters": {"log_info": true}},
            "relationships": {"filters": {"data": items(&["Third", "none"])}},
        }}))
        .await;
    assert_eq!(answer.status, 400);
    let error = answer.json()["errors"][0].clone();
    assert_eq!(error["detail"], "none is not a filter");
    assert_eq!(
        error["source"]["pointer"],
        "/data/relationships/filters/data/1/id"
    );
    assert_eq!(session.chain().await, "2 First <- Second");
    session.client.rows().await.expect("a reply").expect("rows");
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == "2 Second").then_some(())
    })
    .await;
}

#[tokio::test]
async fn an_open_transaction_keeps_a_change_waiting_only_when_asked_for() {
    let mut session = chained().await;
    session.run("BEGIN").await;
    session.set(&["First"]).await;
    assert_eq!(session.chain().await, "1 First");
    let answer = session
        .patch(json!({"data": {
            "attributes": {"apply": "transaction_end"},
            "relationships": {"filters": {"data": items(&["Second"])}},
        }}))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    assert_eq!(session.chain().await, "2 First <- Second");
    assert_eq!(session.value("SELECT 'inside'").await, "inside");
    assert_eq!(session.chain().await, "2 First <- Second");
    session.run("COMMIT").await;
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == "2 Second").then_some(())
    })
    .await;
    assert_eq!(session.value("SELECT 'outside'").await, "outside");
}

#[tokio::test]
async fn an_open_cursor_keeps_a_change_waiting() {
    let mut session = chained().await;
    session.set(&["First"]).await;
    let id = prepare(&mut session.client, "SELECT seq FROM seq_1_to_6").await;
    let execute = [&id[..], &[1, 1, 0, 0, 0]].concat(); // CURSOR_TYPE_READ_ONLY, one iteration
    session
        .client
        .command(0x17, &execute)
        .await
        .expect("a request");
    while !matches!(session.client.reply().await, Ok(Reply::Eof { .. })) {}
    session.set(&["Second"]).await;
    assert_eq!(session.chain().await, "2 First <- Second");
    let mut seen = 0;
    for _ in 0..2 {
        let fetch = [&id[..], &4_u32.to_le_bytes()].concat();
        session
            .client
            .command(0x1c, &fetch)
            .await
            .expect("a request");
        while !matches!(session.client.reply().await, Ok(Reply::Eof { .. })) {
            seen += 1;
        }
    }
    assert_eq!(seen, 6);
    session
        .client
        .command(0x19, &id)
        .await
        .expect("COM_STMT_CLOSE");
    assert_eq!(session.value("SELECT 'closed'").await, "closed");
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == "2 Second").then_some(())
    })
    .await;
}

#[tokio::test]
async fn parameters_sent_ahead_keep_a_change_waiting() {
    let mut session = chained().await;
    session.set(&["First"]).await;
    let id = prepare(&mut session.client, "SELECT LENGTH(?)").await;
    let chunk = [&id[..], &[0, 0], &[b'z'; 1000]].concat();
    session
        .client
        .command(0x18, &chunk)
        .await
        .expect("COM_STMT_SEND_LONG_DATA");
    eventually(PATIENCE, "the parameter has arrived", async || {
        session.set(&["Second"]).await;
        session
            .chain()
            .await
            .ends_with("First <- Second")
            .then_some(())
    })
    .await;
    session
        .client
        .command(0x18, &chunk)
        .await
        .expect("more of it");
    let execute = [&id[..], &[0, 1, 0, 0, 0, 0, 1, 0xfc, 0]].concat();
    session
        .client
        .command(0x17, &execute)
        .await
        .expect("a request");
    let rows = session.client.rows().await.expect("a reply").expect("rows");
    assert_eq!(rows[0][2..6], 2000_u32.to_le_bytes());
    eventually(PATIENCE, "the chain is replaced", async || {
        session.chain().await.ends_with(" Second").then_some(())
    })
    .await;
    assert_eq!(session.value("SELECT 'in step'").await, "in step");
}

#[tokio::test]
async fn an_upload_keeps_a_change_waiting() {
    let mut session = chained().await;
    session.run("CREATE TABLE loaded (a INT)").await;
    session.set(&["First"]).await;
    let load = "LOAD DATA LOCAL INFILE 'f' INTO TABLE loaded";
    session.client.query(load).await.expect("a request");
    let asked = session.client.reply().await.expect("an answer");
    assert_eq!(asked, Reply::LocalInfile("f".into()));
    session.set(&["Second"]).await;
    session
        .client
        .write_message(b"1\n2\n")
        .await
        .expect("content");
    assert_eq!(session.chain().await, "2 First <- Second");
    session.client.write_message(b"3\n").await.expect("content");
    session
        .client
        .write_message(b"")
        .await
        .expect("the end of it");
    let loaded = session.client.reply().await.expect("an answer");
    assert!(
        matches!(
            loaded,
            Reply::Ok {
                affected_rows: 3,
                ..
            }
        ),
        "{loaded:?}"
    );
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == "2 Second").then_some(())
    })
    .await;
    assert_eq!(session.value("SELECT SUM(a) FROM loaded").await, "6");
}

#[tokio::test]
async fn results_stay_right_while_the_chain_is_replaced_all_the_time() {
    let mut session = chained().await;
    let api = session.world.api();
    let path = format!("{}/relationships/filters", session.path());
    let replacing = tokio::spawn(async move {
        for round in 0..150 {
            let names: &[&str] = match round % 4 {
                0 => &["First"],
                1 => &["Second", "Third"],
                2 => &["Third", "Second", "First"],
                _ => &[],
            };
            let answer = api.patch(&path, &json!({"data": items(names)})).await;
            assert_eq!(answer.status, 204, "{}", answer.text);
        }
    });
    let mut round = 0;
    while !replacing.is_finished() {
        round += 1;
        let sql = format!("SELECT GROUP_CONCAT(seq * {round} ORDER BY seq) FROM seq_1_to_3");
        let expected = format!("{},{},{}", round, round * 2, round * 3);
        assert_eq!(session.value(&sql).await, expected);
    }
    replacing.await.expect("every change was accepted");
    eventually(PATIENCE, "the last chain acts", async || {
        (session.chain().await == "150 Second|Third").then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_event_stream_tells_the_chain() {
    let session = chained().await;
    session.set(&["First", "Second"]).await;
    let mut events = session.world.api().events(None).await;
    let snapshot = events.next().await;
    let rows = snapshot.json();
    let id = session.client.connection_id;
    let rows = rows["sessions"].as_array().cloned().unwrap_or_default();
    let row = rows.iter().find(|row| row["id"] == id).expect("its row");
    assert_eq!(row["filters"], json!(["First", "Second"]));
    assert_eq!((&row["generation"], row.get("pending")), (&json!(1), None));
}

#[tokio::test]
async fn a_sessions_own_log_switch_logs_its_statements() {
    let mut session = chained().await;
    let id = session.client.connection_id;
    session.value("SELECT 'not logged'").await;
    let switch = |on: bool| json!({"data": {"attributes": {"parameters": {"log_info": on}}}});
    assert_eq!(session.patch(switch(true)).await.status, 204);
    session.value("SELECT 'is logged'").await;
    assert_eq!(session.patch(switch(false)).await.status, 204);
    session.value("SELECT 'no more logged'").await;
    let line = format!("({id}) [session] COM_QUERY: 'server1' in ");
    let logged = |text: &str| {
        let log = session.world.gateway().log_text();
        let mut lines = log.lines();
        lines.any(|found| found.contains(&line) && found.contains(text))
    };
    eventually(PATIENCE, "the statement is in the log", async || {
        logged("1 rows: SELECT 'is logged'").then_some(())
    })
    .await;
    assert!(!logged("not logged") && !logged("no more logged"));
}

#[tokio::test]
async fn a_restarted_session_has_the_chain_of_its_service() {
    let session = chained().await;
    session.set(&["First"]).await;
    let restart = format!("{}/restart", session.path());
    let answer = session.world.api().post(&restart, &Value::Null).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    assert_eq!(session.chain().await, "2 ");
}

#[tokio::test]
async fn the_last_statements_are_kept_with_their_servers() {
    let world = world().await;
    let port = world.shared.socket_server_port;
    let client = RawClient::logged_in(port, &world.login()).await;
    let client = client.expect("a login");
    let mut session = Chained { world, client };
    for number in 1..=12 {
        session.value(&format!("SELECT {number}")).await;
    }
    let data = session.world.api().document(&session.path()).await["data"].clone();
    let queries = data["attributes"]["queries"].as_array().cloned();
    let queries = queries.expect("a list");
    let texts: Vec<&str> = queries
        .iter()
        .filter_map(|query| query["statement"].as_str())
        .collect();
    let expected: Vec<String> = (3..=12).map(|number| format!("SELECT {number}")).collect();
    assert_eq!(texts, expected);
    assert_eq!(queries[9]["command"], "COM_QUERY");
    assert_eq!(queries[9]["responses"][0]["server"], "socket_server");
    assert!(queries[9]["completed"].is_string(), "{queries:#?}");
}

#[tokio::test]
async fn the_documented_body_has_an_effect_and_faulty_items_have_none() {
    let session = chained().await;
    let documented = json!({"data": {"attributes": {
        "relationships": {"filters": {"data": items(&["First", "Second"])}},
    }}});
    assert_eq!(session.patch(documented).await.status, 204);
    assert_eq!(session.chain().await, "1 First|Second");
    for item in [json!({"type": "filters"}), json!("First"), json!({"id": 7})] {
        let body = json!({"data": {"relationships": {"filters": {"data": [item]}}}});
        let answer = session.patch(body).await;
        assert_eq!(answer.status, 400, "{}", answer.text);
    }
    assert_eq!(session.chain().await, "1 First|Second");
}

#[tokio::test]
async fn a_new_chain_sees_as_much_as_its_filters_need() {
    let mut session = chained().await;
    let parameters = json!({"max_resultset_rows": 2, "max_resultset_return": "empty"});
    let name = session.filter("maxrows", parameters).await;
    let rows = async |session: &mut Chained| {
        session
            .client
            .query("SELECT seq FROM seq_1_to_3")
            .await
            .expect("a request");
        let rows = session.client.rows().await.expect("a reply");
        rows.expect("rows").len()
    };
    session.set(&["First"]).await;
    assert_eq!(rows(&mut session).await, 3);
    // The old chain needed no replies; this one does.
    session.set(&["First", &name]).await;
    assert_eq!(rows(&mut session).await, 0);
    session.set(&["First"]).await;
    assert_eq!(rows(&mut session).await, 3);
    let answer = session
        .world
        .api()
        .delete(&format!("/v1/filters/{name}"))
        .await;
    assert_eq!(answer.status, 204, "{}", answer.text);
}

#[tokio::test]
async fn a_chain_that_has_waited_knows_the_database_that_the_session_is_in_by_then() {
    let mut session = chained().await;
    let own = session.value("SELECT DATABASE()").await;
    let cache = session.filter("cache", json!({})).await;
    session.run("BEGIN").await;
    let body = json!({"data": {
        "attributes": {"apply": "transaction_end"},
        "relationships": {"filters": {"data": items(&[&cache])}},
    }});
    let answer = session.patch(body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    session.run("USE information_schema").await;
    session.run("COMMIT").await;
    eventually(PATIENCE, "the chain is replaced", async || {
        (session.chain().await == format!("1 {cache}")).then_some(())
    })
    .await;
    let database = session.value("SELECT DATABASE()").await;
    assert_eq!(database, "information_schema");
    session.run(&format!("USE {own}")).await;
    assert_eq!(session.value("SELECT DATABASE()").await, own);
}

#[tokio::test]
async fn a_filter_that_stays_in_the_chain_keeps_what_it_knows() {
    let mut session = chained().await;
    let cache = session.filter("cache", json!({})).await;
    session.set(&["First", &cache]).await;
    session.run("CREATE TABLE kept (a INT)").await;
    let count = "SELECT COUNT(*) FROM kept";
    assert_eq!(session.value(count).await, "0");
    session.run("INSERT INTO kept VALUES (1)").await;
    session.set(&[&cache, "Second", "First"]).await;
    assert_eq!(session.value(count).await, "0", "the same cache's");
    session.set(&["First"]).await;
    assert_eq!(session.value(count).await, "1", "the server's");
    session.set(&["First", &cache]).await;
    assert_eq!(session.value(count).await, "1", "of a new session");
}
