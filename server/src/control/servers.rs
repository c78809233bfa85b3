//! Changes of servers.

use serde_json::{Map, Value};

use super::error::ObjectError;
use super::layout::Layout;
use super::links::Links;
use super::{By, Control};
use crate::config::{ServerParameters, Values};
use crate::servers::ServerStates;

/// What is to become of a state of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StateChange {
    /// The server is in it.
    Set,
    /// The server is not.
    Clear,
}

impl Control {
    /// Makes a server, and puts it into services and under a monitor.
    ///
    /// # Errors
    /// Why it was not made.
    pub async fn create_server(
        &self,
        by: &By,
        name: &str,
        parameters: &Map<String, Value>,
        links: &Links,
    ) -> Result<(), ObjectError> {
        let values = |layout: &Layout| Ok(Values::of_new_server(parameters, layout.path_folder())?);
        let relate = |layout: &mut Layout| layout.relate_server(name, links).map(|_| ());
        self.make::<ServerParameters>(by, name, values, relate)
            .await
    }

    /// Gives a server other parameters, services or another monitor; all or nothing. Sessions keep
    /// the connections they have. `expected` is the version that it has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn alter_server(
        &self,
        by: &By,
        name: &str,
        parameters: Option<&Map<String, Value>>,
        links: &Links,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let relate = |layout: &mut Layout, _: &ServerParameters, values| {
            if layout.relate_server(name, links)? {
                layout.touch::<ServerParameters>(name);
            }
            Ok(values)
        };
        self.change(by, name, parameters, expected, relate).await
    }

    /// Removes a server. One that services or monitors have is removed with `force` only, from them
    /// first. Sessions that have a connection to it keep it.
    ///
    /// # Errors
    /// Why it is still there.
    pub async fn delete_server(
        &self,
        by: &By,
        name: &str,
        force: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let unlink = |layout: &mut Layout, _: &ServerParameters| {
            self.objects.check_not_sent_to(name)?;
            let services = layout.services_with(name).into_iter();
            let mut users: Vec<String> =
                services.map(|name| format!("the service {name}")).collect();
            let monitors = layout.monitors_of(name).into_iter();
            users.extend(monitors.map(|name| format!("the monitor {name}")));
            ObjectError::unless_used(name, "is used by", &users, force)?;
            layout.unlink_server(name)
        };
        self.take_out(by, name, expected, unlink).await
    }

    /// Sets or clears a state of a server by hand. A server that a monitor watches can only be put
    /// into maintenance, and drained. With `force`, the connections that sessions have to it are closed
    /// at once; sessions that can't do without end.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn change_server_state(
        &self,
        by: &By,
        name: &str,
        change: StateChange,
        states: ServerStates,
        force: bool,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let layout = self.objects.layout();
        layout.find::<ServerParameters>(name)?;
        let server = self.objects.running().servers.get(name);
        let watching = layout.monitors_of(name).into_iter().find(|monitor| {
            let monitor = self.objects.running().monitor(monitor);
            monitor.is_some_and(|monitor| monitor.is_running())
        });
        if let (false, Some(monitor)) = (ServerStates::BY_OPERATOR.contains(states), &watching) {
            return Err(ObjectError::State(format!(
                "{name} is watched by the monitor {monitor}: by hand it can only be put into \
                 maintenance, and drained"
            )));
        }
        let action = match change {
            StateChange::Set => "set_state",
            StateChange::Clear => "clear_state",
        };
        let noted = self.noted::<ServerParameters, _>(by, action, name, server);
        let server = noted.await?;
        let before = match change {
            StateChange::Set => server.add_states(states),
            StateChange::Clear if states == ServerStates::MAINTENANCE => {
                server.end_maintenance(watching.is_some())
            }
            StateChange::Clear => server.remove_states(states),
        };
        tracing::info!(
            object = name,
            "server '{name}' is {}, was {before}",
            server.states()
        );
        if force && change == StateChange::Set {
            server.evict();
        }
        Ok(())
    }
}
