//! What the gateway itself asks of a server.

use std::rc::Rc;

use crate::sessions::prepared::{Statement, StatementsHere};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::packet::frame;
use crate::wire::tracker::{ReplySummary, ReplyTracker};

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

    /// If it chooses a default database, that has to be there. Returns whether it does.
    pub fn must_be_there(&mut self) -> bool {
        match self {
            Self::Command {
                chooses: Some(may_be_gone),
                ..
            }
            | Self::Database { may_be_gone, .. } => {
                *may_be_gone = false;
                true
            }
            _ => false,
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
    pub fn framed(&self, here: &mut StatementsHere) -> Option<Vec<u8>> {
        let mut framed = Vec::new();
        match self {
            Self::Command {
                payload, statement, ..
            } => {
                frame(payload, &mut 0, &mut framed);
                if let Some(statement) = statement {
                    here.translate(statement, self.command(), &mut framed)
                        .ok()?;
                }
            }
            Self::Prepare(statement) => {
                frame_command(Command::StmtPrepare, &statement.text, &mut framed);
            }
            Self::Database { name, .. } => frame_command(Command::InitDb, name, &mut framed),
            Self::Rollback => frame_command(Command::Query, b"ROLLBACK", &mut framed),
            Self::Ping => frame_command(Command::Ping, b"", &mut framed),
        }
        Some(framed)
    }
}

fn frame_command(command: Command, text: &[u8], out: &mut Vec<u8>) {
    let mut payload = Vec::with_capacity(text.len() + 1);
    payload.push(command as u8);
    payload.extend_from_slice(text);
    frame(&payload, &mut 0, out);
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
