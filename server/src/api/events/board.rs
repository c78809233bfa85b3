//! What readers of events are told: sessions and objects of now, and the deltas of late.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use bytes::{BufMut, Bytes, BytesMut};
use sluicegate_shared::event::SessionEnd;

use super::change::{Change, Kind, delta, put_list};
use super::objects::ObjectRows;
use super::row;
use super::selection::Selection;
use crate::control::sessions::Changes;

/// Deltas that are kept for readers that fell behind or come back.
const DELTAS_MAX: usize = 1024;
/// Bytes of all deltas that are kept.
const DELTAS_BYTES_MAX: usize = 16 << 20;
/// Bytes of deltas that a reader takes at once, with what they are made of, so that a slow one does
/// not hold many; of a longer one it holds the text that it is told only.
const TAKEN_BYTES_MAX: usize = 256 << 10;
/// A snapshot with at most so many deltas after it is given out again.
const SNAPSHOT_DELTAS_MAX: u64 = 16;

/// Records of the audit that a snapshot tells of.
pub(super) const AUDIT_MAX: usize = 50;

/// What changed between two looks.
#[derive(Debug, PartialEq)]
pub(super) struct Delta {
    /// The body of the event for who wants to know everything.
    pub(super) body: Bytes,
    changes: Vec<Change>,
}

impl Delta {
    fn of(changes: Vec<Change>) -> Option<Arc<Self>> {
        let body = delta(&changes, None)?;
        Some(Arc::new(Self { body, changes }))
    }

    /// The body of the event for a reader, if there is something for it.
    pub(super) fn told(&self, selection: Option<&Selection>) -> Option<Bytes> {
        match selection {
            Some(selection) => delta(&self.changes, Some(selection)),
            None => Some(self.body.clone()),
        }
    }

    /// How many rows have changed.
    pub(super) fn changes(&self) -> usize {
        self.changes.len()
    }

    /// Bytes that it holds.
    fn len(&self) -> usize {
        self.body.len() + self.changes.iter().map(Change::len).sum::<usize>()
    }
}

/// All rows, by kind.
pub(super) type Rows = Vec<(Kind, Vec<Bytes>)>;

/// The body of a snapshot without its beginning.
pub(super) fn snapshot(rows: &Rows, selection: Option<&Selection>) -> Bytes {
    let mut text = BytesMut::new();
    for (number, (kind, rows)) in rows.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        text.put_slice(format!("{comma}\"{}\":", kind.name()).as_bytes());
        match selection {
            Some(selection) => {
                let shown = rows.iter().filter_map(|row| selection.shown(*kind, row));
                put_list(&mut text, &shown.collect::<Vec<_>>());
            }
            None => put_list(&mut text, rows),
        }
    }
    text.put_u8(b'}');
    text.freeze()
}

/// The sessions and the recent deltas, all encoded.
pub(super) struct Board {
    /// Distinguishes this board from that of another process; part of every event id.
    epoch: u64,
    /// The number of the newest event.
    head: u64,
    rows: BTreeMap<u64, Bytes>,
    objects: ObjectRows,
    /// The last records of the audit, the oldest first.
    audit: VecDeque<Bytes>,
    deltas: VecDeque<Arc<Delta>>,
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
    Deltas { upto: u64, deltas: Vec<Arc<Delta>> },
    /// Everything, as of event number `upto`.
    Snapshot { upto: u64, body: Bytes },
    /// The same for who wants some of it.
    Rows { upto: u64, rows: Rows },
}

impl Board {
    pub(super) fn new(epoch: u64) -> Self {
        Self {
            epoch,
            head: 0,
            rows: BTreeMap::new(),
            objects: ObjectRows::default(),
            audit: VecDeque::new(),
            deltas: VecDeque::new(),
            deltas_bytes: 0,
            snapshot: None,
            current: false,
        }
    }

    /// The id of an event, as the client sees it.
    pub(super) fn event_id(&self, number: u64, selection: Option<&Selection>) -> String {
        format!("{}-{number}", self.prefix(selection))
    }

    /// The event that `id` names, if it is one of this board and of the same selection.
    pub(super) fn position(&self, id: &str, selection: Option<&Selection>) -> Option<u64> {
        let (prefix, number) = id.split_once('-')?;
        let number = number.parse().ok().filter(|number| *number <= self.head)?;
        (prefix == self.prefix(selection)).then_some(number)
    }

    fn prefix(&self, selection: Option<&Selection>) -> String {
        match selection {
            Some(selection) => format!("{:x}.{:x}", self.epoch, selection.tag()),
            None => format!("{:x}", self.epoch),
        }
    }

    /// Takes in what changed, with new records of the audit; whether there is something to be told.
    pub(super) fn apply(
        &mut self,
        changes: Changes,
        objects: ObjectRows,
        audit: Vec<Change>,
    ) -> bool {
        let first = !std::mem::replace(&mut self.current, true);
        let mut all = self.take_sessions(changes);
        all.extend(objects.since(&self.objects));
        self.objects = objects;
        let rows = audit.iter().filter_map(|one| one.after.clone());
        self.audit.extend(rows);
        let surplus = self.audit.len().saturating_sub(AUDIT_MAX);
        self.audit.drain(..surplus);
        all.extend(audit);
        match Delta::of(all) {
            Some(delta) => {
                self.keep(delta);
                true
            }
            None => first,
        }
    }

    fn take_sessions(&mut self, changes: Changes) -> Vec<Change> {
        let mut gone: BTreeSet<u64> = if changes.complete {
            BTreeSet::new()
        } else {
            self.rows.keys().copied().collect()
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
        let mut ended = changes.ended;
        for (id, _) in &ended {
            new.remove(id);
            gone.remove(id);
        }
        ended.extend(gone.into_iter().map(|id| (id, "ended".to_owned())));
        let change = |id: u64, before, after, end| Change {
            kind: Kind::Sessions,
            id: id.to_string().into(),
            before,
            after,
            end,
        };
        let mut all = Vec::with_capacity(new.len() + ended.len());
        for (id, row) in new {
            let before = self.rows.insert(id, row.clone());
            all.push(change(id, before, Some(row), None));
        }
        for (id, reason) in ended {
            if let Some(before) = self.rows.remove(&id) {
                // An end is always representable.
                let end = serde_json::to_vec(&SessionEnd { id, reason }).unwrap_or_default();
                all.push(change(id, Some(before), None, Some(end.into())));
            }
        }
        all
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

    /// Lets nobody go on from an earlier event: not all that happened is told.
    pub(super) fn skip(&mut self) {
        self.head += 1;
        self.deltas.clear();
        self.deltas_bytes = 0;
        self.snapshot = None;
    }

    /// What a reader that knows event `position`, or nothing, is to be told; in place of a snapshot
    /// its rows, when it wants `some` of them only.
    pub(super) fn next(&mut self, position: Option<u64>, some: bool) -> Next {
        match position {
            Some(position) if position == self.head => Next::Wait,
            Some(position) if self.follows(position) => self.deltas_after(position),
            _ if !self.current => Next::Wait,
            _ if some => Next::Rows {
                upto: self.head,
                rows: self.all(),
            },
            _ => self.snapshot(),
        }
    }

    /// Whether all deltas after event `position` are kept.
    fn follows(&self, position: u64) -> bool {
        position <= self.head && self.head - position <= self.deltas.len() as u64
    }

    fn deltas_after(&self, position: u64) -> Next {
        let missing = (self.head - position) as usize;
        let (mut upto, mut bytes, mut deltas) = (position, 0, Vec::new());
        for delta in self.deltas.iter().skip(self.deltas.len() - missing) {
            if bytes > 0 && bytes + delta.len() > TAKEN_BYTES_MAX {
                break;
            }
            bytes += delta.len();
            upto += 1;
            deltas.push(Arc::clone(delta));
        }
        Next::Deltas { upto, deltas }
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
        let body = snapshot(&self.all(), None);
        self.snapshot = Some((self.head, body.clone()));
        Next::Snapshot {
            upto: self.head,
            body,
        }
    }

    /// All rows; sessions come last, because there are many.
    fn all(&self) -> Rows {
        let mut rows: Rows = self.objects.all().collect();
        rows.push((Kind::Audit, self.audit.iter().cloned().collect()));
        rows.push((Kind::Sessions, self.rows.values().cloned().collect()));
        rows
    }

    fn keep(&mut self, delta: Arc<Delta>) {
        self.head += 1;
        self.deltas_bytes += delta.len();
        self.deltas.push_back(delta);
        while self.deltas.len() > DELTAS_MAX || self.deltas_bytes > DELTAS_BYTES_MAX {
            let Some(oldest) = self.deltas.pop_front() else {
                return;
            };
            self.deltas_bytes -= oldest.len();
        }
    }
}
