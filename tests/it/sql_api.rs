//! `/v1/sql`: statements that are run by way of the REST API, on servers and through listeners.

mod limits;
mod opened;

use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use self::opened::{Opened, body_of};
use crate::fixture::world;

#[tokio::test]
async fn statements_are_run_on_a_server_and_answered_in_the_documented_forms() {
    let world = world().await;
    let api = world.api();
    let answer = api.post("/v1/sql", &body_of(&world, "server1")).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(answer.header("cache-control"), "no-store");
    let document = answer.json();
    let data = &document["data"];
    let id = data["id"].as_str().expect("an id");
    let own = format!(
        "http://127.0.0.1:{}/v1/sql/{id}/",
        world.gateway().admin_port()
    );
    assert_eq!(answer.header("location"), own);
    assert_eq!(document["links"]["self"], own);
    assert_eq!(
        data["links"],
        json!({"related": format!("{own}queries/"), "self": own})
    );
    assert_eq!(data["type"], "sql");
    assert_eq!(data["attributes"]["target"], "server1");
    assert_eq!(data["attributes"]["sql"], Value::Null);
    let opened = Opened::of(api, &document);
    assert_eq!(
        opened.value("SELECT CONNECTION_ID()").await,
        data["attributes"]["thread_id"]
    );
    // Reading needs no token.
    let told = opened.api.document(&opened.path("")).await;
    assert!(
        told["data"]["attributes"]["seconds_idle"].is_f64(),
        "{told}"
    );
    let all = opened.api.document("/v1/sql").await;
    let all = all["data"].as_array().expect("a list").clone();
    assert!(all.iter().any(|one| one["id"] == id), "{all:?}");
    assert_eq!(opened.close().await.status, 204);
    let gone = opened.run(&json!({"sql": "SELECT 1"})).await;
    assert_eq!(gone.status, 404, "{}", gone.text);
}

#[tokio::test]
async fn every_statement_of_a_text_has_a_result_of_the_documented_form() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let sql = "CREATE TABLE t (n INT, u BIGINT UNSIGNED, f DOUBLE, d DECIMAL(5,2), b BIT(8), \
         s VARCHAR(9), y VARBINARY(9), m DATETIME, k INT PRIMARY KEY AUTO_INCREMENT); \
         INSERT INTO t VALUES (-1, 18446744073709551615, 1.5, 1.1, b'101', 'ä', x'00ff', \
         '2026-11-24 01:02:03', NULL); \
         SELECT * FROM t; SELECT 1 AS a FROM t WHERE FALSE; SELECT 1/0; SELEC 1; SELECT 2";
    let answer = opened.run(&json!({"sql": sql})).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let document = answer.json();
    let data = &document["data"];
    let query = format!("{}.1", opened.id);
    assert_eq!(
        (&data["id"], &data["type"]),
        (&json!(query), &json!("queries"))
    );
    let own = document["links"]["self"].as_str().expect("a link");
    let end = format!("/v1/sql/{}/queries/{query}/", opened.id);
    assert!(own.ends_with(&end), "{own}");
    assert_eq!(answer.header("location"), own);
    assert_eq!(data["attributes"]["sql"], sql);
    assert!(data["attributes"]["execution_time"].as_f64() > Some(0.0));
    let results = data["attributes"]["results"].as_array().expect("results");
    let done =
        |rows: u64, id: u64| json!({"affected_rows": rows, "last_insert_id": id, "warnings": 0});
    assert_eq!(results[..2], [done(0, 0), done(1, 1)]);
    assert_eq!(
        results[2],
        json!({
            "complete": true,
            "data": [[-1, u64::MAX, 1.5, "1.10", 5, "ä", "0x00FF", "2026-11-24 01:02:03", 1]],
            "fields": ["n", "u", "f", "d", "b", "s", "y", "m", "k"],
        })
    );
    assert_eq!(
        results[3],
        json!({"complete": true, "data": [], "fields": ["a"]})
    );
    assert_eq!(results[4]["data"], json!([[null]]));
    assert_eq!(
        (&results[5]["errno"], &results[5]["sqlstate"]),
        (&json!(1064), &json!("42000"))
    );
    assert_eq!(results.len(), 6, "nothing is run behind an error");
    opened.close().await;
}

#[tokio::test]
async fn a_listener_is_entered_by_its_door_so_that_routers_and_filters_act() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.keep_routers();
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("Rename")
        .set("type", "filter")
        .set("module", "regexfilter")
        .set("match", "before")
        .set("replace", "after");
    setup
        .cnf
        .service("Split", "readwritesplit")
        .set("servers", "server1")
        .set("filters", "Rename");
    setup.cnf.listener("Split-Listener", "Split", free_port());
    let gateway = setup.start().await;
    for (target, long) in [
        ("Split-Listener", "SELECT SLEEP(301)"),
        ("Split", "SELECT SLEEP(302)"),
    ] {
        let opened = Opened::open(gateway.api(), &body_of(&world, target)).await;
        assert_eq!(opened.value("SELECT 'before'").await, "after");
        let thread = opened.attributes().await["thread_id"].clone();
        let session = opened.api.document(&format!("/v1/sessions/{thread}")).await;
        let session = &session["data"]["attributes"];
        assert_eq!(
            (&session["user"], &session["remote"]),
            (&json!(world.user), &json!("127.0.0.1"))
        );
        // What runs is ended through the gateway as well.
        let query = opened.queue(long).await;
        opened.runs(&world.shared.db, long).await;
        assert_eq!(opened.post("/cancel").await.status, 200);
        let results = opened.results(&query).await;
        assert_eq!(results[0]["errno"], 1317, "{results}");
        assert_eq!(opened.value("SELECT 7").await, 7);
        opened.close().await;
        eventually(PATIENCE, "the session has ended", async || {
            let gone = opened.api.get(&format!("/v1/sessions/{thread}")).await;
            (gone.status == 404).then_some(())
        })
        .await;
    }
    let stop = opened::put(&gateway.api(), "/v1/listeners/Split-Listener/stop").await;
    assert_eq!(stop.status, 204);
    let body = body_of(&world, "Split-Listener");
    let refused = gateway.api().post("/v1/sql", &body).await;
    assert_eq!(refused.status, 503, "{}", refused.text);
}

#[tokio::test]
async fn rows_behind_those_that_are_wanted_are_left_out_and_large_results_are_cut() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let result = async |body: Value| {
        let answer = opened.run(&body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        let result = answer.json()["data"]["attributes"]["results"][0].clone();
        let rows = result["data"].as_array().map_or(0, Vec::len);
        (rows, result["complete"] == true)
    };
    let rows = "SELECT seq FROM seq_1_to_100000";
    assert_eq!(result(json!({"sql": rows})).await, (1000, false));
    assert_eq!(
        result(json!({"sql": rows, "max_rows": 2})).await,
        (2, false)
    );
    let few = "SELECT seq FROM seq_1_to_3000";
    assert_eq!(
        result(json!({"sql": few, "max_rows": 3000})).await,
        (3000, true)
    );
    assert_eq!(
        result(json!({"sql": few, "max_rows": 0})).await,
        (3000, true)
    );
    // 16 MiB of one result are kept, and the connection goes on behind it.
    let large = "SELECT REPEAT('x', 1000000) FROM seq_1_to_40; SELECT 5";
    let (rows, complete) = result(json!({"sql": large, "max_rows": 0})).await;
    assert!((10..=16).contains(&rows) && !complete, "{rows}");
    assert_eq!(opened.value("SELECT 6").await, 6);
    opened.close().await;
}

#[tokio::test]
async fn results_that_nobody_waits_for_are_kept_until_others_come() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let query = opened.queue("SELECT SLEEP(2), 3").await;
    let looked = opened.get(&query).await;
    assert_eq!(looked.status, 202, "{}", looked.text);
    assert!(looked.json()["data"]["attributes"].get("results").is_none());
    assert_eq!(opened.attributes().await["sql"], "SELECT SLEEP(2), 3");
    // Meanwhile nothing else can be done with the connection.
    let busy = opened.run(&json!({"sql": "SELECT 1"})).await;
    assert_eq!(busy.status, 503, "{}", busy.text);
    assert_eq!(opened.delete(&query).await.status, 503);
    assert_eq!(opened.post("/reconnect").await.status, 503);
    assert_eq!(opened.post("/clone").await.status, 503);
    for _ in 0..2 {
        assert_eq!(opened.results(&query).await[0]["data"], json!([[0, 3]]));
    }
    assert_eq!(opened.delete(&query).await.status, 200);
    assert_eq!(opened.get(&query).await.status, 400);
    let old = opened.queue("SELECT 1").await;
    opened.results(&old).await;
    opened.value("SELECT 2").await;
    assert_eq!(opened.get(&old).await.status, 400);

    let sleep = "SELECT SLEEP(303)";
    let long = opened.queue(sleep).await;
    opened.runs(&world.shared.db, sleep).await;
    let begun = Instant::now();
    let cancelled = opened.post("/cancel").await;
    assert_eq!((cancelled.status, &*cancelled.text), (200, ""));
    assert_eq!(opened.results(&long).await[0]["errno"], 1317);
    assert!(begun.elapsed() < Duration::from_secs(30));
    // Nothing runs: nothing happens.
    assert_eq!(opened.post("/cancel").await.status, 200);
    assert_eq!(opened.value("SELECT 4").await, 4);
    // Closing ends what runs, too.
    let sleep = "SELECT SLEEP(304)";
    opened.queue(sleep).await;
    opened.runs(&world.shared.db, sleep).await;
    opened.close().await;
    let looks =
        "SELECT COUNT(*) FROM information_schema.processlist WHERE info = 'SELECT SLEEP(304)'";
    eventually(PATIENCE, "the statement has ended", async || {
        (world.shared.db.sql(looks).await.trim() == "0").then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_connection_can_be_made_anew_and_made_twice() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let first = opened.attributes().await["thread_id"].clone();
    opened.value("SELECT @kept := 1").await;
    opened.run(&json!({"sql": "BEGIN"})).await;
    let refused = opened.post("/reconnect").await;
    assert_eq!(refused.status, 503, "{}", refused.text);
    opened.run(&json!({"sql": "COMMIT"})).await;
    assert_eq!(opened.value("SELECT @kept").await, 1);
    let anew = opened.post("/reconnect").await;
    assert_eq!(anew.status, 204, "{}", anew.text);
    assert_eq!(opened.value("SELECT @kept").await, Value::Null);
    assert_ne!(opened.attributes().await["thread_id"], first);
    assert_eq!(opened.value("SELECT DATABASE()").await, *world.database);

    let cloned = opened.post("/clone").await;
    assert_eq!(cloned.status, 201, "{}", cloned.text);
    let twin = Opened::of(world.api(), &cloned.json());
    assert_ne!(twin.id, opened.id);
    opened.close().await;
    assert_eq!(twin.value("SELECT DATABASE()").await, *world.database);
    twin.close().await;
}

#[tokio::test]
async fn a_server_that_dies_takes_the_connection_with_it_until_it_is_made_anew() {
    let mut db = MariaDb::start("sql-mortal").await;
    db.sql("CREATE USER u@'%' IDENTIFIED BY 'u'").await;
    let gateway = Gateway::start(&[&db]).await;
    let body = json!({"target": "server1", "user": "u", "password": "u"});
    let opened = Opened::open(gateway.api(), &body).await;
    let sleep = "SELECT SLEEP(305)";
    let query = opened.queue(sleep).await;
    opened.runs(&db, sleep).await;
    db.kill();
    let lost = eventually(PATIENCE, "the loss is told", async || {
        let answer = opened.get(&query).await;
        (answer.status != 202).then_some(answer)
    })
    .await;
    assert_eq!(lost.status, 503, "{}", lost.text);
    assert!(!lost.text.contains(&db.port().to_string()), "{}", lost.text);
    for path in ["/cancel", "/reconnect", "/clone"] {
        assert_eq!(opened.post(path).await.status, 503, "{path}");
    }
    assert_eq!(opened.run(&json!({"sql": "SELECT 1"})).await.status, 503);
    db.restart().await;
    let anew = opened.post("/reconnect").await;
    assert_eq!(anew.status, 204, "{}", anew.text);
    assert_eq!(opened.value("SELECT 1").await, 1);
    assert_eq!(opened.close().await.status, 204);
}

#[tokio::test]
async fn a_connection_is_used_with_its_own_token_by_who_has_opened_it() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let api = gateway.api();
    let one = Opened::open(api.clone(), &body_of(&world, "server1")).await;
    let other = Opened::open(api.clone(), &body_of(&world, "server1")).await;
    let sql = json!({"sql": "SELECT 1"});
    let queries = format!("/v1/sql/{}/queries", one.id);
    let session = api.document("/v1/auth").await["meta"]["token"].clone();
    let session = session.as_str().expect("a token").to_owned();
    for token in [
        String::new(),
        format!("?token={}", other.token),
        format!("?token={session}"),
    ] {
        let refused = api.post(&format!("{queries}{token}"), &sql).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        let path = format!("/v1/sql/{}{token}", one.id);
        if !token.is_empty() {
            assert_eq!(api.delete(&path).await.status, 400);
        }
    }
    // It opens nothing else.
    let bearer = format!("Bearer {}", one.token);
    let anonymous = Api::anonymous(gateway.admin_port());
    let headers = [("authorization", bearer.as_str())];
    let refused = anonymous.send(Method::GET, "/v1/servers", &headers).await;
    assert_eq!(refused.status, 401);

    for (name, role, status) in [("sql-reader", "basic", 403), ("sql-writer", "admin", 403)] {
        let account = json!({"data": {"id": name, "type": "inet",
            "attributes": {"account": role, "password": "pass"}}});
        assert_eq!(api.post("/v1/users/inet", &account).await.status, 204);
        let someone = anonymous.clone().account(name, "pass");
        let refused = someone.post(&one.path("/queries"), &sql).await;
        assert_eq!(refused.status, status, "{name}: {}", refused.text);
        // Who may open connections may close those of others, without their tokens.
        let theirs = Opened::open(api.clone(), &body_of(&world, "server1")).await;
        let closed = someone.delete(&theirs.path("")).await;
        let expected = if role == "basic" { 403 } else { 204 };
        assert_eq!(closed.status, expected, "{name}: {}", closed.text);
        let opening = someone.post("/v1/sql", &body_of(&world, "server1")).await;
        assert_eq!(opening.status, if role == "basic" { 403 } else { 201 });
        assert_eq!(someone.get("/v1/sql").await.status, 200);
        // What an account has opened ends with it.
        api.delete(&format!("/v1/users/inet/{name}")).await;
        if role == "admin" {
            let opened = Opened::of(someone, &opening.json());
            let own = format!("/v1/sql/{}", opened.id);
            eventually(PATIENCE, "the connection is closed", async || {
                (api.get(&own).await.status == 404).then_some(())
            })
            .await;
        }
    }
    one.close().await;
    other.close().await;
    let audit = gateway.api().document("/v1/audit").await;
    let records = audit["data"].as_array().expect("a list").iter();
    let mut closings = records
        .map(|one| &one["attributes"])
        .filter(|one| one["action"] == "close");
    let closing = closings.next().expect("a record of the closing");
    assert_eq!(closing["user"], "sql-writer");
    assert_eq!(closing["before"]["opened_by"], "admin");
    assert!(closings.next().is_none());
}

#[tokio::test]
async fn connections_end_with_the_keys_of_their_tokens() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let api = gateway.api();
    let opened = Opened::open(api.clone(), &body_of(&world, "server1")).await;
    let answer = api.post("/v1/maxscale/tls/reload", &Value::Null).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    eventually(PATIENCE, "the connection is closed", async || {
        (api.get(&opened.path("")).await.status == 404).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_statement_that_cannot_be_killed_is_told_and_logged() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    setup.cnf.section("Main").set("router_options", "running");
    let gateway = setup.start().await;
    let user = "sql_alone";
    let db = &world.shared.db;
    db.sql(&format!(
        "CREATE OR REPLACE USER {user}@'%' IDENTIFIED BY 'pw' WITH MAX_USER_CONNECTIONS 1"
    ))
    .await;
    let body = json!({"target": "server1", "user": user, "password": "pw", "timeout": 15});
    let opened = Opened::open(gateway.api(), &body).await;
    let sleep = "SELECT SLEEP(7)";
    let query = opened.queue(sleep).await;
    opened.runs(db, sleep).await;
    let cancelled = opened.post("/cancel").await;
    assert_eq!(cancelled.status, 503, "{}", cancelled.text);
    assert!(
        cancelled.text.contains("may go on there"),
        "{}",
        cancelled.text
    );
    gateway.logs("could not be ended").await;
    // It has indeed gone on, and the connection is as good as before.
    assert_eq!(opened.results(&query).await[0]["data"], json!([[0]]));
    assert_eq!(opened.value("SELECT 1").await, 1);
    opened.close().await;
    db.sql(&format!("DROP USER {user}@'%'")).await;
}

#[tokio::test]
async fn rows_that_come_for_long_hold_up_no_other_request() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let big = "SELECT seq FROM seq_1_to_20000000";
    let query = opened.queue(big).await;
    let mut slowest = Duration::ZERO;
    let mut asked = 0;
    for _ in 0..50 {
        let begun = Instant::now();
        assert_eq!(world.api().get("/v1/servers").await.status, 200);
        slowest = slowest.max(begun.elapsed());
        if opened.get(&query).await.status != 202 {
            break;
        }
        asked += 1;
    }
    // It ran while others were answered.
    assert!(asked > 0);
    assert!(slowest < Duration::from_secs(1), "{slowest:?}");
    let results = opened.results(&query).await;
    assert_eq!(results[0]["data"].as_array().map(Vec::len), Some(1000));
    assert_eq!(results[0]["complete"], false);
    opened.close().await;
}

#[tokio::test]
async fn a_token_can_be_in_a_cookie_which_counts_for_pages_of_the_gateway_only() {
    let world = world().await;
    let api = world.api();
    let body = body_of(&world, "server1");
    let answer = api.post("/v1/sql?persist=yes&max-age=60", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    let document = answer.json();
    assert!(document.get("meta").is_none(), "{document}");
    let id = document["data"]["id"].as_str().expect("an id").to_owned();
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with(&format!("conn_id_sig_{id}=")),
        "{cookie}"
    );
    for part in ["HttpOnly", "SameSite=Strict", "Max-Age=60"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let pair = cookie.split(';').next().expect("a cookie");
    let cancel = format!("/v1/sql/{id}/cancel");
    let with = [("cookie", pair)];
    assert_eq!(api.send(Method::POST, &cancel, &with).await.status, 200);
    let foreign = [("cookie", pair), ("sec-fetch-site", "cross-site")];
    assert_eq!(api.send(Method::POST, &cancel, &foreign).await.status, 403);
    // A token in the request counts, also when it is wrong.
    let wrong = format!("{cancel}?token=x");
    assert_eq!(api.send(Method::POST, &wrong, &with).await.status, 400);
    let closed = api
        .send(Method::DELETE, &format!("/v1/sql/{id}"), &with)
        .await;
    assert_eq!(closed.status, 204, "{}", closed.text);
    assert!(closed.header("set-cookie").contains("Max-Age=0"));
}

#[tokio::test]
async fn what_is_not_here_is_refused_with_a_reason() {
    let world = world().await;
    let opened = Opened::open(world.api(), &body_of(&world, "server1")).await;
    let api = &opened.api;
    let drivers = api.document("/v1/sql/odbc/drivers").await;
    assert_eq!(drivers["data"], json!([]));
    for (target, word) in [
        ("odbc", "ODBC"),
        ("nothing", "not a server"),
        ("Monitor", "not a server"),
    ] {
        let body =
            json!({"target": target, "user": "u", "password": "p", "connection_string": "x"});
        let refused = api.post("/v1/sql", &body).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(
            refused.text.contains(word) && refused.text.contains("/target"),
            "{}",
            refused.text
        );
    }
    for path in ["/etl/prepare", "/etl/start"] {
        let refused = opened.post(path).await;
        assert_eq!(refused.status, 400);
        assert!(refused.text.contains("ODBC"), "{}", refused.text);
    }
    let mut body = body_of(&world, "server1");
    body["password"] = json!("wrong");
    let refused = api.post("/v1/sql", &body).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    assert!(refused.text.contains("error 1045"), "{}", refused.text);
    // TLS parameters of the server count, and a Unix socket as well.
    for (target, expected) in [("secure_server", "TLS"), ("socket_server", "")] {
        let opened = Opened::open(world.api(), &body_of(&world, target)).await;
        let shown = "SELECT VARIABLE_VALUE FROM information_schema.session_status \
             WHERE VARIABLE_NAME = 'Ssl_version'";
        let version = opened.value(shown).await;
        let version = version.as_str().expect("a version");
        assert_eq!(
            version.is_empty(),
            expected.is_empty(),
            "{target}: {version}"
        );
        opened.close().await;
    }
    opened.close().await;
}
