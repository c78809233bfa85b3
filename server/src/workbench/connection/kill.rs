//! What runs is ended by way of a second connection.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::Connection;
use crate::workbench::WorkbenchError;
use crate::workbench::budget::{Budget, Held};
use crate::workbench::collector::Collector;
use crate::workbench::job::State;
use crate::workbench::outcome::Outcome;
use crate::workbench::target::Target;

/// How long a KILL may take, its connection included.
const KILL_WITHIN: Duration = Duration::from_secs(5);
/// What is read of the answer to a KILL.
const ANSWER_MAX: usize = 4096;
/// Why a connection is of no further use after a KILL that was not answered.
pub(super) const MAY_COME: &str = "a KILL was not answered, and may yet end what is run next";
/// There is no such connection: it has ended by itself.
const NO_SUCH_THREAD: u16 = 1094;

/// Counts a KILL that is on its way.
struct OnItsWay<'a>(&'a Connection);

impl Drop for OnItsWay<'_> {
    fn drop(&mut self) {
        self.0.lock().kills -= 1;
    }
}

impl Connection {
    /// Ends what it runs; nothing happens if that is nothing.
    ///
    /// # Errors
    /// That could not be asked for, or was refused: it goes on.
    pub async fn cancel(self: &Arc<Self>) -> Result<(), WorkbenchError> {
        let (to, id) = {
            let mut now = self.lock();
            match &now.state {
                State::Running { .. } => {}
                State::Resting(_) | State::Connecting => return Ok(()),
                State::Lost(why) => return Err(WorkbenchError::Lost(why.clone())),
                State::Closed => return Err(WorkbenchError::Closed),
            }
            now.kills += 1;
            (now.to.clone(), now.thread_id)
        };
        let connection = Arc::clone(self);
        let killing = self.lane.spawn(async move {
            let _on_its_way = OnItsWay(&connection);
            connection.kill_query(&to, id).await
        });
        killing.await.map_err(|_| WorkbenchError::Broken)?
    }

    /// Ends what the connection of that id runs. That it could not is logged.
    pub(super) async fn kill_query(&self, to: &Target, id: u32) -> Result<(), WorkbenchError> {
        let killed = self.try_kill(to, id).await;
        killed.map_err(|error| {
            let (owner, target) = (&self.owner, &*self.plan.target);
            tracing::warn!(
                object = target,
                "what connection {id} of account '{owner}' runs on '{target}' could not be ended, \
                 and may go on there: {error}"
            );
            WorkbenchError::NotKilled(error.to_string())
        })
    }

    /// A KILL was sent, and nobody knows what has become of it.
    fn kill_may_come(&self) {
        let mut now = self.lock();
        now.kill_may_come = true;
        if matches!(now.state, State::Resting(_)) {
            now.state = State::Lost(MAY_COME.to_owned());
        }
    }

    async fn try_kill(&self, to: &Target, id: u32) -> Result<(), WorkbenchError> {
        let mut login = self.plan.login.clone();
        login.database = None;
        let mut second = to.connect(&login, self.visitor, KILL_WITHIN).await?;
        let held = Held::new(&Budget::new(ANSWER_MAX), ANSWER_MAX);
        let mut answer = Collector::new(Some(0), held);
        let kill = format!("KILL QUERY {id}");
        let run = timeout(KILL_WITHIN, second.run(&kill, &mut answer)).await;
        let unanswered = match run {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(WorkbenchError::Connect(error)),
            Err(_) => Some(WorkbenchError::Refused("no answer to KILL".to_owned())),
        };
        if let Some(error) = unanswered {
            self.kill_may_come();
            return Err(error);
        }
        second.quit().await;
        match answer.finish(Duration::ZERO).outcomes.pop() {
            Some(Outcome::Failed(failure)) if failure.errno != NO_SUCH_THREAD => {
                Err(WorkbenchError::Refused(failure.message))
            }
            _ => Ok(()),
        }
    }
}
