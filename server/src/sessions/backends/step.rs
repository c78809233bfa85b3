//! What the gateway itself asks of a server.

use std::rc::Rc;

use crate::sessions::prepared::{Statement, StatementsHere};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::packet::{PAYLOAD_MAX, PacketHeader, frame};
use crate::wire::tracker::{ReplySummary, ReplyTracker};

/// Of texts that are as long, connections have no copies of their own.
const SHARED_MIN: usize = 16 * 1024;

/// A request as it goes to a server.
#[derive(Debug)]
pub(super) struct Framed {
    /// All of it, or its beginning.
    pub head: Vec<u8>,
    /// The rest, which other connections may have, too.
    pub shared: Option<Rc<[u8]>>,
}

/// One request of the gateway's own.
#[derive(Debug, Clone)]
pub(in crate::sessions) enum Step {
    /// A session command that another connection answers, or has answered.
    Command {
        /// Its number among the session's commands.
        number: u64,
        /// Its payload, with the client's ids.
        payload: Rc<[u8]>,
        /// The prepared statement that it executes.
        statement: Option<Rc<Statement>>,
        /// Whether it has to go well; `None`: not known yet.
        expected: Option<bool>,
        /// Whether it chooses a default database, and whether that may be gone.
        chooses: Option<bool>,
    },
    /// A statement is prepared.
    Prepare(Rc<Statement>),
    /// The default database is to be this.
    Database {
        /// Its name.
        name: Box<[u8]>,
        /// Whether it may be gone: what was done in it is done without, and what was prepared in it
        /// can't be any more.
        may_be_gone: bool,
    },
    /// A transaction ends that nobody wants.
    Rollback,
    /// Is anybody there?
    Ping,
}

impl Step {
    /// The handle of the statement that it prepares.
    pub fn prepares(&self) -> Option<u32> {
        match self {
            Self::Prepare(statement) => Some(statement.handle()),
            _ => None,
        }
    }

    /// Its number among the session's commands.
    pub fn number(&self) -> Option<u64> {
        match self {
            Self::Command { number, .. } => Some(*number),
            _ => None,
        }
    }

    /// Whether it chooses a default database, and whether that may be gone. What is behind one that may
    /// be waits until that is known.
    pub fn chooses_database(&self) -> Option<bool> {
        match self {
            Self::Command { chooses, .. } => *chooses,
            Self::Database { may_be_gone, .. } => Some(*may_be_gone),
            _ => None,
        }
    }

    /// If it chooses a default database, that may be gone or not. Returns whether it does.
    pub fn set_may_be_gone(&mut self, may: bool) -> bool {
        match self {
            Self::Command {
                chooses: Some(may_be_gone),
                ..
            }
            | Self::Database { may_be_gone, .. } => {
                *may_be_gone = may;
                true
            }
            _ => false,
        }
    }

    /// Bytes of the client's that it holds.
    pub fn held(&self) -> usize {
        match self {
            Self::Command { payload, .. } => payload.len(),
            _ => 0,
        }
    }

    /// The prepared statement that it executes.
    pub fn statement(&self) -> Option<&Rc<Statement>> {
        match self {
            Self::Command { statement, .. } => statement.as_ref(),
            _ => None,
        }
    }

    /// The right answer to a session command is known.
    pub fn expect(&mut self, number: u64, success: bool) {
        if let Self::Command {
            number: own,
            expected,
            ..
        } = self
            && *own == number
        {
            *expected = Some(success);
        }
    }

    fn command(&self) -> Command {
        match self {
            Self::Command { payload, .. } => {
                let number = payload.first().copied().unwrap_or_default();
                Command::from_byte(number).unwrap_or(Command::Query)
            }
            Self::Prepare(_) => Command::StmtPrepare,
            Self::Database { .. } => Command::InitDb,
            Self::Rollback => Command::Query,
            Self::Ping => Command::Ping,
        }
    }

    /// The request; `None` when its statement is not prepared yet.
    pub(super) fn framed(&self, here: &mut StatementsHere) -> Option<Framed> {
        Some(match self {
            Self::Command {
                payload,
                statement: None,
                ..
            } => framed(&[], payload),
            Self::Command {
                payload,
                statement: Some(statement),
                ..
            } => {
                let mut head = Vec::new();
                frame(payload, &mut 0, &mut head);
                here.translate(statement, self.command(), &mut head).ok()?;
                Framed { head, shared: None }
            }
            Self::Prepare(statement) => framed(&[Command::StmtPrepare as u8], &statement.text),
            Self::Database { name, .. } => framed_command(Command::InitDb, name),
            Self::Rollback => framed_command(Command::Query, b"ROLLBACK"),
            Self::Ping => framed_command(Command::Ping, b""),
        })
    }
}

/// A request of two parts, of which the second may be long.
fn framed(first: &[u8], text: &Rc<[u8]>) -> Framed {
    let len = first.len() + text.len();
    let mut head = Vec::new();
    if !(SHARED_MIN..PAYLOAD_MAX).contains(&len) {
        frame(&[first, text].concat(), &mut 0, &mut head);
        return Framed { head, shared: None };
    }
    let header = PacketHeader {
        len: u32::try_from(len).unwrap_or_default(),
        seq: 0,
    };
    head.extend_from_slice(&header.encode());
    head.extend_from_slice(first);
    let shared = Some(Rc::clone(text));
    Framed { head, shared }
}

fn framed_command(command: Command, text: &[u8]) -> Framed {
    let mut head = Vec::new();
    let payload = [&[command as u8], text].concat();
    frame(&payload, &mut 0, &mut head);
    Framed { head, shared: None }
}

/// A request of the gateway's own whose reply is to come.
#[derive(Debug)]
pub(super) struct Unread {
    pub step: Step,
    /// Follows the reply, from its first byte on.
    tracker: Option<ReplyTracker>,
}

impl Unread {
    pub fn new(step: Step) -> Self {
        let tracker = None;
        Self { step, tracker }
    }

    pub fn tracker(&mut self, capabilities: Capabilities) -> &mut ReplyTracker {
        let command = self.step.command();
        self.tracker
            .get_or_insert_with(|| ReplyTracker::new(command, capabilities))
    }

    /// What was asked, and what the reply said.
    pub fn into_reply(self) -> Option<(Step, ReplySummary)> {
        let tracker = self.tracker?;
        Some((self.step, tracker.into_summary()))
    }
}
