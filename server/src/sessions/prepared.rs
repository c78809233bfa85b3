//! Prepared statements of a session with several servers.
//!
//! The client knows a statement by an id that the gateway gives; each connection has its own id for
//! it. A statement is prepared on one server when the client asks for it, and on others when it is
//! first executed there.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use crate::sql::Classification;
use crate::wire::Malformed;
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, PAYLOAD_MAX, PacketHeader};
use crate::wire::reply::ErrPacket;
use crate::wire::request::{LAST_PREPARED_ID, set_statement_id, statement_id};

/// In a COM_STMT_EXECUTE: command, id, flags and iterations stand before the NULL bitmap.
const EXECUTE_HEAD: usize = HEADER_LEN + 10;
/// In a COM_STMT_BULK_EXECUTE: command and id stand before the flags.
const BULK_FLAGS: usize = HEADER_LEN + 5;
const BULK_HEAD: usize = BULK_FLAGS + 2;
/// The flag of a COM_STMT_BULK_EXECUTE that has types, in its first byte.
const BULK_SENDS_TYPES: u8 = 0x80;

/// A statement that the client has prepared.
#[derive(Debug)]
pub(super) struct Statement {
    /// The client's id.
    pub id: u32,
    /// Its text.
    pub text: Box<[u8]>,
    /// What it does.
    pub kinds: Classification,
    /// Session commands before it was prepared.
    pub since: u64,
    /// The default database when it was prepared.
    pub database: Option<Rc<[u8]>>,
    parameters: u16,
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
}

/// What one connection knows of them.
#[derive(Debug, Default)]
pub(super) struct StatementsHere {
    known: HashMap<u32, Here>,
    /// Those that the server could not prepare, and what it said.
    failed: HashMap<u32, ErrPacket>,
}

/// A statement on one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Here {
    id: u32,
    types_version: u32,
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
    ) -> &Rc<Statement> {
        // Id 0 is no statement and the last id is that of the statement prepared last.
        self.next = self.next_id() % (LAST_PREPARED_ID - 1);
        let id = self.next;
        self.last = Some(id);
        let statement = Statement {
            id,
            text: text.into(),
            kinds,
            since,
            database,
            parameters,
            types: RefCell::default(),
            types_version: Cell::new(0),
        };
        self.statements
            .entry(id)
            .or_insert_with(|| Rc::new(statement))
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

    /// How many session commands there were before the youngest was prepared.
    pub fn newest_since(&self) -> Option<u64> {
        self.statements.values().map(|one| one.since).max()
    }

    /// The client closes one.
    pub fn close(&mut self, id: u32) {
        self.statements.remove(&id);
        self.last.take_if(|last| *last == id);
    }

    /// The session is as after a log-in.
    pub fn clear(&mut self) {
        *self = Self {
            next: self.next,
            ..Self::default()
        };
    }

    /// Bytes that they hold.
    pub fn memory(&self) -> usize {
        let statements = self.statements.values();
        let bytes = statements.map(|one| one.text.len() + size_of::<Statement>() + 32);
        bytes.sum()
    }
}

impl StatementsHere {
    /// The server has prepared a statement.
    pub fn add(&mut self, client_id: u32, id: u32) {
        let types_version = 0;
        self.failed.remove(&client_id);
        self.known.insert(client_id, Here { id, types_version });
    }

    /// The server could not prepare a statement.
    pub fn add_failed(&mut self, client_id: u32, error: ErrPacket) {
        self.failed.insert(client_id, error);
    }

    /// Why a statement could not be prepared here, when it was tried.
    pub fn failure(&self, client_id: u32) -> Option<&ErrPacket> {
        self.failed.get(&client_id)
    }

    /// Another attempt may go better.
    pub fn forget_failure(&mut self, client_id: u32) {
        self.failed.remove(&client_id);
    }

    /// Whether a statement is prepared here.
    pub fn has(&self, client_id: u32) -> bool {
        self.known.contains_key(&client_id)
    }

    /// A statement is closed here; what the server called it.
    pub fn remove(&mut self, client_id: u32) -> Option<u32> {
        self.failed.remove(&client_id);
        self.known.remove(&client_id).map(|here| here.id)
    }

    /// The connection was reset.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// Makes a request about a statement, framed and with the client's id, one for this connection:
    /// puts this connection's id in, and the types of the parameters if they were not told here.
    pub fn translate(
        &mut self,
        statement: &Statement,
        command: Command,
        packet: &mut Vec<u8>,
    ) -> Result<(), Malformed> {
        let wrong = Malformed::new("request about a prepared statement");
        let here = self.known.get_mut(&statement.id).ok_or(wrong)?;
        let payload = packet.get_mut(HEADER_LEN..).unwrap_or_default();
        if !set_statement_id(payload, here.id) {
            return Err(wrong);
        }
        if let Some((at, given)) = statement.types_in(command, packet) {
            if given {
                let types = packet.get(at..).unwrap_or_default();
                statement.learn(types.get(..statement.types_len()).unwrap_or_default());
            } else if statement.types_version.get() != here.types_version {
                statement.insert_types(command, packet, at)?;
            } else {
                return Ok(());
            }
            here.types_version = statement.types_version.get();
        }
        Ok(())
    }
}

impl Statement {
    fn types_len(&self) -> usize {
        2 * usize::from(self.parameters)
    }

    /// Where types stand in an execution, or would stand, and whether they do.
    fn types_in(&self, command: Command, packet: &[u8]) -> Option<(usize, bool)> {
        if self.parameters == 0 {
            return None;
        }
        match command {
            Command::StmtExecute => {
                let flag = EXECUTE_HEAD + usize::from(self.parameters).div_ceil(8);
                Some((flag + 1, *packet.get(flag)? != 0))
            }
            Command::StmtBulkExecute => {
                let flags = *packet.get(BULK_FLAGS)?;
                Some((BULK_HEAD, flags & BULK_SENDS_TYPES != 0))
            }
            _ => None,
        }
    }

    fn learn(&self, types: &[u8]) {
        if **self.types.borrow() != *types {
            self.types.replace(types.into());
            self.types_version.set(self.types_version.get() + 1);
        } else if self.types_version.get() == 0 {
            self.types_version.set(1);
        }
    }

    /// Puts types into an execution that has none.
    fn insert_types(
        &self,
        command: Command,
        packet: &mut Vec<u8>,
        at: usize,
    ) -> Result<(), Malformed> {
        let types = self.types.borrow();
        let len = packet.len() - HEADER_LEN + types.len();
        let header = PacketHeader::decode(packet).filter(|_| len < PAYLOAD_MAX);
        let header = header.ok_or(Malformed::new("execution whose types don't fit in"))?;
        packet.splice(at..at, types.iter().copied());
        let flag = if command == Command::StmtExecute {
            at - 1
        } else {
            BULK_FLAGS
        };
        if let Some(byte) = packet.get_mut(flag) {
            *byte |= if command == Command::StmtExecute {
                1
            } else {
                BULK_SENDS_TYPES
            };
        }
        let header = PacketHeader {
            len: len as u32,
            seq: header.seq,
        }
        .encode();
        packet.splice(..HEADER_LEN, header);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
