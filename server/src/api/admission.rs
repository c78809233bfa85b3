//! Who is let in: HTTP Basic, Bearer token, or the console's cookie.

use axum::http::header::{
    AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderValue, ORIGIN, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::connection::Peer;
use super::error::ApiError;
use crate::auth::admin::{Administrators, Identity, LoginError, Password, Role};

/// The cookie that holds a token.
pub(super) const COOKIE_NAME: &str = "token_sig";

/// Who sent a request, and how that is known.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// Whose credentials they are.
    pub(super) identity: Identity,
    /// How they came.
    pub(super) via: Via,
}

/// How credentials came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Via {
    /// A name and password.
    Basic,
    /// A token in the header.
    Bearer,
    /// A token that a browser sends by itself.
    Cookie,
}

enum Credentials {
    Basic { user: String, password: Password },
    Token(String, Via),
}

/// Finds out who sent a request and whether they may do what they ask for.
pub(super) async fn admit(
    administrators: &Administrators,
    method: &Method,
    headers: &HeaderMap,
    peer: Peer,
) -> Result<Caller, ApiError> {
    let caller = match credentials(headers) {
        Some(Credentials::Basic { user, password }) => {
            let login = administrators
                .log_in(&user, &password, peer.address.ip())
                .await;
            let identity = login.map_err(|error| {
                tracing::warn!(?user, address = %peer.address, "log-in to the admin API failed: {error}");
                refusal(&error, headers)
            })?;
            Caller {
                identity,
                via: Via::Basic,
            }
        }
        Some(Credentials::Token(token, via)) => {
            let identity = administrators
                .check_token(&token)
                .map_err(|error| refusal(&error, headers))?;
            Caller { identity, via }
        }
        None => return Err(refusal(&LoginError::Denied, headers)),
    };
    if writes(method) {
        may_write(&caller, headers)?;
    }
    Ok(caller)
}

/// Whether a method changes something.
pub(super) fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what a page of another origin made the browser send. A request with a cookie that bears
/// no word of its origin does not come from a browser of today.
pub(super) fn same_origin(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let same = match (
        text("sec-fetch-site"),
        text(ORIGIN.as_str()),
        text(HOST.as_str()),
    ) {
        (Some(site), _, _) => site == "same-origin",
        (None, Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority == host),
        _ => false,
    };
    if same {
        return Ok(());
    }
    let detail = "a write with a cookie must come from the console itself";
    Err(ApiError::new(StatusCode::FORBIDDEN, detail))
}

fn may_write(caller: &Caller, headers: &HeaderMap) -> Result<(), ApiError> {
    if caller.identity.role != Role::Admin {
        let detail = format!(
            "{} is a basic account: it may only read",
            caller.identity.user
        );
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    match caller.via {
        Via::Cookie => same_origin(headers),
        Via::Basic | Via::Bearer => Ok(()),
    }
}

/// The credentials of a request; a header counts before a cookie.
fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let Some(header) = headers.get(AUTHORIZATION) else {
        return cookie(headers).map(|token| Credentials::Token(token, Via::Cookie));
    };
    let (scheme, rest) = header.to_str().ok()?.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(Credentials::Token(rest.to_owned(), Via::Bearer));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(rest).ok()?).ok()?;
    let (user, password) = decoded.split_once(':')?;
    Some(Credentials::Basic {
        user: user.to_owned(),
        password: Password::new(password),
    })
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok());
    cookies
        .flat_map(|list| list.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, value)| *name == COOKIE_NAME && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

fn refusal(error: &LoginError, headers: &HeaderMap) -> ApiError {
    match error {
        LoginError::Denied => {
            let denied = ApiError::new(StatusCode::UNAUTHORIZED, error.to_string());
            if asks_for_password(headers) {
                let challenge = HeaderValue::from_static("Basic realm=\"maxscale\"");
                denied.with_header(WWW_AUTHENTICATE, challenge)
            } else {
                denied
            }
        }
        LoginError::Slowed { retry_after } => {
            ApiError::new(StatusCode::TOO_MANY_REQUESTS, error.to_string())
                .with_header(RETRY_AFTER, retry_after.as_secs().into())
        }
        LoginError::Broken(_) => ApiError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "the password could not be checked",
        ),
    }
}

/// Whether a challenge helps. To the script of a page it does not: the browser would open a window
/// of its own over the console's log-in page. Neither does it to who sent a token.
fn asks_for_password(headers: &HeaderMap) -> bool {
    let from_script = headers
        .get("sec-fetch-dest")
        .is_some_and(|dest| dest == "empty");
    let bearer = headers.get(AUTHORIZATION).is_some_and(|value| {
        value
            .as_bytes()
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case(b"bearer "))
    });
    !from_script && !bearer
}
