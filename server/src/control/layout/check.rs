//! What has to be true of a layout as a whole.

use std::net::IpAddr;
use std::sync::Arc;

use super::Layout;
use crate::config::{ListenerParameters, ParameterError};
use crate::control::error::ObjectError;

impl Layout {
    /// Refuses listeners that can't have their address, because another one or the API has it.
    pub(in crate::control) fn check_address(
        &self,
        name: &str,
        listener: &ListenerParameters,
    ) -> Result<(), ObjectError> {
        let owner = self
            .listeners
            .iter()
            .filter(|(other, _)| ***other != *name)
            .find(|(_, other)| clashes(listener, &other.object.parameters))
            .map(|(other, _)| format!("the listener {other}"));
        let gateway = &self.maxscale.object.parameters;
        let is_admin = gateway.admin_enabled
            && listener.socket.is_none()
            && listener.port == gateway.admin_port
            && same_address(&listener.address, &gateway.admin_host);
        let Some(owner) = owner.or_else(|| is_admin.then(|| "the REST API".to_owned())) else {
            return Ok(());
        };
        let (parameter, what) = match &listener.socket {
            Some(path) => ("socket", path.display().to_string()),
            None => ("port", listener.port.to_string()),
        };
        Err(ObjectError::Parameter(ParameterError {
            parameter: parameter.to_owned(),
            message: format!("{what} is taken by {owner}"),
        }))
    }

    /// Refuses names that are not names of objects of a kind, and names that are given twice.
    pub(in crate::control) fn check_links(
        relationship: &'static str,
        one: &'static str,
        names: &[String],
        is: impl Fn(&str) -> bool,
    ) -> Result<(), ObjectError> {
        for (index, name) in names.iter().enumerate() {
            let message = if !is(name) {
                format!("{name} is not {one}")
            } else if names.iter().take(index).any(|other| other == name) {
                format!("{name} is given twice")
            } else {
                continue;
            };
            return Err(ObjectError::Link {
                relationship,
                index,
                message,
            });
        }
        Ok(())
    }
}

fn clashes(one: &ListenerParameters, other: &ListenerParameters) -> bool {
    match (&one.socket, &other.socket) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.port == other.port && same_address(&one.address, &other.address),
        _ => false,
    }
}

/// Whether two listening addresses cannot share a port.
fn same_address(one: &str, other: &str) -> bool {
    let other = if other == "localhost" {
        "127.0.0.1"
    } else {
        other
    };
    match (one.parse::<IpAddr>(), other.parse::<IpAddr>()) {
        (Ok(one), Ok(other)) => one == other || one.is_unspecified() || other.is_unspecified(),
        _ => one == other,
    }
}

/// Names as the operations have them.
pub(super) fn owned(names: &[Arc<str>]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}
