//! The sessions of one worker, and those that ended there lately.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime};

use super::record::SessionRecord;
use super::view::{Activity, EndView, SessionView};
use super::{CloseReason, ClosedBy};

/// Ended sessions that a worker remembers, at most.
const ENDED_MAX: usize = 4096;
/// Ended sessions that can still be looked at, at most.
const ENDED_VIEWS_MAX: usize = 1024;
/// Bytes of last statements and log lines that these hold together, at most.
const ENDED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long it remembers them.
const ENDED_FOR: Duration = Duration::from_mins(10);
/// Sessions that are looked at before other tasks of the worker get their turn.
pub(super) const BATCH: usize = 128;

/// See the module.
#[derive(Default)]
pub struct Table {
    live: RefCell<BTreeMap<u64, Rc<SessionRecord>>>,
    ended: RefCell<VecDeque<Ended>>,
    /// What could be seen of the last of those that have ended, the oldest first.
    ended_views: RefCell<VecDeque<EndedView>>,
    /// No end before this change counter is forgotten yet.
    forgotten: Cell<u64>,
    tick: Rc<Cell<u64>>,
}

#[derive(Debug)]
struct Ended {
    id: u64,
    reason: String,
    tick: u64,
    at: Instant,
}

/// A session that can still be looked at, and the bytes that it holds.
#[derive(Debug)]
struct EndedView {
    view: SessionView,
    at: Instant,
    bytes: usize,
}

impl Table {
    /// The change counter, for new records.
    pub fn tick(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.tick)
    }

    /// A session begins to be seen.
    pub fn insert(&self, record: Rc<SessionRecord>) {
        self.live.borrow_mut().insert(record.identity().id, record);
    }

    /// A session has ended.
    pub fn remove(&self, id: u64, reason: &CloseReason, now: Instant) {
        let Some(record) = self.live.borrow_mut().remove(&id) else {
            return;
        };
        self.keep_view(&record, reason, now);
        let mut ended = self.ended.borrow_mut();
        let tick = self.tick.get();
        ended.push_back(Ended {
            id,
            reason: reason.to_string(),
            tick,
            at: now,
        });
        while ended.len() > ENDED_MAX || ended.front().is_some_and(|first| is_old(first.at, now)) {
            if let Some(first) = ended.pop_front() {
                self.forgotten.set(first.tick + 1);
            }
        }
    }

    fn keep_view(&self, record: &SessionRecord, reason: &CloseReason, now: Instant) {
        let at = SystemTime::now();
        let mut view = record.view(now, at);
        view.end = Some(EndView {
            at,
            reason: reason.clone(),
        });
        let bytes = view.heavy_bytes();
        let mut kept = self.ended_views.borrow_mut();
        kept.push_back(EndedView {
            view,
            at: now,
            bytes,
        });
        let mut bytes: usize = kept.iter().map(|ended| ended.bytes).sum();
        while kept.len() > ENDED_VIEWS_MAX
            || bytes > ENDED_BYTES_MAX
            || kept.front().is_some_and(|first| is_old(first.at, now))
        {
            let Some(first) = kept.pop_front() else { break };
            bytes -= first.bytes;
        }
    }

    /// Sessions that ended lately, the oldest first.
    pub fn ended(&self, now: Instant) -> Vec<SessionView> {
        let kept = self.ended_views.borrow();
        let recent = kept.iter().filter(|ended| !is_old(ended.at, now));
        recent.map(|ended| ended.view.clone()).collect()
    }

    /// The session of that id.
    pub fn get(&self, id: u64) -> Option<Rc<SessionRecord>> {
        self.live.borrow().get(&id).cloned()
    }

    /// How many sessions live.
    pub fn len(&self) -> usize {
        self.live.borrow().len()
    }

    /// Whether no session lives.
    pub fn is_empty(&self) -> bool {
        self.live.borrow().is_empty()
    }

    /// Up to `BATCH` records after `last`, by id.
    pub fn batch(&self, last: u64) -> Vec<Rc<SessionRecord>> {
        let live = self.live.borrow();
        let after = live.range((Bound::Excluded(last), Bound::Unbounded));
        after
            .take(BATCH)
            .map(|(_, record)| Rc::clone(record))
            .collect()
    }

    /// Views of the sessions that `wanted` picks; other tasks run in between.
    pub async fn views(&self, wanted: impl Fn(&SessionRecord) -> bool) -> Vec<SessionView> {
        let mut views = Vec::new();
        let mut last = 0;
        loop {
            let batch = self.batch(last);
            let Some(end) = batch.last() else {
                return views;
            };
            last = end.identity().id;
            let (now, wall) = (Instant::now(), SystemTime::now());
            views.extend(
                batch
                    .iter()
                    .filter(|record| wanted(record))
                    .map(|r| r.view(now, wall)),
            );
            tokio::task::yield_now().await;
        }
    }

    /// The ids of all sessions, in order.
    pub fn ids(&self) -> Vec<u64> {
        self.live.borrow().keys().copied().collect()
    }

    /// Views of those of these sessions that live here; other tasks run in between.
    pub async fn some(&self, ids: &[u64]) -> Vec<SessionView> {
        let mut views = Vec::new();
        for ids in ids.chunks(BATCH) {
            let (now, wall) = (Instant::now(), SystemTime::now());
            let records = ids.iter().filter_map(|id| self.get(*id));
            views.extend(records.map(|record| record.view(now, wall)));
            tokio::task::yield_now().await;
        }
        views
    }

    /// Begins a new moment of change, and tells what ended since the moment `since`;
    /// `None` when that is not known any more.
    pub fn turn(&self, since: u64, upto: u64) -> Option<Vec<(u64, String)>> {
        self.tick.set(upto);
        if since < self.forgotten.get() {
            return None;
        }
        let ended = self.ended.borrow();
        let recent = ended.iter().rev().take_while(|ended| ended.tick >= since);
        Some(
            recent
                .map(|ended| (ended.id, ended.reason.clone()))
                .collect(),
        )
    }

    /// Ends the sessions whose time is up at `now`.
    pub async fn enforce_limits(&self) {
        let mut last = 0;
        loop {
            let batch = self.batch(last);
            let Some(end) = batch.last() else { return };
            last = end.identity().id;
            let now = Instant::now();
            for record in &batch {
                enforce(record, now);
            }
            tokio::task::yield_now().await;
        }
    }

    /// Does something to every session.
    pub fn for_each(&self, act: impl Fn(&SessionRecord)) {
        let records: Vec<_> = self.live.borrow().values().cloned().collect();
        for record in &records {
            act(record);
        }
    }
}

fn is_old(end: Instant, now: Instant) -> bool {
    now.saturating_duration_since(end) > ENDED_FOR
}

fn enforce(record: &SessionRecord, now: Instant) {
    if record.drain_until().is_some_and(|deadline| now >= deadline) {
        record.close_now();
    }
    let limit = record.identity().idle_limit;
    if record.activity() == Activity::Idle && limit.is_some_and(|limit| record.idle(now) >= limit) {
        record.close(ClosedBy::Timeout("wait_timeout"));
    }
    record.keep_alive(now);
    let stuck = record
        .stuck_since()
        .map(|since| now.saturating_duration_since(since));
    if stuck
        .zip(record.identity().write_limit)
        .is_some_and(|(stuck, limit)| stuck >= limit)
    {
        record.close(ClosedBy::Timeout("net_write_timeout"));
    }
}
