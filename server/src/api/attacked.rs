//! What of a request is read before a handler acts on it, for who attacks it (`tests/fuzz`).

use std::time::SystemTime;

use axum::http::{HeaderName, HeaderValue, Request};

use super::admission::credentials;
use super::auth::TokenWish;
use super::body::Body;
use super::chain::ChainInBody;
use super::conditions::{Age, judge};
use super::logs::LogReading;
use super::origin::{Origin, names_this_machine};
use super::prepare::prepare;
use super::query::{self, Parameters, Query};
use super::{events, request_line};

/// The headers that are looked at.
const HEADERS: &[&str] = &[
    "authorization",
    "cookie",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "last-event-id",
    "origin",
    "referer",
    "sec-fetch-site",
    "x-forwarded-proto",
    "x-http-method-override",
];

/// Reads a request line's target and the values of headers, in the order of their names; answers how
/// many of these could be headers.
pub fn read_head(target: &str, values: &[&[u8]]) -> usize {
    let Ok(mut request) = Request::builder().uri(target).body(()) else {
        return 0;
    };
    for (name, value) in HEADERS.iter().zip(values) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            let name = HeaderName::from_static(name);
            request.headers_mut().insert(name, value);
        }
    }
    let headers = request.headers().clone();
    let _ = (credentials(&headers), Origin::of(&headers));
    let _ = names_this_machine(&headers);
    for age in [Age::Live, Age::Since(SystemTime::UNIX_EPOCH)] {
        let _ = judge(&headers, true, &["\"v1\""], age, SystemTime::now());
    }
    if let Some(Ok(id)) = headers.get("last-event-id").map(HeaderValue::to_str) {
        let _ = events::is_known(id);
    }
    let _ = prepare(&mut request);
    headers.len()
}

/// Reads a query string as those operations do that have parameters of their own; whether one takes it.
pub fn read_query(text: &str) -> bool {
    fn takes<P: Parameters>(text: &str) -> bool {
        Query::parse::<P>(text).is_ok()
    }
    takes::<query::None>(text) | takes::<LogReading>(text) | takes::<TokenWish>(text)
}

/// Reads a body as those operations do that take references, or a document; whether one takes it.
pub fn read_body(bytes: &[u8]) -> bool {
    let Ok(body) = Body::parse(bytes) else {
        return false;
    };
    let chain = ChainInBody::of_document(body.root()).is_ok();
    let document = body.root().resource("filters", None);
    let document = document.is_ok_and(|data| {
        let relationships = data.get("relationships");
        relationships.is_none_or(|given| ChainInBody::of_relationships(given).is_ok())
    });
    chain || document
}

/// The bytes of a connection, that come in pieces of this length, with their request lines repaired.
pub fn repaired(bytes: &[u8], piece: usize) -> Vec<u8> {
    request_line::repaired(bytes, piece)
}
