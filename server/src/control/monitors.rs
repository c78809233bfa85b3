//! Changes of monitors.

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::layout::Layout;
use super::links::Links;
use super::{By, Control};
use crate::config::parameter::{ModuleKind, ModuleSpec};
use crate::config::{MonitorParameters, Values, module_name, tables};

impl Control {
    /// Makes a monitor of servers, and starts it.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_monitor(
        &self,
        by: &By,
        name: &str,
        module: &str,
        parameters: &Map<String, Value>,
        links: &Links,
    ) -> Result<(), ObjectError> {
        let values = |layout: &Layout| {
            let module = built_in(ModuleKind::Monitor, "monitor module", module)?;
            let values = Values::of_new_monitor(module, parameters, layout.path_folder())?;
            layout.related_monitor(name, values, links)
        };
        self.make::<MonitorParameters>(by, name, values, |_| Ok(()))
            .await
    }

    /// Gives a monitor other parameters or servers, all or nothing. `expected` is the version that it
    /// has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_monitor(
        &self,
        by: &By,
        name: &str,
        parameters: Option<&Map<String, Value>>,
        links: &Links,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let relate = |layout: &mut Layout, _: &MonitorParameters, values| {
            layout.related_monitor(name, values, links)
        };
        self.change(by, name, parameters, expected, relate).await
    }

    /// Removes a monitor. One that watches servers is removed with `force` only. Its servers keep the
    /// states that they have, and services that have its servers keep these for their own.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_monitor(
        &self,
        by: &By,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let unlink = |layout: &mut Layout, parameters: &MonitorParameters| {
            let services = layout.services_of_cluster(name).into_iter();
            let mut users: Vec<String> =
                services.map(|name| format!("the service {name}")).collect();
            let servers = parameters.servers.iter();
            users.extend(servers.map(|name| format!("the server {name}")));
            ObjectError::unless_used(name, "has", &users, force)?;
            layout.unlink_monitor(name)
        };
        self.take_out(by, name, expected, unlink).await
    }

    /// Stops a monitor: its servers keep the states that they have.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn stop_monitor(&self, by: &By, name: &str) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().monitor(name);
        let noted = self.noted::<MonitorParameters, _>(by, "stop", name, running);
        let monitor = noted.await?;
        monitor.stop().await;
        tracing::info!(object = name, "monitor '{name}\' has been stopped");
        Ok(())
    }

    /// Starts a monitor.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn start_monitor(&self, by: &By, name: &str) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().monitor(name);
        let noted = self.noted::<MonitorParameters, _>(by, "start", name, running);
        let monitor = noted.await?;
        monitor.start();
        tracing::info!(object = name, "monitor '{name}\' has been started");
        Ok(())
    }
}

/// The built-in module of that name.
pub(super) fn built_in(
    kind: ModuleKind,
    what: &'static str,
    name: &str,
) -> Result<&'static ModuleSpec, ObjectError> {
    let modules = || tables::MODULES.iter().filter(|module| module.kind == kind);
    let meant = module_name(name);
    let found = modules().find(|module| module.name.eq_ignore_ascii_case(meant));
    found.ok_or_else(|| ObjectError::Module {
        what,
        name: name.to_owned(),
        known: modules()
            .map(|module| module.name)
            .collect::<Vec<_>>()
            .join(", "),
    })
}
