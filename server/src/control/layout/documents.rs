//! Objects as they are written down, and what differs between two layouts.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Layout, Table};
use crate::config::{
    ListenerParameters, MonitorParameters, Object, ServerParameters, ServiceParameters, Targets,
};
use crate::store::ObjectKind;

/// An object that can be written down: what it is made of, what was given, and what it refers to.
pub(in crate::control) trait Documented {
    /// Its kind.
    const KIND: ObjectKind;
    /// Everything that is needed to make it again, secrets in clear.
    fn document(&self) -> Value;
}

impl Documented for Object<ServerParameters> {
    const KIND: ObjectKind = ObjectKind::Server;

    fn document(&self) -> Value {
        json!({"parameters": self.values.given_json()})
    }
}

impl Documented for Object<ServiceParameters> {
    const KIND: ObjectKind = ObjectKind::Service;

    fn document(&self) -> Value {
        let parameters = &self.parameters;
        let mut relationships = json!({"filters": names(&parameters.filters)});
        match &parameters.targets {
            Targets::Servers(servers) => relationships["servers"] = names(servers),
            Targets::Cluster(monitor) => relationships["monitors"] = json!([**monitor]),
        }
        json!({
            "router": parameters.router,
            "parameters": self.values.given_json(),
            "relationships": relationships,
        })
    }
}

impl Documented for Object<ListenerParameters> {
    const KIND: ObjectKind = ObjectKind::Listener;

    fn document(&self) -> Value {
        json!({
            "parameters": self.values.given_json(),
            "relationships": {"services": [*self.parameters.service]},
        })
    }
}

impl Documented for Object<MonitorParameters> {
    const KIND: ObjectKind = ObjectKind::Monitor;

    fn document(&self) -> Value {
        json!({
            "module": self.parameters.module,
            "parameters": self.values.given_json(),
            "relationships": {"servers": names(&self.parameters.servers)},
        })
    }
}

fn names(names: &[Arc<str>]) -> Value {
    names.iter().map(|name| Value::from(&**name)).collect()
}

/// What one object was, and what it is then.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::control) struct Difference {
    pub(in crate::control) kind: ObjectKind,
    pub(in crate::control) name: Arc<str>,
    pub(in crate::control) before: Option<Value>,
    pub(in crate::control) after: Option<Value>,
}

impl Layout {
    /// What is other in `next`: what is made before what refers to it, what is removed after.
    pub(in crate::control) fn differences(&self, next: &Self) -> Vec<Difference> {
        let mut found = Vec::new();
        differences(&self.servers, &next.servers, &mut found);
        differences(&self.monitors, &next.monitors, &mut found);
        differences(&self.services, &next.services, &mut found);
        differences(&self.listeners, &next.listeners, &mut found);
        found
    }

    /// The document of an object that is there.
    pub(in crate::control) fn document(&self, kind: ObjectKind, name: &str) -> Option<Value> {
        match kind {
            ObjectKind::Server => of(&self.servers, name),
            ObjectKind::Service => of(&self.services, name),
            ObjectKind::Listener => of(&self.listeners, name),
            ObjectKind::Monitor => of(&self.monitors, name),
            _ => None,
        }
    }
}

fn of<P>(table: &Table<P>, name: &str) -> Option<Value>
where
    Object<P>: Documented,
{
    table
        .get(name)
        .map(|configured| configured.object.document())
}

fn differences<P>(before: &Table<P>, after: &Table<P>, found: &mut Vec<Difference>)
where
    Object<P>: Documented,
{
    let difference = |name: &Arc<str>| Difference {
        kind: Object::<P>::KIND,
        name: Arc::clone(name),
        before: of(before, name),
        after: of(after, name),
    };
    let other = |(name, now): &(&Arc<str>, &Arc<super::Configured<P>>)| {
        let then = before.get(*name);
        then.is_none_or(|then| !Arc::ptr_eq(then, now))
    };
    let changed = after.iter().filter(other).map(|(name, _)| difference(name));
    let removed = before.keys().filter(|name| !after.contains_key(*name));
    let all = changed.chain(removed.map(difference));
    found.extend(all.filter(|found| found.before != found.after));
}
