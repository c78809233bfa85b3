//! Servers, services and filters as events tell them.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use serde::Serialize;
use sluicegate_shared::event::{FILTERS, FilterRow, SERVERS, SERVICES, ServerRow, ServiceRow};

use crate::api::objects::state_words;
use crate::control::objects::{Briefs, FilterBrief, ServerBrief, ServiceBrief};
use crate::servers::ServerStates;

/// The kinds of objects that are told, in their order.
pub(super) const KINDS: [&str; 3] = [SERVERS, SERVICES, FILTERS];

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

    /// Appends all of them as members of a document: `"servers":[..],..,`.
    pub(super) fn put_all(&self, text: &mut BytesMut) {
        for (kind, rows) in KINDS.iter().zip(&self.0) {
            text.put_slice(format!("\"{kind}\":").as_bytes());
            put_list(text, rows.values());
            text.put_u8(b',');
        }
    }

    /// What has changed since `before`, as a member of a document: `,"objects":{..}`; `None` when
    /// nothing has.
    pub(super) fn since(&self, before: &Self) -> Option<Bytes> {
        let mut text = BytesMut::new();
        for ((kind, now), before) in KINDS.iter().zip(&self.0).zip(&before.0) {
            let changed: Vec<_> = now
                .iter()
                .filter(|(name, row)| before.get(*name) != Some(row))
                .map(|(_, row)| row)
                .collect();
            let removed: Vec<&str> = before
                .keys()
                .filter(|name| !now.contains_key(*name))
                .map(AsRef::as_ref)
                .collect();
            if changed.is_empty() && removed.is_empty() {
                continue;
            }
            let start = if text.is_empty() {
                ",\"objects\":{"
            } else {
                ","
            };
            text.put_slice(format!("{start}\"{kind}\":{{\"changed\":").as_bytes());
            put_list(&mut text, changed);
            text.put_slice(b",\"removed\":");
            // Names are plain text: they can always be written.
            text.put_slice(&serde_json::to_vec(&removed).unwrap_or_default());
            text.put_u8(b'}');
        }
        if text.is_empty() {
            return None;
        }
        text.put_u8(b'}');
        Some(text.freeze())
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

/// A list of what is encoded already.
pub(super) fn put_list<'a>(text: &mut BytesMut, items: impl IntoIterator<Item = &'a Bytes>) {
    text.put_u8(b'[');
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            text.put_u8(b',');
        }
        text.put_slice(item);
    }
    text.put_u8(b']');
}

#[cfg(test)]
mod tests {
    use sluicegate_shared::event::{Delta, Snapshot};

    use super::*;

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
        assert_eq!(before.since(&before), None);
        let now = filters(&[("a", 1), ("b", 2), ("d", 1)]);
        let told = now.since(&before).unwrap();
        let told = String::from_utf8(told.to_vec()).unwrap();
        let text = format!("{{\"now_ms\":1,\"changed\":[],\"ended\":[]{told}}}");
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

    #[test]
    fn all_of_them_are_members_of_a_snapshot() {
        let mut text = BytesMut::from("{\"now_ms\":1,");
        filters(&[("a", 1)]).put_all(&mut text);
        text.put_slice(b"\"sessions\":[]}");
        let snapshot: Snapshot = serde_json::from_slice(&text).unwrap();
        assert_eq!(snapshot.filters[0].services, ["Main"]);
        assert!(snapshot.servers.is_empty());
    }
}
