//! A monitor as a resource.

mod write;

use serde_json::{Value, json};

use super::{Configured, described, names, replication};
use crate::api::resource::Resource;
use crate::api::state::ApiState;
use crate::control::objects::MonitorView;

/// One monitor.
pub(in crate::api) struct MonitorResource(MonitorView);

impl Configured for MonitorResource {
    const ONE: &'static str = "a monitor";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        state
            .control()
            .objects
            .monitors()
            .into_iter()
            .map(Self)
            .collect()
    }
}

impl MonitorResource {
    /// Attributes that move by themselves.
    const FOUND_OUT: &'static [&'static str] = &["monitor_diagnostics", "state", "ticks"];
}

impl Resource for MonitorResource {
    const KIND: &'static str = "monitors";
    const ATTRIBUTES: &'static [&'static str] = &[
        "module",
        "monitor_diagnostics",
        "parameters",
        "source",
        "state",
        "ticks",
    ];
    const RELATIONSHIPS: &'static [&'static str] = &["servers", "services"];

    fn id(&self) -> String {
        self.0.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        match name {
            "module" => Some(self.0.module.as_str().into()),
            "monitor_diagnostics" => Some(diagnostics(&self.0)),
            "state" if self.0.is_running => Some("Running".into()),
            "state" => Some("Stopped".into()),
            "ticks" => Some(self.0.report.rounds.into()),
            _ => described(&self.0.object, name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "servers" => Some(names(&self.0.servers)),
            "services" => Some(names(&self.0.services)),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.0.object.version)
    }
}

/// What a monitor of the module `mariadbmon` knows. It never holds locks on the servers.
fn diagnostics(monitor: &MonitorView) -> Value {
    let primary = monitor.report.primary.as_ref();
    let domain = primary.and_then(|server| server.facts().gtid_domain_id);
    let servers = monitor.watched.iter().map(|server| {
        let facts = server.facts();
        json!({
            "gtid_binlog_pos": facts.gtid_binlog_pos,
            "gtid_current_pos": facts.gtid_current_pos,
            "lock_held": null,
            "master_group": facts.group,
            "name": **server.name(),
            "read_only": facts.read_only,
            "server_id": facts.server_id,
            "slave_connections": replication::connections(&facts).unwrap_or_else(|| json!([])),
        })
    });
    json!({
        "master": primary.map(|server| &**server.name()),
        "master_gtid_domain_id": domain,
        "primary": null,
        "server_info": servers.collect::<Value>(),
        "state": "Idle",
    })
}
