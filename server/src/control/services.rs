//! Changes of services.

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::layout::{Layout, Tabled};
use super::links::{FILTERS, Links};
use super::monitors::built_in;
use super::sessions::SessionView;
use super::{By, Control};
use crate::config::parameter::ModuleKind;
use crate::config::{ListenerParameters, Object, ServiceParameters, Settable, Values};

impl Control {
    /// Makes a service; its accounts are read at once.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_service(
        &self,
        by: &By,
        name: &str,
        router: &str,
        parameters: &Map<String, Value>,
        links: &Links,
    ) -> Result<(), ObjectError> {
        let act = |layout: &mut Layout| {
            self.objects.check_new_name(layout, name)?;
            let router = built_in(ModuleKind::Router, "router", router)?;
            let values = Values::of_new_service(router, parameters)?;
            let present = ServiceParameters::of_values(&values);
            let is_filter = |name: &str| self.objects.is_filter(name);
            let values = layout.related_service(name, values, &present, links, is_filter)?;
            layout.put(Object::<ServiceParameters>::at_run_time(name, values)?);
            Ok(())
        };
        self.rewrite(by, "create", act).await?;
        tracing::info!("service '{name}' has been made");
        Ok(())
    }

    /// Gives a service other parameters, servers or filters, all or nothing: sessions that begin from
    /// now on have them. With `live`, the sessions that are there get its filters as well, each when
    /// it is idle. `expected` is the version that it has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_service(
        &self,
        by: &By,
        name: &str,
        parameters: Option<&Map<String, Value>>,
        links: &Links,
        live: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let act = |layout: &mut Layout| {
            let present = layout.find_as::<ServiceParameters>(name, expected)?;
            let values = match parameters {
                Some(parameters) => present.object.values.altered(parameters)?,
                None => present.object.values.clone(),
            };
            let is_filter = |name: &str| self.objects.is_filter(name);
            let before = &present.object.parameters;
            let values = layout.related_service(name, values, before, links, is_filter)?;
            layout.put(present.object.with(values)?);
            Ok(())
        };
        self.rewrite_alone(by, "alter", Vec::new(), act).await?;
        tracing::info!("service '{name}' has been altered");
        if live && links.get(FILTERS).is_some() {
            self.renew(false, |session| *session.service == *name).await;
        }
        Ok(())
    }

    /// Removes a service. One that has servers, filters or listeners is removed with `force` only, and
    /// its listeners with it. Its sessions go on until they end.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_service(
        &self,
        by: &By,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let act = |layout: &mut Layout| {
            let service = layout.find_as::<ServiceParameters>(name, expected)?;
            self.objects.check_not_sent_to(name)?;
            let parameters = &service.object.parameters;
            let listeners = layout.listeners_of(name);
            let has: Vec<String> = [
                ("server", layout.members_of(parameters)),
                ("filter", parameters.filters.clone()),
                ("listener", listeners.clone()),
            ]
            .into_iter()
            .flat_map(|(kind, names)| {
                let names = names.into_iter();
                names.map(move |name| format!("the {kind} {name}"))
            })
            .collect();
            ObjectError::unless_used(name, "has", &has, force)?;
            for listener in listeners {
                layout.remove::<ListenerParameters>(&listener);
            }
            layout.remove::<ServiceParameters>(name);
            Ok(())
        };
        self.rewrite(by, "delete", act).await?;
        tracing::info!("service '{name}' has been removed");
        Ok(())
    }

    /// Stops the listeners of a service: clients that come wait. With `force`, its sessions end.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn stop_service(&self, by: &By, name: &str, force: bool) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().service(name);
        let noted = self.noted::<ServiceParameters, _>(by, "stop", name, running);
        let service = noted.await?;
        service.set_stopped(true);
        for listener in self.objects.layout().listeners_of(name) {
            if let Some(listener) = self.objects.running().listener(&listener) {
                listener.stop();
            }
        }
        if force {
            self.end_sessions(|session| *session.service == *name).await;
        }
        tracing::info!("service '{name}' has been stopped");
        Ok(())
    }

    /// Starts the listeners of a service.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn start_service(&self, by: &By, name: &str) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().service(name);
        let noted = self.noted::<ServiceParameters, _>(by, "start", name, running);
        let service = noted.await?;
        service.set_stopped(false);
        for listener in self.objects.layout().listeners_of(name) {
            if let Some(listener) = self.objects.running().listener(&listener) {
                listener.start();
            }
        }
        tracing::info!("service '{name}' has been started");
        Ok(())
    }

    /// Reads the accounts of a service's servers anew.
    ///
    /// # Errors
    /// There is no such service, or no server let its user in.
    pub async fn reload_service(&self, name: &str) -> Result<(), ObjectError> {
        let service = self.objects.running().service(name);
        let service = service
            .ok_or_else(|| ObjectError::NotFound(name.to_owned(), ServiceParameters::ONE))?;
        if service.reload_accounts().await {
            return Ok(());
        }
        Err(ObjectError::State(format!(
            "the accounts of {name} could not be read from any of its servers: the log says why"
        )))
    }

    pub(super) async fn end_sessions(&self, wanted: impl Fn(&SessionView) -> bool) {
        for session in self.sessions.source.list().await {
            if wanted(&session) {
                self.sessions.source.kill(session.id, None).await;
            }
        }
    }
}
