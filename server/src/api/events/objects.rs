//! Servers, services and filters as events tell them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;
use sluicegate_shared::event::{FilterRow, ServerRow, ServiceRow};

use super::change::{Change, Kind};
use crate::api::objects::state_words;
use crate::control::objects::{Briefs, FilterBrief, ServerBrief, ServiceBrief};
use crate::servers::ServerStates;

/// The encoded rows of all objects, by kind and name.
#[derive(Debug, Default, PartialEq)]
pub(super) struct ObjectRows([BTreeMap<Arc<str>, Bytes>; 3]);

impl ObjectRows {
    /// Encodes all objects.
    pub(super) fn of(briefs: &Briefs) -> Self {
        Self([
            rows(&briefs.servers, |one| Arc::clone(&one.name), server),
            rows(&briefs.services, |one| Arc::clone(&one.name), service),
            rows(&briefs.filters, |one| Arc::clone(&one.name), filter),
        ])
    }

    /// All rows, by kind.
    pub(super) fn all(&self) -> impl Iterator<Item = (Kind, Vec<Bytes>)> {
        let kinds = Kind::OBJECTS.into_iter().zip(&self.0);
        kinds.map(|(kind, rows)| (kind, rows.values().cloned().collect()))
    }

    /// What has changed since `before`.
    pub(super) fn since(&self, before: &Self) -> Vec<Change> {
        let mut changes = Vec::new();
        for ((kind, now), before) in Kind::OBJECTS.into_iter().zip(&self.0).zip(&before.0) {
            let change = |name: &Arc<str>, after: Option<&Bytes>| Change {
                kind,
                // Names are plain text: they can always be written.
                id: serde_json::to_vec(&**name).unwrap_or_default().into(),
                before: before.get(name).cloned(),
                after: after.cloned(),
                end: None,
            };
            let changed = now
                .iter()
                .filter(|(name, row)| before.get(*name) != Some(row))
                .map(|(name, row)| change(name, Some(row)));
            changes.extend(changed);
            let gone = before.keys().filter(|name| !now.contains_key(*name));
            changes.extend(gone.map(|name| change(name, None)));
        }
        changes
    }
}

fn rows<B, R: Serialize>(
    briefs: &[B],
    name: fn(&B) -> Arc<str>,
    row: fn(&B) -> R,
) -> BTreeMap<Arc<str>, Bytes> {
    let rows = briefs.iter().filter_map(|brief| {
        let name = name(brief);
        let row = serde_json::to_vec(&row(brief)).ok()?;
        Some((name, Bytes::from(row)))
    });
    rows.collect()
}

fn server(brief: &ServerBrief) -> ServerRow {
    let runs = brief.states.contains(ServerStates::RUNNING);
    ServerRow {
        id: brief.name.to_string(),
        state: state_words(brief.states, brief.connections),
        connections: brief.connections,
        total_connections: brief.connections_total,
        active_operations: brief.active_operations,
        replication_lag: brief.facts.replication_lag_s.filter(|_| runs),
        gtid_current_pos: brief.facts.gtid_current_pos.clone(),
        version: Some(brief.facts.version.clone()).filter(|version| !version.is_empty()),
    }
}

fn service(brief: &ServiceBrief) -> ServiceRow {
    ServiceRow {
        id: brief.name.to_string(),
        version: brief.version,
        router: brief.router.clone(),
        stopped: brief.stopped,
        sessions: brief.sessions,
        total_sessions: brief.sessions_total,
        statements: brief.statements,
        servers: texts(&brief.servers),
        filters: texts(&brief.filters),
    }
}

fn filter(brief: &FilterBrief) -> FilterRow {
    FilterRow {
        id: brief.name.to_string(),
        module: brief.module.to_owned(),
        version: brief.version,
        services: texts(&brief.services),
    }
}

fn texts(names: &[Arc<str>]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use sluicegate_shared::event::Delta;

    use super::*;
    use crate::api::events::change::delta;

    fn filters(names: &[(&str, u64)]) -> ObjectRows {
        let filters = names.iter().map(|(name, version)| FilterBrief {
            name: (*name).into(),
            module: "nullfilter",
            version: *version,
            services: vec!["Main".into()],
        });
        ObjectRows::of(&Briefs {
            filters: filters.collect(),
            ..Briefs::default()
        })
    }

    #[test]
    fn only_what_has_changed_is_told() {
        let before = filters(&[("a", 1), ("b", 1), ("c", 1)]);
        assert_eq!(before.since(&before), []);
        let now = filters(&[("a", 1), ("b", 2), ("d", 1)]);
        let told = delta(&now.since(&before), None).unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        let text = format!("{{\"now_ms\":1,{told}");
        let delta: Delta = serde_json::from_str(&text).unwrap();
        let filters = delta.objects.filters.unwrap();
        let ids: Vec<_> = filters.changed.iter().map(|row| row.id.as_str()).collect();
        assert_eq!(
            (ids, filters.removed),
            (vec!["b", "d"], vec!["c".to_owned()])
        );
        assert_eq!(
            (delta.objects.servers, delta.objects.services),
            (None, None)
        );
    }
}
