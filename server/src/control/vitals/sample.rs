//! What happened within a few seconds.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use crate::control::objects::Objects;
use crate::telemetry::worker::{self, WorkerCounts};
use crate::telemetry::{Latencies, StatementCounts, process};

/// Samples that are kept: an hour of them.
pub(super) const SAMPLES_MAX: usize = 720;

/// What happened since the sample before.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Its end, in milliseconds since 1970.
    pub at_ms: u64,
    /// How long it is.
    pub length: Duration,
    /// Sessions at its end.
    pub sessions: u64,
    /// Statements that were answered.
    pub statements: u64,
    /// Answers that were errors.
    pub errors: u64,
    /// How long the statements took.
    pub latency: Latency,
    /// Bytes read from clients and servers.
    pub read_bytes: u64,
    /// Bytes written to clients and servers.
    pub written_bytes: u64,
    /// Memory of the process at its end.
    pub resident_bytes: u64,
    /// How busy each worker was, in percent.
    pub workers: Vec<u64>,
    /// Each service.
    pub services: Vec<ServiceSample>,
    /// Each server.
    pub servers: Vec<ServerSample>,
}

/// A service within a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct ServiceSample {
    /// Its name.
    pub name: Arc<str>,
    /// Sessions at the end.
    pub sessions: u64,
    /// Statements that were answered.
    pub statements: u64,
    /// Answers that were errors.
    pub errors: u64,
    /// How long the statements took.
    pub latency: Latency,
}

/// A server within a sample.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerSample {
    /// Its name.
    pub name: Arc<str>,
    /// Connections of sessions at the end.
    pub connections: u64,
    /// Statements under way at the end.
    pub active_operations: u64,
    /// Requests that were sent to it.
    pub requests: u64,
    /// How far it is behind its primary.
    pub replication_lag_s: Option<u64>,
}

/// How long statements took; nothing when there were none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// Half of them took no longer.
    pub p50: Option<Duration>,
    /// 95 of 100 took no longer.
    pub p95: Option<Duration>,
    /// 99 of 100 took no longer.
    pub p99: Option<Duration>,
}

impl Latency {
    fn of(times: &Latencies) -> Self {
        Self {
            p50: times.percentile(0.5),
            p95: times.percentile(0.95),
            p99: times.percentile(0.99),
        }
    }
}

/// What was counted until a moment.
pub(super) struct Counters {
    at: Instant,
    services: BTreeMap<Arc<str>, StatementCounts>,
    packets: BTreeMap<Arc<str>, u64>,
    workers: Vec<WorkerCounts>,
}

impl Counters {
    pub(super) fn now(objects: &Objects, workers: usize) -> Self {
        let services = objects.service_list().into_iter();
        let servers = objects.server_registry().all();
        let packets = servers.iter();
        Self {
            at: Instant::now(),
            services: services
                .map(|service| (Arc::clone(&service.name), service.statements().counts()))
                .collect(),
            packets: packets
                .map(|server| (Arc::clone(server.name()), server.load().packets()))
                .collect(),
            workers: (0..workers)
                .map(|index| worker::counts(index).unwrap_or_default())
                .collect(),
        }
    }

    pub(super) fn age(&self) -> Duration {
        self.at.elapsed()
    }

    /// What happened between `before` and this.
    pub(super) fn since(&self, before: &Self, objects: &Objects) -> Sample {
        let length = self.at.duration_since(before.at);
        let mut times = Latencies::default();
        let services = objects.service_list().into_iter().map(|service| {
            let none = StatementCounts::default();
            let now = self.services.get(&service.name).unwrap_or(&none);
            let then = before.services.get(&service.name).unwrap_or(&none);
            let own = now.times.since(&then.times);
            times.merge(&own);
            ServiceSample {
                name: Arc::clone(&service.name),
                sessions: service.sessions().now,
                statements: own.count(),
                errors: now.errors.saturating_sub(then.errors),
                latency: Latency::of(&own),
            }
        });
        let services: Vec<_> = services.collect();
        let servers = objects.server_registry().all();
        let servers = servers.iter().map(|server| {
            let packets = |counters: &Self| counters.packets.get(server.name()).copied();
            let requests = packets(self).unwrap_or(0);
            ServerSample {
                name: Arc::clone(server.name()),
                connections: server.connections(),
                active_operations: server.load().busy(),
                requests: requests.saturating_sub(packets(before).unwrap_or(0)),
                replication_lag_s: server.facts().replication_lag_s,
            }
        });
        let workers: Vec<_> = self.workers.iter().zip(&before.workers).collect();
        let sum = |of: fn(&WorkerCounts) -> u64| {
            let grown = workers
                .iter()
                .map(|(now, then)| of(now).saturating_sub(of(then)));
            grown.sum()
        };
        Sample {
            at_ms: now_ms(),
            length,
            sessions: services.iter().map(|service| service.sessions).sum(),
            statements: times.count(),
            errors: services.iter().map(|service| service.errors).sum(),
            latency: Latency::of(&times),
            read_bytes: sum(|counts| counts.read_bytes),
            written_bytes: sum(|counts| counts.written_bytes),
            resident_bytes: process::memory().resident,
            workers: workers
                .iter()
                .map(|(now, then)| busy(now, then, length))
                .collect(),
            services,
            servers: servers.collect(),
        }
    }
}

/// How busy a worker was, in percent.
fn busy(now: &WorkerCounts, then: &WorkerCounts, length: Duration) -> u64 {
    let cpu = now.cpu.saturating_sub(then.cpu).as_micros();
    let percent = (cpu * 100).checked_div(length.as_micros()).unwrap_or(0);
    u64::try_from(percent.min(100)).unwrap_or(100)
}

fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    u64::try_from(since.unwrap_or_default().as_millis()).unwrap_or(u64::MAX)
}
