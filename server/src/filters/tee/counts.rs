//! What becomes of copies, of all sessions together.

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

use serde_json::{Value, json};

use crate::filters::{BranchEnd, BranchWatch};

#[derive(Debug, Default)]
pub(super) struct Counts {
    /// Whether copies are sent.
    pub(super) enabled: AtomicBool,
    /// Whether the log has been told that branches fail.
    told: AtomicBool,
    connected: AtomicU64,
    lost: AtomicU64,
    pub(super) sent: AtomicU64,
    answered: AtomicU64,
    failed: AtomicU64,
    dropped: AtomicU64,
    /// Requests that can't be copied: they are longer than a packet.
    pub(super) too_long: AtomicU64,
}

impl Counts {
    pub(super) fn new() -> Self {
        Self {
            enabled: AtomicBool::new(true),
            ..Self::default()
        }
    }

    pub(super) fn diagnostics(&self) -> Value {
        json!({
            "enabled": self.enabled.load(Relaxed),
            "branches_connected": self.connected.load(Relaxed),
            "branches_lost": self.lost.load(Relaxed),
            "requests_sent": self.sent.load(Relaxed),
            "requests_answered": self.answered.load(Relaxed),
            "requests_failed": self.failed.load(Relaxed),
            "requests_lost": self.dropped.load(Relaxed),
            "requests_too_long": self.too_long.load(Relaxed),
        })
    }

    /// What a session's branch reports to.
    pub(super) fn watch(self: &Arc<Self>, session: u64, target: Arc<str>) -> Rc<dyn BranchWatch> {
        Rc::new(Watch {
            counts: Arc::clone(self),
            session,
            target,
        })
    }
}

struct Watch {
    counts: Arc<Counts>,
    session: u64,
    target: Arc<str>,
}

impl BranchWatch for Watch {
    fn connected(&self) {
        self.counts.connected.fetch_add(1, Relaxed);
        self.counts.told.store(false, Relaxed);
    }

    fn answered(&self, error: Option<u16>) {
        self.counts.answered.fetch_add(1, Relaxed);
        if error.is_some() {
            self.counts.failed.fetch_add(1, Relaxed);
        }
    }

    fn lost(&self, end: &BranchEnd, requests: u64) {
        self.counts.lost.fetch_add(1, Relaxed);
        self.counts.dropped.fetch_add(requests, Relaxed);
        let (session, target) = (self.session, &self.target);
        // A server that is down fails every session's branch: one line says it.
        if self.counts.told.swap(true, Relaxed) {
            tracing::debug!(session, "its branch to '{target}' is lost: {end}");
        } else {
            tracing::warn!(
                session,
                "its branch to '{target}' is lost: {end}; further ones are told at level info"
            );
        }
    }
}
