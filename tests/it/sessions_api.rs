//! Sessions in the REST API.

use sluicegate_tests::api::Api;
use sluicegate_tests::raw::{RawClient, Reply};
use sluicegate_tests::waiting::{PATIENCE, eventually, within};

use crate::fixture::world;

#[tokio::test]
async fn a_session_is_seen_with_its_true_attributes() {
    let world = world().await;
    let attributes = [("_client_name", "raw"), ("program_name", "integration")];
    let login = world.login().attributes(&attributes);
    let mut client = RawClient::logged_in(world.port(), &login)
        .await
        .expect("a login");
    let server_id = client
        .value("SELECT CONNECTION_ID()")
        .await
        .expect("a value");
    let path = format!("/v1/sessions/{}", client.connection_id);
    let document = world.api().document(&path).await;
    let data = &document["data"];
    assert_eq!(data["id"], client.connection_id.to_string());
    assert_eq!(data["type"], "sessions");
    let seen = &data["attributes"];
    let local = client.stream.local_addr().expect("an address");
    assert_eq!(seen["user"], world.user.as_str());
    assert_eq!(seen["remote"], "127.0.0.1");
    assert_eq!(seen["port"], local.port());
    assert_eq!(seen["database"], world.database.as_str());
    assert_eq!(seen["transaction"], false);
    assert_eq!(seen["statement_count"], 1);
    assert_eq!(seen["state"], "Session started");
    assert_eq!(seen["connections"][0]["server"], "server1");
    assert_eq!(
        seen["connections"][0]["connection_id"].to_string(),
        server_id
    );
    assert_eq!(seen["connections"][0]["statements"], 1);
    let client_attributes = &seen["client"]["connection_attributes"];
    assert_eq!(client_attributes["program_name"], "integration");
    assert_eq!(data["relationships"]["services"]["data"][0]["id"], "Main");
    assert!(
        seen["idle"]
            .as_f64()
            .is_some_and(|idle| (0.0..60.0).contains(&idle)),
        "{seen:#}"
    );
    assert!(seen["seconds_alive"].is_number(), "{seen:#}");
}

#[tokio::test]
async fn transaction_database_and_statements_follow_the_session() {
    let world = world().await;
    let mut client = world.raw().await;
    for sql in [
        "CREATE TABLE t (a INT)",
        "BEGIN",
        "INSERT INTO t VALUES (1)",
    ] {
        client.query(sql).await.expect("a request");
        assert!(
            matches!(client.reply().await, Ok(Reply::Ok { .. })),
            "{sql}"
        );
    }
    let seen = world.session().await;
    assert_eq!(seen["attributes"]["transaction"], true);
    assert_eq!(seen["attributes"]["statement_count"], 3);
    for sql in ["COMMIT", "USE information_schema"] {
        client.query(sql).await.expect("a request");
        assert!(
            matches!(client.reply().await, Ok(Reply::Ok { .. })),
            "{sql}"
        );
    }
    let seen = world.session().await;
    assert_eq!(seen["attributes"]["transaction"], false);
    assert_eq!(seen["attributes"]["database"], "information_schema");
}

#[tokio::test]
async fn the_cipher_of_each_side_is_shown() {
    let world = world().await;
    let mut client = RawClient::logged_in(world.shared.secure_server_port, &world.login())
        .await
        .expect("login");
    client.value("SELECT 1").await.expect("a value");
    let seen = world.session().await;
    assert_eq!(seen["attributes"]["client"]["cipher"], "");
    let cipher = seen["attributes"]["connections"][0]["cipher"]
        .as_str()
        .expect("a string");
    assert!(cipher.starts_with("TLS"), "{cipher}");
}

#[tokio::test]
async fn delete_ends_a_session_and_its_client_is_told() {
    let world = world().await;
    let mut client = world.raw().await;
    client.value("SELECT 1").await.expect("a value");
    let path = format!("/v1/sessions/{}", client.connection_id);
    let answer = world.api().delete(&path).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    within(PATIENCE, "the connection ends", async {
        while client.message().await.is_ok() {}
    })
    .await;
    world.shared.db.without_connections_of(&world.user).await;
    eventually(PATIENCE, "the session is gone", async || {
        (world.api().get(&path).await.status == 404).then_some(())
    })
    .await;
    assert_eq!(world.api().delete(&path).await.status, 404);
}

#[tokio::test]
async fn delete_ends_a_session_in_the_middle_of_a_statement() {
    let world = world().await;
    let mut client = world.raw().await;
    client.query("SELECT SLEEP(100)").await.expect("a request");
    eventually(PATIENCE, "the session is busy", async || {
        let seen = world.session().await;
        (seen["attributes"]["statement_count"] == 1).then_some(())
    })
    .await;
    let path = format!("/v1/sessions/{}", client.connection_id);
    assert_eq!(world.api().delete(&path).await.status, 204);
    within(PATIENCE, "the connection ends", async {
        while client.message().await.is_ok() {}
    })
    .await;
}

#[tokio::test]
async fn an_unknown_session_is_a_404_that_says_so() {
    let world = world().await;
    let answer = world.api().get("/v1/sessions/4000000000").await;
    assert_eq!(answer.status, 404);
    assert_eq!(
        answer.json()["errors"][0]["detail"],
        "4000000000 is not a session"
    );
}

#[tokio::test]
async fn without_account_or_with_a_wrong_one_the_api_answers_401() {
    let world = world().await;
    let port = world.gateway().admin_port();
    for api in [
        Api::anonymous(port),
        Api::anonymous(port).account("admin", "wrong"),
    ] {
        for path in ["/v1/sessions", "/v1/sessions/1", "/v1/events"] {
            let answer = api.get(path).await;
            assert_eq!(answer.status, 401, "{path}");
        }
        let answer = api.delete("/v1/sessions/1").await;
        assert_eq!(answer.status, 401);
        assert!(
            answer
                .header("www-authenticate")
                .starts_with("Basic realm="),
            "{answer:?}"
        );
        assert!(
            answer.json()["errors"][0]["detail"].is_string(),
            "{answer:?}"
        );
    }
}

#[tokio::test]
async fn pages_of_sessions_follow_one_another() {
    let world = world().await;
    let clients = [world.raw().await, world.raw().await, world.raw().await];
    let mut seen = Vec::new();
    for page in 0..2 {
        let path = format!(
            "/v1/sessions?filter=/attributes/user=%22{}%22&sort=id&page[size]=2&page[number]={page}",
            world.user
        );
        let document = world
            .api()
            .document(&path.replace('[', "%5B").replace(']', "%5D"))
            .await;
        assert_eq!(document["meta"]["total"], 3, "{document:#}");
        let list = document["data"].as_array().expect("a list").clone();
        seen.extend(
            list.iter()
                .map(|session| session["id"].as_str().unwrap_or("").to_owned()),
        );
    }
    let mut ids: Vec<u32> = clients.iter().map(|client| client.connection_id).collect();
    ids.sort_unstable();
    assert_eq!(seen, ids.iter().map(u32::to_string).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_console_is_served_under_a_content_security_policy() {
    let world = world().await;
    let api = Api::anonymous(world.gateway().admin_port());
    let page = api.get("/console/").await;
    assert_eq!(page.status, 200, "{}", page.text);
    let policy = page.header("content-security-policy");
    assert!(policy.contains("default-src"), "{policy}");
    assert!(!policy.contains("unsafe-inline"), "{policy}");
    let deep = api.get("/console/sessions/17").await;
    assert_eq!((deep.status, deep.text), (200, page.text));
}
