//! A service as a resource.

mod write;

use serde_json::{Map, Value, json};

use super::{Configured, ListenerResource, described, names};
use crate::api::link::Base;
use crate::api::resource::{Resource, relationship};
use crate::api::state::ApiState;
use crate::auth::accounts::ListedAccount;
use crate::control::objects::ServiceView;
use crate::services::Service;

/// One service.
pub(in crate::api) struct ServiceResource {
    view: ServiceView,
    listeners: Vec<ListenerResource>,
}

impl Configured for ServiceResource {
    const ONE: &'static str = "a service";
    const LIVE: bool = true;

    fn all(state: &ApiState) -> Vec<Self> {
        let mut listeners = ListenerResource::all(state);
        let services = state.control().objects.services().into_iter();
        services
            .map(|view| {
                let own = listeners.extract_if(.., |listener| listener.leads_to(&view.object.name));
                let listeners = own.collect();
                Self { view, listeners }
            })
            .collect()
    }
}

impl Resource for ServiceResource {
    const KIND: &'static str = "services";
    const ATTRIBUTES: &'static [&'static str] = &[
        "connections",
        "listeners",
        "parameters",
        "router",
        "router_diagnostics",
        "source",
        "started",
        "state",
        "statistics",
        "total_connections",
        "users",
        "users_last_update",
    ];
    const RELATIONSHIPS: &'static [&'static str] =
        &["filters", "listeners", "monitors", "servers", "services"];

    fn id(&self) -> String {
        self.view.object.name.to_string()
    }

    fn attribute(&self, name: &str) -> Option<Value> {
        let view = &self.view;
        let service = &view.service;
        Some(match name {
            "connections" => service.sessions().now.into(),
            "listeners" => self
                .listeners
                .iter()
                .map(|one| embedded(one, None))
                .collect(),
            "router" => view.router.as_str().into(),
            "router_diagnostics" => service.snapshot().router.diagnostics(),
            "started" => httpdate::fmt_http_date(service.started()).into(),
            "state" if service.is_stopped() => "Stopped".into(),
            "state" => "Started".into(),
            "statistics" => statistics(service),
            "total_connections" => service.sessions().total.into(),
            "users" => service
                .accounts()
                .map_or_else(Vec::new, |accounts| accounts.listed())
                .iter()
                .map(account)
                .collect(),
            "users_last_update" => service
                .accounts_read()
                .map_or(Value::Null, |at| httpdate::fmt_http_date(at).into()),
            _ => return described(&view.object, name),
        })
    }

    fn rendered(&self, name: &str, base: &Base) -> Option<Value> {
        match name {
            "listeners" => {
                let listeners = self.listeners.iter();
                Some(listeners.map(|one| embedded(one, Some(base))).collect())
            }
            _ => self.attribute(name),
        }
    }

    fn related(&self, name: &str) -> Option<Vec<String>> {
        match name {
            "filters" => Some(names(&self.view.filters)),
            "listeners" => Some(names(&self.view.listeners)),
            "monitors" => Some(names(self.view.monitor.as_slice())),
            "servers" => Some(names(&self.view.servers)),
            "services" => Some(names(&self.view.services)),
            _ => None,
        }
    }

    fn version(&self) -> Option<u64> {
        Some(self.view.object.version)
    }
}

fn statistics(service: &Service) -> Value {
    let sessions = service.sessions();
    let statements = service.statements().counts();
    json!({
        "active_operations": statements.busy,
        "avg_sescmd_history_length": sessions.history_average(),
        "avg_session_lifetime": sessions.lifetime_average().as_secs_f64(),
        "connections": sessions.now,
        "failed_auths": sessions.failed_logins,
        "max_connections": sessions.max,
        "max_sescmd_history_length": sessions.history_max,
        "max_session_lifetime": sessions.lifetime_max.as_secs(),
        "routed_packets": statements.packets,
        "total_connections": sessions.total,
    })
}

/// An account of the service's clients. What privileges it has is known as far as databases go.
fn account(account: &ListedAccount) -> Value {
    json!({
        "default_role": account.default_role,
        "global_priv": account.every_database,
        "host": account.host,
        "plugin": account.plugin,
        "proxy_priv": account.is_proxy,
        "ssl": account.needs_tls,
        "super_priv": account.is_super,
        "user": account.user,
    })
}

/// A listener within its service; links need to know what they begin with.
fn embedded(listener: &ListenerResource, base: Option<&Base>) -> Value {
    let attributes = ListenerResource::ATTRIBUTES.iter();
    let attributes: Map<String, Value> = attributes
        .filter_map(|&name| Some((name.to_owned(), listener.attribute(name)?)))
        .collect();
    let services = listener.related("services").unwrap_or_default();
    let services = if let Some(base) = base {
        let path = format!("{}/{}", ListenerResource::PATH, listener.id());
        relationship(base, &path, "services", &services)
    } else {
        let services = services.iter();
        let data = services.map(|service| json!({"id": service, "type": "services"}));
        json!({"data": data.collect::<Value>()})
    };
    json!({
        "attributes": attributes,
        "id": listener.id(),
        "relationships": {"services": services},
        "type": ListenerResource::KIND,
    })
}
