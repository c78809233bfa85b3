//! What differs between two layouts, as it is written down.

use std::sync::Arc;

use serde_json::Value;

use super::{Layout, Table, Tabled};
use crate::config::{ListenerParameters, MonitorParameters, ServerParameters, ServiceParameters};
use crate::control::journal::Entry;

impl Layout {
    /// What is other in `next`. An object that was there and is there has `action` done to it.
    pub(in crate::control) fn differences(&self, next: &Self, action: &'static str) -> Vec<Entry> {
        let mut found = Vec::new();
        differences::<ServerParameters>(self, next, action, &mut found);
        differences::<MonitorParameters>(self, next, action, &mut found);
        differences::<ServiceParameters>(self, next, action, &mut found);
        differences::<ListenerParameters>(self, next, action, &mut found);
        found
    }

    /// The document of an object that is there.
    pub(in crate::control) fn document<P: Tabled>(&self, name: &str) -> Option<Value> {
        of(P::table(self), name)
    }
}

fn of<P>(table: &Table<P>, name: &str) -> Option<Value> {
    table
        .get(name)
        .map(|configured| configured.object.values.document())
}

fn differences<P: Tabled>(
    present: &Layout,
    next: &Layout,
    action: &'static str,
    found: &mut Vec<Entry>,
) {
    let (before, after) = (P::table(present), P::table(next));
    let removed = before.keys().filter(|name| !after.contains_key(*name));
    for name in after.keys().chain(removed) {
        let (then, now) = (before.get(name), after.get(name));
        if then
            .zip(now)
            .is_some_and(|(then, now)| Arc::ptr_eq(then, now))
        {
            continue;
        }
        let (before, after) = (of(before, name), of(after, name));
        if before == after {
            continue;
        }
        found.push(Entry {
            action: match (&before, &after) {
                (None, _) => "create",
                (_, None) => "delete",
                _ => action,
            },
            kind: P::KIND,
            name: name.to_string(),
            before,
            after,
        });
    }
}
