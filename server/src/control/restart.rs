//! Sessions that get their service as it is now.

use std::sync::Arc;

use super::chains::ChangeError;
use super::footprint::Footprint;
use super::journal::Entry;
use super::sessions::{LogChange, Restart, SessionView, Update};
use super::{By, Control};
use crate::services::Service;
use crate::store::{ObjectKind, StoreError};

impl Control {
    /// Gives a session the filters that new sessions of its service have, and new connections where the
    /// router can do that (readwritesplit): `how`. `expected` is the version that its configuration has
    /// to have.
    ///
    /// # Errors
    /// Why it keeps those it has.
    pub async fn restart_session(
        &self,
        by: &By,
        id: u64,
        how: Restart,
        expected: Option<u64>,
    ) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        let session = self.sessions.source.get(id).await;
        let session = session.ok_or(ChangeError::NotASession(id))?;
        self.restart(&session, how, expected).await?;
        let before = Footprint::of(&session);
        let chain = self.chain_of_service(&session.service);
        let after = before.changed(Some(chain), LogChange::default());
        self.note_session(by, "restart", id, (&before, &after))
            .await
    }

    /// The same for all sessions. A session that can't have them keeps those it has; the log says so.
    ///
    /// # Errors
    /// Why nothing was changed.
    pub async fn restart_sessions(&self, by: &By, how: Restart) -> Result<(), StoreError> {
        let _writing = self.writing.read().await;
        let entry = Entry {
            action: "restart",
            kind: ObjectKind::Session,
            name: "all".to_owned(),
            before: None,
            after: None,
        };
        self.commit(by, vec![entry]).await?;
        self.renew(how, |_| true).await;
        Ok(())
    }

    /// Gives sessions the filters of their service, and all that new sessions have, if they are to
    /// restart.
    pub(super) async fn renew(&self, restart: Restart, wanted: impl Fn(&SessionView) -> bool) {
        let sessions = self.sessions.source.list().await;
        for session in sessions.iter().filter(|session| wanted(session)) {
            match self.restart(session, restart, None).await {
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

    async fn restart(
        &self,
        session: &SessionView,
        restart: Restart,
        expected: Option<u64>,
    ) -> Result<(), ChangeError> {
        let service = self.service(&session.service);
        let service = service.ok_or(ChangeError::NotASession(session.id))?;
        let update = Update {
            chain: Some(service.filters()),
            restart,
            expected,
            ..Update::default()
        };
        self.update_session(session.id, update).await
    }

    pub(super) fn service(&self, name: &str) -> Option<Arc<Service>> {
        self.objects.running().service(name)
    }
}
