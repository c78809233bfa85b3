//! `/users/inet`: accounts are made, changed and removed.

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::fixture::{Answer, Api, request};

fn bob(password: &str, account: &str) -> String {
    json!({"data": {"id": "bob", "type": "inet", "attributes": {
        "password": password, "account": account}}})
    .to_string()
}

fn attributes(attributes: &Value) -> String {
    json!({"data": {"id": "bob", "type": "inet", "attributes": attributes}}).to_string()
}

impl Api {
    /// Asks with somebody's name and password.
    async fn as_user(&self, user: &str, password: &str, method: &str, path: &str) -> Answer {
        let credentials = format!("Basic {}", STANDARD.encode(format!("{user}:{password}")));
        let headers = [("authorization", credentials.as_str())];
        self.send(request(method, path, &headers, Body::empty()))
            .await
    }

    async fn opens(&self, user: &str, password: &str) -> u16 {
        self.as_user(user, password, "GET", "/v1/users")
            .await
            .status
            .as_u16()
    }
}

#[tokio::test]
async fn an_account_is_made_used_changed_and_removed() {
    let api = Api::new();
    api.write("POST", "/v1/users/inet", &bob("open", "basic"), 204)
        .await;
    assert_eq!(api.opens("bob", "open").await, 200);
    assert_eq!(
        api.as_user("bob", "open", "DELETE", "/v1/sessions/1")
            .await
            .status,
        403
    );
    let user = api.get("/v1/users/inet/bob").await.json();
    let told = &user["data"]["attributes"];
    assert_eq!(
        (&told["account"], &told["last_update"]),
        (&json!("basic"), &Value::Null)
    );
    assert!(told["created"].as_str().unwrap().ends_with(" GMT"));
    assert!(told["last_login"].is_string());

    let change = attributes(&json!({"password": "sesame", "account": "admin"}));
    api.write("PATCH", "/v1/users/inet/bob", &change, 204).await;
    assert_eq!(api.opens("bob", "sesame").await, 200);
    assert_eq!(
        api.as_user("bob", "sesame", "DELETE", "/v1/sessions/1")
            .await
            .status,
        204
    );
    // Remembered or not, the old one is void at once.
    assert_eq!(api.opens("bob", "open").await, 401);
    let user = api.get("/v1/users/inet/bob").await.json();
    assert!(user["data"]["attributes"]["last_update"].is_string());

    api.write("DELETE", "/v1/users/inet/bob", "", 204).await;
    assert_eq!(api.opens("bob", "sesame").await, 401);
    assert_eq!(api.get("/v1/users/inet").await.ids(), ["admin", "eve"]);
}

#[tokio::test]
async fn a_token_ends_with_the_password_that_it_was_given_for() {
    let api = Api::new();
    api.write("POST", "/v1/users/inet", &bob("open", "basic"), 204)
        .await;
    let answer = api.as_user("bob", "open", "GET", "/v1/auth").await.json();
    let token = format!("Bearer {}", answer["meta"]["token"].as_str().unwrap());
    let bearer = [("authorization", token.as_str())];
    let ask = || api.send(request("GET", "/v1/users", &bearer, Body::empty()));
    assert_eq!(ask().await.status, 200);
    api.write(
        "PATCH",
        "/v1/users/inet/bob",
        &attributes(&json!({"account": "admin"})),
        204,
    )
    .await;
    assert_eq!(ask().await.status, 200, "another role is no other password");
    api.write(
        "PATCH",
        "/v1/users/inet/bob",
        &attributes(&json!({"password": "x"})),
        204,
    )
    .await;
    assert_eq!(ask().await.status, 401);
}

#[tokio::test]
async fn the_last_user_who_may_write_stays() {
    let api = Api::new();
    let last = api.write("DELETE", "/v1/users/inet/admin", "", 400).await;
    assert!(
        last.detail()
            .contains("'admin' is the last user who may write")
    );
    let basic = json!({"data": {"attributes": {"account": "basic"}}}).to_string();
    let last = api
        .write("PATCH", "/v1/users/inet/admin", &basic, 400)
        .await;
    assert_eq!(last.pointer(), "/data/attributes/account");
    api.write("POST", "/v1/users/inet", &bob("open", "admin"), 204)
        .await;
    api.write("DELETE", "/v1/users/inet/admin", "", 204).await;
    assert_eq!(
        api.as_user("bob", "open", "DELETE", "/v1/users/inet/bob")
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused_with_its_place() {
    let api = Api::new();
    let post = |body: Value| {
        let api = &api;
        async move {
            let answer = api
                .write("POST", "/v1/users/inet", &body.to_string(), 400)
                .await;
            let pointer = answer.pointer();
            pointer.as_str().unwrap_or_default().to_owned()
        }
    };
    let user = |id: Value, attributes: Value| json!({"data": {"id": id, "attributes": attributes}});
    let good = json!({"password": "p", "account": "basic"});
    assert_eq!(post(user(json!("eve"), good.clone())).await, "/data/id");
    for name in ["", "a:b", "a\nb", &"x".repeat(129)] {
        assert_eq!(
            post(user(json!(name), good.clone())).await,
            "/data/id",
            "{name}"
        );
    }
    assert_eq!(post(user(json!(7), good)).await, "/data/id");
    let body = user(json!("bob"), json!({"password": "", "account": "basic"}));
    assert_eq!(post(body).await, "/data/attributes/password");
    let body = user(json!("bob"), json!({"password": "p", "account": "root"}));
    assert_eq!(post(body).await, "/data/attributes/account");
    let body = user(json!("bob"), json!({"account": "basic"}));
    assert_eq!(post(body).await, "/data/attributes");
    let body = user(
        json!("bob"),
        json!({"password": "p", "account": "basic", "x": 1}),
    );
    assert_eq!(post(body).await, "/data/attributes/x");
    let body = json!({"data": {"attributes": {"created": "yesterday"}}}).to_string();
    api.write("PATCH", "/v1/users/inet/eve", &body, 400).await;
    api.write("PATCH", "/v1/users/inet/nobody", &body, 404)
        .await;
    assert_eq!(api.get("/v1/audit").await.ids(), [""; 0]);
}

#[tokio::test]
async fn a_document_goes_back_as_it_was_read_and_versions_are_checked() {
    let api = Api::new();
    let read = api.get("/v1/users/inet/eve").await;
    let document = read.json().to_string();
    let version = read.json()["data"]["meta"]["version"]
        .as_str()
        .unwrap()
        .to_owned();
    api.write("PATCH", "/v1/users/inet/eve", &document, 204)
        .await;
    let promote = json!({"data": {"attributes": {"account": "admin"}}}).to_string();
    let tag = format!("\"{version}\"");
    assert_eq!(
        api.write_if(&tag, "/v1/users/inet/eve", &promote)
            .await
            .status,
        204
    );
    assert_eq!(
        api.write_if(&tag, "/v1/users/inet/eve", &promote)
            .await
            .status,
        412
    );
}

#[tokio::test]
async fn passwords_are_nowhere_in_the_audit_and_come_back_when_undone() {
    let api = Api::new();
    api.write("POST", "/v1/users/inet", &bob("open", "basic"), 204)
        .await;
    api.write(
        "PATCH",
        "/v1/users/inet/bob",
        &attributes(&json!({"password": "sesame"})),
        204,
    )
    .await;
    api.write("DELETE", "/v1/users/inet/bob", "", 204).await;
    let audit = String::from_utf8(api.get("/v1/audit").await.body).unwrap();
    for secret in ["open", "sesame", "argon2"] {
        assert!(!audit.contains(secret), "{secret}");
    }
    api.write("POST", "/v1/audit/3/undo", "", 204).await;
    assert_eq!(api.opens("bob", "sesame").await, 200);
    api.write("POST", "/v1/audit/2/undo", "", 204).await;
    assert_eq!(api.opens("bob", "open").await, 200);
    api.write("POST", "/v1/audit/1/undo", "", 204).await;
    assert_eq!(api.opens("bob", "open").await, 401);
}

#[tokio::test]
async fn unix_users_are_an_empty_list() {
    let api = Api::new();
    let list = api.get("/v1/users/unix").await;
    assert_eq!(list.ids(), [""; 0]);
    assert_eq!(
        list.json()["links"]["self"],
        "http://127.0.0.1:8989/v1/users/unix/"
    );
    assert_eq!(api.get("/v1/users/unix/root").await.status, 404);
}

#[tokio::test]
async fn an_account_may_have_any_name_and_its_links_lead_to_it() {
    let api = Api::new();
    for name in ["a b", "a/b", "jörg?x=1#y", "%41", "..."] {
        let body = bob("secret", "basic").replace("bob", name);
        api.write("POST", "/v1/users/inet", &body, 204).await;
        let list = api.get("/v1/users/inet").await.json();
        let list = list["data"].as_array().unwrap().clone();
        let listed = list.into_iter().find(|one| one["id"] == name).unwrap();
        let link = listed["links"]["self"].as_str().unwrap();
        let path = link.strip_prefix("http://127.0.0.1:8989").unwrap();
        let one = api.get(path).await;
        assert_eq!(one.status, 200, "{path}");
        assert_eq!(one.json()["data"]["id"], name);
        assert_eq!(one.json()["links"]["self"], link);
        api.write("DELETE", path, "", 204).await;
    }
}
