//! The forms of bodies: what objects can be made of, and what of them can be changed. A document that
//! was read may be sent back as it is; what can't be changed is not described here.

#![expect(
    clippy::needless_pass_by_value,
    reason = "parts of a document are made to be put into it; `json!` borrows them all the same"
)]

use serde_json::{Map, Value, json};

use super::parameters::{self, Table};
use super::schemas::reference;
use crate::api::objects::write::Writable;
use crate::api::objects::{
    FilterResource, ListenerResource, MonitorResource, ServerResource, ServiceResource,
};

/// The name of the schema of a body that makes one of a kind.
pub(super) fn new(kind: &str) -> String {
    format!("{kind}.new")
}

/// The name of the schema of a body that changes one of a kind.
pub(super) fn change(kind: &str) -> String {
    format!("{kind}.change")
}

/// All of them.
pub(super) fn all() -> Map<String, Value> {
    let tables = parameters::tables();
    let mut all = Map::new();
    configured::<ServerResource>(&tables, &mut all);
    configured::<ServiceResource>(&tables, &mut all);
    configured::<ListenerResource>(&tables, &mut all);
    configured::<MonitorResource>(&tables, &mut all);
    configured::<FilterResource>(&tables, &mut all);
    let gateway = attributes("maxscale", None, &tables, false);
    all.insert(change("maxscale"), changed("maxscale", gateway, None));
    all.insert(
        new("inet"),
        made("inet", account(&["account", "password"]), None),
    );
    all.insert(change("inet"), changed("inet", account(&[]), None));
    all.insert(change("sessions"), session());
    all.insert(new("sql"), connection());
    all.insert(new("queries"), statements());
    let references = json!({"type": "array", "items": given_reference(None)});
    all.insert(
        "References".to_owned(),
        object(json!({"data": references}), &["data"]),
    );
    all
}

/// The bodies of a kind that is written as all are.
fn configured<R: Writable>(tables: &[Table], all: &mut Map<String, Value>) {
    let relationships = R::LINKS.iter().map(|name| {
        let data = json!({"type": "array", "items": given_reference(Some(name))});
        ((*name).to_owned(), object(json!({"data": data}), &["data"]))
    });
    let relationships: Map<String, Value> = relationships.collect();
    // Those of a filter are given by other kinds.
    let relationships = (!R::LINKS.is_empty()).then(|| object(relationships.into(), &[]));
    let attributes = |making| attributes(R::KIND, R::MODULE, tables, making);
    let mut making = relationships.clone();
    // A listener is one of a service.
    if R::KIND == "listeners"
        && let Some(making) = making.as_mut().and_then(Value::as_object_mut)
    {
        making.insert("required".to_owned(), json!(["services"]));
    }
    all.insert(new(R::KIND), made(R::KIND, attributes(true), making));
    all.insert(
        change(R::KIND),
        changed(R::KIND, attributes(false), relationships),
    );
}

/// The attributes of a body: the module when it makes something, and its parameters.
fn attributes(kind: &str, module: Option<&str>, tables: &[Table], making: bool) -> Value {
    let own = tables.iter().filter(|table| table.kind == kind);
    let forms: Vec<Value> = own
        .map(|table| {
            let mut members = Map::new();
            let mut required = Vec::new();
            let mut given = reference(&table.name_given());
            if making {
                let mandatory = table.mandatory();
                if !mandatory.is_empty() {
                    required.push("parameters");
                    given = json!({"allOf": [given, {"required": mandatory}]});
                }
                if let Some((member, name)) = module.zip(table.module) {
                    required.push(member);
                    members.insert(member.to_owned(), json!({"const": name}));
                }
            }
            members.insert("parameters".to_owned(), given);
            object(members.into(), &required)
        })
        .collect();
    match <[Value; 1]>::try_from(forms) {
        Ok([only]) => only,
        Err(forms) => json!({"anyOf": forms}),
    }
}

fn made(kind: &str, attributes: Value, relationships: Option<Value>) -> Value {
    let mut required = vec!["id", "attributes"];
    if kind == "servers" {
        required.pop();
    }
    let mut members = json!({
        "id": {"type": "string", "minLength": 1},
        "type": {"const": kind},
        "attributes": attributes,
    });
    if let (Some(members), Some(relationships)) = (members.as_object_mut(), relationships) {
        if relationships
            .get("required")
            .is_some_and(|list| *list != json!([]))
        {
            required.push("relationships");
        }
        members.insert("relationships".to_owned(), relationships);
    }
    object(json!({"data": object(members, &required)}), &["data"])
}

fn changed(kind: &str, attributes: Value, relationships: Option<Value>) -> Value {
    let mut members = json!({"type": {"const": kind}, "attributes": attributes});
    if let (Some(members), Some(relationships)) = (members.as_object_mut(), relationships) {
        members.insert("relationships".to_owned(), relationships);
    }
    object(json!({"data": object(members, &[])}), &["data"])
}

fn account(required: &[&str]) -> Value {
    let members = json!({
        "account": {"enum": ["admin", "basic"]},
        "password": {"type": "string", "minLength": 1},
    });
    object(members, required)
}

fn session() -> Value {
    let switches = [
        "log_debug",
        "log_error",
        "log_info",
        "log_notice",
        "log_warning",
    ];
    let switches: Map<String, Value> = switches
        .iter()
        .map(|name| ((*name).to_owned(), json!({"type": "boolean"})))
        .collect();
    let filters = json!({"type": "array", "items": given_reference(Some("filters"))});
    let chain = object(
        json!({"filters": object(json!({"data": filters}), &["data"])}),
        &[],
    );
    let attributes = json!({
        "apply": {"enum": ["idle", "transaction_end"]},
        "parameters": object(switches.into(), &[]),
        "relationships": chain,
    });
    changed("sessions", object(attributes, &[]), Some(chain))
}

/// What a connection to run statements is opened with.
fn connection() -> Value {
    let members = json!({
        "connection_string": {"type": "string"},
        "db": {"type": ["string", "null"]},
        "password": {"type": "string"},
        "target": {"type": "string"},
        "timeout": {"type": ["integer", "null"], "minimum": 1, "maximum": 300},
        "user": {"type": "string"},
    });
    object(members, &["target", "user", "password"])
}

/// Statements that are to be run.
fn statements() -> Value {
    let members = json!({
        "max_rows": {"type": ["integer", "null"], "minimum": 0},
        "sql": {"type": "string", "minLength": 1},
    });
    object(members, &["sql"])
}

/// A reference in a body; its type may be left out.
fn given_reference(kind: Option<&str>) -> Value {
    let kind = kind.map_or_else(|| json!({"type": "string"}), |kind| json!({"const": kind}));
    object(json!({"id": {"type": "string"}, "type": kind}), &["id"])
}

/// An object of these members and no others.
fn object(members: Value, required: &[&str]) -> Value {
    json!({
        "type": "object",
        "properties": members,
        "required": required,
        "additionalProperties": false,
    })
}
