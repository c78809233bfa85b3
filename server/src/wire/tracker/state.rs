//! Where in a reply the tracker is.

use crate::wire::command::{Command, ReplyShape};
use crate::wire::reply::EOF_HEADER;

/// No row begins with a byte from here on, but for rows with a value of 16 MiB and more.
pub(super) const LEAST_END_HEADER: u8 = EOF_HEADER;

/// What the next packet is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// The first packet of a result.
    Result,
    /// Definitions of columns or parameters, with the EOF packets between them.
    Definitions {
        /// How many packets are left; never 0.
        left: u32,
        /// What comes behind them.
        then: Then,
    },
    /// The EOF packet between column definitions and rows.
    DefinitionsEnd,
    /// Rows, or their end.
    Rows,
    /// The answer to COM_STMT_PREPARE.
    Prepared,
    /// Column definitions of COM_FIELD_LIST, or their end.
    Columns,
    /// One packet: OK, EOF or ERR.
    Status,
    /// One packet of bare text.
    Text,
    /// A packet of an authentication exchange.
    Authentication,
    /// Binlog events, or their end.
    Events,
    /// Nothing.
    Finished,
}

/// What comes behind definitions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Then {
    /// Nothing: it was a preparation.
    Finished,
    /// An EOF packet and rows.
    EofAndRows,
    /// Rows.
    Rows,
}

impl State {
    /// The beginning of the reply to `command`.
    pub(super) const fn of(command: Command) -> Self {
        match command.reply_shape() {
            None => Self::Finished,
            Some(ReplyShape::Status) => Self::Status,
            Some(ReplyShape::Results) => Self::Result,
            Some(ReplyShape::Prepared) => Self::Prepared,
            Some(ReplyShape::Rows) => Self::Rows,
            Some(ReplyShape::Columns) => Self::Columns,
            Some(ReplyShape::Text) => Self::Text,
            Some(ReplyShape::Authentication) => Self::Authentication,
            Some(ReplyShape::Events) => Self::Events,
        }
    }

    /// Behind `left` definitions comes `then`.
    pub(super) const fn behind(left: u32, then: Then) -> Self {
        match (left, then) {
            (0, Then::Finished) => Self::Finished,
            (0, Then::EofAndRows) => Self::DefinitionsEnd,
            (0, Then::Rows) => Self::Rows,
            _ => Self::Definitions { left, then },
        }
    }
}
