//! Servers, services and filters as events tell them: what changes by itself between two answers of
//! the API, laid over the answer.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sluicegate_shared::event::{
    Changed, FILTERS, FilterRow, ObjectChanges, SERVERS, SERVICES, ServerRow, ServiceRow,
};

use crate::api::objects::{Object, Page, version_number};

/// What is known from events. Each row is stamped, so that an answer of the API that is newer than a
/// row counts more than it.
#[derive(Debug, Default)]
pub struct EventObjects {
    servers: Rows<ServerRow>,
    services: Rows<ServiceRow>,
    filters: Rows<FilterRow>,
    stamp: u64,
}

/// The rows of a kind by their names, each with the stamp of its last change.
type Rows<R> = BTreeMap<String, (u64, R)>;

/// What tells that the rows of a kind are not enough: which objects there are, and of what
/// configuration.
pub type Outline = Vec<(String, u64)>;

/// A row of any kind.
trait Row: PartialEq + Sized {
    fn id(&self) -> &str;
    /// Lays what it tells over an object.
    fn lay_over(&self, object: &mut Object);
}

impl EventObjects {
    /// What a snapshot tells.
    pub fn of(servers: Vec<ServerRow>, services: Vec<ServiceRow>, filters: Vec<FilterRow>) -> Self {
        Self {
            servers: by_name(servers),
            services: by_name(services),
            filters: by_name(filters),
            stamp: 0,
        }
    }

    /// Whether events tell of a kind.
    pub fn tell_of(kind: &str) -> bool {
        [SERVERS, SERVICES, FILTERS].contains(&kind)
    }

    /// The stamp of the last change: an answer that is asked for now knows of all until then.
    pub fn stamp(&self) -> u64 {
        self.stamp
    }

    /// All of it is told anew. Tells whether anything is different.
    pub fn replace(&mut self, next: Self) -> bool {
        self.stamp += 1;
        let changed = [
            renew(&mut self.servers, next.servers, self.stamp),
            renew(&mut self.services, next.services, self.stamp),
            renew(&mut self.filters, next.filters, self.stamp),
        ];
        changed.contains(&true)
    }

    /// Some of it has changed. Tells whether any has.
    pub fn change(&mut self, changes: ObjectChanges) -> bool {
        if changes.is_empty() {
            return false;
        }
        self.stamp += 1;
        put(&mut self.servers, changes.servers, self.stamp);
        put(&mut self.services, changes.services, self.stamp);
        put(&mut self.filters, changes.filters, self.stamp);
        true
    }

    /// Which objects of a kind there are. What else is configured of a service or a filter moves its
    /// number.
    pub fn outline(&self, kind: &str) -> Outline {
        match kind {
            SERVERS => names(&self.servers, |_| 0),
            SERVICES => names(&self.services, |row| row.version),
            FILTERS => names(&self.filters, |row| row.version),
            _ => Vec::new(),
        }
    }

    /// An answer of the API that was asked for at `stamp`, with all that was told since.
    #[must_use]
    pub fn laid_over(&self, kind: &str, page: &Page, stamp: u64) -> Page {
        let mut page = page.clone();
        for object in &mut page.objects {
            match kind {
                SERVERS => lay_over(&self.servers, object, stamp),
                SERVICES => lay_over(&self.services, object, stamp),
                FILTERS => lay_over(&self.filters, object, stamp),
                _ => {}
            }
        }
        page
    }
}

fn by_name<R: Row>(rows: Vec<R>) -> Rows<R> {
    rows.into_iter()
        .map(|row| (row.id().to_owned(), (0, row)))
        .collect()
}

fn names<R>(rows: &Rows<R>, number: fn(&R) -> u64) -> Outline {
    rows.iter()
        .map(|(name, (_, row))| (name.clone(), number(row)))
        .collect()
}

/// Takes the rows of a snapshot; those that are as they were keep their stamps.
fn renew<R: Row>(rows: &mut Rows<R>, next: Rows<R>, stamp: u64) -> bool {
    let before = std::mem::take(rows);
    let mut changed = before.len() != next.len();
    for (name, (_, row)) in next {
        let known = before.get(&name).filter(|(_, known)| *known == row);
        changed |= known.is_none();
        let stamp = known.map_or(stamp, |(stamp, _)| *stamp);
        rows.insert(name, (stamp, row));
    }
    changed
}

fn put<R: Row>(rows: &mut Rows<R>, changes: Option<Changed<R>>, stamp: u64) {
    let Some(Changed { changed, removed }) = changes else {
        return;
    };
    for name in removed {
        rows.remove(&name);
    }
    for row in changed {
        rows.insert(row.id().to_owned(), (stamp, row));
    }
}

fn lay_over<R: Row>(rows: &Rows<R>, object: &mut Object, stamp: u64) {
    if let Some((told, row)) = rows.get(object.id())
        && *told > stamp
    {
        row.lay_over(object);
    }
}

impl Row for ServerRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn lay_over(&self, object: &mut Object) {
        let known = |value: &Option<String>| value.as_deref().map_or(Value::Null, Value::from);
        object.set(&["state"], self.state.as_str().into());
        let counts = [
            ("connections", self.connections),
            ("total_connections", self.total_connections),
            ("active_operations", self.active_operations),
        ];
        for (name, count) in counts {
            object.set(&["statistics", name], count.into());
        }
        object.set(&["replication_lag"], json!(self.replication_lag));
        object.set(&["gtid_current_pos"], known(&self.gtid_current_pos));
        if let Some(version) = &self.version {
            object.set(&["version_string"], version.as_str().into());
        }
    }
}

impl Row for ServiceRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn lay_over(&self, object: &mut Object) {
        let state = if self.stopped { "Stopped" } else { "Started" };
        object.set(&["state"], state.into());
        object.set(&["connections"], self.sessions.into());
        object.set(&["total_connections"], self.total_sessions.into());
        // An event that was under way when something was configured tells what was before it.
        let known = object.version().and_then(version_number);
        if known.is_none_or(|known| known <= self.version) {
            object.set(&["router"], self.router.as_str().into());
            object.relate(SERVERS, &self.servers);
            object.relate(FILTERS, &self.filters);
            object.set_version(self.version);
        }
    }
}

impl Row for FilterRow {
    fn id(&self) -> &str {
        &self.id
    }

    fn lay_over(&self, object: &mut Object) {
        object.set(&["module"], self.module.as_str().into());
        object.relate(SERVICES, &self.services);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(id: &str, state: &str, connections: u64) -> ServerRow {
        ServerRow {
            id: id.to_owned(),
            state: state.to_owned(),
            connections,
            total_connections: connections,
            active_operations: 0,
            replication_lag: None,
            gtid_current_pos: None,
            version: None,
        }
    }

    fn answer(ids: &[&str]) -> Page {
        let object = |id: &&str| {
            let text = format!(
                r#"{{"id":"{id}","type":"servers","attributes":{{"state":"Running","version_string":"11"}}}}"#
            );
            let resource: sluicegate_shared::jsonapi::Resource<Value> =
                serde_json::from_str(&text).unwrap();
            Object::from(resource)
        };
        Page {
            objects: ids.iter().map(object).collect(),
            prev: None,
        }
    }

    fn changes(changed: Vec<ServerRow>, removed: &[&str]) -> ObjectChanges {
        let removed = removed.iter().map(|&name| name.to_owned()).collect();
        ObjectChanges {
            servers: Some(Changed { changed, removed }),
            ..ObjectChanges::default()
        }
    }

    #[test]
    fn what_is_told_after_the_question_counts_and_what_was_told_before_does_not() {
        let mut told = EventObjects::default();
        let snapshot = vec![server("a", "Down", 1)];
        assert!(told.replace(EventObjects::of(snapshot, Vec::new(), Vec::new())));
        let asked = told.stamp();
        let page = answer(&["a"]);
        let state = |told: &EventObjects| {
            let page = told.laid_over(SERVERS, &page, asked);
            page.objects[0].text("/state").to_owned()
        };
        assert_eq!(state(&told), "Running", "the answer is newer");
        assert!(told.change(changes(vec![server("a", "Maintenance", 2)], &[])));
        let page = told.laid_over(SERVERS, &page, asked);
        let object = &page.objects[0];
        assert_eq!(object.text("/state"), "Maintenance");
        assert_eq!(object.number("/statistics/connections"), Some(2));
        assert_eq!(object.text("/version_string"), "11", "not told: it stays");
    }

    #[test]
    fn a_snapshot_that_tells_the_same_again_changes_nothing() {
        let mut told = EventObjects::default();
        let snapshot = || EventObjects::of(vec![server("a", "Running", 1)], vec![], vec![]);
        assert!(told.replace(snapshot()));
        assert!(!told.replace(snapshot()));
        assert!(!told.change(ObjectChanges::default()));
        assert!(told.replace(EventObjects::default()), "one is gone");
    }

    #[test]
    fn the_outline_tells_which_there_are() {
        let mut told = EventObjects::default();
        let before = told.outline(SERVERS);
        told.change(changes(
            vec![server("b", "Down", 0), server("a", "Down", 0)],
            &[],
        ));
        let names = |told: &EventObjects| {
            let outline = told.outline(SERVERS).into_iter();
            outline.map(|(name, _)| name).collect::<Vec<_>>()
        };
        assert_eq!(
            (before.len(), names(&told)),
            (0, vec!["a".into(), "b".into()])
        );
        told.change(changes(vec![server("a", "Running", 9)], &["b"]));
        assert_eq!(names(&told), ["a"]);
        assert!(told.outline("monitors").is_empty());
    }

    #[test]
    fn services_and_filters_tell_what_they_hang_on() {
        let mut told = EventObjects::default();
        let service = ServiceRow {
            id: "s".to_owned(),
            version: 7,
            router: "readwritesplit".to_owned(),
            stopped: true,
            sessions: 3,
            total_sessions: 9,
            statements: 1,
            servers: vec!["a".to_owned(), "b".to_owned()],
            filters: vec!["f".to_owned()],
        };
        told.replace(EventObjects::of(Vec::new(), vec![service], Vec::new()));
        let mut answer = answer(&["s"]);
        let page = told.laid_over(SERVICES, &answer, 0);
        let object = &page.objects[0];
        assert_eq!(object.text("/state"), "Stopped");
        assert_eq!(object.related("servers"), ["a", "b"]);
        assert_eq!(object.related("filters"), ["f"]);
        assert_eq!(object.version(), Some("v7"), "it belongs to these filters");

        // The answer is of a newer configuration than the event, though it came before it.
        answer.objects[0].set_version(8);
        answer.objects[0].relate("filters", &["g".to_owned()]);
        let page = told.laid_over(SERVICES, &answer, 0);
        let object = &page.objects[0];
        assert_eq!(object.related("filters"), ["g"]);
        assert_eq!(object.version(), Some("v8"));
        assert_eq!(object.number("/connections"), Some(3), "counts are news");
    }
}
