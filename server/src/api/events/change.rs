//! One thing that has changed, as it was and as it is, and how readers are told of it.

use bytes::{BufMut, Bytes, BytesMut};
use sluicegate_shared::event::{AUDIT, FILTERS, SERVERS, SERVICES};

use super::selection::Selection;

/// The kinds of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Sessions,
    Servers,
    Services,
    Filters,
    Audit,
}

impl Kind {
    /// All of them, in the order in which a delta tells them.
    pub(super) const ALL: [Self; 5] = [
        Self::Sessions,
        Self::Servers,
        Self::Services,
        Self::Filters,
        Self::Audit,
    ];
    /// Configured objects, in the order in which they are told.
    pub(super) const OBJECTS: [Self; 3] = [Self::Servers, Self::Services, Self::Filters];

    /// The type, as the API names it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Servers => SERVERS,
            Self::Services => SERVICES,
            Self::Filters => FILTERS,
            Self::Audit => AUDIT,
        }
    }
}

/// A row that is new, other or gone. All of it is JSON.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) kind: Kind,
    pub(super) id: Bytes,
    /// `None`: it is new.
    pub(super) before: Option<Bytes>,
    /// `None`: it is gone.
    pub(super) after: Option<Bytes>,
    /// How a session that is gone has ended.
    pub(super) end: Option<Bytes>,
}

impl Change {
    /// Bytes that it holds.
    pub(super) fn len(&self) -> usize {
        let parts = [&self.before, &self.after, &self.end];
        parts.into_iter().flatten().map(Bytes::len).sum()
    }
}

/// What a delta tells of one kind.
#[derive(Default)]
struct Told {
    changed: Vec<Bytes>,
    gone: Vec<Bytes>,
}

impl Told {
    fn of(kind: Kind, changes: &[Change], selection: Option<&Selection>) -> Self {
        let mut told = Self::default();
        for change in changes.iter().filter(|change| change.kind == kind) {
            told.take(change, selection);
        }
        told
    }

    fn is_empty(&self) -> bool {
        self.changed.is_empty() && self.gone.is_empty()
    }

    fn take(&mut self, change: &Change, selection: Option<&Selection>) {
        let shown = |row: &Bytes| match selection {
            Some(selection) => selection.shown(change.kind, row),
            None => Some(row.clone()),
        };
        let before = change.before.as_ref().and_then(shown);
        match change.after.as_ref().and_then(shown) {
            // Nothing that is told of it has changed.
            Some(after) if before.as_ref() == Some(&after) => {}
            Some(after) => self.changed.push(after),
            None if before.is_none() => {}
            None => self.gone.push(match (&change.end, change.kind) {
                (Some(end), _) => end.clone(),
                (None, Kind::Sessions) => unselected(&change.id),
                (None, _) => change.id.clone(),
            }),
        }
    }
}

/// The end of a session for who asked for others.
fn unselected(id: &Bytes) -> Bytes {
    let mut text = BytesMut::from("{\"id\":");
    text.put_slice(id);
    text.put_slice(b",\"reason\":\"does not fulfil the filter any more\"}");
    text.freeze()
}

/// The body of a delta without its beginning, the time, which is each reader's own. `None` when there
/// is nothing to be told.
pub(super) fn delta(changes: &[Change], selection: Option<&Selection>) -> Option<Bytes> {
    let of = |kind| Told::of(kind, changes, selection);
    let (sessions, audit) = (of(Kind::Sessions), of(Kind::Audit));
    let objects = Kind::OBJECTS.map(|kind| (kind, of(kind)));
    let mut objects: Vec<_> = objects.into_iter().collect();
    objects.retain(|(_, told)| !told.is_empty());
    if sessions.is_empty() && audit.is_empty() && objects.is_empty() {
        return None;
    }
    let mut text = BytesMut::from("\"changed\":");
    put_list(&mut text, &sessions.changed);
    text.put_slice(b",\"ended\":");
    put_list(&mut text, &sessions.gone);
    for (number, (kind, told)) in objects.iter().enumerate() {
        let start = if number == 0 { ",\"objects\":{" } else { "," };
        text.put_slice(format!("{start}\"{}\":{{\"changed\":", kind.name()).as_bytes());
        put_list(&mut text, &told.changed);
        text.put_slice(b",\"removed\":");
        put_list(&mut text, &told.gone);
        text.put_u8(b'}');
    }
    if !objects.is_empty() {
        text.put_u8(b'}');
    }
    if !audit.changed.is_empty() {
        text.put_slice(b",\"audit\":");
        put_list(&mut text, &audit.changed);
    }
    text.put_u8(b'}');
    Some(text.freeze())
}

/// A list of what is encoded already.
pub(super) fn put_list<'a>(text: &mut BytesMut, items: impl IntoIterator<Item = &'a Bytes>) {
    text.put_u8(b'[');
    for (number, item) in items.into_iter().enumerate() {
        if number > 0 {
            text.put_u8(b',');
        }
        text.put_slice(item);
    }
    text.put_u8(b']');
}
