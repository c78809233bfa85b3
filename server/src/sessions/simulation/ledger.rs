//! What the filters of a simulation saw, and what must be true of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::config::Values;
use crate::filters::{Filter, FilterError, FilterSession, SessionFacts};
use crate::pipeline::{Moment, Needs, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict};

/// See the module.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    opened: u64,
    closed: u64,
    /// By statement: the generation of each filter that saw it, and the length of its chain.
    seen: BTreeMap<u32, Vec<(u32, u32)>>,
    violations: Vec<String>,
    over: bool,
}

impl Ledger {
    /// From here on filters may be closed with a statement under way.
    pub fn session_ends(&mut self) {
        self.over = true;
    }

    /// Panics when an invariant did not hold.
    pub fn check(&self) {
        assert_eq!(
            self.opened, self.closed,
            "filter sessions opened and closed"
        );
        assert!(self.violations.is_empty(), "{:?}", self.violations);
        for (statement, seen) in &self.seen {
            let (generation, stages) = seen[0];
            assert!(
                seen.iter().all(|(other, _)| *other == generation),
                "statement {statement} was seen by several chains: {seen:?}"
            );
            assert_eq!(
                seen.len(),
                stages as usize,
                "statement {statement}: {seen:?}"
            );
        }
    }
}

/// A filter that watches whether it is shown whole statements with whole replies.
pub(super) struct Watcher {
    ledger: Arc<Mutex<Ledger>>,
    generation: u32,
    stages: u32,
    packets: bool,
}

impl Watcher {
    /// A filter of the chain of that generation, which has so many filters.
    pub fn new(
        ledger: &Arc<Mutex<Ledger>>,
        generation: u32,
        stages: u32,
        packets: bool,
    ) -> Arc<dyn Filter> {
        Arc::new(Self {
            ledger: Arc::clone(ledger),
            generation,
            stages,
            packets,
        })
    }
}

impl Filter for Watcher {
    fn needs(&self) -> Needs {
        let needs = Needs::REQUESTS | Needs::REPLY_ENDS;
        if self.packets {
            needs | Needs::PACKETS
        } else {
            needs
        }
    }

    fn open(&self, _session: &SessionFacts) -> Result<Box<dyn FilterSession>, FilterError> {
        self.ledger.lock().unwrap().opened += 1;
        Ok(Box::new(Watching {
            ledger: Arc::clone(&self.ledger),
            identity: (self.generation, self.stages),
            under_way: None,
        }))
    }

    fn alter(&self, _values: &Values) -> Result<(), FilterError> {
        Ok(())
    }
}

struct Watching {
    ledger: Arc<Mutex<Ledger>>,
    identity: (u32, u32),
    under_way: Option<u32>,
}

impl Watching {
    fn complain(&self, what: &str) {
        let violation = format!("{what}: {:?} {:?}", self.identity, self.under_way);
        self.ledger.lock().unwrap().violations.push(violation);
    }
}

impl FilterSession for Watching {
    fn on_request(&mut self, request: &mut Request, _now: Moment) -> Verdict {
        let Some(statement) = statement(request) else {
            return Verdict::Forward;
        };
        if self.under_way.is_some() {
            self.complain("a request before the reply to the one before");
        }
        self.under_way = Some(statement);
        let mut ledger = self.ledger.lock().unwrap();
        ledger
            .seen
            .entry(statement)
            .or_default()
            .push(self.identity);
        Verdict::Forward
    }

    fn on_packet(&mut self, _packet: &mut ReplyPacket, _now: Moment) -> PacketVerdict {
        if self.under_way.is_none() {
            self.complain("a packet of a reply to a request that another chain saw");
        }
        PacketVerdict::Forward
    }

    fn on_reply_end(&mut self, _end: &ReplyEnd, _now: Moment) {
        if self.under_way.take().is_none() {
            self.complain("the end of a reply to a request that another chain saw");
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let over = self.ledger.lock().unwrap().over;
        if self.under_way.is_some() && !over {
            self.complain("closed during a statement");
        }
        self.ledger.lock().unwrap().closed += 1;
    }
}

fn statement(request: &Request) -> Option<u32> {
    let text = std::str::from_utf8(request.sql()?).ok()?;
    text.strip_prefix("STATEMENT ")?.parse().ok()
}
