//! Changes of services, and of their sessions' chains.

use std::sync::Arc;

use serde_json::Value;

use super::chains::ChangeError;
use super::error::ObjectError;
use super::filters::check;
use super::footprint::Footprint;
use super::journal::Entry;
use super::sessions::{LogChange, SessionView, Update};
use super::{By, Control};
use crate::services::Service;
use crate::store::{ObjectKind, StoreError};

impl Control {
    /// Gives a service other filters, in order: sessions that begin from now on have them, and with
    /// `live` those that are there already, each when it is idle. `expected` is the version that the
    /// service has to have.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn change_service_filters(
        &self,
        by: &By,
        name: &str,
        filters: &[String],
        live: bool,
        expected: Option<u64>,
    ) -> Result<(), ObjectError> {
        let _writing = self.writing.write().await;
        let service = self.service(name);
        let service = service.ok_or_else(|| ObjectError::NotFound(name.to_owned(), "a service"))?;
        check(expected, service.version())?;
        let chain = self.objects.chain(filters)?;
        let names = service.filters();
        let before: Vec<&str> = names.iter().map(|(name, _)| &**name).collect();
        let after: Vec<&str> = filters.iter().map(String::as_str).collect();
        let entry = self.service_entry(service, &before, &after);
        self.commit(by, vec![entry]).await?;
        service.set_filters(chain);
        tracing::info!("service '{name}' has the filters [{}]", filters.join(", "));
        if live {
            self.rechain(|session| *session.service == *name).await;
        }
        Ok(())
    }

    /// What a service is with the filters `before`, and what it becomes with those `after`.
    fn service_entry(&self, service: &Service, before: &[&str], after: &[&str]) -> Entry {
        let configured = self.objects.0.configuration.services.iter();
        let mut configured = configured;
        let object = configured.find(|object| object.name == service.name);
        let document = |filters: &[&str]| {
            let mut document = object
                .map(|object| object.values.document())
                .unwrap_or_default();
            if let Some(Value::Object(parameters)) = document.get_mut("parameters") {
                parameters.remove("filters");
                if !filters.is_empty() {
                    parameters.insert("filters".to_owned(), filters.join("|").into());
                }
            }
            document
        };
        Entry {
            action: "alter",
            kind: ObjectKind::Service,
            name: service.name.to_string(),
            before: Some(document(before)),
            after: Some(document(after)),
        }
    }

    /// What a service becomes without one of its filters.
    pub(super) fn service_without(&self, service: &str, filter: &str) -> Option<Entry> {
        let service = self.service(service)?;
        let names = service.filters();
        let before: Vec<&str> = names.iter().map(|(name, _)| &**name).collect();
        let mut after = before.clone();
        after.retain(|name| *name != filter);
        Some(self.service_entry(service, &before, &after))
    }

    /// Gives a session the filters that new sessions of its service have.
    ///
    /// # Errors
    /// Why it keeps those it has.
    pub async fn restart_session(&self, by: &By, id: u64) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        let session = self.sessions.source.get(id).await;
        let session = session.ok_or(ChangeError::NotASession(id))?;
        self.restart(&session).await?;
        let before = Footprint::of(&session);
        let chain = self.chain_of_service(&session.service);
        let after = before.changed(Some(chain), LogChange::default());
        self.note_session(by, "restart", id, (&before, &after))
            .await
    }

    /// Gives all sessions the filters that new sessions of their services have. A session that can't
    /// have them keeps those it has; the log says so.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn restart_sessions(&self, by: &By) -> Result<(), StoreError> {
        let _writing = self.writing.read().await;
        let entry = Entry {
            action: "restart",
            kind: ObjectKind::Session,
            name: "all".to_owned(),
            before: None,
            after: None,
        };
        self.commit(by, vec![entry]).await?;
        self.rechain(|_| true).await;
        Ok(())
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

    pub(super) fn service(&self, name: &str) -> Option<&Arc<Service>> {
        let mut services = self.objects.0.services.iter();
        services.find(|service| *service.name == *name)
    }
}
