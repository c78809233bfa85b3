//! The API on a real socket: raw requests, events, stopping.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::fixture::{Api, session};
use crate::api::state::ApiOptions;
use crate::config::HostPatterns;

const LOGIN: &str = "Authorization: Basic YWRtaW46bWFyaWFkYg==\r\n";
const PATIENCE: Duration = Duration::from_secs(20);

struct Running {
    api: Api,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

async fn run() -> Running {
    run_with(Api::new()).await
}

async fn run_with(api: Api) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let served = tokio::spawn(crate::api::serve(listener, api.state.clone(), async {
        let _ = stopped.await;
    }));
    Running {
        api,
        address,
        stop,
        served,
    }
}

async fn exchange(address: SocketAddr, text: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    answer
}

/// Reads until `end` has come.
async fn read_until(stream: &mut TcpStream, end: &str) -> String {
    let (mut text, mut chunk) = (String::new(), [0; 4096]);
    while !text.contains(end) {
        let len = timeout(PATIENCE, stream.read(&mut chunk))
            .await
            .unwrap()
            .unwrap();
        assert!(len > 0, "the stream ended without {end}: {text}");
        text += std::str::from_utf8(&chunk[..len]).unwrap();
    }
    text
}

#[tokio::test]
async fn a_filter_as_curl_sends_it_is_understood() {
    let running = run().await;
    let request = format!(
        "GET /v1/sessions?filter=/attributes/user=\"user2\" HTTP/1.1\r\nHost: h\r\n{LOGIN}Connection: close\r\n\r\n"
    );
    let answer = exchange(running.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains("\"id\": \"5\"") && !answer.contains("\"id\": \"1\""),
        "{answer}"
    );
}

#[tokio::test]
async fn events_flow_until_the_server_says_goodbye() {
    let running = run().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let request = format!("GET /v1/events HTTP/1.1\r\nHost: h\r\n{LOGIN}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let begin = read_until(&mut stream, "\"user\":\"user1\"").await;
    assert!(begin.contains("content-type: text/event-stream"), "{begin}");
    assert!(begin.contains("event: snapshot"), "{begin}");
    running.api.source.change(session(77));
    let delta = read_until(&mut stream, "\"id\":77").await;
    assert!(delta.contains("event: delta"), "{delta}");
    running.stop.send(()).unwrap();
    read_until(&mut stream, "event: goodbye\ndata: \n\n").await;
    timeout(PATIENCE, running.served).await.unwrap().unwrap();
    assert!(TcpStream::connect(running.address).await.is_err());
}

#[tokio::test]
async fn an_idle_connection_does_not_delay_stopping() {
    let running = run().await;
    let mut idle = TcpStream::connect(running.address).await.unwrap();
    idle.write_all(b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")
        .await
        .unwrap();
    read_until(&mut idle, "HTTP/1.1 200").await;
    running.stop.send(()).unwrap();
    timeout(Duration::from_secs(3), running.served)
        .await
        .unwrap()
        .unwrap();
}

#[tokio::test]
async fn a_head_without_end_is_refused() {
    let running = run().await;
    let request = format!("GET / HTTP/1.1\r\nHost: h\r\nX: {}", "x".repeat(100_000));
    let answer = exchange(running.address, &request).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

/// `eve:look`.
const EVE: &str = "Authorization: Basic ZXZlOmxvb2s=\r\n";

/// What comes until the stream has ended.
async fn rest(stream: &mut TcpStream) -> Vec<u8> {
    let mut rest = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut rest)).await;
    read.unwrap().unwrap();
    rest
}

#[tokio::test]
async fn events_end_with_the_account_that_asked_for_them() {
    let running = run().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let request = format!("GET /v1/events HTTP/1.1\r\nHost: h\r\nConnection: close\r\n{EVE}\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut stream, "\"user\":\"user1\"").await;
    running
        .api
        .write("DELETE", "/v1/users/inet/eve", "", 204)
        .await;
    rest(&mut stream).await;
}

#[tokio::test]
async fn a_stream_of_the_log_ends_when_the_role_is_another() {
    let running = run().await;
    let mut stream = TcpStream::connect(running.address).await.unwrap();
    let request = format!(
        "GET /v1/maxscale/logs/stream HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{EVE}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    read_until(&mut stream, "\r\n\r\n").await;
    let body = r#"{"data": {"attributes": {"account": "admin"}}}"#;
    running
        .api
        .write("PATCH", "/v1/users/inet/eve", body, 204)
        .await;
    // RFC 6455: a close frame of two bytes, code 1008.
    let mut frame = [0; 4];
    let read = timeout(PATIENCE, stream.read_exact(&mut frame)).await;
    read.unwrap().unwrap();
    assert_eq!(frame, [0x88, 2, 0x03, 0xf0]);
}

#[tokio::test]
async fn who_may_not_come_takes_few_places() {
    let elsewhere: HostPatterns = "10.0.0.0/8".parse().unwrap();
    let running = run_with(Api::with(ApiOptions {
        readonly_hosts: elsewhere.clone(),
        readwrite_hosts: elsewhere,
        ..ApiOptions::default()
    }))
    .await;
    let request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let told = exchange(running.address, request).await;
    assert!(told.starts_with("HTTP/1.1 403"), "{told}");
    // Silent ones, until one is closed.
    let mut silent = Vec::new();
    for _ in 0..17 {
        silent.push(TcpStream::connect(running.address).await.unwrap());
    }
    let last = silent.last_mut().unwrap();
    let end = timeout(PATIENCE, last.read(&mut [0; 1])).await.unwrap();
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
}

#[tokio::test]
async fn a_body_for_which_nobody_is_let_in_is_short() {
    let running = run().await;
    for path in ["/", "/console/x"] {
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536\r\n\
             Connection: close\r\n\r\n"
        );
        let told = exchange(running.address, &head).await;
        assert!(told.starts_with("HTTP/1.1 413"), "{told}");
    }
}
