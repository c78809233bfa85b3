//! Changes of listeners.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::layout::Layout;
use super::links::{Links, SERVICES};
use super::{By, Control};
use crate::config::{ListenerParameters, ParameterError, ServiceParameters, Settable as _, Values};
use crate::net::{HostLookup, Hosts};

impl Control {
    /// Makes a listener of a service, and lets clients in.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_listener(
        &self,
        by: &By,
        name: &str,
        parameters: &Map<String, Value>,
        links: &Links,
    ) -> Result<(), ObjectError> {
        let values = |layout: &Layout| {
            let service = service_of(layout, parameters, links)?;
            let folder = layout.path_folder();
            Ok(Values::of_new_listener(&service, parameters, folder)?)
        };
        let wanted = values(&self.objects.layout())?;
        let hosts = self.hosts_of(&wanted).await?;
        let found = |layout: &mut Layout| {
            layout.hosts = hosts;
            Ok(())
        };
        self.make::<ListenerParameters>(by, name, values, found)
            .await?;
        // Of a service that is stopped it waits for its start as well.
        let listener = self.objects.running().listener(name);
        if let Some(listener) = listener.filter(|listener| listener.entry().service.is_stopped()) {
            listener.stop();
        }
        Ok(())
    }

    /// The address of the host that a listener is to listen on. It may take a while to find out: no
    /// other writer waits meanwhile.
    pub(super) async fn hosts_of(&self, values: &Values) -> Result<Hosts, ParameterError> {
        let parameters = ListenerParameters::of_values(values);
        if let Some(fault) = parameters.fault(values) {
            return Err(fault);
        }
        let hosts = &self.objects.running().surroundings.hosts;
        hosts_of(hosts, [&parameters]).await
    }

    /// Gives a listener other parameters, all or nothing: clients that come from now on have them.
    /// `expected` is the version that it has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_listener(
        &self,
        by: &By,
        name: &str,
        parameters: Option<&Map<String, Value>>,
        links: &Links,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let relate = |_: &mut Layout, present: &ListenerParameters, values| {
            if let Some(services) = links.get(SERVICES)
                && !matches!(services, [one] if **one == *present.service)
            {
                return Err(ObjectError::Relationship {
                    relationship: SERVICES,
                    message: "a listener stays with its service".to_owned(),
                });
            }
            Ok(values)
        };
        self.change(by, name, parameters, expected, relate).await
    }

    /// Removes a listener; its sessions go on, and its address is free.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_listener(
        &self,
        by: &By,
        name: &str,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let unlink = |_: &mut Layout, _: &ListenerParameters| Ok(());
        self.take_out(by, name, expected, unlink).await
    }

    /// Lets no clients in until the listener is started; those that come wait. With `force`, its
    /// sessions end.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn stop_listener(&self, by: &By, name: &str, force: bool) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().listener(name);
        let noted = self.noted::<ListenerParameters, _>(by, "stop", name, running);
        let listener = noted.await?;
        listener.stop();
        if force {
            listener.entry().service.end_log_ins(name);
            self.end_sessions(|session| *session.listener == *name)
                .await;
        }
        tracing::info!(object = name, "listener '{name}\' has been stopped");
        Ok(())
    }

    /// Lets clients in again.
    ///
    /// # Errors
    /// There is none of that name.
    pub async fn start_listener(&self, by: &By, name: &str) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let running = self.objects.running().listener(name);
        let noted = self.noted::<ListenerParameters, _>(by, "start", name, running);
        let listener = noted.await?;
        listener.start();
        tracing::info!(object = name, "listener '{name}\' has been started");
        Ok(())
    }
}

/// The addresses of the hosts whose names these listeners have for an address.
///
/// # Errors
/// Which can't be found.
pub async fn hosts_of(
    hosts: &HostLookup,
    listeners: impl IntoIterator<Item = &ListenerParameters>,
) -> Result<Hosts, ParameterError> {
    let mut found = Hosts::new();
    let listeners = listeners.into_iter();
    for listener in listeners.filter(|listener| listener.socket.is_none()) {
        let host = &listener.address;
        if host.parse::<IpAddr>().is_ok() || found.contains_key(host) {
            continue;
        }
        let ip = hosts.address(host).await.map_err(|error| ParameterError {
            parameter: "address".to_owned(),
            message: error.to_string(),
        })?;
        found.insert(host.clone(), ip);
    }
    Ok(found)
}

/// The service that a new listener leads to: a relationship, or a parameter as in files.
fn service_of(
    layout: &Layout,
    parameters: &Map<String, Value>,
    links: &Links,
) -> Result<String, ObjectError> {
    let given = links.get(SERVICES);
    if let Some(services) = given {
        let known = |name: &str| layout.services.contains_key(name);
        Layout::check_links(SERVICES, "a service", services, known)?;
    }
    match (given, parameters.get("service").and_then(Value::as_str)) {
        (Some([service]), _) => Ok(service.clone()),
        (None, Some(service)) => {
            layout
                .find::<ServiceParameters>(service)
                .map_err(|error| ParameterError {
                    parameter: "service".to_owned(),
                    message: error.to_string(),
                })?;
            Ok(service.to_owned())
        }
        _ => Err(ObjectError::Relationship {
            relationship: SERVICES,
            message: "a listener has one service".to_owned(),
        }),
    }
}
