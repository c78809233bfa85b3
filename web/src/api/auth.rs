//! `/v1/auth`: a cookie for a name and a password, and back.

use gloo_net::http::Request;
use sluicegate_shared::jsonapi::{Document, Resource};
use sluicegate_shared::object::user::{AccountKind, UserAttributes};

use super::request::{ApiError, get, segment, send};

/// Logs in: the answer sets the cookie `token_sig`, valid for `max_age_s` seconds.
pub async fn log_in(user: &str, password: &str, max_age_s: u32) -> Result<(), ApiError> {
    let max_age_s = max_age_s.to_string();
    let request = Request::get("/v1/auth").query([("persist", "yes"), ("max-age", &max_age_s)]);
    let credentials = format!("Basic {}", base64(format!("{user}:{password}").as_bytes()));
    send(request.header("Authorization", &credentials))
        .await
        .map(drop)
}

/// Logs out: the answer takes the cookie away.
pub async fn log_out() -> Result<(), ApiError> {
    send(Request::delete("/v1/auth")).await.map(drop)
}

/// Asks for next to nothing, to learn whether one is logged in.
pub async fn check() -> Result<(), ApiError> {
    let parameters = [("page[size]", "1"), ("fields[sessions]", "state")];
    send(Request::get("/v1/sessions").query(parameters))
        .await
        .map(drop)
}

/// What the account of `user` may do; `None` when the server does not tell.
pub async fn account(user: &str) -> Option<AccountKind> {
    let path = format!("/v1/users/inet/{}", segment(user));
    let document: Document<Resource<UserAttributes>> = get(&path).await.ok()?;
    Some(document.data.attributes.account)
}

/// Base64 (RFC 4648) of bytes; the browser's `btoa` knows Latin-1 only.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |bits: u32| char::from(DIGITS[(bits & 63) as usize]);
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let at = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        text.push(digit(bits >> 18));
        text.push(digit(bits >> 12));
        text.push(if group.len() > 1 {
            digit(bits >> 6)
        } else {
            '='
        });
        text.push(if group.len() > 2 { digit(bits) } else { '=' });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_as_the_rfc_says() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
            ("admin:mariadb", "YWRtaW46bWFyaWFkYg=="),
            ("ü:√", "w7w64oia"),
        ];
        for (bytes, expected) in cases {
            assert_eq!(base64(bytes.as_bytes()), expected);
        }
    }
}
