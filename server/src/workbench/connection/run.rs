//! Statements are run in a task of their own, so that nobody has to wait for them.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;
use tokio::time::timeout;

use super::kill::MAY_COME;
use super::{Connection, Now, connect};
use crate::backend::{BackendError, StatementConnection};
use crate::workbench::WorkbenchError;
use crate::workbench::budget::Held;
use crate::workbench::collector::Collector;
use crate::workbench::error::told;
use crate::workbench::job::{Ended, Job, Kept, State};
use crate::workbench::outcome::Answer;

/// The most bytes that are held of one text's results.
const RESULT_BYTES_MAX: usize = 16 << 20;
/// How long statements that were killed may take to end.
const END_WITHIN: Duration = Duration::from_secs(5);

impl Now {
    /// Takes the other end out of a connection that does nothing.
    fn seize(&mut self) -> Result<Box<StatementConnection>, WorkbenchError> {
        if self.kills > 0 {
            return Err(WorkbenchError::Busy);
        }
        match std::mem::replace(&mut self.state, State::Connecting) {
            State::Resting(link) => Ok(link),
            other => {
                let why = match &other {
                    State::Lost(why) => WorkbenchError::Lost(why.clone()),
                    State::Closed => WorkbenchError::Closed,
                    _ => WorkbenchError::Busy,
                };
                self.state = other;
                Err(why)
            }
        }
    }
}

impl Connection {
    /// Runs statements and waits for what they return. Of each resultset at most `rows_max` rows are
    /// kept. Answers the number that they have, too.
    ///
    /// # Errors
    /// They could not be run, or the connection was lost.
    pub async fn run(
        self: &Arc<Self>,
        sql: Arc<str>,
        rows_max: Option<u64>,
    ) -> Result<(u64, Arc<Answer>), WorkbenchError> {
        let (sender, ended) = oneshot::channel();
        let number = self.begin(sql, rows_max, Some(sender))?;
        match ended.await {
            Ok(Ok(answer)) => Ok((number, answer)),
            Ok(Err(lost)) => Err(WorkbenchError::Lost(lost)),
            Err(_) if self.is_closed() => Err(WorkbenchError::Closed),
            Err(_) => Err(WorkbenchError::Broken),
        }
    }

    /// Runs statements, and keeps what they return until others are run or it is forgotten. Answers the
    /// number that they have.
    ///
    /// # Errors
    /// They could not be run.
    pub fn queue(
        self: &Arc<Self>,
        sql: Arc<str>,
        rows_max: Option<u64>,
    ) -> Result<u64, WorkbenchError> {
        self.begin(sql, rows_max, None)
    }

    fn begin(
        self: &Arc<Self>,
        sql: Arc<str>,
        rows_max: Option<u64>,
        waiting: Option<oneshot::Sender<Ended>>,
    ) -> Result<u64, WorkbenchError> {
        let mut now = self.lock();
        let link = now.seize()?;
        now.last += 1;
        now.kept = None;
        let number = now.last;
        let job = Job {
            number,
            sql: Arc::clone(&sql),
            rows_max,
            waiting,
        };
        // It can't end before the state is set: that is locked.
        let task = self.lane.spawn(Arc::clone(self).perform(link, job));
        now.state = State::Running {
            number,
            sql,
            task: task.abort_handle(),
        };
        Ok(number)
    }

    async fn perform(self: Arc<Self>, mut link: Box<StatementConnection>, job: Job) {
        let held = Held::new(&self.common.budget, RESULT_BYTES_MAX);
        let mut collector = Collector::new(job.rows_max, held);
        let begun = Instant::now();
        let ended = self.within_limit(link.run(&job.sql, &mut collector)).await;
        let ended = match ended {
            Ok(()) => Ok(Arc::new(collector.finish(begun.elapsed()))),
            Err(lost) => Err(lost),
        };
        self.finish(link, job, ended);
    }

    /// Waits for what runs; what runs for too long is killed. Why the connection is lost, if it is.
    async fn within_limit(
        &self,
        run: impl Future<Output = Result<(), BackendError>>,
    ) -> Result<(), String> {
        let mut run = std::pin::pin!(run);
        let lost = |error: BackendError| told(&error);
        let Some(longest) = self.common.rules().query_timeout else {
            return run.await.map_err(lost);
        };
        if let Ok(ended) = timeout(longest, run.as_mut()).await {
            return ended.map_err(lost);
        }
        let (to, id) = {
            let now = self.lock();
            (now.to.clone(), now.thread_id)
        };
        let mut kill = std::pin::pin!(self.kill_query(&to, id));
        let killed = tokio::select! {
            ended = run.as_mut() => {
                // The KILL is waited for all the same: it must not meet what is run next.
                let _ = kill.await;
                return ended.map_err(lost);
            }
            killed = kill.as_mut() => killed,
        };
        if let Ok(ended) = timeout(END_WITHIN, run).await {
            return ended.map_err(lost);
        }
        let late = "what it ran did not end after admin_sql_query_timeout";
        Err(match killed {
            Ok(()) => format!("{late}, and may go on there"),
            Err(error) => format!("{late}: {error}"),
        })
    }

    fn finish(&self, link: Box<StatementConnection>, job: Job, ended: Ended) {
        let mut now = self.lock();
        now.used = Instant::now();
        if matches!(now.state, State::Closed) {
            drop(now);
            self.lane.spawn(link.quit());
            return;
        }
        now.state = match &ended {
            Ok(_) if now.kill_may_come => State::Lost(MAY_COME.to_owned()),
            Ok(_) => State::Resting(link),
            Err(why) => State::Lost(why.clone()),
        };
        let Some(waiting) = job.waiting else {
            let (number, sql) = (job.number, job.sql);
            now.kept = Some(Kept { number, sql, ended });
            return;
        };
        drop(now);
        // Who has gone wants no answer.
        let _ = waiting.send(ended);
    }

    /// Connects anew with what it was opened with, to what now has the name.
    ///
    /// # Errors
    /// It does something, a transaction is open, or it could not be connected: then it is as it was.
    pub async fn reconnect(&self) -> Result<(), WorkbenchError> {
        let old = self.let_go()?;
        let connected = async {
            let to = self.common.targets.find(&self.plan.target)?;
            let link = connect(&self.lane, &to, &self.plan, self.visitor).await?;
            Ok((to, link))
        };
        let connected: Result<_, WorkbenchError> = connected.await;
        let mut now = self.lock();
        now.used = Instant::now();
        let is_closed = matches!(now.state, State::Closed);
        let (left, outcome) = match connected {
            Ok((_, link)) if is_closed => (Some(Box::new(link)), Err(WorkbenchError::Closed)),
            Ok((to, link)) => {
                (now.to, now.thread_id) = (to, link.connection_id());
                now.kill_may_come = false;
                now.state = State::Resting(Box::new(link));
                (old, Ok(()))
            }
            Err(error) if is_closed => (old, Err(error)),
            Err(error) => {
                now.state = old.map_or_else(|| State::Lost(error.to_string()), State::Resting);
                (None, Err(error))
            }
        };
        drop(now);
        if let Some(left) = left {
            self.lane.spawn(left.quit());
        }
        outcome
    }

    /// Takes the other end out to connect anew; `None`: it is lost.
    fn let_go(&self) -> Result<Option<Box<StatementConnection>>, WorkbenchError> {
        let mut now = self.lock();
        if now.kills == 0 && matches!(now.state, State::Lost(_)) {
            now.state = State::Connecting;
            now.kept = None;
            return Ok(None);
        }
        let link = now.seize()?;
        if link.in_transaction() {
            now.state = State::Resting(link);
            return Err(WorkbenchError::InTransaction);
        }
        now.kept = None;
        Ok(Some(link))
    }
}
