//! Whatever a client sends, it gets an answer.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Request, header};
use proptest::prelude::*;

use crate::api::admission::credentials;
use crate::api::conditions::{Age, judge};
use crate::api::origin::{Origin, names_this_machine};
use crate::api::prepare::prepare;
use crate::api::query::{None, Query};

/// Text of the pieces that queries are made of, and of anything.
fn query() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "filter", "fields", "page", "sort", "[", "]", "=", "&", "/", "eq(", "not(", "and(", ")",
        ",", "\"", "\\", "1", "-", "null", "{", "}", "$", ".", "*", "'", "%", "%22", "+", "size",
    ]);
    let piece = prop_oneof![4 => pieces.prop_map(str::to_owned), 1 => ".{0,3}"];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_query_is_understood_or_refused(text in query()) {
        if let Err(error) = Query::parse::<None>(&text) {
            prop_assert!(format!("{error:?}").contains("400"), "{error:?}");
        }
    }

    #[test]
    fn any_head_is_judged(values in prop::collection::vec(prop::collection::vec(32u8..=255, 0..40), 8)) {
        let names = [
            header::AUTHORIZATION, header::COOKIE, header::HOST, header::ORIGIN, header::IF_MATCH,
            header::IF_NONE_MATCH, header::IF_MODIFIED_SINCE, header::IF_UNMODIFIED_SINCE,
        ];
        let headers: HeaderMap = names
            .into_iter()
            .zip(values)
            .filter_map(|(name, value)| Some((name, HeaderValue::from_bytes(&value).ok()?)))
            .collect();
        let _ = (credentials(&headers), Origin::of(&headers), names_this_machine(&headers));
        let _ = judge(&headers, true, &["\"a\""], Age::Live, std::time::SystemTime::now());
    }

    #[test]
    fn any_path_is_prepared_or_refused(path in "/[!-~&&[^#]]{0,40}", method in "[A-Za-z]{0,8}") {
        let request = Request::builder().uri(path).header("x-http-method-override", method);
        if let Ok(mut request) = request.body(Body::empty()) {
            let _ = prepare(&mut request);
        }
    }
}
