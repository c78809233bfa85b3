//! What changes of live sessions leave in the audit.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value, json};

use super::chains::{ChangeError, SessionChange};
use super::journal::Entry;
use super::sessions::{Apply, LogChange, LogSwitches, Restart, SessionError, SessionView, Update};
use super::{By, Control};
use crate::store::ObjectKind;

/// What of a session can be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Footprint {
    /// The names of its filters: those that wait, or else those that act.
    chain: Vec<String>,
    log: LogSwitches,
}

impl Footprint {
    pub(super) fn of(session: &SessionView) -> Self {
        let chain = &session.chain;
        let wanted = chain.pending.as_ref().unwrap_or(&chain.active);
        Self {
            chain: wanted.iter().map(ToString::to_string).collect(),
            log: session.log,
        }
    }

    /// What it becomes.
    pub(super) fn changed(&self, chain: Option<Vec<String>>, log: LogChange) -> Self {
        Self {
            chain: chain.unwrap_or_else(|| self.chain.clone()),
            log: log.apply(self.log),
        }
    }

    pub(super) fn document(&self) -> Value {
        let switch =
            |(name, switch): (&str, _)| (name.to_owned(), self.log.contains(switch).into());
        let parameters: Map<String, Value> = LogSwitches::ALL.into_iter().map(switch).collect();
        json!({"parameters": parameters, "filters": self.chain})
    }

    /// The change that makes a session what `document` says, if that is such a document.
    pub(super) fn read(document: &Value) -> Option<SessionChange> {
        let filters = document.get("filters")?.as_array()?.iter();
        let chain: Option<Vec<String>> = filters
            .map(|name| name.as_str().map(str::to_owned))
            .collect();
        let mut log = LogChange::default();
        for (name, on) in document.get("parameters")?.as_object()? {
            log.set(LogSwitches::named(name)?, on.as_bool()?);
        }
        Some(SessionChange {
            chain: Some(chain?),
            log,
            ..SessionChange::default()
        })
    }
}

impl Control {
    /// Writes down that a session was changed. When that is not possible the session gets back what
    /// it had: nothing is changed without a record.
    pub(super) async fn note_session(
        &self,
        by: &By,
        action: &'static str,
        id: u64,
        (before, after): (&Footprint, &Footprint),
    ) -> Result<(), ChangeError> {
        if before == after {
            return Ok(());
        }
        let entry = Entry {
            action,
            kind: ObjectKind::Session,
            name: id.to_string(),
            before: Some(before.document()),
            after: Some(after.document()),
        };
        let Err(error) = self.commit(by, vec![entry]).await else {
            return Ok(());
        };
        let mut log = LogChange::default();
        for (_, switch) in LogSwitches::ALL {
            log.set(switch, before.log.contains(switch));
        }
        let update = Update {
            chain: self.objects.chain(&before.chain).ok(),
            apply: Apply::Idle,
            log,
            restart: Restart::No,
            expected: None,
        };
        if let Err(failed) = self.update_session(id, update).await {
            tracing::error!(session = id, "its change can't be taken back: {failed}");
        }
        Err(error.into())
    }

    /// Ends a session: at once, or when it has finished its work, at most `grace` from now.
    ///
    /// # Errors
    /// Why it was not ended.
    pub async fn kill_session(
        &self,
        by: &By,
        id: u64,
        grace: Option<Duration>,
    ) -> Result<(), SessionError> {
        let session = self.sessions.get(id).await?;
        let told = json!({
            "listener": *session.listener,
            "remote": session.remote,
            "service": *session.service,
            "user": session.user,
        });
        let entry = Entry {
            action: "kill",
            kind: ObjectKind::Session,
            name: id.to_string(),
            before: Some(told),
            after: None,
        };
        self.commit(by, vec![entry]).await?;
        if !self.sessions.source.kill(id, grace).await {
            return Err(SessionError::NotASession(id));
        }
        let user = &by.author.user;
        tracing::info!(session = id, ?grace, "session is being ended by {user}");
        Ok(())
    }

    /// The filters that new sessions of a service have.
    pub(super) fn chain_of_service(&self, service: &Arc<str>) -> Vec<String> {
        let service = self.service(service);
        let filters = service.map(|service| service.filters());
        let names = filters.iter().flat_map(|filters| filters.iter());
        names.map(|(name, _)| name.to_string()).collect()
    }
}
