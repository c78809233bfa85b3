//! One request and its answer.

use std::time::{Duration, Instant};

use axum::http::{Method, Request, StatusCode, Uri};
use percent_encoding::percent_decode_str;
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::api::admission::{Caller, Credentials, credentials};
use crate::api::connection::Peer;
use crate::config::REDACTED;
use crate::store::masked;

/// The names of the columns, as the first line of a file.
pub(super) const HEADER: &str = "time,duration_ms,user,address,method,uri,status,body\n";
/// Bytes of a body, or of an address, that are written.
const TEXT_MAX: usize = 64 * 1024;

/// See the module.
#[derive(Debug)]
pub(in crate::api) struct Row {
    at: OffsetDateTime,
    begun: Instant,
    took: Duration,
    user: String,
    address: String,
    method: Method,
    uri: Uri,
    status: StatusCode,
    body: String,
}

impl Row {
    /// A request that has come.
    pub(in crate::api) fn begin<B>(request: &Request<B>, peer: Peer) -> Self {
        // Who is not let in has said who he would be.
        let user = match credentials(request.headers()) {
            Some(Credentials::Basic { user, .. }) => user,
            _ => String::new(),
        };
        Self {
            at: OffsetDateTime::now_local().unwrap_or_else(|_| OffsetDateTime::now_utc()),
            begun: Instant::now(),
            took: Duration::ZERO,
            user,
            address: peer.address.ip().to_canonical().to_string(),
            method: request.method().clone(),
            uri: request.uri().clone(),
            status: StatusCode::OK,
            body: String::new(),
        }
    }

    /// It was let in, with this body.
    pub(in crate::api) fn admitted<B>(&mut self, request: &Request<B>, body: &[u8]) {
        self.method = request.method().clone();
        if let Some(caller) = request.extensions().get::<Caller>() {
            self.user = caller.identity.user.to_string();
        }
        self.body = shown(body, request.uri().path().starts_with("/sql"));
    }

    /// It was answered.
    pub(in crate::api) fn answered(&mut self, status: StatusCode) {
        self.took = self.begun.elapsed();
        self.status = status;
    }

    /// The method that counts.
    pub(in crate::api) fn method(&self) -> &str {
        self.method.as_str()
    }

    pub(super) fn line(&self) -> String {
        let at = self.at.format(&Rfc3339).unwrap_or_default();
        let took = format!("{:.3}", self.took.as_secs_f64() * 1000.0);
        let uri = without_tokens(&self.uri);
        let cells = [
            &at,
            &took,
            self.user.as_str(),
            &self.address,
            self.method.as_str(),
            cut(&uri),
            self.status.as_str(),
            cut(&self.body),
        ];
        let cells: Vec<String> = cells.into_iter().map(cell).collect();
        cells.join(",") + "\n"
    }
}

/// An address with stars in place of tokens.
fn without_tokens(uri: &Uri) -> String {
    let Some(query) = uri.query() else {
        return uri.to_string();
    };
    let pair = |pair: &str| {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        let decoded = percent_decode_str(name).decode_utf8_lossy();
        if ["token", "target_token"].contains(&&*decoded) {
            format!("{name}={REDACTED}")
        } else {
            pair.to_owned()
        }
    };
    let pairs: Vec<String> = query.split('&').map(pair).collect();
    format!("{}?{}", uri.path(), pairs.join("&"))
}

/// A body with stars in place of passwords, and of statements that are to be run; one that is no JSON
/// is not shown.
fn shown(body: &[u8], of_statements: bool) -> String {
    if body.is_empty() {
        return String::new();
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(body) => {
            let mut shown = masked(&body);
            for name in ["connection_string", "sql"] {
                if of_statements && let Some(text) = shown.get_mut(name) {
                    *text = REDACTED.into();
                }
            }
            shown.to_string()
        }
        Err(_) => format!("{} bytes that are no JSON", body.len()),
    }
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// A cell as RFC 4180 has it. A spreadsheet would take what begins like a formula for one.
fn cell(text: &str) -> String {
    let text = if text.starts_with(['=', '+', '-', '@']) {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    let text = text.replace(['\n', '\r'], " ");
    if text.contains([',', '"']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_have_to_be() {
        let check = |text, expected| assert_eq!(cell(text), expected);
        check("plain", "plain");
        check("a,b", "\"a,b\"");
        check("say \"yes\"", "\"say \"\"yes\"\"\"");
        check("two\nlines", "two lines");
        check("=1+1", "'=1+1");
    }

    #[test]
    fn bodies_are_shown_without_passwords() {
        let check = |body: &str, expected| assert_eq!(shown(body.as_bytes(), false), expected);
        check("", "");
        check("{", "1 bytes that are no JSON");
        check(
            r#"{"a": {"password": "p", "b": 1}}"#,
            r#"{"a":{"b":1,"password":"*****"}}"#,
        );
    }

    #[test]
    fn statements_that_are_to_be_run_are_not_shown() {
        let body = br#"{"max_rows": 5, "sql": "SELECT 'secret'"}"#;
        assert_eq!(shown(body, true), r#"{"max_rows":5,"sql":"*****"}"#);
    }

    #[test]
    fn tokens_in_addresses_are_not_shown() {
        let check = |uri: &str, expected: &str| {
            assert_eq!(without_tokens(&uri.parse().unwrap()), expected);
        };
        check("/v1/sql/1?token=abc", "/v1/sql/1?token=*****");
        check("/sql/1?a=b&%74oken=abc&c", "/sql/1?a=b&%74oken=*****&c");
        check("/v1/servers?page[size]=1", "/v1/servers?page[size]=1");
        check("/v1/servers", "/v1/servers");
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let long = "\u{e4}".repeat(TEXT_MAX);
        assert_eq!(cut(&long).len(), TEXT_MAX);
        assert_eq!(cut(&format!("a{long}")).len(), TEXT_MAX - 1);
    }
}
