//! Who is let in, and tokens.

use axum::body::Body;
use axum::http::StatusCode;
use serde_json::json;

use super::fixture::{Answer, Api, request};
use crate::api::state::ApiOptions;

// eve:look
const EVE: (&str, &str) = ("authorization", "Basic ZXZlOmxvb2s=");
const ADMIN: (&str, &str) = ("authorization", "Basic YWRtaW46bWFyaWFkYg==");

async fn send(api: &Api, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    api.send(request(method, path, headers, Body::empty()))
        .await
}

async fn check_denied(headers: &[(&str, &str)], challenge: &str) {
    let api = Api::new();
    for path in ["/v1/sessions", "/v1/nope", "/v1/auth", "/v1/events"] {
        let answer = send(&api, "GET", path, headers).await;
        assert_eq!(
            answer.status,
            StatusCode::UNAUTHORIZED,
            "{headers:?} {path}"
        );
        assert_eq!(
            answer.json(),
            json!({"errors": [{"detail": "Access denied"}]})
        );
        assert_eq!(answer.header("www-authenticate"), challenge, "{headers:?}");
    }
}

const CHALLENGE: &str = "Basic realm=\"maxscale\"";

#[tokio::test]
async fn without_right_credentials_nobody_is_let_in() {
    check_denied(&[], CHALLENGE).await;
    check_denied(&[("authorization", "Basic !!!")], CHALLENGE).await;
    check_denied(&[("authorization", "Basic")], CHALLENGE).await;
    check_denied(&[("authorization", "Basic YWRtaW4=")], CHALLENGE).await;
    check_denied(&[("authorization", "Digest x")], CHALLENGE).await;
    check_denied(&[("authorization", "Bearer a.b.c")], "").await;
    check_denied(&[("cookie", "token_sig=a.b.c")], CHALLENGE).await;
}

#[tokio::test]
async fn scripts_get_no_challenge_that_would_open_a_window() {
    check_denied(&[("sec-fetch-dest", "empty")], "").await;
    check_denied(&[("sec-fetch-dest", "document")], CHALLENGE).await;
}

#[tokio::test]
async fn a_wrong_password_is_denied_and_then_slowed() {
    let api = Api::new();
    // admin:wrong
    let wrong = ("authorization", "Basic YWRtaW46d3Jvbmc=");
    for _ in 0..4 {
        let answer = send(&api, "GET", "/v1/sessions", &[wrong]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    }
    let slowed = send(&api, "GET", "/v1/sessions", &[wrong]).await;
    assert_eq!(slowed.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(slowed.header("retry-after"), "1");
    assert!(slowed.detail().contains("too many failed log-ins"));
}

#[tokio::test]
async fn a_basic_account_may_only_read() {
    let api = Api::new();
    assert_eq!(
        send(&api, "GET", "/v1/sessions", &[EVE]).await.status,
        StatusCode::OK
    );
    for (method, path) in [("DELETE", "/v1/sessions/1"), ("POST", "/v1/nope")] {
        let answer = send(&api, method, path, &[EVE]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert_eq!(answer.detail(), "eve is a basic account: it may only read");
    }
    let hidden = [EVE, ("x-http-method-override", "DELETE")];
    assert_eq!(
        send(&api, "GET", "/v1/sessions/1", &hidden).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(api.source.with(|state| state.kills.len()), 0);
}

#[tokio::test]
async fn a_token_is_given_and_let_in() {
    let api = Api::new();
    let answer = send(&api, "GET", "/v1/auth", &[ADMIN]).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("cache-control"), "no-store");
    let token = answer.json()["meta"]["token"].as_str().unwrap().to_owned();
    let bearer = format!("Bearer {token}");
    let bearer = [("authorization", bearer.as_str())];
    assert_eq!(
        send(&api, "GET", "/v1/sessions", &bearer).await.status,
        StatusCode::OK
    );
    let kill = send(&api, "DELETE", "/v1/sessions/1", &bearer).await;
    assert_eq!(kill.status, StatusCode::NO_CONTENT);
    let renewed = send(&api, "GET", "/v1/auth", &bearer).await;
    assert_eq!(renewed.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_token_for_the_browser_comes_as_a_cookie() {
    let mut api = Api::new();
    let answer = send(&api, "GET", "/v1/auth?persist=yes&max-age=60", &[ADMIN]).await;
    assert_eq!(
        (answer.status, answer.body.len()),
        (StatusCode::NO_CONTENT, 0)
    );
    let cookie = answer.header("set-cookie").to_owned();
    let (pair, attributes) = cookie.split_once(';').unwrap();
    assert_eq!(attributes, " Path=/; HttpOnly; SameSite=Strict; Max-Age=60");
    let headers = [("cookie", pair)];
    assert_eq!(
        send(&api, "GET", "/v1/sessions", &headers).await.status,
        StatusCode::OK
    );
    api.tls = true;
    let secure = send(&api, "GET", "/v1/auth?persist=yes", &[ADMIN]).await;
    assert!(
        secure
            .header("set-cookie")
            .ends_with("; HttpOnly; SameSite=Strict; Secure")
    );
}

#[tokio::test]
async fn ages_and_answers_that_are_none_are_refused() {
    let api = Api::new();
    for query in ["max-age=0", "max-age=soon", "max-age=-1", "persist=maybe"] {
        let answer = send(&api, "GET", &format!("/v1/auth?{query}"), &[ADMIN]).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn a_write_with_a_cookie_must_come_from_the_console() {
    let api = Api::new();
    let cookie = send(&api, "GET", "/v1/auth?persist=yes", &[ADMIN]).await;
    let cookie = cookie
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let check = async |headers: &[(&str, &str)], expected: StatusCode| {
        let mut all = vec![("cookie", cookie.as_str())];
        all.extend(headers);
        let answer = send(&api, "DELETE", "/v1/sessions/1", &all).await;
        assert_eq!(answer.status, expected, "{headers:?}");
    };
    check(&[("sec-fetch-site", "same-origin")], StatusCode::NO_CONTENT).await;
    check(
        &[("origin", "http://127.0.0.1:8989")],
        StatusCode::NO_CONTENT,
    )
    .await;
    check(&[], StatusCode::FORBIDDEN).await;
    check(
        &[("origin", "http://127.0.0.1:9999")],
        StatusCode::FORBIDDEN,
    )
    .await;
    check(&[("origin", "null")], StatusCode::FORBIDDEN).await;
    for site in ["cross-site", "same-site", "none"] {
        check(&[("sec-fetch-site", site)], StatusCode::FORBIDDEN).await;
    }
    assert_eq!(api.source.with(|state| state.kills.len()), 2);
}

#[tokio::test]
async fn logging_out_takes_the_cookie_away() {
    let api = Api::new();
    let ended = [
        ("cookie", "token_sig=of.another.process"),
        ("sec-fetch-site", "same-origin"),
    ];
    let answer = send(&api, "DELETE", "/v1/auth", &ended).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    let cookie = answer.header("set-cookie");
    assert_eq!(
        cookie,
        "token_sig=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"
    );
    let foreign = send(
        &api,
        "DELETE",
        "/v1/auth",
        &[("sec-fetch-site", "cross-site")],
    )
    .await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn tokens_need_tls_when_the_gateway_says_so() {
    let mut api = Api::with(ApiOptions {
        secure_gui: true,
        ..ApiOptions::default()
    });
    let refused = send(&api, "GET", "/v1/auth", &[ADMIN]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.detail().contains("admin_secure_gui=false"));
    api.tls = true;
    assert_eq!(
        send(&api, "GET", "/v1/auth", &[ADMIN]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_browser_that_knows_a_password_does_not_write_for_other_pages() {
    let api = Api::new();
    let check = async |header: (&str, &str), expected: StatusCode| {
        let answer = send(&api, "DELETE", "/v1/sessions/1", &[ADMIN, header]).await;
        assert_eq!(answer.status, expected, "{header:?}");
    };
    check(("sec-fetch-site", "cross-site"), StatusCode::FORBIDDEN).await;
    check(
        ("origin", "https://elsewhere.example"),
        StatusCode::FORBIDDEN,
    )
    .await;
    check(("sec-fetch-site", "same-origin"), StatusCode::NO_CONTENT).await;
    check(("accept", "*/*"), StatusCode::NO_CONTENT).await;
    let read = [ADMIN, ("sec-fetch-site", "cross-site")];
    assert_eq!(
        send(&api, "GET", "/v1/sessions/1", &read).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn the_well_known_password_opens_nothing_under_a_foreign_name() {
    let api = Api::with_well_known_password();
    let check = async |host: &str, expected: StatusCode| {
        let answer = send(&api, "GET", "/v1/sessions", &[ADMIN, ("host", host)]).await;
        assert_eq!(answer.status, expected, "{host}");
    };
    for own in [
        "127.0.0.1:8989",
        "[::1]:8989",
        "localhost:8989",
        "LOCALHOST",
        "127.0.0.1",
    ] {
        check(own, StatusCode::OK).await;
    }
    for foreign in [
        "page.example:8989",
        "127.0.0.1.page.example",
        "localhost.page.example",
        "a b",
    ] {
        check(foreign, StatusCode::FORBIDDEN).await;
    }
    let own_password = Api::new();
    let named = [ADMIN, ("host", "gateway.example:8989")];
    assert_eq!(
        send(&own_password, "GET", "/v1/sessions", &named)
            .await
            .status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn without_admin_auth_tokens_are_given_as_ever_and_anybody_has_no_name_of_an_account() {
    let api = Api::with(ApiOptions {
        authenticates: false,
        ..ApiOptions::default()
    });
    for headers in [&[][..], &[EVE], &[("authorization", "Bearer a.b.c")]] {
        let answer = send(&api, "GET", "/v1/auth", headers).await;
        assert_eq!(answer.status, StatusCode::OK, "{headers:?}");
        let token = answer.json()["meta"]["token"].as_str().unwrap().to_owned();
        let bearer = format!("Bearer {token}");
        let read = send(&api, "GET", "/v1/servers", &[("authorization", &bearer)]).await;
        assert_eq!(read.status, StatusCode::OK);
    }
    let cookie = send(&api, "GET", "/v1/auth?persist=yes", &[EVE]).await;
    assert_eq!(cookie.status, StatusCode::NO_CONTENT);
    assert!(cookie.header("set-cookie").starts_with("token_sig="));
    let user = r#"{"data": {"id": ":anybody", "type": "inet",
        "attributes": {"account": "admin", "password": "p"}}}"#;
    let refused = api.write("POST", "/v1/users/inet", user, 400).await;
    assert!(
        refused.detail().contains("no colon"),
        "{}",
        refused.detail()
    );
    let real = user.replace(":anybody", "anybody");
    api.write("POST", "/v1/users/inet", &real, 204).await;
    let audit = api.get("/v1/audit").await.json();
    let told = &audit["data"][0]["attributes"];
    assert_eq!(told["user"], ":anybody");
    assert_eq!(told["name"], "anybody");
}
