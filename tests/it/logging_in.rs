//! What is changed while a client is in the middle of its log-in counts for its session.

use serde_json::{Value, json};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::raw::{RawClient, Reply};

use crate::fixture::{World, world};

/// A service with filters, and a client that has read the greeting.
struct Scene {
    world: World,
    gateway: Gateway,
    client: RawClient,
}

async fn scene(filters: &str) -> Scene {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    let main = setup.cnf.section("Main").set("router_options", "running");
    if !filters.is_empty() {
        main.set("filters", filters);
    }
    for name in ["F", "G"] {
        let filter = setup.cnf.section(name).set("type", "filter");
        filter.set("module", "nullfilter");
    }
    let rewrites = setup.cnf.section("Rewrite").set("type", "filter");
    let rewrites = rewrites.set("module", "regexfilter");
    rewrites.set("match", "before").set("replace", "after");
    let gateway = setup.start().await;
    let client = RawClient::connect(gateway.port()).await;
    Scene {
        world,
        gateway,
        client: client.expect("a greeting"),
    }
}

impl Scene {
    async fn answer(&mut self) -> Reply {
        let answer = self.client.login(&self.world.login()).await;
        answer.expect("an answer")
    }

    async fn logs_in(&mut self) {
        let answer = self.answer().await;
        assert!(matches!(answer, Reply::Ok { .. }), "{answer:?}");
    }

    async fn delete(&self, filter: &str) {
        let path = format!("/v1/filters/{filter}");
        let answer = self
            .gateway
            .api()
            .delete(&format!("{path}?force=yes"))
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        assert_eq!(self.gateway.api().get(&path).await.status, 404);
    }

    async fn active(&self) -> Value {
        let path = format!("/v1/sessions/{}", self.client.connection_id);
        let document = self.gateway.api().document(&path).await;
        document["data"]["attributes"]["filters"]["active"].clone()
    }
}

#[tokio::test]
async fn a_filter_that_is_deleted_meanwhile_is_in_no_session() {
    let mut scene = scene("F|G").await;
    scene.delete("F").await;
    scene.logs_in().await;
    assert_eq!(scene.active().await, json!(["G"]));
    scene.delete("G").await;
    assert_eq!(scene.active().await, json!([]));
    let value = scene.client.value("SELECT 'on'").await;
    assert_eq!(value.expect("a value"), "on");
}

#[tokio::test]
async fn a_filter_that_all_sessions_get_is_in_the_one_that_is_beginning() {
    let mut scene = scene("F").await;
    let path = "/v1/services/Main/relationships/filters?sessions=all";
    let body = json!({"data": [{"id": "Rewrite", "type": "filters"}]});
    let answer = scene.gateway.api().patch(path, &body).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    scene.logs_in().await;
    let value = scene.client.value("SELECT 'before'").await;
    assert_eq!(value.expect("a value"), "after");
}

#[tokio::test]
async fn who_is_logging_in_when_a_service_is_stopped_by_force_gets_no_session() {
    for stopped in ["services/Main", "listeners/Main-Listener"] {
        let mut scene = scene("").await;
        let api = scene.gateway.api();
        let path = format!("/v1/{stopped}/stop?force=yes");
        let stop = api.attempt("PUT", &path, &Value::Null).await;
        assert_eq!(stop.expect("an answer").status, 204, "{stopped}");
        let refused = scene.answer().await;
        assert!(
            matches!(refused, Reply::Err { code: 1927, .. }),
            "{refused:?}"
        );
        let sessions = api.document("/v1/sessions").await;
        assert_eq!(sessions["data"], json!([]));
    }
}

#[tokio::test]
async fn who_is_logging_in_when_a_service_is_stopped_gets_a_session() {
    let mut scene = scene("").await;
    let stop = "/v1/services/Main/stop";
    let stop = scene.gateway.api().attempt("PUT", stop, &Value::Null).await;
    assert_eq!(stop.expect("an answer").status, 204);
    scene.logs_in().await;
}
