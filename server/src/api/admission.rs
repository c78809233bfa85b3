//! Who is let in: HTTP Basic, Bearer token, or the console's cookie.

use std::net::IpAddr;

use axum::http::header::{
    AUTHORIZATION, COOKIE, HeaderMap, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use axum::http::{Method, StatusCode};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::connection::Peer;
use super::error::ApiError;
use super::origin::{Origin, names_this_machine};
use super::state::{ApiOptions, ApiState};
use crate::auth::admin::{Identity, LoginError, Password, Role};

/// The cookie that holds a token.
pub(super) const COOKIE_NAME: &str = "token_sig";

/// Longer names are noted in part.
const NOTED_LEN_MAX: usize = 64;

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

pub(super) enum Credentials {
    Basic { user: String, password: Password },
    Token(String, Via),
}

/// Refuses who was let in, but would not be any more.
pub(super) fn still(
    state: &ApiState,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<(), ApiError> {
    if state.administrators().is_good(&caller.identity) {
        return Ok(());
    }
    Err(refusal(&LoginError::Denied, headers))
}

/// Finds out who sent a request and whether they may do what they ask for.
pub(super) async fn admit(
    state: &ApiState,
    method: &Method,
    headers: &HeaderMap,
    peer: Peer,
) -> Result<Caller, ApiError> {
    let (options, administrators) = (state.options(), state.administrators());
    if !options.authenticates {
        return anybody(method, headers);
    }
    let caller = match credentials(headers) {
        Some(Credentials::Basic { user, password }) => {
            let login = administrators
                .log_in(&user, &password, peer.address.ip())
                .await;
            let identity = login.map_err(|error| {
                if options.log_auth_failures {
                    note(&error, &user, peer);
                }
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
    if caller.identity.well_known && !names_this_machine(headers) {
        let detail = "the first account's well-known password opens the gateway only under an \
            address or localhost: set a password to reach it under a name";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    if writes(method) {
        may_write(&caller, headers)?;
    }
    Ok(caller)
}

/// `admin_auth=false`: who is there is not asked. What a page makes a browser send is refused all
/// the same.
fn anybody(method: &Method, headers: &HeaderMap) -> Result<Caller, ApiError> {
    let caller = Caller {
        identity: Identity::anybody(),
        via: Via::Basic,
    };
    if !names_this_machine(headers) {
        let detail = "without admin_auth the gateway is reached under an address or localhost only";
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    if writes(method) {
        may_write(&caller, headers)?;
    }
    Ok(caller)
}

/// Whether anything may be asked for from an address.
pub(super) fn may_come(options: &ApiOptions, address: IpAddr) -> bool {
    options.readwrite_hosts.contain(address) || options.readonly_hosts.contain(address)
}

/// Refuses requests from where they may not come, before any credentials are looked at.
pub(super) fn check_host(
    options: &ApiOptions,
    method: &Method,
    peer: Peer,
) -> Result<(), ApiError> {
    let address = peer.address.ip();
    let may_write = options.readwrite_hosts.contain(address);
    let detail = match (may_come(options, address), may_write || !writes(method)) {
        (true, true) => return Ok(()),
        (true, false) => "from this address the API may only be read",
        (false, _) => "from this address the API may not be used",
    };
    Err(ApiError::new(StatusCode::FORBIDDEN, detail))
}

/// Notes a failed log-in. Those that were only slowed would flood the log.
fn note(error: &LoginError, user: &str, peer: Peer) {
    let user: String = user.chars().take(NOTED_LEN_MAX).collect();
    let address = peer.address;
    if matches!(error, LoginError::Slowed { .. }) {
        tracing::debug!(?user, %address, "log-in to the admin API slowed");
    } else {
        tracing::warn!(?user, %address, "log-in to the admin API failed: {error}");
    }
}

/// Whether a method changes something.
pub(super) fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Refuses what the page of another origin makes a browser send.
pub(super) fn refuse_other_pages(headers: &HeaderMap) -> Result<(), ApiError> {
    match Origin::of(headers) {
        Origin::Same | Origin::Unsaid => Ok(()),
        Origin::Other => Err(foreign()),
    }
}

fn foreign() -> ApiError {
    let detail = "a browser may write from the console itself only";
    ApiError::new(StatusCode::FORBIDDEN, detail)
}

fn may_write(caller: &Caller, headers: &HeaderMap) -> Result<(), ApiError> {
    if caller.identity.role != Role::Admin {
        let user = &caller.identity.user;
        let detail = format!("{user} is a basic account: it may only read");
        return Err(ApiError::new(StatusCode::FORBIDDEN, detail));
    }
    match caller.via {
        // A browser sends its cookie by itself, so that it must be known who asks.
        Via::Cookie if Origin::of(headers) != Origin::Same => Err(foreign()),
        // It also sends a name and password by itself once it was told them.
        Via::Cookie | Via::Basic | Via::Bearer => refuse_other_pages(headers),
    }
}

/// The credentials of a request; a header counts before a cookie.
pub(super) fn credentials(headers: &HeaderMap) -> Option<Credentials> {
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
