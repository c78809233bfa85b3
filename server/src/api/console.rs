//! `/console/`: the single-page console, embedded in the program by `build.rs`.

mod asset;
mod policy;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, LOCATION, VARY,
};
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::state::ApiState;
use asset::Asset;

/// The address of the page.
pub(super) const PAGE: &str = "/console/";
const INDEX: &str = "index.html";
/// What the page is told that it may not do, and who may look into it.
const LOCKS: [(&str, &str); 3] = [
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    ),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];
const NOT_BUILT: &str = "The console is not part of this build of Sluicegate.\n\
    `make run` and `make release` build it. By hand: run `trunk build` in the folder `web`, \
    then build the server again.\n";

/// Whether a path is one of the console's.
pub(super) fn owns(path: &str) -> bool {
    path == "/console" || path.starts_with(PAGE)
}

/// The files of the console and what its page may do.
pub(super) struct Console {
    assets: &'static [Asset],
    policy: Option<HeaderValue>,
}

impl Console {
    /// The console in this program, if there is one.
    pub(super) fn embedded() -> Self {
        Self::new(asset::EMBEDDED)
    }

    fn new(assets: &'static [Asset]) -> Self {
        let index = assets.iter().find(|asset| asset.path == INDEX);
        let page = index.map(|index| String::from_utf8_lossy(index.plain));
        let policy = page.and_then(|page| HeaderValue::from_str(&policy::of(&page)).ok());
        Self { assets, policy }
    }

    fn find(&self, path: &str) -> Option<&'static Asset> {
        self.assets.iter().find(|asset| asset.path == path)
    }

    /// The file at `path`, or the page if the path is one that the page itself understands: without
    /// a file extension, or asked for by a browser that goes there.
    fn choose(&self, path: &str, headers: &HeaderMap) -> Option<&'static Asset> {
        let last = path.rsplit('/').next().unwrap_or_default();
        let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
        let is_page = !last.contains('.') || accept.is_some_and(|text| text.contains("text/html"));
        self.find(path)
            .or_else(|| is_page.then(|| self.find(INDEX)).flatten())
    }

    fn answer(&self, path: &str, headers: &HeaderMap) -> Response {
        if self.assets.is_empty() {
            return (StatusCode::SERVICE_UNAVAILABLE, NOT_BUILT).into_response();
        }
        let Some(asset) = self.choose(path, headers) else {
            let detail = format!("there is nothing at {PAGE}{path}");
            return ApiError::new(StatusCode::NOT_FOUND, detail).into_response();
        };
        let encoded = asset.brotli.filter(|_| takes_brotli(headers));
        let tag = asset.entity_tag(encoded.is_some());
        let known = headers
            .get_all(IF_NONE_MATCH)
            .iter()
            .filter_map(|value| value.to_str().ok());
        let mut response = if known
            .flat_map(|list| list.split(','))
            .any(|known| known.trim() == tag)
        {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let content_type = HeaderValue::from_static(asset.content_type());
            (
                [(CONTENT_TYPE, content_type)],
                encoded.unwrap_or(asset.plain),
            )
                .into_response()
        };
        let to = response.headers_mut();
        if encoded.is_some() {
            to.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
        }
        to.insert(VARY, HeaderValue::from_static("accept-encoding"));
        to.insert(
            CACHE_CONTROL,
            HeaderValue::from_static(asset.cache_control()),
        );
        to.extend(HeaderValue::from_str(&tag).ok().map(|tag| (ETAG, tag)));
        to.extend(
            self.policy
                .clone()
                .map(|policy| (CONTENT_SECURITY_POLICY, policy)),
        );
        to.extend(LOCKS.map(|(name, value)| {
            (
                HeaderName::from_static(name),
                HeaderValue::from_static(value),
            )
        }));
        response
    }
}

/// `GET /console/..`.
pub(super) async fn serve(State(state): State<ApiState>, request: Request) -> Response {
    if !state.options().gui {
        let detail = "the console is turned off: admin_gui=false";
        return ApiError::new(StatusCode::NOT_FOUND, detail).into_response();
    }
    let path = request.uri().path().strip_prefix(PAGE).unwrap_or_default();
    state.console().answer(path, request.headers())
}

/// `GET /console`: the page is one slash further.
pub(super) async fn to_the_page() -> Response {
    (
        StatusCode::PERMANENT_REDIRECT,
        [(LOCATION, HeaderValue::from_static(PAGE))],
    )
        .into_response()
}

fn takes_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get_all(ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted.flat_map(|list| list.split(',')).any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight
            .trim()
            .strip_prefix("q=")
            .and_then(|q| q.parse::<f32>().ok());
        name.trim() == "br" && weight != Some(0.0)
    })
}

#[cfg(test)]
mod tests;
