//! One connection: runs one text at a time, and keeps what the last one has returned.

mod kill;
mod run;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::error::WorkbenchError;
use super::job::{Kept, State};
use super::outcome::Answer;
use super::places::Place;
use super::registry::{Common, Plan, Rules};
use super::target::{Target, Visitor};
use crate::backend::StatementConnection;

/// See the module. It lives until it is closed.
pub struct Connection {
    id: String,
    owner: Arc<str>,
    plan: Plan,
    visitor: Visitor,
    expires: Instant,
    /// What runs what has to do with the other end.
    lane: Handle,
    common: Arc<Common>,
    now: Mutex<Now>,
}

/// What changes of a connection.
struct Now {
    state: State,
    /// Where it leads: a KILL has to go there, too.
    to: Target,
    thread_id: u32,
    used: Instant,
    /// The number of the last text that was run.
    last: u64,
    kept: Option<Kept>,
    /// KILLs that are on their way: they must not meet another text than the one they are for.
    kills: usize,
    /// A KILL was sent and not answered: it may yet meet whatever runs then.
    kill_may_come: bool,
    /// Until it is closed.
    place: Option<Place>,
}

/// What is told of a connection.
#[derive(Debug, Clone)]
pub struct ConnectionView {
    /// Its id.
    pub id: String,
    /// The name of what it leads to.
    pub target: Arc<str>,
    /// Its id at the other end.
    pub thread_id: u32,
    /// How long it has done nothing; 0 while it runs something.
    pub idle: Duration,
    /// What it runs.
    pub sql: Option<Arc<str>>,
}

/// What there is of statements that nobody has waited for.
#[derive(Debug)]
pub enum Looked {
    /// They run.
    Running(Arc<str>),
    /// They have come to an end.
    Ended(Arc<str>, Arc<Answer>),
    /// The connection was lost meanwhile.
    Lost(String),
    /// There are none of that number.
    Nothing,
}

/// What a connection is made of besides the other end.
pub(super) struct Ownership {
    pub(super) id: String,
    pub(super) owner: Arc<str>,
    pub(super) visitor: Visitor,
    pub(super) expires: Instant,
    pub(super) lane: Handle,
    pub(super) place: Place,
}

impl Connection {
    /// Connects.
    pub(super) async fn open(
        own: Ownership,
        plan: Plan,
        common: Arc<Common>,
    ) -> Result<Self, WorkbenchError> {
        let to = common.targets.find(&plan.target)?;
        let link = connect(&own.lane, &to, &plan, own.visitor).await?;
        Ok(Self {
            now: Mutex::new(Now {
                thread_id: link.connection_id(),
                state: State::Resting(Box::new(link)),
                to,
                used: Instant::now(),
                last: 0,
                kept: None,
                kills: 0,
                kill_may_come: false,
                place: Some(own.place),
            }),
            id: own.id,
            owner: own.owner,
            plan,
            visitor: own.visitor,
            expires: own.expires,
            lane: own.lane,
            common,
        })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The account that opened it.
    pub fn owner(&self) -> &Arc<str> {
        &self.owner
    }

    /// What it was opened with.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What is told of it.
    pub fn view(&self) -> ConnectionView {
        let now = self.lock();
        let (idle, sql) = match &now.state {
            State::Running { sql, .. } => (Duration::ZERO, Some(Arc::clone(sql))),
            State::Connecting => (Duration::ZERO, None),
            _ => (now.used.elapsed(), None),
        };
        ConnectionView {
            id: self.id.clone(),
            target: Arc::clone(&self.plan.target),
            thread_id: now.thread_id,
            idle,
            sql,
        }
    }

    /// Whether it does nothing that another one could disturb.
    ///
    /// # Errors
    /// What it does.
    pub fn check_rest(&self) -> Result<(), WorkbenchError> {
        match &self.lock().state {
            State::Resting(_) | State::Lost(_) => Ok(()),
            State::Running { .. } | State::Connecting => Err(WorkbenchError::Busy),
            State::Closed => Err(WorkbenchError::Closed),
        }
    }

    /// What there is of the statements of that number.
    pub fn look(&self, number: u64) -> Looked {
        let now = self.lock();
        if let State::Running {
            number: running,
            sql,
            ..
        } = &now.state
            && *running == number
        {
            return Looked::Running(Arc::clone(sql));
        }
        match &now.kept {
            Some(kept) if kept.number == number => match &kept.ended {
                Ok(answer) => Looked::Ended(Arc::clone(&kept.sql), Arc::clone(answer)),
                Err(lost) => Looked::Lost(lost.clone()),
            },
            _ => Looked::Nothing,
        }
    }

    /// Forgets what the statements of that number have returned. False: there is nothing.
    ///
    /// # Errors
    /// They run yet.
    pub fn forget(&self, number: u64) -> Result<bool, WorkbenchError> {
        let mut now = self.lock();
        if matches!(now.state, State::Running { .. }) {
            return Err(WorkbenchError::Busy);
        }
        now.used = Instant::now();
        let forgotten = now.kept.take_if(|kept| kept.number == number);
        Ok(forgotten.is_some())
    }

    /// Why it is to be closed now, if it is.
    pub(super) fn overdue(&self, rules: &Rules) -> Option<&'static str> {
        if Instant::now() >= self.expires {
            return Some("its token has ended");
        }
        let idle = self.view().idle;
        let is_idle = rules.idle_timeout.is_some_and(|longest| idle >= longest);
        is_idle.then_some("it was idle for admin_sql_idle_timeout")
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.lock().state, State::Closed)
    }

    /// Closes it, and ends what it runs.
    pub(super) fn close(self: &Arc<Self>) {
        let mut now = self.lock();
        now.kept = None;
        drop(now.place.take());
        let was = std::mem::replace(&mut now.state, State::Closed);
        let (to, id) = (now.to.clone(), now.thread_id);
        drop(now);
        match was {
            State::Resting(link) => {
                self.lane.spawn(link.quit());
            }
            State::Running { task, .. } => {
                let connection = Arc::clone(self);
                self.lane.spawn(async move {
                    // The other end would not notice before it has something to send.
                    let _ = connection.kill_query(&to, id).await;
                    task.abort();
                });
            }
            State::Connecting | State::Lost(_) | State::Closed => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Connects where the connections are served: sockets belong to the runtime that makes them.
async fn connect(
    lane: &Handle,
    to: &Target,
    plan: &Plan,
    visitor: Visitor,
) -> Result<StatementConnection, WorkbenchError> {
    let (to, login, timeout) = (to.clone(), plan.login.clone(), plan.timeout);
    let connecting = lane.spawn(async move { to.connect(&login, visitor, timeout).await });
    connecting.await.map_err(|_| WorkbenchError::Broken)?
}
