//! Sessions that get the filters of their service anew, and sessions that are ended.

use std::sync::Arc;
use std::time::Duration;

use super::Control;
use super::chains::ChangeError;
use super::sessions::{SessionError, SessionView, Update};
use crate::services::Service;
use crate::store::{Author, ObjectKind};

impl Control {
    /// Gives a session the filters that new sessions of its service have.
    ///
    /// # Errors
    /// Why it keeps those it has.
    pub async fn restart_session(&self, author: &Author, id: u64) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        let session = self.sessions.source.get(id).await;
        let session = session.ok_or(ChangeError::NotASession(id))?;
        let name = id.to_string();
        self.note(author, "restart", ObjectKind::Session, &name, None)
            .await?;
        self.restart(&session).await
    }

    /// Gives all sessions the filters that new sessions of their services have. A session that can't
    /// have them keeps those it has; the log says so.
    ///
    /// # Errors
    /// That it could not be written down.
    pub async fn restart_sessions(&self, author: &Author) -> Result<(), ChangeError> {
        let _writing = self.writing.read().await;
        self.note(author, "restart", ObjectKind::Session, "all", None)
            .await?;
        self.rechain(|_| true).await;
        Ok(())
    }

    /// Ends a session: at once, or when it has finished its work, at most `grace` from now.
    ///
    /// # Errors
    /// There is no such session.
    pub async fn kill_session(
        &self,
        author: &Author,
        id: u64,
        grace: Option<Duration>,
    ) -> Result<(), SessionError> {
        self.sessions.kill(id, grace).await?;
        let name = id.to_string();
        let noted = self.note(author, "kill", ObjectKind::Session, &name, None);
        // It is done, and cannot be taken back.
        if let Err(error) = noted.await {
            tracing::error!(session = id, "its end is not in the audit: {error}");
        }
        Ok(())
    }

    pub(super) async fn rechain(&self, wanted: impl Fn(&SessionView) -> bool) {
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
        let service: Option<Arc<Service>> = self.objects.running().service(&session.service);
        // The last sessions of a service that was removed have nothing to be given.
        let service = service.ok_or(ChangeError::NotASession(session.id))?;
        let update = Update {
            chain: Some(service.filters()),
            ..Update::default()
        };
        self.update_session(session.id, update).await
    }
}
