//! A connection that a test has opened by way of the API.

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::api::{Answer, Api};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use crate::fixture::World;

/// One connection, and who uses it.
pub struct Opened {
    pub api: Api,
    pub id: String,
    pub token: String,
}

/// What opens a connection to `target` as the user of a test.
pub fn body_of(world: &World, target: &str) -> Value {
    json!({
        "target": target,
        "user": world.user,
        "password": world.password,
        "db": world.database,
        "timeout": 15,
    })
}

/// PUT without a body.
pub async fn put(api: &Api, path: &str) -> Answer {
    api.send(Method::PUT, path, &[]).await
}

impl Opened {
    pub async fn open(api: Api, body: &Value) -> Self {
        let answer = api.post("/v1/sql", body).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Self::of(api, &answer.json())
    }

    pub fn of(api: Api, document: &Value) -> Self {
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        Self {
            api,
            id: text(&document["data"]["id"]),
            token: text(&document["meta"]["token"]),
        }
    }

    /// A path below the connection, with its token.
    pub fn path(&self, rest: &str) -> String {
        if rest.is_empty() {
            return format!("/v1/sql/{}", self.id);
        }
        format!("/v1/sql/{}{rest}?token={}", self.id, self.token)
    }

    pub async fn attributes(&self) -> Value {
        self.api.document(&self.path("")).await["data"]["attributes"].clone()
    }

    pub async fn run(&self, body: &Value) -> Answer {
        self.api.post(&self.path("/queries"), body).await
    }

    /// The one value of the one result.
    pub async fn value(&self, sql: &str) -> Value {
        let answer = self.run(&json!({"sql": sql})).await;
        assert_eq!(answer.status, 201, "{sql}: {}", answer.text);
        answer.json()["data"]["attributes"]["results"][0]["data"][0][0].clone()
    }

    /// Runs something without waiting for it; answers its id.
    pub async fn queue(&self, sql: &str) -> String {
        let path = self.path("/queries") + "&async=true";
        let answer = self.api.post(&path, &json!({"sql": sql})).await;
        assert_eq!(answer.status, 202, "{}", answer.text);
        let document = answer.json();
        document["data"]["id"].as_str().expect("an id").to_owned()
    }

    pub async fn get(&self, query: &str) -> Answer {
        self.api.get(&self.path(&format!("/queries/{query}"))).await
    }

    pub async fn delete(&self, query: &str) -> Answer {
        let path = self.path(&format!("/queries/{query}"));
        self.api.delete(&path).await
    }

    /// What was returned, when it is there.
    pub async fn results(&self, query: &str) -> Value {
        eventually(PATIENCE, "the results are there", async || {
            let answer = self.get(query).await;
            if answer.status == 202 {
                return None;
            }
            assert_eq!(answer.status, 201, "{}", answer.text);
            Some(answer.json()["data"]["attributes"]["results"].clone())
        })
        .await
    }

    /// Waits until a server runs it: a KILL would come too early.
    pub async fn runs(&self, db: &MariaDb, sql: &str) {
        let look =
            format!("SELECT COUNT(*) FROM information_schema.processlist WHERE info = '{sql}'");
        eventually(PATIENCE, "the statement runs", async || {
            (db.sql(&look).await.trim() == "1").then_some(())
        })
        .await;
    }

    pub async fn post(&self, rest: &str) -> Answer {
        self.api.post(&self.path(rest), &Value::Null).await
    }

    pub async fn close(&self) -> Answer {
        let path = format!("/v1/sql/{}?token={}", self.id, self.token);
        self.api.delete(&path).await
    }
}
