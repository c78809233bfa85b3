//! Changes of services, and of their sessions' chains.

use std::sync::Arc;

use super::Control;
use super::chains::ChangeError;
use super::error::ObjectError;
use super::filters::check;
use super::sessions::{SessionView, Update};
use crate::services::Service;

impl Control {
    /// Gives a service other filters, in order: sessions that begin from now on have them, and with
    /// `live` those that are there already, each when it is idle. `expected` is the version that the
    /// service has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn change_service_filters(
        &self,
        name: &str,
        filters: &[String],
        live: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let service = self.service(name);
        let service = service.ok_or_else(|| ObjectError::NotFound(name.to_owned(), "a service"))?;
        check(expected, service.version())?;
        service.set_filters(self.objects.chain(filters)?);
        tracing::info!("service '{name}' has the filters [{}]", filters.join(", "));
        if live {
            self.rechain(|session| *session.service == *name).await;
        }
        Ok(())
    }

    /// Gives a session the filters that new sessions of its service have.
    ///
    /// # Errors
    /// Why it keeps those it has.
    pub async fn restart_session(&self, id: u64) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        let session = self.sessions.source.get(id).await;
        let session = session.ok_or(ChangeError::NotASession(id))?;
        self.restart(&session).await
    }

    /// Gives all sessions the filters that new sessions of their services have. A session that can't
    /// have them keeps those it has; the log says so.
    pub async fn restart_sessions(&self) {
        let _writing = self.writing.read().await;
        self.rechain(|_| true).await;
    }

    async fn rechain(&self, wanted: impl Fn(&SessionView) -> bool) {
        let sessions = self.sessions.source.list().await;
        for session in sessions.iter().filter(|session| wanted(session)) {
            match self.restart(session).await {
                // A session that has ended meanwhile has nothing to be changed.
                Ok(()) | Err(ChangeError::NotASession(_)) => {}
                Err(error) => {
                    tracing::warn!(
                        session = session.id,
                        "its filters stay as they are: {error}"
                    );
                }
            }
        }
    }

    async fn restart(&self, session: &SessionView) -> Result<(), ChangeError> {
        let service = self.service(&session.service);
        let service = service.ok_or(ChangeError::NotASession(session.id))?;
        let update = Update {
            chain: Some(service.filters()),
            ..Update::default()
        };
        self.update_session(session.id, update).await
    }

    fn service(&self, name: &str) -> Option<&Arc<Service>> {
        let mut services = self.objects.0.services.iter();
        services.find(|service| *service.name == *name)
    }
}
