//! What readers of events are told: sessions and objects of now, and the deltas of late.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bytes::{BufMut, Bytes, BytesMut};
use sluicegate_shared::event::SessionEnd;

use super::objects::{ObjectRows, put_list};
use super::row;
use crate::control::sessions::Changes;

/// Deltas that are kept for readers that fell behind or come back.
const DELTAS_MAX: usize = 1024;
/// Bytes of all deltas that are kept.
const DELTAS_BYTES_MAX: usize = 16 << 20;
/// Bytes of deltas that a reader takes at once, so that a slow one does not hold many.
const TAKEN_BYTES_MAX: usize = 256 << 10;
/// A snapshot with at most so many deltas after it is given out again.
const SNAPSHOT_DELTAS_MAX: u64 = 16;

/// The sessions and the recent deltas, all encoded.
pub(super) struct Board {
    /// Distinguishes this board from that of another process; part of every event id.
    epoch: u64,
    /// The number of the newest event.
    head: u64,
    rows: BTreeMap<u64, Bytes>,
    objects: ObjectRows,
    deltas: VecDeque<Bytes>,
    deltas_bytes: usize,
    snapshot: Option<(u64, Bytes)>,
    /// Whether `rows` are of now.
    current: bool,
}

/// What a reader is to be told next.
#[derive(Debug, PartialEq)]
pub(super) enum Next {
    /// Nothing yet.
    Wait,
    /// The deltas up to event number `upto`.
    Deltas { upto: u64, bodies: Vec<Bytes> },
    /// Everything, as of event number `upto`.
    Snapshot { upto: u64, body: Bytes },
}

impl Board {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            head: 0,
            rows: BTreeMap::new(),
            objects: ObjectRows::default(),
            deltas: VecDeque::new(),
            deltas_bytes: 0,
            snapshot: None,
            current: false,
        }
    }

    /// The id of an event, as the client sees it.
    pub(super) fn event_id(&self, number: u64) -> String {
        format!("{:x}-{number}", self.epoch)
    }

    /// The event that `id` names, if it is one of this board.
    pub(super) fn position(&self, id: &str) -> Option<u64> {
        let (epoch, number) = id.split_once('-')?;
        let number = number.parse().ok().filter(|number| *number <= self.head)?;
        (u64::from_str_radix(epoch, 16) == Ok(self.epoch)).then_some(number)
    }

    /// Takes in what changed; whether there is something to be told.
    pub(super) fn apply(&mut self, changes: Changes, objects: ObjectRows) -> bool {
        let first = !std::mem::replace(&mut self.current, true);
        let all = !changes.complete;
        let mut gone: BTreeSet<u64> = if all {
            self.rows.keys().copied().collect()
        } else {
            BTreeSet::new()
        };
        let mut new = BTreeMap::new();
        for view in changes.changed {
            let id = view.id;
            gone.remove(&id);
            if let Some(row) = row::encode(view)
                && self.rows.get(&id) != Some(&row)
            {
                new.insert(id, row);
            }
        }
        let mut ended = Vec::new();
        for (id, reason) in changes.ended {
            new.remove(&id);
            gone.remove(&id);
            if self.rows.remove(&id).is_some() {
                ended.push(SessionEnd { id, reason });
            }
        }
        for id in gone {
            self.rows.remove(&id);
            ended.push(SessionEnd {
                id,
                reason: "ended".to_owned(),
            });
        }
        let changed = objects.since(&self.objects);
        if new.is_empty() && ended.is_empty() && changed.is_none() {
            return first;
        }
        self.objects = objects;
        self.keep(delta(&new, &ended, &changed.unwrap_or_default()));
        self.rows.append(&mut new);
        true
    }

    /// Notes that nobody looks at the sessions for now.
    pub(super) fn pause(&mut self) {
        self.current = false;
    }

    /// Forgets everything but the number of the newest event.
    pub(super) fn clear(&mut self) {
        // Who comes back later must not be told deltas over the gap.
        let head = self.head + 1;
        *self = Self {
            head,
            ..Self::new(self.epoch)
        };
    }

    /// What a reader that knows event `position`, or nothing, is to be told.
    pub(super) fn next(&mut self, position: Option<u64>) -> Next {
        match position {
            Some(position) if position == self.head => Next::Wait,
            Some(position) if self.follows(position) => self.deltas_after(position),
            _ if !self.current => Next::Wait,
            _ => self.snapshot(),
        }
    }

    /// Whether all deltas after event `position` are kept.
    fn follows(&self, position: u64) -> bool {
        position <= self.head && self.head - position <= self.deltas.len() as u64
    }

    fn deltas_after(&self, position: u64) -> Next {
        let missing = (self.head - position) as usize;
        let (mut upto, mut bytes, mut bodies) = (position, 0, Vec::new());
        for body in self.deltas.iter().skip(self.deltas.len() - missing) {
            if bytes > 0 && bytes + body.len() > TAKEN_BYTES_MAX {
                break;
            }
            bytes += body.len();
            upto += 1;
            bodies.push(body.clone());
        }
        Next::Deltas { upto, bodies }
    }

    fn snapshot(&mut self) -> Next {
        if let Some((upto, body)) = &self.snapshot
            && self.follows(*upto)
            && self.head - upto <= SNAPSHOT_DELTAS_MAX
        {
            return Next::Snapshot {
                upto: *upto,
                body: body.clone(),
            };
        }
        let mut text = BytesMut::new();
        self.objects.put_all(&mut text);
        text.put_slice(b"\"sessions\":");
        put_list(&mut text, self.rows.values());
        text.put_slice(b"}");
        let body = text.freeze();
        self.snapshot = Some((self.head, body.clone()));
        Next::Snapshot {
            upto: self.head,
            body,
        }
    }

    fn keep(&mut self, body: Bytes) {
        self.head += 1;
        self.deltas_bytes += body.len();
        self.deltas.push_back(body);
        while self.deltas.len() > DELTAS_MAX || self.deltas_bytes > DELTAS_BYTES_MAX {
            let Some(oldest) = self.deltas.pop_front() else {
                return;
            };
            self.deltas_bytes -= oldest.len();
        }
    }
}

/// The body of a delta without its beginning, the time, which is each reader's own.
fn delta(changed: &BTreeMap<u64, Bytes>, ended: &[SessionEnd], objects: &Bytes) -> Bytes {
    let mut text = BytesMut::new();
    text.put_slice(b"\"changed\":");
    put_list(&mut text, changed.values());
    text.put_slice(b",\"ended\":");
    let ended = ended
        .iter()
        .filter_map(|end| serde_json::to_vec(end).ok().map(Bytes::from));
    put_list(&mut text, &ended.collect::<Vec<_>>());
    text.put_slice(objects);
    text.put_slice(b"}");
    text.freeze()
}
