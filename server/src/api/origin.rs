//! Which page, if any, made a browser send a request, and under which name it knows this server.

use std::net::IpAddr;

use axum::http::header::{HOST, HeaderMap, ORIGIN};
use axum::http::uri::Authority;

/// Set by browsers, and only by them.
const FETCH_SITE: &str = "sec-fetch-site";

/// Where a request says that it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A page of this gateway.
    Same,
    /// Another page.
    Other,
    /// No word of it: it does not come from a browser of today.
    Unsaid,
}

impl Origin {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let same = match (text(FETCH_SITE), text(ORIGIN.as_str()), text(HOST.as_str())) {
            (Some(site), _, _) => site == "same-origin",
            (None, Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(_, authority)| authority == host),
            (None, Some(_), None) => false,
            (None, None, _) => return Self::Unsaid,
        };
        if same { Self::Same } else { Self::Other }
    }
}

/// Whether the request was made to an address, or to `localhost`. A page of anybody can let a name
/// of its own lead to this machine; then the browser takes the gateway for a part of that page.
pub(super) fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(HOST) else {
        return true;
    };
    let authority = host.to_str().ok().and_then(|host| host.parse().ok());
    authority.is_some_and(|authority: Authority| {
        let name = authority.host();
        let name = name.trim_start_matches('[').trim_end_matches(']');
        name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok()
    })
}
