//! Monitors that follow a layout.

use std::sync::Arc;

use super::Running;
use super::follow::gone;
use super::prepared::{MonitorStep, Prepared};
use crate::control::error::ObjectError;
use crate::control::layout::Layout;
use crate::monitors::{MonitorHandle, MonitorSettings};
use crate::servers::Server;

impl Running {
    pub(super) fn prepare_monitors(
        &self,
        present: &Layout,
        next: &Layout,
        prepared: &mut Prepared,
    ) -> Result<(), ObjectError> {
        let surroundings = |layout: &Layout| {
            let gateway = &layout.maxscale.object.parameters;
            (gateway.passive, gateway.dialling())
        };
        let (passive, dialling) = surroundings(next);
        let all = surroundings(present) != (passive, dialling);
        for (name, configured) in &next.monitors {
            let then = present.monitors.get(name);
            let monitor = self.monitor(name);
            let is_same = then.is_some_and(|then| Arc::ptr_eq(then, configured));
            if monitor.is_some() && is_same && !all {
                continue;
            }
            let parameters = configured.object.parameters.clone();
            let servers = parameters.servers.iter();
            let servers = servers.map(|name| self.watched(name, prepared));
            let settings = MonitorSettings {
                name: Arc::clone(name),
                servers: servers.collect::<Result<_, _>>()?,
                parameters,
                passive,
                dialling,
            };
            prepared.monitors.push(match monitor {
                Some(monitor) => MonitorStep::Alter(monitor, Box::new(settings)),
                None => MonitorStep::Add(MonitorHandle::new(settings)),
            });
        }
        let gone = gone(&present.monitors, &next.monitors);
        prepared.monitors.extend(gone.map(MonitorStep::Remove));
        Ok(())
    }

    fn watched(&self, name: &Arc<str>, prepared: &Prepared) -> Result<Arc<Server>, ObjectError> {
        if let Some((server, _)) = prepared.endpoints.get(name) {
            return Ok(Arc::clone(server));
        }
        let server = self.servers.get(name);
        server.ok_or_else(|| ObjectError::NotFound(name.to_string(), "a server"))
    }
}
