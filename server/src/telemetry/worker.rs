//! What is counted of each worker.
//!
//! A worker is a thread, and what happens on it finds its counters by that. Only the worker writes
//! them.

use std::cell::Cell;
use std::fs;
use std::sync::atomic::{AtomicI32, AtomicU64, Ordering};
use std::time::Duration;

/// Workers that there may be, as documented (`threads_max`).
const WORKERS_MAX: usize = 256;

static WORKERS: [WorkerMeter; WORKERS_MAX] = [const { WorkerMeter::new() }; WORKERS_MAX];
/// Of all threads that are no workers.
static OTHERS: WorkerMeter = WorkerMeter::new();

thread_local! {
    static HERE: Cell<&'static WorkerMeter> = const { Cell::new(&OTHERS) };
}

/// Counters of one worker.
#[derive(Debug)]
#[repr(align(128))]
pub struct WorkerMeter {
    /// The thread's id for the kernel; 0: there is no such worker.
    thread: AtomicI32,
    sessions: AtomicU64,
    accepts: AtomicU64,
    reads: AtomicU64,
    writes: AtomicU64,
    read_bytes: AtomicU64,
    written_bytes: AtomicU64,
    errors: AtomicU64,
    hangups: AtomicU64,
    /// Descriptors that are open, and all since the start.
    open: AtomicU64,
    opened: AtomicU64,
    latest_ms: AtomicU64,
}

/// The counters of a worker at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct WorkerCounts {
    /// Clients that it serves.
    pub sessions: u64,
    /// Clients that it took on since the start.
    pub accepts: u64,
    /// Times that bytes were read.
    pub reads: u64,
    /// Times that bytes were written.
    pub writes: u64,
    /// Bytes read, from clients and servers.
    pub read_bytes: u64,
    /// Bytes written, to clients and servers.
    pub written_bytes: u64,
    /// Reads and writes that failed.
    pub errors: u64,
    /// Connections that the other end has closed.
    pub hangups: u64,
    /// Connections to clients and servers.
    pub descriptors: u64,
    /// Connections since the start.
    pub descriptors_total: u64,
    /// The longest that something waited for its turn.
    pub wait_max: Duration,
    /// Time on a processor since the start.
    pub cpu: Duration,
}

/// From here on this thread is the worker of that number.
pub fn enter(index: usize) {
    if let Some(meter) = WORKERS.get(index) {
        let thread = rustix::thread::gettid().as_raw_nonzero().get();
        meter.thread.store(thread, Ordering::Release);
        HERE.set(meter);
    }
}

/// The counters of this thread.
pub fn here() -> &'static WorkerMeter {
    HERE.get()
}

/// The counters of a worker; `None` when there is none of that number.
pub fn counts(index: usize) -> Option<WorkerCounts> {
    let meter = WORKERS.get(index)?;
    let thread = meter.thread.load(Ordering::Acquire);
    (thread != 0).then(|| WorkerCounts {
        cpu: cpu_time(thread).unwrap_or_default(),
        ..meter.counts()
    })
}

/// The time that a thread of this process was on a processor (proc(5), *schedstat*).
fn cpu_time(thread: i32) -> Option<Duration> {
    let text = fs::read_to_string(format!("/proc/self/task/{thread}/schedstat")).ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}

impl WorkerMeter {
    const fn new() -> Self {
        Self {
            thread: AtomicI32::new(0),
            sessions: AtomicU64::new(0),
            accepts: AtomicU64::new(0),
            reads: AtomicU64::new(0),
            writes: AtomicU64::new(0),
            read_bytes: AtomicU64::new(0),
            written_bytes: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            hangups: AtomicU64::new(0),
            open: AtomicU64::new(0),
            opened: AtomicU64::new(0),
            latest_ms: AtomicU64::new(0),
        }
    }

    /// A client is served from here on.
    pub fn session_began(&self) {
        self.opened();
        self.sessions.fetch_add(1, Ordering::Relaxed);
        self.accepts.fetch_add(1, Ordering::Relaxed);
    }

    /// A client is served no more.
    pub fn session_ended(&self) {
        self.closed();
        self.sessions.fetch_sub(1, Ordering::Relaxed);
    }

    fn counts(&self) -> WorkerCounts {
        let of = |cell: &AtomicU64| cell.load(Ordering::Relaxed);
        WorkerCounts {
            sessions: of(&self.sessions),
            accepts: of(&self.accepts),
            reads: of(&self.reads),
            writes: of(&self.writes),
            read_bytes: of(&self.read_bytes),
            written_bytes: of(&self.written_bytes),
            errors: of(&self.errors),
            hangups: of(&self.hangups),
            descriptors: of(&self.open),
            descriptors_total: of(&self.opened),
            wait_max: Duration::from_millis(of(&self.latest_ms)),
            cpu: Duration::ZERO,
        }
    }

    /// A read gave so many bytes; none: the other end has closed.
    pub fn read_bytes(&self, bytes: usize) {
        if bytes == 0 {
            self.hangups.fetch_add(1, Ordering::Relaxed);
        } else {
            self.reads.fetch_add(1, Ordering::Relaxed);
            self.read_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        }
    }

    /// A write took so many bytes.
    pub fn wrote_bytes(&self, bytes: usize) {
        self.writes.fetch_add(1, Ordering::Relaxed);
        self.written_bytes
            .fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// A read or a write has failed.
    pub fn failed(&self) {
        self.errors.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection was made.
    pub fn opened(&self) {
        self.open.fetch_add(1, Ordering::Relaxed);
        self.opened.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is gone.
    pub fn closed(&self) {
        self.open.fetch_sub(1, Ordering::Relaxed);
    }

    /// Something had to wait so long for its turn.
    pub fn waited(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.latest_ms.fetch_max(ms, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_has_counters_of_its_own() {
        let last = WORKERS_MAX - 1;
        assert_eq!(counts(last), None);
        std::thread::spawn(move || {
            enter(last);
            here().session_began();
            here().read_bytes(10);
            here().read_bytes(0);
            here().wrote_bytes(7);
            let mut spent = 0_u64;
            for number in 0..5_000_000_u64 {
                spent = spent.wrapping_add(std::hint::black_box(number));
            }
            std::hint::black_box(spent);
            let counts = counts(last).unwrap();
            assert_eq!((counts.sessions, counts.accepts), (1, 1));
            assert_eq!(
                (counts.reads, counts.read_bytes, counts.hangups),
                (1, 10, 1)
            );
            assert_eq!((counts.writes, counts.written_bytes), (1, 7));
            assert_eq!((counts.descriptors, counts.descriptors_total), (1, 1));
            assert!(counts.cpu > Duration::ZERO);
        })
        .join()
        .unwrap();
    }
}
