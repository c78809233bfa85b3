use serde::Serialize;
use sluicegate_shared::event::{AuditRow, FilterRow, ServerRow, ServiceRow};

use super::*;
use crate::api::events::row;
use crate::api::query;
use crate::api::tests::fixture::session;

fn selection(text: &str) -> Selection {
    let (query, _) = Query::parse::<query::None>(text).unwrap();
    Selection::of(query).unwrap().unwrap()
}

fn refused(text: &str) -> bool {
    let (query, _) = Query::parse::<query::None>(text).unwrap();
    Selection::of(query).is_err()
}

fn text(row: &impl Serialize) -> Bytes {
    serde_json::to_vec(row).unwrap().into()
}

fn server() -> ServerRow {
    serde_json::from_value(json!({
        "id": "server1", "state": "Master, Running", "connections": 3, "total_connections": 4,
        "active_operations": 0, "replication_lag": 0, "gtid_current_pos": "0-1-2",
        "version": "10.11",
    }))
    .unwrap()
}

/// A row of each kind with all members that it may have.
fn rows() -> [(Kind, Bytes); 5] {
    let mut view = session(4);
    view.chain.active = vec!["QLA".into()];
    view.chain.pending = Some(vec!["Hint".into()]);
    let service = ServiceRow {
        id: "Main".to_owned(),
        version: 5,
        router: "readconnroute".to_owned(),
        stopped: false,
        sessions: 1,
        total_sessions: 2,
        statements: 3,
        servers: vec!["server1".to_owned()],
        filters: vec!["QLA".to_owned()],
    };
    let filter = FilterRow {
        id: "QLA".to_owned(),
        module: "qlafilter".to_owned(),
        version: 1,
        services: vec!["Main".to_owned()],
    };
    let audit = AuditRow {
        id: 7,
        operation: 7,
        at_ms: 1,
        user: "admin".to_owned(),
        address: "127.0.0.1".to_owned(),
        action: "alter".to_owned(),
        kind: "servers".to_owned(),
        name: "server1".to_owned(),
        outcome: "done".to_owned(),
        undoes: Some(3),
    };
    [
        (Kind::Sessions, row::encode(view).unwrap()),
        (Kind::Servers, text(&server())),
        (Kind::Services, text(&service)),
        (Kind::Filters, text(&filter)),
        (Kind::Audit, text(&audit)),
    ]
}

/// The kinds of which the row is told.
fn told(query: &str) -> Vec<&'static str> {
    let (selection, rows) = (selection(query), rows());
    let shown = rows
        .iter()
        .filter(|(kind, row)| selection.shown(*kind, row).is_some());
    shown.map(|(kind, _)| kind.name()).collect()
}

#[test]
fn the_members_of_rows_are_known() {
    for (kind, row) in rows() {
        let row: Map<String, Value> = serde_json::from_slice(&row).unwrap();
        let mut names: Vec<&str> = row.keys().map(String::as_str).collect();
        names.retain(|name| *name != "id");
        names.sort_unstable();
        assert_eq!(names, members(kind), "{}", kind.name());
    }
}

#[test]
fn a_condition_is_about_the_kinds_that_have_its_member() {
    let all = ["sessions", "servers", "services", "filters", "audit"];
    assert_eq!(told("filter=/attributes/user=\"user1\""), all[..4]);
    assert_eq!(told("filter[attributes.user]=eq(\"admin\")"), all[1..]);
    assert_eq!(told("filter=/type=\"sessions\""), all[..1]);
    assert_eq!(told("filter=/id=\"4\""), all[..1]);
    let services = "filter=/relationships/services/data/0/id=\"Even\"";
    assert_eq!(told(services), ["sessions", "servers", "services", "audit"]);
    let both = "filter=/type=\"sessions\"&filter=/attributes/memory=gt(5000)";
    assert_eq!(told(both), [""; 0]);
    assert!(refused("filter=/attributes/nonsense=1"));
    assert!(refused("filter=/user=\"user1\""));
    assert!(refused("sort=id"));
    assert!(refused("page[size]=5"));
}

#[test]
fn fields_are_told_with_the_id() {
    let selection = selection("fields[sessions]=user,connections&fields[servers]=");
    let rows = rows();
    let shown = |index: usize| -> Value {
        let (kind, row) = &rows[index];
        serde_json::from_slice(&selection.shown(*kind, row).unwrap()).unwrap()
    };
    let session = shown(0);
    assert_eq!(session["user"], "user1");
    assert_eq!(session["connections"][0]["server"], "server1");
    assert_eq!(session.as_object().unwrap().len(), 3);
    assert_eq!(shown(1), json!({"id": "server1"}));
    assert_eq!(shown(2)["router"], "readconnroute");
}

#[test]
fn ids_of_other_selections_are_told_from_its_own() {
    let one = selection("filter=/type=\"sessions\"&fields[sessions]=user");
    let same = selection("fields[sessions]=user&pretty=no&filter=/type=\"sessions\"");
    let other = selection("filter=/type=\"servers\"");
    assert_eq!(one.tag(), same.tag());
    assert_ne!(one.tag(), other.tag());
}
