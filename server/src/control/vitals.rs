//! How the gateway is doing: its workers, its memory, and samples of the last hour.

mod history;
mod sample;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

pub use history::Load;
use history::LoadHistory;
use sample::{Counters, SAMPLES_MAX};
pub use sample::{Latency, Sample, ServerSample, ServiceSample};

use super::objects::Objects;
use crate::sessions::{ClassifiedStatement, SessionDirectory, WorkerUsage};
use crate::telemetry::worker::{self, WorkerCounts};

/// How often the load of workers is noted.
const LOAD_EVERY: Duration = Duration::from_secs(1);
/// How often a sample is taken.
pub const SAMPLE_EVERY: Duration = Duration::from_secs(5);

/// A worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorkerView {
    /// Its number.
    pub index: usize,
    /// What it has counted.
    pub counts: WorkerCounts,
    /// What it uses.
    pub usage: WorkerUsage,
    /// How busy it was.
    pub load: Load,
}

/// See the module; cheap to clone.
#[derive(Clone)]
pub struct Vitals(Arc<Inner>);

struct Inner {
    sessions: Option<SessionDirectory>,
    objects: Objects,
    loads: Mutex<LoadHistory>,
    samples: Mutex<std::collections::VecDeque<Arc<Sample>>>,
}

impl Vitals {
    /// Of the workers of `sessions`, and of `objects`; without workers, as in tests, there is
    /// nothing to tell of them.
    pub fn new(sessions: Option<SessionDirectory>, objects: Objects) -> Self {
        Self(Arc::new(Inner {
            sessions,
            objects,
            loads: Mutex::default(),
            samples: Mutex::default(),
        }))
    }

    /// Notes loads and takes samples, for ever.
    pub async fn run(self) {
        let mut clock = tokio::time::interval(LOAD_EVERY);
        clock.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut before = Counters::now(&self.0.objects, self.worker_count());
        loop {
            clock.tick().await;
            self.note_loads();
            if before.age() + LOAD_EVERY / 2 < SAMPLE_EVERY {
                continue;
            }
            let now = Counters::now(&self.0.objects, self.worker_count());
            let sample = now.since(&before, &self.0.objects);
            before = now;
            let mut samples = self.samples_guard();
            samples.push_back(Arc::new(sample));
            while samples.len() > SAMPLES_MAX {
                samples.pop_front();
            }
        }
    }

    fn note_loads(&self) {
        let now = Instant::now();
        let mut loads = self.loads_guard();
        for index in 0..self.worker_count() {
            let counts = worker::counts(index).unwrap_or_default();
            loads.note(index, now, counts.cpu);
        }
    }

    /// All workers, with what they use.
    pub async fn workers(&self) -> Vec<WorkerView> {
        let usages = match &self.0.sessions {
            Some(sessions) => sessions.usage().await,
            None => Vec::new(),
        };
        let loads = self.loads_guard();
        usages
            .into_iter()
            .map(|usage| WorkerView {
                index: usage.index,
                counts: worker::counts(usage.index).unwrap_or_default(),
                load: loads.of(usage.index),
                usage,
            })
            .collect()
    }

    /// What the workers have counted, without asking them.
    pub fn worker_counts(&self) -> Vec<WorkerCounts> {
        let workers = 0..self.worker_count();
        workers.filter_map(worker::counts).collect()
    }

    /// The statements that came most often, of each worker its `top`.
    pub async fn classified(&self, top: usize) -> Vec<ClassifiedStatement> {
        match &self.0.sessions {
            Some(sessions) => sessions.classified(top).await,
            None => Vec::new(),
        }
    }

    /// The samples after the moment `since` (milliseconds since 1970), the oldest first.
    pub fn samples(&self, since: u64) -> Vec<Arc<Sample>> {
        let samples = self.samples_guard();
        let wanted = samples.iter().filter(|sample| sample.at_ms > since);
        wanted.cloned().collect()
    }

    fn worker_count(&self) -> usize {
        self.0
            .sessions
            .as_ref()
            .map_or(0, SessionDirectory::workers)
    }

    fn loads_guard(&self) -> MutexGuard<'_, LoadHistory> {
        self.0.loads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn samples_guard(&self) -> MutexGuard<'_, std::collections::VecDeque<Arc<Sample>>> {
        self.0
            .samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
