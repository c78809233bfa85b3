//! Prepared statements of a session with several servers.
//!
//! The client knows a statement by an id that the gateway gives; each connection has its own id for
//! it. A statement is prepared on one server when the client asks for it, and on others when it is
//! first executed there. On connections it goes by its *handle*: a number that statements of one text
//! share when prepared statements are reused ([`reuse`]).

mod here;
mod reuse;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

pub(super) use here::StatementsHere;
pub(super) use reuse::{ANSWER_MAX, LASTING};
use reuse::{Handle, Texts};

use crate::sql::Classification;
use crate::wire::request::{LAST_PREPARED_ID, statement_id};

/// A statement that the client has prepared.
#[derive(Debug)]
pub(super) struct Statement {
    /// The client's id.
    pub id: u32,
    /// Its text.
    pub text: Rc<[u8]>,
    /// What it does.
    pub kinds: Classification,
    /// Session commands before it was prepared.
    pub since: u64,
    /// The default database when it was prepared.
    pub database: Option<Rc<[u8]>>,
    parameters: u16,
    handle: RefCell<Rc<Handle>>,
    /// It has a handle of its own, because of what connections remember of it between requests.
    is_apart: Cell<bool>,
    /// The types of its parameters, as the client has told them last.
    types: RefCell<Box<[u8]>>,
    /// Moves with the types; 0: none were told.
    types_version: Cell<u32>,
}

/// All of a session's.
#[derive(Debug, Default)]
pub(super) struct Prepared {
    statements: BTreeMap<u32, Rc<Statement>>,
    next: u32,
    /// The one prepared last; `None` when that failed.
    last: Option<u32>,
    handles: u32,
    /// The texts that are prepared on servers, when they are reused.
    texts: Option<Texts>,
}

impl Prepared {
    /// The id for the next statement.
    pub fn next_id(&self) -> u32 {
        self.next + 1
    }

    /// A statement is prepared, by the id that was next.
    pub fn add(
        &mut self,
        text: &[u8],
        kinds: Classification,
        parameters: u16,
        since: u64,
        database: Option<Rc<[u8]>>,
    ) -> Rc<Statement> {
        self.handles += 1;
        let handle = Rc::new(Handle::new(self.handles));
        self.enter(text.into(), kinds, parameters, since, database, handle)
    }

    /// A statement goes by that handle, by the id that was next.
    fn enter(
        &mut self,
        text: Rc<[u8]>,
        kinds: Classification,
        parameters: u16,
        since: u64,
        database: Option<Rc<[u8]>>,
        handle: Rc<Handle>,
    ) -> Rc<Statement> {
        // Id 0 is no statement and the last id is that of the statement prepared last.
        self.next = self.next_id() % (LAST_PREPARED_ID - 1);
        let id = self.next;
        self.last = Some(id);
        let statement = Rc::new(Statement {
            id,
            text,
            kinds,
            since,
            database,
            parameters,
            handle: RefCell::new(handle),
            is_apart: Cell::new(false),
            types: RefCell::default(),
            types_version: Cell::new(0),
        });
        self.statements.insert(id, Rc::clone(&statement));
        statement
    }

    /// A preparation has failed.
    pub fn failed(&mut self) {
        self.last = None;
    }

    /// The client's id in a request about a prepared statement; `None` in others.
    pub fn named_in(&self, payload: &[u8]) -> Option<u32> {
        match statement_id(payload) {
            Ok(Some(LAST_PREPARED_ID)) => Some(self.last.unwrap_or(LAST_PREPARED_ID)),
            Ok(id) => id,
            Err(_) => Some(0),
        }
    }

    /// The statement of that id.
    pub fn get(&self, id: u32) -> Option<&Rc<Statement>> {
        self.statements.get(&id)
    }

    /// All, in the order in which they were prepared.
    pub fn all(&self) -> impl Iterator<Item = &Rc<Statement>> {
        self.statements.values()
    }

    /// The same, and of those that share a handle only one.
    pub fn distinct(&self) -> Vec<Rc<Statement>> {
        let mut handles = HashSet::new();
        let all = self.statements.values();
        let distinct = all.filter(|statement| handles.insert(statement.handle()));
        distinct.cloned().collect()
    }

    /// How many session commands there were before the youngest was prepared.
    pub fn newest_since(&self) -> Option<u64> {
        self.statements.values().next_back().map(|one| one.since)
    }

    /// The client closes one. Returns its handle, if nobody needs that any more.
    pub fn close(&mut self, id: u32) -> Option<u32> {
        self.last.take_if(|last| *last == id);
        let statement = self.statements.remove(&id)?;
        let handle = statement.handle.borrow();
        handle.let_go().then(|| handle.number())
    }

    /// The session is as after a log-in.
    pub fn clear(&mut self) {
        *self = Self {
            next: self.next,
            handles: self.handles,
            texts: self.texts.as_ref().map(|_| Texts::default()),
            ..Self::default()
        };
    }

    /// Bytes that they hold.
    pub fn memory(&self) -> usize {
        let statements = self.statements.values();
        let bytes = statements.map(|one| {
            let text = one.text.len() / Rc::strong_count(&one.text);
            text + size_of::<Statement>() + 32
        });
        let texts = self.texts.as_ref().map_or(0, Texts::memory);
        bytes.sum::<usize>() + texts
    }
}

impl Statement {
    /// What it goes by on connections.
    pub fn handle(&self) -> u32 {
        self.handle.borrow().number()
    }

    /// Whether its handle is still needed: the client has it, or another statement of its text, or
    /// the text is to be prepared again.
    pub fn is_needed(&self) -> bool {
        self.handle.borrow().is_needed()
    }
}

#[cfg(test)]
mod tests;
