//! `fields[TYPE]`: what is chosen is the same whether one resource is asked for or all of its kind.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fixture::{Api, items, parameters};

/// A kind of resource, one of it, and what stands still in it.
struct Kind {
    path: &'static str,
    name: &'static str,
    id: &'static str,
    attribute: &'static str,
    /// A pointer into an object among its attributes.
    nested: Option<&'static str>,
    relationship: Option<&'static str>,
}

const fn kind(path: &'static str, id: &'static str, attribute: &'static str) -> Kind {
    Kind {
        path,
        name: path,
        id,
        attribute,
        nested: None,
        relationship: None,
    }
}

impl Kind {
    const fn named(mut self, name: &'static str) -> Self {
        self.name = name;
        self
    }

    const fn with(mut self, nested: &'static str, relationship: Option<&'static str>) -> Self {
        self.nested = Some(nested);
        self.relationship = relationship;
        self
    }

    /// The data of one and of the same in the list.
    async fn told(&self, api: &Api, fields: &str) -> (Value, Value) {
        let query = format!("fields[{}]={fields}", self.name);
        let one = api
            .get(&format!("/v1/{}/{}?{query}", self.path, self.id))
            .await;
        let all = api.get(&format!("/v1/{}?{query}", self.path)).await;
        let all = all.json()["data"].as_array().unwrap().clone();
        let listed = all.into_iter().find(|one| one["id"] == self.id);
        (one.json()["data"].clone(), listed.unwrap())
    }
}

const KINDS: [Kind; 9] = [
    kind("sessions", "2", "user").with(
        "client/connection_attributes/program_name",
        Some("services"),
    ),
    kind("servers", "server1", "version_string").with("parameters/port", Some("services")),
    kind("services", "Even", "router").with("parameters/user", Some("servers")),
    kind("listeners", "Listener", "state").with("parameters/protocol", Some("services")),
    kind("monitors", "Monitor", "module").with("parameters/user", Some("servers")),
    kind("filters", "MaxRows", "module").with("parameters/max_resultset_rows", Some("services")),
    kind("maxscale/modules", "readconnroute", "module_type").named("modules"),
    kind("users/inet", "admin", "account").named("inet"),
    kind("audit", "1", "action").with("after/parameters", None),
];

fn names(object: &Value) -> BTreeSet<&str> {
    let members = object.as_object().into_iter().flatten();
    members.map(|(name, _)| name.as_str()).collect()
}

/// An API whose audit has a record, and whose sessions stand still.
async fn api() -> Api {
    let api = Api::new();
    let given = parameters(&json!({"log_info": true}));
    api.change("PATCH", "maxscale", &given, 204).await;
    api
}

#[tokio::test]
async fn one_and_a_list_of_them_are_narrowed_alike() {
    let api = api().await;
    for kind in &KINDS {
        let attribute = kind.attribute;
        let mut lists: Vec<(String, BTreeSet<&str>, BTreeSet<&str>)> = vec![
            (attribute.to_owned(), [attribute].into(), [].into()),
            (format!("/{attribute},"), [attribute].into(), [].into()),
            (
                format!("{attribute},{attribute}/x,nothing"),
                [attribute].into(),
                [].into(),
            ),
            ("nothing".to_owned(), [].into(), [].into()),
            ("nothing/at/all,/".to_owned(), [].into(), [].into()),
            (String::new(), [].into(), [].into()),
        ];
        if let Some(nested) = kind.nested {
            let first = nested.split('/').next().unwrap();
            lists.push((nested.to_owned(), [first].into(), [].into()));
            lists.push((format!("{first}/nothing"), [].into(), [].into()));
            let both = format!("{nested},{attribute}");
            lists.push((both, [first, attribute].into(), [].into()));
        }
        if let Some(related) = kind.relationship {
            lists.push((related.to_owned(), [].into(), [related].into()));
            let both = format!("{attribute},{related}");
            lists.push((both, [attribute].into(), [related].into()));
            lists.push((format!("{related}/data"), [].into(), [related].into()));
            lists.push((format!("{related}/links/self"), [].into(), [related].into()));
            // A pointer does not lead into an array.
            lists.push((format!("{related}/data/0/id"), [].into(), [].into()));
        }
        for (fields, attributes, relationships) in lists {
            let (one, listed) = kind.told(&api, &fields).await;
            let at = format!("{} {fields}", kind.path);
            assert_eq!(one, listed, "{at}");
            assert_eq!(names(&one["attributes"]), attributes, "{at}");
            assert_eq!(names(&one["relationships"]), relationships, "{at}");
            assert_eq!(
                one.get("attributes").is_some(),
                !attributes.is_empty(),
                "{at}"
            );
            assert_eq!(one["type"], kind.name);
        }
    }
}

#[tokio::test]
async fn a_pointer_chooses_a_part_of_a_relationship() {
    let api = api().await;
    api.change(
        "PATCH",
        "services/Even/relationships/filters",
        &items(&["QLA"]),
        204,
    )
    .await;
    let kind = &KINDS[2];
    let (_, listed) = kind.told(&api, "filters/data,parameters/user").await;
    assert_eq!(
        listed["relationships"],
        json!({"filters": {"data": [{"id": "QLA", "type": "filters"}]}})
    );
    assert_eq!(
        listed["attributes"],
        json!({"parameters": {"user": "reader"}})
    );
    let (one, listed) = kind.told(&api, "filters/links/self,servers").await;
    assert_eq!(names(&one["relationships"]), ["filters", "servers"].into());
    assert_eq!(names(&listed["relationships"]["filters"]), ["links"].into());
    assert_eq!(
        names(&listed["relationships"]["servers"]),
        ["data", "links"].into()
    );
    // What is of that name among the attributes and among the relationships is both.
    let (one, _) = kind.told(&api, "listeners").await;
    assert_eq!(names(&one["attributes"]), ["listeners"].into());
    assert_eq!(names(&one["relationships"]), ["listeners"].into());
}

#[tokio::test]
async fn a_write_wants_the_tag_of_what_was_read_by_the_same_query() {
    let api = api().await;
    let nothing = r#"{"data": {"attributes": {"parameters": {}}}}"#;
    for (path, fields) in [
        ("services/Even", "fields[services]=router,servers/data"),
        (
            "servers/server1",
            "fields[servers]=services/data,parameters/port",
        ),
        ("sessions/2", "fields[sessions]=user,filters/data"),
        ("users/inet/eve", "fields[inet]=account"),
        ("maxscale", "fields[maxscale]=parameters/threads"),
        ("maxscale/logs", "fields[logs]=parameters"),
    ] {
        let body = if path.starts_with("users") {
            r#"{"data": {"attributes": {}}}"#
        } else {
            nothing
        };
        for query in [fields.to_owned(), format!("{fields}&pretty=false")] {
            let path = format!("/v1/{path}?{query}");
            let read = api.get(&path).await;
            let tag = read.header("etag");
            let written = api.write_if(tag, &path, body).await;
            assert_eq!(written.status, 204, "{path}");
            // Another form of the same has another tag.
            let other = path.replace("fields", "pretty=0&pretty=1&fields[x]=&fields");
            let other = other.replace("false", "true");
            let tag = api.get(&path).await.header("etag").to_owned();
            let status = api.write_if(&tag, &other, body).await.status;
            let is_other = query.ends_with("false");
            assert_eq!(status, if is_other { 412 } else { 204 }, "{other}");
        }
    }
    let path = "/v1/services/Even/relationships/filters?pretty=false";
    let tag = api.get(path).await.header("etag").to_owned();
    let body = items(&["QLA"]).to_string();
    assert_eq!(api.write_if(&tag, path, &body).await.status, 204);
    assert_eq!(api.write_if(&tag, path, &body).await.status, 412);
}
