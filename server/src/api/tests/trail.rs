//! The file of requests (`admin_audit`).

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use axum::response::Response;
use http_body::Frame;

use super::fixture::{Api, request};
use crate::api::connection::Peer;
use crate::api::state::ApiOptions;
use crate::config::{ApiAuditParameters, AuditFile};

/// An API that writes its requests, and where.
fn audited(name: &str) -> (Api, PathBuf) {
    let name = format!("sluicegate-trail-{name}-{}", std::process::id());
    let file = std::env::temp_dir().join(name);
    let _ = std::fs::remove_file(&file);
    let options = ApiOptions {
        authenticates: false,
        audit: ApiAuditParameters {
            enabled: true,
            file: AuditFile {
                path: file.clone(),
                makes_folder: false,
            },
            ..ApiAuditParameters::default()
        },
        ..ApiOptions::default()
    };
    (Api::with(options), file)
}

/// Method and status of each row.
fn rows(api: &Api, file: &Path) -> Vec<String> {
    api.state.trail().flush(Duration::from_secs(10));
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let cells = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        format!("{} {}", cells[4], cells[6])
    });
    cells.collect()
}

fn asked(method: &str, path: &str) -> Request<Body> {
    request(method, path, &[("host", "127.0.0.1")], Body::empty())
}

/// Lets a request be handled as far as it goes by itself; whether it waits then.
async fn begun(mut handled: Pin<&mut impl Future<Output = Response>>) -> bool {
    std::future::poll_fn(|context| Poll::Ready(handled.as_mut().poll(context).is_pending())).await
}

fn peer() -> Peer {
    Peer {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, 50_000)),
        tls: false,
    }
}

#[tokio::test]
async fn a_change_whose_client_goes_away_is_written_as_it_ended() {
    let (api, file) = audited("change");
    let asked = asked("DELETE", "/v1/sessions/1");
    let mut handled = Box::pin(api.app.clone().handle(asked, peer()));
    assert!(begun(handled.as_mut()).await, "it waits for the write");
    drop(handled);
    for _ in 0..1000 {
        if !rows(&api, &file).is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(rows(&api, &file), ["DELETE 204"]);
    assert_eq!(api.source.with(|state| state.kills.len()), 1);
}

/// The body of a client that says no more.
struct Silence;

impl HttpBody for Silence {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Pending
    }
}

/// A client who goes away in the middle of its request; `meanwhile` something happens.
async fn interrupted(api: &Api, meanwhile: impl FnOnce()) {
    let (head, _) = asked("POST", "/v1/servers").into_parts();
    let asked = Request::from_parts(head, Body::new(Silence));
    let mut handled = Box::pin(api.app.clone().handle(asked, peer()));
    assert!(begun(handled.as_mut()).await);
    meanwhile();
}

#[tokio::test]
async fn a_request_whose_client_goes_away_before_its_body_came_is_written() {
    let (api, file) = audited("gone");
    interrupted(&api, || ()).await;
    assert_eq!(rows(&api, &file), ["POST 499"]);
}

#[tokio::test]
async fn a_request_is_written_by_the_options_that_it_found() {
    let (api, file) = audited("off");
    let off = ApiOptions {
        authenticates: false,
        ..ApiOptions::default()
    };
    interrupted(&api, || api.state.set_options(off)).await;
    assert_eq!(rows(&api, &file), ["POST 499"]);
    interrupted(&api, || ()).await;
    assert_eq!(rows(&api, &file), ["POST 499"]);
}
