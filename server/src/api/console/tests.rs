use axum::body::to_bytes;

use super::*;

const FILES: &[Asset] = &[
    Asset {
        path: "index.html",
        digest: "aaaa",
        plain: b"<html><script type=\"module\">go()</script></html>",
        brotli: Some(b"packed page"),
    },
    Asset {
        path: "console-0123456789abcdef_bg.wasm",
        digest: "bbbb",
        plain: b"program",
        brotli: None,
    },
    Asset {
        path: "icons/favicon.svg",
        digest: "cccc",
        plain: b"<svg/>",
        brotli: None,
    },
];

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

async fn get(path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    answer(&Console::new(FILES), path, headers).await
}

async fn answer(console: &Console, path: &str, headers: &[(HeaderName, &str)]) -> Answer {
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.parse().unwrap()))
        .collect();
    let (head, body) = console.answer(path, &headers).into_parts();
    let body = to_bytes(body, 4096).await.unwrap();
    let body = String::from_utf8(body.to_vec()).unwrap();
    Answer {
        status: head.status,
        headers: head.headers,
        body,
    }
}

#[tokio::test]
async fn every_deep_link_answers_the_page() {
    for path in ["", "sessions", "sessions/42", "servers/db.example.com"] {
        let answer = get(path, &[(ACCEPT, "text/html,*/*")]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.body.starts_with("<html>"), "{path}");
        assert_eq!(answer.headers[CONTENT_TYPE], "text/html; charset=utf-8");
        assert_eq!(answer.headers[CACHE_CONTROL], "no-cache");
    }
    assert_eq!(get("sessions/42", &[]).await.status, StatusCode::OK);
    assert_eq!(
        get("old-0123456789abcdef.js", &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn files_with_a_hash_in_the_name_are_kept_for_ever() {
    let program = get("console-0123456789abcdef_bg.wasm", &[]).await;
    assert_eq!(program.headers[CONTENT_TYPE], "application/wasm");
    assert_eq!(
        program.headers[CACHE_CONTROL],
        "public, max-age=31536000, immutable"
    );
    let icon = get("icons/favicon.svg", &[]).await;
    assert_eq!(
        (icon.body.as_str(), &icon.headers[CACHE_CONTROL]),
        ("<svg/>", &"no-cache".parse().unwrap())
    );
}

#[tokio::test]
async fn brotli_is_sent_to_who_takes_it() {
    let check = async |accepted: &str, packed: bool| {
        let answer = get("", &[(ACCEPT_ENCODING, accepted)]).await;
        assert_eq!(answer.body == "packed page", packed, "{accepted}");
        assert_eq!(
            answer.headers.contains_key(CONTENT_ENCODING),
            packed,
            "{accepted}"
        );
        assert_eq!(answer.headers[VARY], "accept-encoding");
    };
    check("gzip, deflate, br, zstd", true).await;
    check("br;q=0.5", true).await;
    check("gzip", false).await;
    check("br;q=0", false).await;
}

#[tokio::test]
async fn a_page_that_the_browser_has_is_not_sent_again() {
    let packed = get("", &[(ACCEPT_ENCODING, "br")]).await;
    let tag = packed.headers[ETAG].to_str().unwrap().to_owned();
    let again = get("", &[(ACCEPT_ENCODING, "br"), (IF_NONE_MATCH, &tag)]).await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    let plain = get("", &[(IF_NONE_MATCH, &tag)]).await;
    assert_eq!(plain.status, StatusCode::OK);
}

#[tokio::test]
async fn the_page_may_run_its_own_scripts_only() {
    let page = get("", &[]).await;
    let policy = page.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(
        policy.contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-"),
        "{policy}"
    );
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    assert_eq!(page.headers["cross-origin-opener-policy"], "same-origin");
}

#[tokio::test]
async fn a_program_without_console_says_how_to_build_it() {
    let answer = answer(&Console::new(&[]), "", &[]).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("trunk build"), "{}", answer.body);
}
