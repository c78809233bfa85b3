//! What runs is ended by way of a second connection.

use std::time::Duration;

use tokio::time::timeout;

use super::Connection;
use crate::workbench::WorkbenchError;
use crate::workbench::budget::Held;
use crate::workbench::collector::Collector;
use crate::workbench::job::State;
use crate::workbench::outcome::Outcome;
use crate::workbench::target::Target;

/// How long a KILL may take, its connection included.
const KILL_WITHIN: Duration = Duration::from_secs(5);
/// What is read of the answer to a KILL.
const ANSWER_MAX: usize = 4096;
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
    /// That could not be asked for, or was refused.
    pub async fn cancel(&self) -> Result<(), WorkbenchError> {
        let (to, id, _on_its_way) = {
            let mut now = self.lock();
            match &now.state {
                State::Running { .. } => {}
                State::Resting(_) | State::Connecting => return Ok(()),
                State::Lost(why) => return Err(WorkbenchError::Lost(why.clone())),
                State::Closed => return Err(WorkbenchError::Closed),
            }
            now.kills += 1;
            (now.to.clone(), now.thread_id, OnItsWay(self))
        };
        self.kill_query(&to, id).await
    }

    /// Ends what the connection of that id runs.
    pub(super) async fn kill_query(&self, to: &Target, id: u32) -> Result<(), WorkbenchError> {
        let mut login = self.plan.login.clone();
        login.database = None;
        let mut second = to.connect(&login, self.visitor, KILL_WITHIN).await?;
        let held = Held::new(&self.common.budget, ANSWER_MAX);
        let mut answer = Collector::new(Some(0), held);
        let kill = format!("KILL QUERY {id}");
        let run = timeout(KILL_WITHIN, second.run(&kill, &mut answer)).await;
        match run {
            Ok(ran) => ran.map_err(WorkbenchError::Connect)?,
            Err(_) => return Err(WorkbenchError::Refused("no answer to KILL".to_owned())),
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
