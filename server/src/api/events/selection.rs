//! What a reader wants to be told: conditions and members, as collections take them.

use std::hash::{DefaultHasher, Hash, Hasher};

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::change::Kind;
use crate::api::error::ApiError;
use crate::api::query::{Fields, Filter, Path, Query, Step, follow};

/// The rows and members that a reader wants.
#[derive(Debug)]
pub(super) struct Selection {
    filters: Vec<Filter>,
    fields: Fields,
    tag: u64,
}

impl Selection {
    /// What a request asks for; `None`: everything.
    pub(super) fn of(query: Query) -> Result<Option<Self>, ApiError> {
        if !query.sort.is_empty() || query.page.is_some() {
            let detail = "events come in their own order and have no end: no sort, no page";
            return Err(ApiError::bad_request(detail));
        }
        for filter in &query.filters {
            if !Kind::ALL.iter().any(|kind| concerns(filter.path(), *kind)) {
                let detail = "no event has the member that a filter is about";
                return Err(ApiError::bad_request(detail));
            }
        }
        let narrows = |name: &str| name.starts_with("filter") || name.starts_with("fields");
        let asked = query.rest.iter().filter(|(name, _)| narrows(name));
        let mut asked: Vec<&(String, String)> = asked.collect();
        if asked.is_empty() {
            return Ok(None);
        }
        asked.sort();
        let mut hasher = DefaultHasher::new();
        asked.hash(&mut hasher);
        Ok(Some(Self {
            tag: hasher.finish(),
            filters: query.filters,
            fields: query.fields,
        }))
    }

    /// Tells its events' ids from those of other selections.
    pub(super) fn tag(&self) -> u64 {
        self.tag
    }

    /// What is told of a row, if anything is.
    pub(super) fn shown(&self, kind: Kind, row: &Bytes) -> Option<Bytes> {
        let filters = || self.filters.iter().filter(|one| concerns(one.path(), kind));
        let chosen = self.fields.of(kind.name());
        if chosen.is_none() && filters().next().is_none() {
            return Some(row.clone());
        }
        let Value::Object(members) = serde_json::from_slice(row).ok()? else {
            return None;
        };
        if filters().next().is_some() {
            let resource = resource(kind, &members);
            let holds = |filter: &Filter| {
                let mut found = Vec::new();
                follow(&resource, filter.path().steps(), &mut found);
                filter.holds(&found)
            };
            if !filters().all(holds) {
                return None;
            }
        }
        let Some(chosen) = chosen else {
            return Some(row.clone());
        };
        let told = members.into_iter().filter_map(|(name, value)| {
            let told = match name.as_str() {
                "id" => value,
                _ => chosen.part(&name, value)?,
            };
            Some((name, told))
        });
        let told: Map<String, Value> = told.collect();
        serde_json::to_vec(&told).ok().map(Bytes::from)
    }
}

/// Whether rows of a kind have the member that a path leads to.
fn concerns(path: &Path, kind: Kind) -> bool {
    let name = |at: usize| match path.steps().get(at) {
        Some(Step::To(name)) => name.as_str(),
        _ => "",
    };
    match name(0) {
        "id" | "type" => true,
        "attributes" => members(kind).contains(&name(1)),
        "relationships" => relationships(kind).contains(&name(1)),
        _ => false,
    }
}

/// A row as the resource that it is of.
fn resource(kind: Kind, row: &Map<String, Value>) -> Value {
    let id = match row.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => String::new(),
    };
    let related = relationships(kind).iter().map(|name| {
        let ids: Vec<&Value> = match row.get(*name) {
            Some(Value::Array(ids)) => ids.iter().collect(),
            // A session has one service, and its row names it.
            _ => row.get("service").into_iter().collect(),
        };
        let ids = ids.into_iter();
        let data = ids.map(|id| json!({"id": id, "type": name}));
        let data: Vec<Value> = data.collect();
        ((*name).to_owned(), json!({ "data": data }))
    });
    json!({
        "id": id,
        "type": kind.name(),
        "attributes": row,
        "relationships": related.collect::<Map<_, _>>(),
    })
}

/// The members of rows besides their ids.
fn members(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Sessions => &[
            "active_ms",
            "connected_ms",
            "connections",
            "database",
            "filters",
            "generation",
            "io_activity",
            "memory",
            "pending",
            "port",
            "remote",
            "service",
            "state",
            "statements",
            "thread",
            "transaction",
            "user",
        ],
        Kind::Servers => &[
            "active_operations",
            "connections",
            "gtid_current_pos",
            "replication_lag",
            "state",
            "total_connections",
            "version",
        ],
        Kind::Services => &[
            "filters",
            "router",
            "servers",
            "sessions",
            "statements",
            "stopped",
            "total_sessions",
            "version",
        ],
        Kind::Filters => &["module", "services", "version"],
        Kind::Audit => &[
            "action",
            "address",
            "at_ms",
            "kind",
            "name",
            "operation",
            "outcome",
            "undoes",
            "user",
        ],
    }
}

/// The relationships of the resources that rows are of, as far as rows tell them.
fn relationships(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Sessions => &["filters", "services"],
        Kind::Services => &["filters", "servers"],
        Kind::Filters => &["services"],
        Kind::Servers | Kind::Audit => &[],
    }
}

#[cfg(test)]
mod tests;
