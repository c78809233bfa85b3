//! Clients that take their time, in paused time.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::sync::watch;
use tokio::time::{Instant, timeout};

use super::fixture::Api;
use crate::api::connection::{Peer, speak};

struct Client {
    stream: DuplexStream,
    /// Open as long as the server is not stopping.
    _running: watch::Sender<bool>,
}

impl Client {
    fn connect() -> Self {
        Self::of(&Api::new())
    }

    fn of(api: &Api) -> Self {
        let (stream, served) = duplex(1 << 20);
        let (running, closing) = watch::channel(false);
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000));
        let peer = Peer {
            address,
            tls: false,
        };
        tokio::spawn(speak(served, peer, api.app.clone(), closing));
        Self {
            stream,
            _running: running,
        }
    }

    /// What the server says to `text` until it hangs up, and after how many seconds.
    async fn say(&mut self, text: &str) -> (String, u64) {
        let start = Instant::now();
        self.stream.write_all(text.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let read = self.stream.read_to_string(&mut answer);
        timeout(Duration::from_mins(10), read)
            .await
            .unwrap()
            .unwrap();
        (answer, start.elapsed().as_secs())
    }
}

#[tokio::test(start_paused = true)]
async fn a_head_that_does_not_end_ends_the_connection() {
    let (answer, seconds) = Client::connect()
        .say("GET / HTTP/1.1\r\nHost: h\r\nX: ")
        .await;
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 408"),
        "{answer}"
    );
    assert!((29..=31).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_requests_ends() {
    let (_, seconds) = Client::connect().say("").await;
    assert!((29..=31).contains(&seconds), "{seconds}");
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_end_is_refused() {
    let head = "DELETE /v1/sessions/1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\
        Authorization: Basic YWRtaW46bWFyaWFkYg==\r\n\r\n{";
    let (answer, seconds) = Client::connect().say(head).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("the body came too slowly"), "{answer}");
    assert!((29..=61).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn who_is_removed_while_the_body_comes_changes_nothing() {
    let api = Api::new();
    let account = |name: &str| {
        let attributes = json!({"password": "open", "account": "admin"});
        json!({"data": {"id": name, "type": "inet", "attributes": attributes}}).to_string()
    };
    api.write("POST", "/v1/users/inet", &account("bob"), 204)
        .await;
    let body = account("later");
    let head = format!(
        "POST /v1/users/inet HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\
        Content-Length: {}\r\nAuthorization: Basic Ym9iOm9wZW4=\r\n\r\n",
        body.len(),
    );
    let mut client = Client::of(&api);
    client.stream.write_all(head.as_bytes()).await.unwrap();
    let path = "users/inet/bob";
    while api.told(path, "/attributes/last_login").await.is_null() {
        tokio::task::yield_now().await;
    }
    api.act("DELETE", path, 204).await;
    let (answer, _) = client.say(&body).await;
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    api.change("GET", "users/inet/later", &json!(null), 404)
        .await;
}
