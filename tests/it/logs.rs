//! `/maxscale/logs`: the log's last lines, pages of them, and a stream.

use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};
use sluicegate_tests::api::ADMIN;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::waiting::{PATIENCE, eventually, within};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use futures_util::StreamExt;

async fn gateway(change: impl FnOnce(&mut Setup)) -> (MariaDb, Gateway) {
    let server = MariaDb::start("logs").await;
    let mut setup = Setup::new(&[&server]);
    change(&mut setup);
    let gateway = setup.start().await;
    (server, gateway)
}

/// The lines of a page.
fn lines(document: &Value) -> Vec<(u64, String, String)> {
    let log = document["data"]["attributes"]["log"].as_array().cloned();
    let text = |line: &Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
    let log = log.unwrap_or_default();
    log.iter()
        .map(|line| {
            let id = text(line, "id").parse().unwrap();
            (id, text(line, "priority"), text(line, "message"))
        })
        .collect()
}

/// A link of a document, as a path.
fn link(document: &Value, name: &str) -> Option<String> {
    let link = document["links"][name].as_str()?;
    let at = link.find("/v1/").expect("a link to this API");
    Some(link[at..].to_owned())
}

#[tokio::test]
async fn the_log_is_read_in_pages_from_its_end() {
    let (_server, gateway) = gateway(|_| {}).await;
    let api = gateway.api();
    let about = api.document("/v1/maxscale/logs").await;
    let attributes = &about["data"]["attributes"];
    assert_eq!(attributes["log_file"], Value::Null);
    let priorities = json!(["alert", "error", "warning", "notice", "info"]);
    assert_eq!(attributes["log_priorities"], priorities);
    assert_eq!(attributes["parameters"]["log_info"], true);

    // Whole pages, from the end to the beginning: no line is missing, none comes twice.
    let mut page = api.document("/v1/maxscale/logs/data?page[size]=3").await;
    let mut ids = Vec::new();
    loop {
        let part = lines(&page);
        ids.splice(0..0, part.iter().map(|(id, ..)| *id));
        match link(&page, "prev") {
            Some(prev) => page = api.document(&prev).await,
            None => break,
        }
    }
    let expected: Vec<u64> = (1..=ids.len() as u64).collect();
    assert_eq!(ids, expected);
    assert!(ids.len() > 6, "{ids:?}");
    let next = link(&page, "next").expect("there is more");
    let second = lines(&api.document(&next).await);
    assert_eq!(second[0].0, 4);

    let entries = api
        .document("/v1/maxscale/logs/entries?page[size]=2&page[cursor]=1")
        .await;
    let first = &entries["data"][0];
    assert_eq!(
        (&first["id"], &first["type"]),
        (&json!("1"), &json!("log_entry"))
    );
    assert_eq!(first["attributes"]["log_source"], "maxlog");
    assert!(first["attributes"]["unix_timestamp"].as_u64().unwrap() > 1_000_000_000);
    assert_eq!(entries["data"].as_array().unwrap().len(), 2);
    let backwards = api
        .document("/v1/maxscale/logs/entries?page[size]=2&page[cursor]=1&sort=-id")
        .await;
    let ids: Vec<&Value> = backwards["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| &line["id"])
        .collect();
    assert_eq!(ids, ["2", "1"]);
    assert_eq!(
        link(&backwards, "next").map(|next| next.contains("page%5Bcursor%5D=3")),
        Some(true)
    );
}

#[tokio::test]
async fn lines_are_chosen_by_priority_and_by_filters() {
    let (_server, gateway) = gateway(|setup| {
        setup.cnf.section("maxscale").set("syslog", true);
    })
    .await;
    let api = gateway.api();
    let notices = lines(&api.document("/v1/maxscale/logs/data?priority=notice").await);
    assert!(notices.iter().all(|(_, priority, _)| priority == "notice"));
    assert!(notices.iter().any(|(.., message)| message == "ready"));
    let path = "/v1/maxscale/logs/entries?priority=warning,error&fields[log_entry]=priority";
    let warnings = api.document(path).await;
    let warnings = warnings["data"].as_array().unwrap().clone();
    assert!(!warnings.is_empty());
    for warning in warnings {
        assert_eq!(warning["attributes"], json!({"priority": "warning"}));
    }
    let path = "/v1/maxscale/logs/entries?filter=/attributes/message=\"ready\"".replace('"', "%22");
    let ready = api.document(&path).await;
    assert_eq!(ready["data"].as_array().unwrap().len(), 1);
    let path = "/v1/maxscale/logs/entries?filter=/attributes/object=\"Main-Listener\"";
    let of_listener = api.document(&path.replace('"', "%22")).await;
    let first = of_listener["data"][0]["attributes"].clone();
    assert_eq!(first["object"], "Main-Listener");
    assert_eq!(first["message"], "listener 'Main-Listener' accepts clients");
    for (wrong, status) in [
        ("data?priority=loud", 400),
        ("data?page[cursor]=x", 400),
        ("nothing", 404),
    ] {
        let answer = api.get(&format!("/v1/maxscale/logs/{wrong}")).await;
        assert_eq!(answer.status, status, "{wrong}");
    }
    let elsewhere = api.get("/v1/servers?page[cursor]=1").await;
    assert_eq!(elsewhere.status, 400);
}

#[tokio::test]
async fn flushing_opens_the_file_anew() {
    let (_server, gateway) = gateway(|_| {}).await;
    drop(gateway);
    let server = MariaDb::start("flush").await;
    let mut setup = Setup::new(&[&server]);
    let folder = sluicegate_tests::scratch::folder("logdir");
    setup
        .cnf
        .section("maxscale")
        .set("logdir", folder.display());
    let gateway = setup.start().await;
    let api = gateway.api();
    let about = api.document("/v1/maxscale/logs").await;
    let file = folder.join("sluicegate.log");
    assert_eq!(
        about["data"]["attributes"]["log_file"],
        file.display().to_string()
    );
    std::fs::rename(&file, folder.join("old.log")).unwrap();
    let flushed = api.post("/v1/maxscale/logs/flush", &Value::Null).await;
    assert_eq!(flushed.status, 204);
    eventually(PATIENCE, "there is a new file", async || {
        std::fs::read_to_string(&file)
            .is_ok_and(|text| text.contains("new files"))
            .then_some(())
    })
    .await;
}

/// The lines of the stream at `path`, as they come.
async fn stream(
    gateway: &Gateway,
    path: &str,
    headers: &[(&'static str, &str)],
) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
    let url = format!("ws://127.0.0.1:{}{path}", gateway.admin_port());
    let mut request = url.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    Ok(connect_async(request).await?.0)
}

fn basic() -> String {
    let pair = format!("{}:{}", ADMIN.0, ADMIN.1);
    let encoded = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Basic {encoded}")
}

async fn next(stream: &mut WebSocketStream<MaybeTlsStream<TcpStream>>) -> Value {
    within(PATIENCE, "a line of the stream", async {
        loop {
            let message = stream.next().await.expect("the stream goes on");
            if let Message::Text(text) = message.expect("a message") {
                return serde_json::from_str(&text).expect("a line is JSON");
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_stream_tells_lines_as_they_are_logged() {
    let (server, gateway) = gateway(|setup| {
        setup
            .cnf
            .section("Monitor")
            .set("monitor_interval", "100ms");
    })
    .await;
    let authorization = basic();
    let login = ("authorization", authorization.as_str());
    let path = "/v1/maxscale/logs/stream";
    let mut live = stream(&gateway, path, &[login]).await.unwrap();
    let mut all = stream(
        &gateway,
        "/v1/maxscale/logs/stream?page[cursor]=1",
        &[login],
    )
    .await
    .unwrap();
    assert_eq!(next(&mut all).await["id"], "1");
    assert_eq!(next(&mut all).await["id"], "2");
    server.sql("SET GLOBAL read_only = 1").await;
    loop {
        let line = next(&mut live).await;
        let message = line["message"].as_str().unwrap();
        if message.contains("lost_master") {
            assert_eq!(line["module"], "monitors");
            assert_eq!(line["object"], "server1");
            assert_eq!(line["priority"], "notice");
            break;
        }
    }
    // The end of the gateway ends the streams.
    drop(gateway);
    within(Duration::from_secs(10), "the stream ends", async {
        while let Some(Ok(_)) = live.next().await {}
    })
    .await;
}

#[tokio::test]
async fn a_stream_is_for_those_who_may_read() {
    let (_server, gateway) = gateway(|_| {}).await;
    let authorization = basic();
    let login = ("authorization", authorization.as_str());
    let path = "/v1/maxscale/logs/stream";
    let status =
        async |headers: &[(&'static str, &str)]| match stream(&gateway, path, headers).await {
            Err(Error::Http(response)) => response.status().as_u16(),
            Err(error) => panic!("{error}"),
            Ok(_) => 101,
        };
    assert_eq!(status(&[]).await, 401);
    assert_eq!(status(&[login]).await, 101);
    let foreign = ("origin", "https://elsewhere.example");
    assert_eq!(status(&[login, foreign]).await, 403);
    let plain = gateway.api().get(path).await;
    assert_eq!(plain.status, 426);
    assert_eq!(plain.header("upgrade"), "websocket");
}
