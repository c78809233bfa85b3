//! Connections on which administrators run statements: what they lead to, and the record of who has
//! opened one. What is run is in no record.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use super::journal::Entry;
use super::objects::Objects;
use super::{By, Control};
use crate::auth::admin::Identity;
use crate::backend::Endpoint;
use crate::store::{ObjectKind, StoreError};
use crate::workbench::{
    Connection, Over, Plan, Target, Targets, Visitor, Wish, Workbench, WorkbenchError,
};

/// Why a connection was not opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It can't be.
    #[error(transparent)]
    Workbench(#[from] WorkbenchError),
    /// There would be no record of it.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Who opens a connection.
pub struct Opener<'a> {
    /// His account.
    pub identity: &'a Identity,
    /// Who he is in the record.
    pub by: &'a By,
    /// How he comes.
    pub visitor: Visitor,
}

impl Targets for Objects {
    fn find(&self, name: &str) -> Result<Target, WorkbenchError> {
        let running = self.running();
        if let Some(server) = running.servers.get(name) {
            let layout = self.layout();
            let from = layout.maxscale.object.parameters.dialling().from;
            let endpoint = Endpoint::of(&server, from).map_err(WorkbenchError::Connect)?;
            return Ok(Target::Server(endpoint));
        }
        let listener = match running.listener(name) {
            Some(listener) => listener,
            None if running.service(name).is_some() => running
                .listener_of(name)
                .ok_or_else(|| WorkbenchError::NoListener(name.to_owned()))?,
            None => return Err(WorkbenchError::NotATarget(name.to_owned())),
        };
        if listener.is_stopped() {
            return Err(WorkbenchError::Stopped(Arc::clone(&listener.name)));
        }
        let sessions = running.surroundings.sessions.clone();
        Ok(Target::Door(listener.entry(), sessions))
    }
}

impl Control {
    /// The connections.
    pub fn workbench(&self) -> &Workbench {
        &self.workbench
    }

    /// Opens a connection that lives for `age`, with a record of it, also when that fails.
    ///
    /// # Errors
    /// Why it was not opened.
    pub async fn open_sql(
        &self,
        opener: Opener<'_>,
        plan: Plan,
        age: Duration,
    ) -> Result<Arc<Connection>, OpenError> {
        if !self.workbench.is_enabled() {
            return Err(WorkbenchError::Disabled.into());
        }
        // A name that means nothing is in no record.
        Targets::find(&self.objects, &plan.target)?;
        let told = Entry {
            action: "open",
            kind: ObjectKind::Sql,
            name: plan.target.to_string(),
            before: None,
            after: Some(json!({"db": plan.database(), "user": plan.user()})),
        };
        self.commit(opener.by, vec![told.clone()]).await?;
        let wish = Wish {
            owner: Arc::clone(&opener.identity.user),
            visitor: opener.visitor,
            age,
            over: self.until_gone(opener.identity),
            plan,
        };
        match self.workbench.open(wish).await {
            Ok(connection) => Ok(connection),
            Err(error) => {
                self.note_failure(opener.by, told, error.to_string()).await;
                Err(error.into())
            }
        }
    }

    /// Closes a connection for somebody who has not its token, with a record of it.
    ///
    /// # Errors
    /// There would be no record of it.
    pub async fn close_sql(&self, by: &By, connection: &Connection) -> Result<(), StoreError> {
        let plan = connection.plan();
        let owner = &**connection.owner();
        let told = Entry {
            action: "close",
            kind: ObjectKind::Sql,
            name: plan.target.to_string(),
            before: Some(json!({"db": plan.database(), "opened_by": owner, "user": plan.user()})),
            after: None,
        };
        self.commit(by, vec![told]).await?;
        self.workbench.close(connection.id());
        Ok(())
    }

    /// Ends when that account is not let in any more, or the gateway stops.
    fn until_gone(&self, identity: &Identity) -> Over {
        let administrators = Arc::clone(&self.administrators);
        // The connection's token ends with the rules that it is signed by, however he has come himself.
        let identity = administrators.by_token(identity);
        let stopping = self.objects.running().surroundings.stopping.clone();
        Box::pin(async move {
            tokio::select! {
                () = administrators.outlived(&identity) => {}
                () = stopped(stopping) => {}
            }
        })
    }
}

async fn stopped(mut stopping: watch::Receiver<bool>) {
    if stopping.wait_for(|&stop| stop).await.is_err() {
        // Nobody is left who could stop the gateway.
        std::future::pending::<()>().await;
    }
}
