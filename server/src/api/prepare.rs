//! What is done to every request before it is routed: the method, the path and the base of links.

use axum::http::uri::PathAndQuery;
use axum::http::{Method, Request, Uri};

use percent_encoding::percent_decode_str;

use super::connection::Peer;
use super::console;
use super::error::ApiError;
use super::link::Base;

const PREFIX: &str = "/v1";
const METHOD_OVERRIDE: &str = "x-http-method-override";

/// Applies `X-HTTP-Method-Override`, takes the prefix `/v1` and slashes at the end off the path, and
/// notes the [`Base`] of links. Paths of the console stay as they are.
pub(super) fn prepare<B>(request: &mut Request<B>) -> Result<(), ApiError> {
    if let Some(name) = request.headers().get(METHOD_OVERRIDE) {
        *request.method_mut() = Method::from_bytes(name.as_bytes())
            .map_err(|_| ApiError::bad_request("X-HTTP-Method-Override is not a method"))?;
    }
    let path = request.uri().path();
    if percent_decode_str(path).decode_utf8().is_err() {
        return Err(ApiError::bad_request("the path is not UTF-8"));
    }
    if console::owns(path) {
        return Ok(());
    }
    let (prefix, rest) = match path.strip_prefix(PREFIX) {
        Some(rest) if rest.is_empty() || rest.starts_with('/') => (PREFIX, rest),
        _ => ("", path),
    };
    let rest = match rest.trim_end_matches('/') {
        "" => "/",
        rest => rest,
    };
    let target = match request.uri().query() {
        Some(query) => format!("{rest}?{query}"),
        None => rest.to_owned(),
    };
    let tls = request
        .extensions()
        .get::<Peer>()
        .is_some_and(|peer| peer.tls);
    let base = Base::new(request.headers(), tls, prefix);
    let target = PathAndQuery::try_from(target)
        .map_err(|_| ApiError::bad_request("the path is malformed"))?;
    *request.uri_mut() = Uri::from(target);
    request.extensions_mut().insert(base);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, expected: &str, base: &str) {
        let mut request = Request::builder()
            .uri(uri)
            .header("host", "h:1")
            .body(())
            .unwrap();
        prepare(&mut request).unwrap();
        assert_eq!(request.uri().to_string(), expected, "{uri}");
        let found = request
            .extensions()
            .get::<Base>()
            .map(|found| found.to("x"));
        assert_eq!(found.unwrap_or_default(), base, "{uri}");
    }

    #[test]
    fn the_prefix_is_optional_and_slashes_at_the_end_do_not_matter() {
        check("/v1/sessions/?a=/b/", "/sessions?a=/b/", "http://h:1/v1/x/");
        check("/sessions//", "/sessions", "http://h:1/x/");
        check("/v1", "/", "http://h:1/v1/x/");
        check("/v1/", "/", "http://h:1/v1/x/");
        check("/", "/", "http://h:1/x/");
        check("/v2/servers", "/v2/servers", "http://h:1/x/");
        check("/v1x", "/v1x", "http://h:1/x/");
        check("/console/sessions/", "/console/sessions/", "");
    }

    #[test]
    fn the_method_may_be_overridden() {
        let request = |method: &str| {
            Request::builder()
                .method("POST")
                .header(METHOD_OVERRIDE, method)
                .body(())
                .unwrap()
        };
        let mut overridden = request("DELETE");
        prepare(&mut overridden).unwrap();
        assert_eq!(overridden.method(), Method::DELETE);
        assert!(prepare(&mut request("no method")).is_err());
    }
}
