//! A crowd of real sessions: most of them idle, some at work, some that come and go.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval};

use crate::raw::{Login, RawClient};

/// Log-ins under way at the same time.
const LOGINS_MAX: usize = 16;
/// Each of those who work is heard of once a second: in so many parts, evenly spread over it.
const PARTS: usize = 20;

/// Who comes, and what they do.
#[derive(Debug, Clone)]
pub struct CrowdPlan {
    /// The listener they come to.
    pub port: u16,
    /// Their accounts, taken in turns: user and password.
    pub accounts: Vec<(String, String)>,
    /// How many there are in all.
    pub count: usize,
    /// How many of them do a statement every second.
    pub working: usize,
    /// How many come every second, while as many leave.
    pub changing: usize,
}

/// The sessions; they end with it.
pub struct Crowd {
    _idle: Vec<RawClient>,
    stopping: Arc<AtomicBool>,
    tasks: JoinSet<()>,
}

impl Crowd {
    /// Logs all of them in and lets them begin.
    pub async fn gather(plan: &CrowdPlan) -> Self {
        let logins = (0..plan.count).map(|number| log_in(plan, number));
        let mut logins = futures_util::stream::iter(logins).buffer_unordered(LOGINS_MAX);
        let mut clients = Vec::with_capacity(plan.count);
        while let Some(client) = logins.next().await {
            clients.push(client);
        }
        let stopping = Arc::new(AtomicBool::new(false));
        let mut tasks = JoinSet::new();
        let workers = clients.split_off(clients.len() - plan.working.min(clients.len()));
        let mut parts: Vec<Vec<RawClient>> = (0..PARTS).map(|_| Vec::new()).collect();
        for (number, client) in workers.into_iter().enumerate() {
            parts[number % PARTS].push(client);
        }
        for (number, part) in parts.into_iter().enumerate() {
            tasks.spawn(work(part, number, Arc::clone(&stopping)));
        }
        let leaving = clients.split_off(clients.len() - plan.changing.min(clients.len()));
        if !leaving.is_empty() {
            tasks.spawn(come_and_go(plan.clone(), leaving, Arc::clone(&stopping)));
        }
        Self {
            _idle: clients,
            stopping,
            tasks,
        }
    }

    /// Ends all of them. Panics when one of them had an error.
    pub async fn leave(mut self) {
        self.stopping.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("no session of the crowd has an error");
        }
    }
}

async fn log_in(plan: &CrowdPlan, number: usize) -> RawClient {
    let (user, password) = &plan.accounts[number % plan.accounts.len()];
    let client = RawClient::logged_in(plan.port, &Login::new(user, password)).await;
    client.unwrap_or_else(|e| panic!("session {number} of {}: {e}", plan.count))
}

/// One statement of each a second.
async fn work(mut clients: Vec<RawClient>, number: usize, stopping: Arc<AtomicBool>) {
    let part = Duration::from_secs(1) / u32::try_from(PARTS).expect("a small number");
    let offset = part * u32::try_from(number).expect("a small number");
    let mut seconds = tokio::time::interval_at(Instant::now() + offset, Duration::from_secs(1));
    // On a machine that is too slow the rate sinks; nothing piles up.
    seconds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !stopping.load(Ordering::Relaxed) {
        seconds.tick().await;
        for client in &mut clients {
            client.value("SELECT 1").await.expect("a statement");
        }
    }
}

/// The oldest leaves when a new one comes.
async fn come_and_go(plan: CrowdPlan, leaving: Vec<RawClient>, stopping: Arc<AtomicBool>) {
    let mut turns = interval(Duration::from_secs(1) / u32::try_from(leaving.len()).unwrap_or(1));
    turns.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut present = VecDeque::from(leaving);
    let mut number = plan.count;
    while !stopping.load(Ordering::Relaxed) {
        turns.tick().await;
        drop(present.pop_front());
        number += 1;
        present.push_back(log_in(&plan, number).await);
    }
}
