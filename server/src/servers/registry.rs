//! All servers by name.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use super::server::Server;

/// The servers there are, in the order in which they were added. A clone is the same registry.
#[derive(Debug, Clone, Default)]
pub struct ServerRegistry {
    servers: Arc<RwLock<Arc<[Arc<Server>]>>>,
    additions: watch::Sender<()>,
}

/// Why a server could not be added or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// There is one of this name.
    #[error("there is a server named {0} already")]
    Exists(Arc<str>),
    /// There is none of this name.
    #[error("there is no server named {0}")]
    Unknown(Arc<str>),
}

impl ServerRegistry {
    /// All of them.
    pub fn all(&self) -> Arc<[Arc<Server>]> {
        self.servers
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The one of this name.
    pub fn get(&self, name: &str) -> Option<Arc<Server>> {
        self.all()
            .iter()
            .find(|server| **server.name() == *name)
            .cloned()
    }

    /// Adds one.
    ///
    /// # Errors
    /// There is one of its name.
    pub fn add(&self, server: Arc<Server>) -> Result<(), RegistryError> {
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        if servers.iter().any(|other| other.name() == server.name()) {
            return Err(RegistryError::Exists(server.name().clone()));
        }
        *servers = servers.iter().cloned().chain([server]).collect();
        drop(servers);
        self.additions.send_replace(());
        Ok(())
    }

    /// Resolves when a server has been added.
    pub fn watch_additions(&self) -> watch::Receiver<()> {
        self.additions.subscribe()
    }

    /// Removes one. Sessions that hold it keep it until they end.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn remove(&self, name: &str) -> Result<Arc<Server>, RegistryError> {
        let mut servers = self.servers.write().unwrap_or_else(PoisonError::into_inner);
        let found = servers
            .iter()
            .find(|server| **server.name() == *name)
            .cloned();
        let server = found.ok_or_else(|| RegistryError::Unknown(name.into()))?;
        *servers = servers
            .iter()
            .filter(|other| !Arc::ptr_eq(other, &server))
            .cloned()
            .collect();
        drop(servers);
        server.removed();
        Ok(server)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{RegistryError, ServerRegistry};
    use crate::config::ServerParameters;
    use crate::servers::Server;

    fn server(name: &str) -> Arc<Server> {
        let parameters = ServerParameters {
            address: "db".to_owned(),
            port: 3306,
            ..ServerParameters::default()
        };
        Server::new(name, parameters)
    }

    fn names(registry: &ServerRegistry) -> Vec<String> {
        registry
            .all()
            .iter()
            .map(|server| server.name().to_string())
            .collect()
    }

    #[test]
    fn servers_keep_their_order() {
        let registry = ServerRegistry::default();
        for name in ["b", "a", "c"] {
            registry.add(server(name)).unwrap();
        }
        assert_eq!(names(&registry), ["b", "a", "c"]);
        registry.clone().remove("a").unwrap();
        assert_eq!(names(&registry), ["b", "c"]);
        assert!(registry.get("a").is_none());
        assert!(registry.get("c").is_some());
    }

    #[test]
    fn a_name_belongs_to_one_server() {
        let registry = ServerRegistry::default();
        registry.add(server("a")).unwrap();
        assert_eq!(
            registry.add(server("a")),
            Err(RegistryError::Exists("a".into()))
        );
        assert_eq!(
            registry.remove("b").unwrap_err(),
            RegistryError::Unknown("b".into())
        );
    }
}
