//! The requests that the peer's command line client makes, verb by verb, as its manual and that of its
//! API tell them.

mod acts;
mod alters;
mod lists;
mod makes;
mod sync;

use serde_json::{Value, json};
use sluicegate_tests::api::{Answer, Api};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::raw::Login;

const LOGIN: Login<'static> = Login::new("u", "u").database("d");

struct Walk {
    server: MariaDb,
    gateway: Gateway,
    api: Api,
}

impl Walk {
    async fn begin(change: impl FnOnce(&mut Setup)) -> Self {
        let server = MariaDb::start("walk").await;
        server
            .sql(
                "CREATE DATABASE d; CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON d.* TO u@'%'",
            )
            .await;
        let mut setup = Setup::new(&[&server]);
        change(&mut setup);
        let gateway = setup.start().await;
        let api = gateway.api();
        Self {
            server,
            gateway,
            api,
        }
    }

    async fn ask(&self, method: &str, path: &str, body: &Value) -> Answer {
        let answer = self.api.attempt(method, &format!("/v1/{path}"), body).await;
        answer.unwrap_or_else(|error| panic!("{method} {path}: {error}"))
    }

    /// A write that is made.
    async fn done(&self, method: &str, path: &str, body: Value) {
        let answer = self.ask(method, path, &body).await;
        let said = format!("{method} {path} {body}: {}", answer.text);
        assert_eq!(answer.status, 204, "{said}");
        assert_eq!(answer.text, "", "{said}");
    }

    /// A write that is refused.
    async fn refused(&self, method: &str, path: &str, body: Value, status: u16) {
        let answer = self.ask(method, path, &body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
        assert!(answer.json()["errors"][0]["detail"].is_string());
    }

    /// What is in `data`.
    async fn data(&self, path: &str) -> Value {
        let document = self.api.document(&format!("/v1/{path}")).await;
        assert!(document["links"]["self"].is_string(), "{path}");
        document["data"].clone()
    }

    async fn told(&self, path: &str, pointer: &str) -> Value {
        let data = self.data(path).await;
        let found = data.pointer(pointer).cloned();
        found.unwrap_or_else(|| panic!("{path} has no {pointer}: {data:#}"))
    }

    /// The names in a relationship; none when it is not told.
    async fn related(&self, object: &str, relationship: &str) -> Vec<String> {
        let data = self.data(object).await;
        let items = data["relationships"][relationship]["data"].as_array();
        let items = items.into_iter().flatten();
        items
            .map(|item| item["id"].as_str().expect("an id").to_owned())
            .collect()
    }
}

fn items(kind: &str, names: &[&str]) -> Value {
    let items = names.iter().map(|name| json!({"id": name, "type": kind}));
    json!({"data": items.collect::<Value>()})
}

/// The body of `alter`: values as they are typed.
fn altered(parameter: &str, value: impl Into<Value>) -> Value {
    json!({"data": {"attributes": {"parameters": {parameter: value.into()}}}})
}

fn related(kind: &str, names: &[&str]) -> Value {
    json!({"data": {"relationships": {kind: items(kind, names)}}})
}
