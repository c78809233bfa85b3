//! The gateway that is attacked, and what is configured of it.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, SERVICE_ACCOUNT};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};

use super::requests::{self, Good, Names};

/// What is read for a picture: path, and the members of attributes that move by configuration only.
const PARTS: &[(&str, &[&str])] = &[
    ("filters", &["module", "parameters"]),
    ("listeners", &["parameters", "state"]),
    ("monitors", &["module", "parameters", "state"]),
    ("servers", &["parameters"]),
    ("services", &["parameters", "router", "state"]),
    ("users/inet", &["account"]),
    ("maxscale", &["parameters"]),
    ("sessions", &["filters", "parameters"]),
];

/// See the module.
pub struct Stage {
    _server: MariaDb,
    gateway: Gateway,
    client: RawClient,
    names: Names,
    /// How often the gateway had to be made anew.
    renewed: u32,
}

/// What is configured, by path, and the newest record of the audit.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    documents: BTreeMap<String, Value>,
    record: u64,
}

impl Picture {
    /// Without what moves with every change.
    fn lasting(&self) -> BTreeMap<String, Value> {
        let mut documents = self.documents.clone();
        for document in documents.values_mut() {
            if let Some(members) = document.as_object_mut() {
                members.remove("version");
            }
            if let Some(filters) = document.pointer_mut("/filters") {
                let members = filters.as_object_mut().expect("an object");
                members.remove("generation");
            }
        }
        documents
    }

    /// What differs, as far as it lasts.
    fn differences(&self, other: &Self) -> Vec<String> {
        let (mine, others) = (self.lasting(), other.lasting());
        let names = mine.keys().chain(others.keys());
        let different = names.filter(|name| mine.get(*name) != others.get(*name));
        let told = different
            .map(|name| format!("{name}: {:?} and {:?}", mine.get(name), others.get(name)));
        told.collect()
    }
}

impl Stage {
    pub async fn start() -> Self {
        let server = MariaDb::start("api-mutations").await;
        let mut setup = Setup::new(&[&server]);
        let folder = scratch::folder("api-mutations");
        let cnf = &mut setup.cnf;
        // Files that a mutation names are made in a folder of the test.
        cnf.section("maxscale")
            .set("module_configdir", folder.display());
        cnf.section("server2")
            .set("type", "server")
            .set("address", "127.0.0.1")
            .set("port", free_port());
        cnf.service("Second", "readwritesplit")
            .set("servers", "server1,server2");
        for (name, module) in [("Null", "nullfilter"), ("Rows", "maxrows")] {
            let section = cnf.section(name).set("type", "filter");
            section.set("module", module);
        }
        let regex = cnf.section("Regex").set("type", "filter");
        regex
            .set("module", "regexfilter")
            .set("match", "a")
            .set("replace", "b");
        cnf.section("Main").set("filters", "Null");
        let gateway = setup.start().await;
        let (client, session) = client(&gateway).await;
        let names = Names {
            session,
            record: 0,
            port: free_port(),
            folder: folder.display().to_string(),
        };
        let mut stage = Self {
            _server: server,
            gateway,
            client,
            names,
            renewed: 0,
        };
        stage.furnish().await;
        stage
    }

    /// What no file can say.
    async fn furnish(&mut self) {
        let eve = json!({"data": {"id": "eve", "type": "inet",
            "attributes": {"account": "basic", "password": "look"}}});
        let made = self.api().post("/v1/users/inet", &eve).await;
        assert_eq!(made.status, 204, "{}", made.text);
        self.names.record = self.picture().await.record;
    }

    pub fn api(&self) -> Api {
        self.gateway.api()
    }

    /// The request of an operation.
    pub fn good(&self, operation: &str) -> Good {
        requests::of_operation(operation, &self.names)
    }

    pub async fn picture(&self) -> Picture {
        let api = self.api();
        let mut documents = BTreeMap::new();
        for (path, members) in PARTS {
            let document = api.document(&format!("/v1/{path}")).await;
            let data = document["data"].clone();
            let all = data.as_array().cloned().unwrap_or_else(|| vec![data]);
            for one in all {
                let id = one["id"].as_str().expect("an id");
                // Others are those of who looks whether the gateway is ready.
                if *path != "sessions" || id == self.names.session {
                    documents.insert(format!("{path}/{id}"), settled(&one, members));
                }
            }
        }
        let newest = "/v1/audit?sort=-id&page[size]=1";
        let newest = api.document(newest).await["data"][0]["id"].clone();
        let record = newest.as_str().unwrap_or("0").parse().expect("a number");
        Picture { documents, record }
    }

    /// A write was accepted: there is a record of what has changed, and undoing it brings everything
    /// back.
    pub async fn accepted(&mut self, before: &Picture, told: &str) {
        self.gateway.assert_running();
        let after = self.picture().await;
        if after.record == before.record {
            let differences = before.differences(&after);
            assert!(
                differences.is_empty(),
                "{differences:#?} without record: {told}"
            );
            return;
        }
        let path = format!("/v1/audit/{}/undo", after.record);
        let undone = self.api().post(&path, &Value::Null).await;
        let now = self.picture().await;
        let differences = before.differences(&now);
        if undone.status == 204 {
            assert!(
                differences.is_empty(),
                "undone, but {differences:#?}: {told}"
            );
        } else {
            assert!(undone.status < 500, "{} undoing {told}", undone.text);
            // A session that was killed may still be there.
            if !differences.is_empty() || told.starts_with("DELETE /sessions") {
                self.renew().await;
            }
        }
    }

    /// Makes everything as it was at first.
    async fn renew(&mut self) {
        self.renewed += 1;
        self.assert_no_panic();
        let end = self.gateway.stop().await;
        assert!(end.success(), "the gateway did not end cleanly: {end:?}");
        let data = self.gateway.folder().join("data");
        std::fs::remove_dir_all(&data).expect("the store can be removed");
        std::fs::create_dir(&data).expect("a folder");
        self.gateway.restart().await;
        (self.client, self.names.session) = client(&self.gateway).await;
        self.furnish().await;
    }

    fn assert_no_panic(&self) {
        let log = self.gateway.log_text();
        let panics = log.lines().filter(|line| line.contains("panicked"));
        let panics: Vec<&str> = panics.collect();
        assert!(panics.is_empty(), "{panics:#?}");
    }

    /// It has not crashed, and it serves clients; how often it had to be made anew.
    pub async fn assert_sound(mut self) -> u32 {
        self.gateway.assert_running();
        self.assert_no_panic();
        let one = self.client.value("SELECT 1").await;
        assert_eq!(one.expect("an answer"), "1");
        self.renewed
    }
}

/// What of a resource moves by configuration only.
fn settled(resource: &Value, members: &[&str]) -> Value {
    let mut settled = json!({
        "version": resource["meta"]["version"],
        "relationships": {},
    });
    for (name, relationship) in resource["relationships"].as_object().into_iter().flatten() {
        settled["relationships"][name] = relationship["data"].clone();
    }
    for member in members {
        settled[member] = resource["attributes"][member].clone();
    }
    let state = resource["attributes"]["state"].as_str().unwrap_or_default();
    if resource["type"] == "servers" {
        let by_hand = ["Maintenance", "Drain"].map(|word| state.contains(word));
        settled["by_hand"] = json!(by_hand);
    }
    settled
}

/// A client, and its session's id.
async fn client(gateway: &Gateway) -> (RawClient, String) {
    let login = Login::new(SERVICE_ACCOUNT.0, SERVICE_ACCOUNT.1);
    let client = RawClient::logged_in(gateway.port(), &login).await;
    let mut client = client.expect("a client is let in");
    let id = client.value("SELECT CONNECTION_ID()").await;
    let server_side = id.expect("an answer");
    let api = gateway.api();
    let session = eventually(PATIENCE, "the session is listed", async || {
        let all = api.document("/v1/sessions").await;
        let all = all["data"].as_array().cloned().unwrap_or_default();
        let connection =
            |one: &Value| one["attributes"]["connections"][0]["connection_id"].to_string();
        let own = all.into_iter().find(|one| connection(one) == server_side);
        own.and_then(|own| own["id"].as_str().map(str::to_owned))
    })
    .await;
    (client, session)
}
