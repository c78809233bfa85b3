//! Events that came but are not applied yet.

use std::collections::VecDeque;

use sluicegate_shared::event::{AuditRow, Delta, ObjectChanges, SessionEnd, SessionRow, Snapshot};

use super::event_objects::EventObjects;
use super::rows::Rows;
use crate::api::events::reader::{Event, EventKind, EventReader, Reading};

/// The queue of events. Bounded in effect: a snapshot takes the place of all before it, and
/// [`Inbox::is_late`] tells the caller to take more time.
#[derive(Debug, Default)]
pub struct Inbox {
    events: VecDeque<EventReader>,
    applying: Option<Applying>,
}

/// A decoded event, and its rows that are not applied yet.
#[derive(Debug)]
struct Applying {
    now_ms: u64,
    audit: Option<u64>,
    sessions: std::vec::IntoIter<SessionRow>,
    kind: ApplyingKind,
}

#[derive(Debug)]
enum ApplyingKind {
    /// The rows to be, when they are complete.
    Snapshot(Rows, EventObjects),
    Delta(Vec<SessionEnd>, ObjectChanges),
}

/// The number of the last record. What it tells is asked for by the page of the audit.
fn last_of(audit: &[AuditRow]) -> Option<u64> {
    audit.last().map(|record| record.id)
}

/// What became of the events.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Drained {
    /// The server's clock as the last applied event told it.
    pub now_ms: Option<u64>,
    /// What was wrong with an event that could not be read.
    pub fault: Option<String>,
    /// Whether servers, services or filters have changed.
    pub objects: bool,
    /// The number of the last record of the audit, if events told of any.
    pub audit: Option<u64>,
}

/// What the events tell of.
#[derive(Debug, Default)]
pub struct Told {
    /// The sessions.
    pub rows: Rows,
    /// Servers, services and filters.
    pub objects: EventObjects,
}

/// More events than this in the queue: they come faster than they are applied.
const LATE_LEN: usize = 4;

impl Inbox {
    /// An event came.
    pub fn push(&mut self, kind: EventKind, text: String) {
        if kind == EventKind::Snapshot {
            self.clear();
        }
        self.events.push_back(EventReader::new(kind, text));
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty() && self.applying.is_none()
    }

    /// Whether events come faster than they are applied.
    pub fn is_late(&self) -> bool {
        self.events.len() > LATE_LEN
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.events.clear();
        self.applying = None;
    }

    /// Decodes and applies events while there is time left: at least one step.
    pub fn drain(&mut self, told: &mut Told, mut has_time: impl FnMut() -> bool) -> Drained {
        let mut drained = Drained::default();
        while !self.is_empty() {
            self.step(told, &mut drained);
            if !has_time() {
                break;
            }
        }
        drained
    }

    /// Applies the next row of an event, or decodes the next row of one.
    fn step(&mut self, told: &mut Told, drained: &mut Drained) {
        if let Some(applying) = &mut self.applying {
            if let Some(session) = applying.sessions.next() {
                applying.apply(session, &mut told.rows);
            } else if let Some(applying) = self.applying.take() {
                drained.now_ms = Some(applying.now_ms);
                drained.audit = applying.audit.or(drained.audit);
                drained.objects |= applying.finish(told);
            }
            return;
        }
        match self.events.front_mut().map(EventReader::step) {
            None | Some(Reading::More) => return,
            Some(Reading::Done(event)) => self.applying = Some(Applying::from(event)),
            Some(Reading::Malformed(fault)) => drained.fault = Some(fault),
        }
        self.events.pop_front();
    }
}

impl Applying {
    fn apply(&mut self, session: SessionRow, rows: &mut Rows) {
        match &mut self.kind {
            ApplyingKind::Snapshot(next, _) => rows.carry_over(session, next, self.now_ms),
            ApplyingKind::Delta(..) => rows.change(session, self.now_ms),
        }
    }

    /// Tells whether objects have changed.
    fn finish(self, told: &mut Told) -> bool {
        match self.kind {
            ApplyingKind::Snapshot(next, objects) => {
                told.rows.replace(next);
                told.objects.replace(objects)
            }
            ApplyingKind::Delta(ended, objects) => {
                for end in ended {
                    told.rows.end(end, self.now_ms);
                }
                told.objects.change(objects)
            }
        }
    }
}

impl From<Event> for Applying {
    fn from(event: Event) -> Self {
        match event {
            Event::Snapshot(Snapshot {
                now_ms,
                sessions,
                servers,
                services,
                filters,
                audit,
            }) => Self {
                now_ms,
                audit: last_of(&audit),
                sessions: sessions.into_iter(),
                kind: ApplyingKind::Snapshot(
                    Rows::default(),
                    EventObjects::of(servers, services, filters),
                ),
            },
            Event::Delta(Delta {
                now_ms,
                changed,
                ended,
                objects,
                audit,
            }) => Self {
                now_ms,
                audit: last_of(&audit),
                sessions: changed.into_iter(),
                kind: ApplyingKind::Delta(ended, objects),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::rows::tests::session;

    fn snapshot(now_ms: u64, ids: &[u64]) -> String {
        let sessions = ids.iter().map(|&id| session(id, "ann")).collect();
        serde_json::to_string(&Snapshot {
            now_ms,
            sessions,
            ..Snapshot::default()
        })
        .unwrap()
    }

    fn delta(now_ms: u64, id: u64) -> String {
        let changed = vec![session(id, "ann")];
        serde_json::to_string(&Delta {
            now_ms,
            changed,
            ended: vec![],
            ..Delta::default()
        })
        .unwrap()
    }

    #[test]
    fn events_are_applied_in_their_order() {
        let (mut inbox, mut told) = (Inbox::default(), Told::default());
        inbox.push(EventKind::Snapshot, snapshot(1, &[1, 2]));
        inbox.push(EventKind::Delta, delta(2, 3));
        let drained = inbox.drain(&mut told, || true);
        assert_eq!(
            drained,
            Drained {
                now_ms: Some(2),
                ..Drained::default()
            }
        );
        assert_eq!(told.rows.live(), 3);
        assert!(inbox.is_empty());
    }

    #[test]
    fn a_large_event_takes_as_many_turns_as_there_is_time_for() {
        let (mut inbox, mut told) = (Inbox::default(), Told::default());
        inbox.push(EventKind::Snapshot, snapshot(1, &[1, 2, 3]));
        let mut turns = 0;
        while !inbox.is_empty() {
            turns += 1;
            inbox.drain(&mut told, || false);
            assert_eq!(
                told.rows.live(),
                if inbox.is_empty() { 3 } else { 0 },
                "whole or not at all"
            );
        }
        assert_eq!(
            turns, 8,
            "each row is decoded, then applied; so is what is around them"
        );
    }

    #[test]
    fn a_snapshot_takes_the_place_of_what_waits() {
        let (mut inbox, mut told) = (Inbox::default(), Told::default());
        (0..=LATE_LEN as u64).for_each(|id| inbox.push(EventKind::Delta, delta(1, id)));
        assert!(inbox.is_late());
        inbox.push(EventKind::Snapshot, snapshot(2, &[9]));
        assert!(!inbox.is_late());
        inbox.drain(&mut told, || true);
        assert_eq!(told.rows.live(), 1);
    }

    #[test]
    fn an_event_that_cannot_be_read_is_told_and_skipped() {
        let (mut inbox, mut told) = (Inbox::default(), Told::default());
        inbox.push(EventKind::Delta, "{".to_owned());
        inbox.push(EventKind::Delta, delta(2, 3));
        let drained = inbox.drain(&mut told, || true);
        assert!(drained.fault.is_some());
        assert_eq!((drained.now_ms, told.rows.live()), (Some(2), 1));
    }
}
