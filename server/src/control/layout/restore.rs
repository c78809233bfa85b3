//! Objects as they were written down.

use serde_json::Value;

use super::{Layout, Tabled};
use crate::config::{
    ListenerParameters, MonitorParameters, Object, ServerParameters, ServiceParameters, Settable,
    Targets,
};
use crate::control::error::ObjectError;
use crate::store::ObjectKind;

/// Whether objects of a kind are part of layouts.
pub(in crate::control) fn is_laid_out(kind: ObjectKind) -> bool {
    use ObjectKind::{Listener, Monitor, Server, Service};
    matches!(kind, Server | Service | Listener | Monitor)
}

impl Layout {
    /// Makes an object what its `document` says, or takes it out.
    pub(in crate::control) fn restore(
        &mut self,
        kind: ObjectKind,
        name: &str,
        document: Option<&Value>,
    ) -> Result<(), ObjectError> {
        match kind {
            ObjectKind::Server => self.restore_as::<ServerParameters>(name, document),
            ObjectKind::Service => self.restore_as::<ServiceParameters>(name, document),
            ObjectKind::Listener => self.restore_as::<ListenerParameters>(name, document),
            ObjectKind::Monitor => self.restore_as::<MonitorParameters>(name, document),
            _ => Ok(()),
        }
    }

    fn restore_as<P: Tabled + Settable>(
        &mut self,
        name: &str,
        document: Option<&Value>,
    ) -> Result<(), ObjectError> {
        let Some(document) = document else {
            self.remove::<P>(name);
            return Ok(());
        };
        let values = P::values_of(document, self.path_folder())?;
        let present = P::table(self).get(name);
        let object = match present {
            Some(present) => present.object.with(values)?,
            None => Object::at_run_time(name, values)?,
        };
        self.put(object);
        Ok(())
    }

    /// Refuses references to what is not there, and servers that two monitors watch.
    pub(in crate::control) fn check_whole(
        &self,
        is_filter: impl Fn(&str) -> bool,
    ) -> Result<(), ObjectError> {
        let needs = |owner: &str, name: &str, one: &str, is: bool| {
            if is {
                return Ok(());
            }
            Err(ObjectError::State(format!(
                "{owner} needs {name}, which is not {one}"
            )))
        };
        for (owner, service) in &self.services {
            let parameters = &service.object.parameters;
            for name in &parameters.filters {
                needs(owner, name, "a filter", is_filter(name))?;
            }
            match &parameters.targets {
                Targets::Cluster(name) => {
                    needs(owner, name, "a monitor", self.monitors.contains_key(name))?;
                }
                Targets::Servers(names) => {
                    for name in names {
                        let is =
                            self.servers.contains_key(name) || self.services.contains_key(name);
                        needs(owner, name, "a server or a service", is)?;
                    }
                }
            }
            if self.reached_from(parameters).contains(owner) {
                let message = format!("{owner} would route to itself");
                return Err(ObjectError::State(message));
            }
        }
        for (owner, listener) in &self.listeners {
            let name = &listener.object.parameters.service;
            needs(owner, name, "a service", self.services.contains_key(name))?;
        }
        for (owner, monitor) in &self.monitors {
            for name in &monitor.object.parameters.servers {
                needs(owner, name, "a server", self.servers.contains_key(name))?;
                if let [one, other, ..] = &*self.monitors_of(name) {
                    let message = format!("{name} would be watched by {one} and by {other}");
                    return Err(ObjectError::State(message));
                }
            }
        }
        Ok(())
    }
}
