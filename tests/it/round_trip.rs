//! Objects of every kind with every parameter other than by default: what is made at run time is
//! exported, and is the same when the gateway starts anew from that file alone.

mod values;

use serde_json::{Map, Value, json};
use sluicegate_tests::api::Api;
use sluicegate_tests::gateway::{Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, within};

use values::Values;

/// Collections of configured objects.
const COLLECTIONS: [&str; 5] = ["servers", "monitors", "filters", "services", "listeners"];

/// The parameters that an object of a module has, as the module tells of them.
async fn table(api: &Api, module: &str) -> Vec<Value> {
    let document = api
        .document(&format!("/v1/maxscale/modules/{module}"))
        .await;
    let parameters = document["data"]["attributes"]["parameters"].clone();
    let mut parameters = parameters.as_array().cloned().unwrap_or_default();
    parameters.retain(|one| one["deprecated"] != true);
    parameters
}

/// The names of the modules of a type.
async fn modules(api: &Api, wanted: &str) -> Vec<String> {
    let document = api.document("/v1/maxscale/modules").await;
    let all = document["data"].as_array().cloned().unwrap_or_default();
    let of_type = all
        .iter()
        .filter(|one| one["attributes"]["module_type"] == wanted);
    of_type
        .map(|one| one["id"].as_str().expect("an id").to_owned())
        .collect()
}

/// One object that is made.
struct Made {
    collection: &'static str,
    name: String,
    module: String,
    attributes: Value,
    relationships: Value,
}

impl Made {
    fn new(collection: &'static str, name: &str, module: &str) -> Self {
        Self {
            collection,
            name: name.to_owned(),
            module: module.to_owned(),
            attributes: json!({}),
            relationships: json!({}),
        }
    }

    fn with(mut self, member: &str, value: Value) -> Self {
        self.attributes[member] = value;
        self
    }

    fn related(mut self, kind: &str, names: &[&str]) -> Self {
        let items = names.iter().map(|name| json!({"id": name, "type": kind}));
        self.relationships[kind] = json!({"data": items.collect::<Vec<_>>()});
        self
    }

    /// Makes it with another value than the default for every parameter that there is one for, and
    /// sees that all of them are told.
    async fn make(self, api: &Api, values: &Values, without: &[&str]) {
        let mut parameters = Map::new();
        for spec in table(api, &self.module).await {
            let name = spec["name"].as_str().expect("a name");
            if without.contains(&name) {
                continue;
            }
            if let Some(value) = values.other_than_default(&self.module, &spec) {
                put(&mut parameters, name, value.into());
            }
        }
        let mut attributes = self.attributes;
        attributes["parameters"] = parameters.clone().into();
        let body = json!({"data": {"id": self.name, "type": self.collection,
            "attributes": attributes, "relationships": self.relationships}});
        let made = api.post(&format!("/v1/{}", self.collection), &body).await;
        assert_eq!(
            made.status, 204,
            "{} {}: {}",
            self.collection, self.name, made.text
        );
        let path = format!("/v1/{}/{}", self.collection, self.name);
        let document = api.document(&path).await;
        let shown = &document["data"]["attributes"]["parameters"];
        for spec in table(api, &self.module).await {
            let name = spec["name"].as_str().expect("a name");
            // Some of old are taken and not told.
            if parameters.contains_key(name) && shown.get(name).is_some() {
                assert_ne!(shown[name], spec["default_value"], "{path} {name}: {shown}");
            }
        }
    }
}

/// `Module.name` is nested.
fn put(parameters: &mut Map<String, Value>, name: &str, value: Value) {
    match name.split_once('.') {
        None => {
            parameters.insert(name.to_owned(), value);
        }
        Some((module, name)) => {
            let nested = parameters.entry(module).or_insert_with(|| json!({}));
            nested[name] = value;
        }
    }
}

async fn make_all(api: &Api, values: &Values) {
    let server = |name: &str| Made::new("servers", name, "servers");
    server("Far").make(api, values, &["socket"]).await;
    server("Near").make(api, values, &["address", "port"]).await;
    Made::new("monitors", "Watch", "mariadbmon")
        .with("module", "mariadbmon".into())
        .related("servers", &["Far", "Near"])
        .make(api, values, &[])
        .await;
    let service = |name: &str, router: &str| {
        Made::new("services", name, router).with("router", router.into())
    };
    for router in modules(api, "Router").await {
        let split = service(&format!("All-{router}"), &router);
        split
            .related("servers", &["Far"])
            .make(api, values, &[])
            .await;
    }
    for module in modules(api, "Filter").await {
        let filter = Made::new("filters", &format!("Filter-{module}"), &module);
        filter
            .with("module", module.into())
            .make(api, values, &[])
            .await;
    }
    let filters = ["Filter-maxrows", "Filter-comment"];
    let watched = service("Watched", "readwritesplit");
    let watched = watched
        .related("monitors", &["Watch"])
        .related("filters", &filters);
    watched.make(api, values, &[]).await;
    let nested = service("Nested", "readconnroute").related("services", &["Watched"]);
    nested
        .related("servers", &["Near"])
        .make(api, values, &[])
        .await;
    let listener = |name: &str| {
        Made::new("listeners", name, "MariaDBProtocol").related("services", &["Watched"])
    };
    listener("Tcp").make(api, values, &["socket"]).await;
    listener("Unix")
        .make(api, values, &["address", "port"])
        .await;
}

/// The gateway's own parameters that can be changed while it runs.
async fn alter_gateway(api: &Api, values: &Values) {
    let specs = table(api, "maxscale").await;
    let mut parameters = Map::new();
    for spec in specs.iter().filter(|spec| spec["modifiable"] == true) {
        let value = values.other_than_default("maxscale", spec);
        let name = spec["name"].as_str().expect("a name").to_owned();
        parameters.extend(value.map(|value| (name, value.into())));
    }
    let body = json!({"data": {"attributes": {"parameters": parameters}}});
    let altered = api.patch("/v1/maxscale", &body).await;
    assert_eq!(altered.status, 204, "{}", altered.text);
    let document = api.document("/v1/maxscale").await;
    let shown = &document["data"]["attributes"]["parameters"];
    for spec in specs {
        let name = spec["name"].as_str().expect("a name");
        if parameters.contains_key(name) {
            assert_ne!(shown[name], spec["default_value"], "{name}");
        }
    }
}

/// What is configured: parameters, modules and relationships by object.
async fn configured(api: &Api) -> Map<String, Value> {
    let mut told = Map::new();
    for collection in COLLECTIONS {
        let document = api.document(&format!("/v1/{collection}")).await;
        for object in document["data"].as_array().expect("a list") {
            let attributes = &object["attributes"];
            let mut relationships = object["relationships"].clone();
            for (_, relationship) in relationships.as_object_mut().into_iter().flatten() {
                *relationship = relationship["data"].clone();
            }
            let id = object["id"].as_str().expect("an id");
            let what = json!({
                "parameters": attributes["parameters"],
                "module": attributes["module"],
                "router": attributes["router"],
                "relationships": relationships,
            });
            told.insert(format!("{collection}/{id}"), what);
        }
    }
    let document = api.document("/v1/maxscale").await;
    let parameters = document["data"]["attributes"]["parameters"].clone();
    told.insert("maxscale".to_owned(), parameters);
    told
}

/// Sends every object its own document, which changes nothing.
async fn send_back(api: &Api, paths: impl Iterator<Item = &String>) {
    for path in paths {
        let path = format!("/v1/{path}");
        let before = api.document(&path).await;
        let version = &before["data"]["meta"]["version"];
        let answer = api.patch(&path, &json!({"data": before["data"]})).await;
        assert_eq!(answer.status, 204, "{path}: {}", answer.text);
        let after = api.document(&path).await;
        assert_eq!(after["data"]["meta"]["version"], *version, "{path}");
    }
}

/// How many changes there have been.
async fn changes(api: &Api) -> Value {
    let page = api.document("/v1/audit?page[size]=1").await;
    page["meta"]["total"].clone()
}

async fn export(setup: &Setup, arguments: &[&str]) -> std::process::Output {
    let mut command = tokio::process::Command::new(program());
    let file = setup.folder().join("sluicegate.cnf");
    command
        .arg("--config")
        .arg(file)
        .arg("export")
        .args(arguments);
    let ended = within(PATIENCE, "the export", command.kill_on_drop(true).output()).await;
    ended.expect("the program can be started")
}

#[tokio::test]
async fn every_kind_of_object_with_every_parameter_is_the_same_after_an_export() {
    let folder = scratch::folder("round-trip");
    let ports = (free_port(), free_port());
    let (first, second) = (folder.join("first"), folder.join("second"));
    let mut setup = Setup::in_folder(first.clone(), &[], ports);
    for section in ["Monitor", "Main", "Main-Listener"] {
        setup.cnf.remove(section);
    }
    setup.keep_routers();
    let mut gateway = setup.clone().start_unready();
    let api = gateway.answers().await;
    let values = Values::new(&folder);
    make_all(&api, &values).await;
    alter_gateway(&api, &values).await;
    let before = configured(&api).await;
    let noted = changes(&api).await;
    send_back(&api, before.keys()).await;
    assert_eq!(changes(&api).await, noted);
    let fresh = Setup::in_folder(second.clone(), &[], ports);
    let file = fresh.write();
    let exported = export(&setup, &["--to", file.to_str().expect("text")]).await;
    assert!(exported.status.success(), "{exported:?}");
    assert!(gateway.stop().await.success());

    // All but the store, which begins empty.
    let text = std::fs::read_to_string(&file).expect("the export");
    let data = |folder: &std::path::Path| format!("datadir={}/data", folder.display());
    let (old, new) = (data(&first), data(&second));
    assert!(text.contains(&old), "{text}");
    std::fs::write(&file, text.replace(&old, &new)).expect("a file");
    let mut gateway = fresh.start_as_written(ports);
    let api = gateway.answers().await;
    let after = configured(&api).await;
    // Folders that are beside the file when nothing else is said.
    let moved = Value::from(before.clone()).to_string();
    let moved = moved.replace(&first.display().to_string(), &second.display().to_string());
    let moved: Map<String, Value> = serde_json::from_str(&moved).expect("JSON");
    for (path, then) in &moved {
        let now = &after[path];
        for (name, value) in then.as_object().expect("an object") {
            assert_eq!(now[name], *value, "{path} {name}");
        }
    }
    assert_eq!(after.len(), before.len());
    send_back(&api, before.keys()).await;
    assert_eq!(changes(&api).await, 0);
    assert!(gateway.stop().await.success());
}

#[tokio::test]
async fn an_export_to_a_file_is_its_owner_s_and_can_be_one_without_passwords() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = scratch::folder("export-file");
    let setup = Setup::in_folder(folder.clone(), &[free_port()], (free_port(), free_port()));
    setup.write();
    let file = folder.join("exported.cnf");
    let to = ["--to", file.to_str().expect("text")];
    for (hidden, secret) in [(false, true), (true, false)] {
        // Over a file that everybody can read, too.
        std::fs::write(&file, "what was there").expect("a file");
        let hide = ["--hide-passwords"];
        let arguments = [&to[..], if hidden { &hide } else { &[] }].concat();
        let said = export(&setup, &arguments).await;
        assert!(said.status.success() && said.stdout.is_empty(), "{said:?}");
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let text = std::fs::read_to_string(&file).expect("text");
        let password = sluicegate_tests::mariadb::SERVICE_ACCOUNT.1;
        assert_eq!(
            text.contains(&format!("password={password}")),
            secret,
            "{text}"
        );
        assert_eq!(text.contains("password=*****"), hidden, "{text}");
    }
    let nowhere = export(&setup, &["--to", "/nowhere/exported.cnf"]).await;
    assert_eq!(nowhere.status.code(), Some(1));
    let told = String::from_utf8_lossy(&nowhere.stderr).into_owned();
    assert!(
        told.contains("/nowhere/exported.cnf: No such file"),
        "{told}"
    );
}
