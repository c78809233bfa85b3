//! What one connection knows of prepared statements.

use std::collections::BTreeMap;

use super::Statement;
use crate::wire::Malformed;
use crate::wire::command::Command;
use crate::wire::packet::{HEADER_LEN, PAYLOAD_MAX, PacketHeader};
use crate::wire::reply::ErrPacket;
use crate::wire::request::set_statement_id;

/// In a COM_STMT_EXECUTE: command, id, flags and iterations stand before the NULL bitmap.
const EXECUTE_HEAD: usize = HEADER_LEN + 10;
/// In a COM_STMT_BULK_EXECUTE: command and id stand before the flags.
const BULK_FLAGS: usize = HEADER_LEN + 5;
const BULK_HEAD: usize = BULK_FLAGS + 2;
/// The flag of a COM_STMT_BULK_EXECUTE that has types, in its first byte.
const BULK_SENDS_TYPES: u8 = 0x80;

/// What one connection knows of them, by [`Statement::handle`].
#[derive(Debug, Default)]
pub(in crate::sessions) struct StatementsHere {
    known: BTreeMap<u32, Here>,
    /// Those that the server could not prepare, and what it said.
    failed: BTreeMap<u32, ErrPacket>,
}

/// A statement on one connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Here {
    id: u32,
    /// The statement whose types of parameters were told here last, and their version.
    told: (u32, u32),
}

impl StatementsHere {
    /// The server has prepared a statement.
    pub fn add(&mut self, handle: u32, id: u32) {
        self.failed.remove(&handle);
        self.known.insert(handle, Here { id, told: (0, 0) });
    }

    /// The server could not prepare a statement.
    pub fn add_failed(&mut self, handle: u32, error: ErrPacket) {
        self.failed.insert(handle, error);
    }

    /// Why a statement could not be prepared here, when it was tried.
    pub fn failure(&self, handle: u32) -> Option<&ErrPacket> {
        // Asked for with every execution: mostly there are none.
        if self.failed.is_empty() {
            return None;
        }
        self.failed.get(&handle)
    }

    /// Another attempt may go better.
    pub fn forget_failure(&mut self, handle: u32) {
        if !self.failed.is_empty() {
            self.failed.remove(&handle);
        }
    }

    /// Whether a statement is prepared here.
    pub fn has(&self, handle: u32) -> bool {
        self.known.contains_key(&handle)
    }

    /// A statement is closed here; what the server called it.
    pub fn remove(&mut self, handle: u32) -> Option<u32> {
        self.failed.remove(&handle);
        self.known.remove(&handle).map(|here| here.id)
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
        let here = self.known.get_mut(&statement.handle()).ok_or(wrong)?;
        let payload = packet.get_mut(HEADER_LEN..).unwrap_or_default();
        if !set_statement_id(payload, here.id) {
            return Err(wrong);
        }
        if let Some((at, given)) = statement.types_in(command, packet) {
            if given {
                let types = packet.get(at..).unwrap_or_default();
                statement.learn(types.get(..statement.types_len()).unwrap_or_default());
            } else if statement.types_version.get() > 0 && statement.told() != here.told {
                statement.insert_types(command, packet, at)?;
            } else {
                return Ok(());
            }
            here.told = statement.told();
        }
        Ok(())
    }
}

impl Statement {
    /// The types as they were told last: whose they are, and which.
    fn told(&self) -> (u32, u32) {
        (self.id, self.types_version.get())
    }

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
