//! The request that is being routed.

use std::borrow::Cow;
use std::pin::Pin;
use std::rc::Rc;
use std::time::Instant;

use tokio::time::Sleep;

use crate::pipeline::RouteHint;
use crate::routers::{Plan, Purpose};
use crate::sql::{Classification, Dialect};
use crate::wire::command::Command;
use crate::wire::packet::HEADER_LEN;
use crate::wire::request::CursorFlags;

/// A request of more bytes is not kept once it is sent: it is not sent a second time.
const AGAIN_MAX: usize = 1024 * 1024;
/// Where the flags of a COM_STMT_EXECUTE stand.
const EXECUTE_FLAGS: usize = 5;
/// An idle session keeps a buffer of no more than this.
const IDLE_MAX: usize = 1024;

/// The first packet of a request, until its reply is complete or it can't be sent again.
#[derive(Debug)]
pub(in crate::sessions) struct Kept {
    /// Header included; with the client's ids until it is sent.
    pub packet: Vec<u8>,
    pub command: Command,
    /// Whether it is all of the request.
    pub whole: bool,
    /// The client's id of the statement that it is about.
    pub statement: Option<u32>,
    /// What it does.
    pub kinds: Option<Classification>,
    pub hint: Option<RouteHint>,
    pub replication_lag_max_s: Option<u64>,
}

/// How a request's text is read, and what filters say of where it goes.
#[derive(Debug, Default)]
pub(in crate::sessions) struct Wishes {
    pub dialect: Dialect,
    pub route: Option<RouteHint>,
    pub replication_lag_max_s: Option<u64>,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            packet: Vec::new(),
            command: Command::Sleep,
            whole: true,
            statement: None,
            kinds: None,
            hint: None,
            replication_lag_max_s: None,
        }
    }
}

impl Kept {
    pub(super) fn take(
        &mut self,
        command: Command,
        packet: Cow<'_, [u8]>,
        whole: bool,
        statement: Option<u32>,
        kinds: Option<Classification>,
        wishes: Wishes,
    ) {
        match packet {
            Cow::Borrowed(packet) => {
                self.packet.clear();
                self.packet.extend_from_slice(packet);
            }
            Cow::Owned(packet) => self.packet = packet,
        }
        self.command = command;
        self.whole = whole;
        self.statement = statement;
        self.kinds = kinds;
        self.hint = wishes.route;
        self.replication_lag_max_s = wishes.replication_lag_max_s;
    }

    /// Its payload, command byte included.
    pub fn payload(&self) -> &[u8] {
        self.packet.get(HEADER_LEN..).unwrap_or_default()
    }

    /// Whether it can be sent again.
    pub fn can_be_sent_again(&self) -> bool {
        self.whole && !self.packet.is_empty()
    }

    /// Whether the server remembers something of its statement until another request: parameters,
    /// or a cursor.
    pub fn leaves_something(&self) -> bool {
        let cursors = CursorFlags::READ_ONLY | CursorFlags::FOR_UPDATE | CursorFlags::SCROLLABLE;
        match self.command {
            Command::StmtSendLongData => true,
            Command::StmtExecute => {
                let flags = self
                    .payload()
                    .get(EXECUTE_FLAGS)
                    .copied()
                    .unwrap_or_default();
                CursorFlags::from_bits_truncate(flags).intersects(cursors)
            }
            _ => false,
        }
    }

    /// Its packet, if it is not needed any more once that is sent.
    pub fn give_away(&mut self) -> Option<Vec<u8>> {
        let stays = self.packet.len() <= AGAIN_MAX || self.command == Command::StmtPrepare;
        (!self.whole || !stays).then(|| std::mem::take(&mut self.packet))
    }

    /// Its reply is complete.
    pub fn done(&mut self) {
        if self.packet.capacity() > IDLE_MAX {
            self.packet = Vec::new();
        }
        self.packet.clear();
        self.hint = None;
    }

    pub(super) fn capacity(&self) -> usize {
        self.packet.capacity()
    }
}

/// What a request waits for before it goes to a server.
#[derive(Debug, Default)]
pub(in crate::sessions) enum Waiting {
    /// Nothing: there is no such request.
    #[default]
    Nothing,
    /// The server of the plan has something to finish, or is being connected.
    For(Plan),
    /// Somebody who can take it.
    Until(Pin<Box<Sleep>>),
    /// Nothing more: it is to be routed again.
    Again,
}

/// A request whose reply is to come.
#[derive(Debug)]
pub(in crate::sessions) struct UnderWay {
    /// Who replies.
    pub member: usize,
    pub purpose: Purpose,
    /// When it was sent.
    pub began: Instant,
    /// What it is as a session command.
    pub everyone: Option<Everyone>,
    /// The client's id for the statement that is being prepared.
    pub prepares: Option<u32>,
}

/// A session command, which all servers get.
#[derive(Debug)]
pub(in crate::sessions) struct Everyone {
    /// Its number.
    pub number: u64,
    /// Whether servers that are connected later have to be told, too.
    pub remember: bool,
    /// Its payload, with the client's ids.
    pub payload: Rc<[u8]>,
}
