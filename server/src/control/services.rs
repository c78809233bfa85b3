//! Changes of services.

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::layout::{Layout, Tabled};
use super::links::{FILTERS, Links};
use super::monitors::built_in;
use super::sessions::{Restart, SessionView};
use super::{By, Control};
use crate::config::parameter::ModuleKind;
use crate::config::{ListenerParameters, ServiceParameters, Settable, Values};

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
        let values = |layout: &Layout| {
            let router = built_in(ModuleKind::Router, "router", router)?;
            let values = Values::of_new_service(router, parameters, layout.path_folder())?;
            let present = ServiceParameters::of_values(&values);
            let is_filter = |name: &str| self.objects.is_filter(name);
            layout.related_service(name, values, &present, links, is_filter)
        };
        self.make::<ServiceParameters>(by, name, values, |_| Ok(()))
            .await
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
        let relate = |layout: &mut Layout, present: &ServiceParameters, values| {
            let is_filter = |name: &str| self.objects.is_filter(name);
            layout.related_service(name, values, present, links, is_filter)
        };
        self.change(by, name, parameters, expected, relate).await?;
        if live && links.get(FILTERS).is_some() {
            self.renew(Restart::No, |session| *session.service == *name)
                .await;
        }
        Ok(())
    }

    /// Removes a service. One that has servers, filters or listeners, or that another one routes to,
    /// is removed with `force` only: with its listeners, and from those first. Its sessions go on until they end.
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
        let unlink = |layout: &mut Layout, parameters: &ServiceParameters| {
            self.objects.check_not_sent_to(name)?;
            let outer = layout.outer_of(name).into_iter();
            let outer: Vec<String> = outer.map(|name| format!("the service {name}")).collect();
            ObjectError::unless_used(name, "is used by", &outer, force)?;
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
            layout.unlink_service(name)
        };
        self.take_out(by, name, expected, unlink).await
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
            if force {
                service.end_log_ins(&listener);
            }
            if let Some(listener) = self.objects.running().listener(&listener) {
                listener.stop();
            }
        }
        if force {
            self.end_sessions(|session| *session.service == *name).await;
        }
        tracing::info!(object = name, "service '{name}\' has been stopped");
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
        tracing::info!(object = name, "service '{name}\' has been started");
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
