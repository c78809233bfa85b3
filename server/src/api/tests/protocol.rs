//! Methods, paths, parameters, conditions and limits.

use axum::body::Body;
use axum::http::StatusCode;

use super::fixture::{Api, request};

#[tokio::test]
async fn the_roots_answer_without_credentials() {
    let api = Api::new();
    for path in ["/", "/v1", "/v1/"] {
        let answer = api.send(request("GET", path, &[], Body::empty())).await;
        assert_eq!(
            (answer.status, answer.body.len()),
            (StatusCode::OK, 0),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_browser_at_the_root_is_shown_the_console() {
    let api = Api::new();
    let html = [("accept", "text/html,application/xhtml+xml")];
    let answer = api.send(request("GET", "/", &html, Body::empty())).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (StatusCode::FOUND, "/console/")
    );
    let answer = api.send(request("GET", "/v1/", &html, Body::empty())).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn unknown_paths_are_not_found() {
    let api = Api::new();
    for path in [
        "/v1/nope",
        "/v2/sessions",
        "/v1/sessions/1/foo",
        "/v1/v1/sessions",
        "/%C3%BC",
        "/v1/sqlite",
    ] {
        let answer = api.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.detail(), format!("there is nothing at {path}"));
        assert_eq!(answer.header("content-type"), "application/json");
    }
    assert_eq!(
        api.get("/v1/sessions/%FF").await.status,
        StatusCode::BAD_REQUEST
    );
}

#[tokio::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let api = Api::new();
    let check = async |method: &str, path: &str, allowed: &str| {
        let answer = api.ask(method, path, &[]).await;
        assert_eq!(
            answer.status,
            StatusCode::METHOD_NOT_ALLOWED,
            "{method} {path}"
        );
        assert_eq!(answer.header("allow"), allowed, "{method} {path}");
        assert!(answer.detail().contains(method));
    };
    check("PUT", "/v1/sessions/1", "GET,HEAD,PATCH,DELETE,OPTIONS").await;
    check("POST", "/v1/sessions", "GET,HEAD,OPTIONS").await;
    check("DELETE", "/v1/sessions", "GET,HEAD,OPTIONS").await;
    check("PATCH", "/v1/events", "GET,HEAD,OPTIONS").await;
    check("FETCH", "/v1/sessions", "GET,HEAD,OPTIONS").await;
}

#[tokio::test]
async fn options_tells_the_methods() {
    let answer = Api::new().ask("OPTIONS", "/v1/sessions/1", &[]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("allow"), "GET,HEAD,PATCH,DELETE,OPTIONS");
    assert_eq!(answer.header("access-control-allow-origin"), "");
}

#[tokio::test]
async fn head_tells_what_get_would() {
    let api = Api::new();
    let answer = api
        .ask("HEAD", "/v1/sessions/1?fields[sessions]=user", &[])
        .await;
    let get = api.get("/v1/sessions/1?fields[sessions]=user").await;
    assert_eq!((answer.status, answer.body.len()), (StatusCode::OK, 0));
    for name in ["etag", "content-type", "cache-control"] {
        assert_eq!(answer.header(name), get.header(name));
    }
    assert_eq!(answer.header("content-length"), get.body.len().to_string());
    let missing = api.ask("HEAD", "/v1/sessions/99", &[]).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_method_may_stand_in_a_header() {
    let api = Api::new();
    let overridden = [("x-http-method-override", "DELETE")];
    let answer = api.ask("POST", "/v1/sessions/2", &overridden).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(api.source.with(|state| state.kills.clone()), [(2, None)]);
    let unknown = api
        .ask(
            "POST",
            "/v1/sessions/2",
            &[("x-http-method-override", "delete")],
        )
        .await;
    assert_eq!(unknown.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn documents_have_their_keys_in_order_however_they_are_written() {
    let api = Api::new();
    let lists = "services servers filters listeners monitors users users/inet maxscale \
                 maxscale/modules maxscale/threads audit sessions/1";
    let lists = lists.split_whitespace().map(|list| format!("{list}?"));
    let pages = ["", "page[size]=1&", "filter=/attributes/user=%22nobody%22&"];
    let fields = ["", "fields[sessions]=user,memory/total,filters&"];
    let sessions = pages.iter().chain(&fields);
    let sessions = sessions.map(|query| format!("sessions?{query}"));
    for path in sessions.chain(lists) {
        for pretty in [true, false] {
            let path = format!("/v1/{path}pretty={pretty}");
            let answer = api.get(&path).await;
            assert_eq!(answer.status, StatusCode::OK, "{path}");
            let again = crate::api::json::text(answer.json(), pretty);
            // The last digit of a fraction may be another one when it was read.
            let text = |bytes: &[u8]| {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let parts = text.split("seconds_alive");
                let parts =
                    parts.map(|part| part.trim_start_matches(|c| "\": .0123456789".contains(c)));
                parts.collect::<Vec<_>>().join("seconds_alive")
            };
            assert_eq!(text(&answer.body), text(&again), "{path}");
        }
    }
}

#[tokio::test]
async fn pretty_is_the_default() {
    let api = Api::new();
    let path = "/v1/sessions/1?fields[sessions]=user";
    let pretty = api.get(path).await;
    assert!(
        pretty
            .body
            .starts_with(b"{\n    \"data\": {\n        \"attributes\"")
    );
    for word in ["false", "no", "off", "0"] {
        let compact = api.get(&format!("{path}&pretty={word}")).await;
        assert!(!compact.body.contains(&b'\n'), "{word}");
        assert_eq!(compact.json(), pretty.json());
        assert_ne!(compact.header("etag"), pretty.header("etag"));
    }
}

async fn check_refused(api: &Api, query: &str, detail: &str) {
    let answer = api.get(&format!("/v1/sessions?{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    let told = answer.detail();
    assert!(told.contains(detail), "{query}: {told}");
}

#[tokio::test]
async fn wrong_parameters_are_refused_with_what_is_allowed() {
    let api = Api::new();
    check_refused(
        &api,
        "colour=red",
        "known are ended, fields[TYPE], filter, filter[PATH], page[number]",
    )
    .await;
    check_refused(&api, "ttl=5s", "unknown parameter ttl").await;
    check_refused(
        &api,
        "pretty=maybe",
        "true, yes, on, 1, false, no, off or 0",
    )
    .await;
    check_refused(&api, "rdns=", "rdns=").await;
    check_refused(&api, "page[size]=0", "positive").await;
    check_refused(&api, "page[size]=two", "positive").await;
    check_refused(&api, "page[size]=2&page[number]=-1", "0 is the first").await;
    check_refused(&api, "page[colour]=1", "size and number").await;
    check_refused(&api, "sort=colour", "known are id, client").await;
    check_refused(&api, "sort=user,,id", "missing").await;
    check_refused(&api, "filter=user", "JSON Pointer").await;
    check_refused(&api, "filter==1", "not a JSON Pointer").await;
    check_refused(&api, "filter=/=1", "not a JSON Pointer").await;
    check_refused(&api, "filter=/attributes/user=user1", "double quotes").await;
    check_refused(
        &api,
        "filter=/attributes/idle=near(1)",
        "near is not a function",
    )
    .await;
    check_refused(&api, "filter=/attributes/idle=gt(1", "closing parenthesis").await;
    check_refused(&api, "filter=/attributes/idle=gt(1)x", "more after its end").await;
    check_refused(&api, "filter=/attributes/idle=gt()", "JSON value").await;
    check_refused(&api, "filter=/attributes/idle=and()", "is wanted").await;
    check_refused(&api, "filter[]=1", "not a path").await;
    check_refused(&api, "filter[a..b]=1", "not a JSON path").await;
    check_refused(&api, "filter[a[x]]=1", "not a JSON path").await;
    check_refused(&api, "fields[]=user", "no type").await;
    check_refused(&api, "pretty=%FF", "UTF-8").await;
    check_refused(
        &api,
        &format!("filter[id]={}eq(1)", "not(".repeat(40)),
        "too deeply",
    )
    .await;
}

#[tokio::test]
async fn parameters_without_meaning_here_are_accepted() {
    let api = Api::new();
    for path in [
        "sessions?sync=false&&pretty=on",
        "sessions?page[number]=1",
        "maxscale/modules?load=all",
        "maxscale/modules/maxrows?load=all",
    ] {
        let answer = api.get(&format!("/v1/{path}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
    }
}

#[tokio::test]
async fn a_document_that_the_client_has_is_not_sent_again() {
    let api = Api::new();
    let path = "/v1/sessions?fields[sessions]=user";
    let first = api.get(path).await;
    let tag = first.header("etag").to_owned();
    assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
    let again = api.ask("GET", path, &[("if-none-match", &tag)]).await;
    assert_eq!(
        (again.status, again.body.len()),
        (StatusCode::NOT_MODIFIED, 0)
    );
    assert_eq!(again.header("etag"), tag);
    let other = api.ask("GET", path, &[("if-match", "\"x\"")]).await;
    assert_eq!(other.status, StatusCode::PRECONDITION_FAILED);
    api.source.end(5, "killed");
    let changed = api.ask("GET", path, &[("if-none-match", &tag)]).await;
    assert_eq!((changed.status, changed.ids().len()), (StatusCode::OK, 4));
}

#[tokio::test]
async fn sessions_are_never_said_to_be_unmodified_by_date() {
    let api = Api::new();
    let first = api.get("/v1/sessions").await;
    let modified = first.header("last-modified").to_owned();
    assert!(httpdate::parse_http_date(&modified).is_ok(), "{modified}");
    let again = api
        .ask("GET", "/v1/sessions", &[("if-modified-since", &modified)])
        .await;
    assert_eq!(again.status, StatusCode::OK);
}

#[tokio::test]
async fn a_body_over_a_mebibyte_is_refused_whether_announced_or_not() {
    let api = Api::new();
    let login = ("authorization", "Basic YWRtaW46bWFyaWFkYg==");
    for announced in [true, false] {
        for (len, expected) in [
            (1 << 20, StatusCode::NO_CONTENT),
            ((1 << 20) + 1, StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let len_text = format!("{len}");
            let mut headers = vec![login];
            headers.extend(announced.then_some(("content-length", len_text.as_str())));
            let body = Body::from(vec![b' '; len]);
            let answer = api
                .send(request("DELETE", "/v1/sessions/1", &headers, body))
                .await;
            assert_eq!(answer.status, expected, "{len} {announced}");
        }
    }
    assert_eq!(api.source.with(|state| state.kills.len()), 2);
}

#[tokio::test]
async fn every_answer_is_locked_down() {
    let api = Api::new();
    for path in ["/v1/sessions", "/v1/nope", "/", "/console/"] {
        let answer = api.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'none'"), "{path}: {policy}");
        assert!(
            policy.contains("frame-ancestors 'none'"),
            "{path}: {policy}"
        );
    }
}
