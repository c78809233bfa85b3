//! The packets that decide how a reply goes on.

use super::state::{LEAST_END_HEADER, State, Then};
use super::summary::PreparedStatement;
use super::{INSPECTED_LEN_MAX, ReplyTracker, Step};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::cursor::{Cursor, LENENC_NULL};
use crate::wire::packet::{PAYLOAD_MAX, PacketHeader};
use crate::wire::reply::{
    EOF_HEADER, EOF_LEN_MAX, ERR_HEADER, EofPacket, OK_HEADER, follow_changes,
};
use crate::wire::status::StatusFlags;

/// Error number of progress reports.
const PROGRESS_CODE: u16 = 0xffff;
const SQLSTATE_MARK: u8 = b'#';
/// The mark and the state behind it.
const SQLSTATE_LEN: usize = 6;
const EOF_LEN: usize = 5;
/// Servers allow 4096 columns and 65535 parameters.
const COLUMNS_MAX: u64 = 0xffff;

impl ReplyTracker {
    /// How much of a packet's payload must be there before it can act, given what is there.
    #[inline]
    pub(super) fn needed_len(&self, header: PacketHeader, payload: &[u8]) -> usize {
        let len = header.len as usize;
        if self.continued || len == 0 {
            return 0;
        }
        let Some(&first) = payload.first() else {
            return 1;
        };
        let passes_by = match self.state {
            State::Definitions { .. } | State::Columns | State::Rows | State::Events => {
                first < LEAST_END_HEADER || first == EOF_HEADER && !self.is_end(header)
            }
            State::Text | State::Finished => first != ERR_HEADER,
            State::Result => first == LENENC_NULL,
            State::Authentication => first != OK_HEADER && first != ERR_HEADER,
            State::DefinitionsEnd | State::Prepared | State::Status => false,
        };
        if passes_by {
            1
        } else {
            len.min(INSPECTED_LEN_MAX)
        }
    }

    /// Moves on by one message, given the beginning of its payload.
    pub(super) fn inspect(
        &mut self,
        header: PacketHeader,
        payload: &[u8],
    ) -> Result<(), Malformed> {
        let first = payload.first().copied();
        if first == Some(ERR_HEADER) {
            return self.inspect_err(payload);
        }
        match self.state {
            State::Definitions { left, then } => self.state = State::behind(left - 1, then),
            State::Rows | State::Columns | State::Events => {
                if first == Some(EOF_HEADER) && self.is_end(header) {
                    return self.end_result(header, payload);
                }
                if self.state == State::Rows {
                    self.summary.rows += 1;
                }
            }
            State::Result => return self.inspect_result(header, first, payload),
            State::DefinitionsEnd => return self.inspect_definitions_end(payload),
            State::Prepared => return self.inspect_prepared(payload),
            State::Status => return self.end_result(header, payload),
            State::Authentication if first == Some(OK_HEADER) => {
                return self.end_result(header, payload);
            }
            // A switch of plugins, or whatever the plugin says: not all mark their data by 0x01.
            State::Authentication => self.pause = Some(Step::Authenticate),
            State::Text => self.state = State::Finished,
            State::Finished => return Err(Malformed::new("packet behind a reply's end")),
        }
        Ok(())
    }

    /// Whether a packet whose first byte is `EOF_HEADER` ends what it stands in: a row can begin so
    /// too, with the length of a value of 16 MiB and more.
    pub(super) fn is_end(&self, header: PacketHeader) -> bool {
        let len = header.len as usize;
        len < EOF_LEN_MAX
            || len < PAYLOAD_MAX && self.capabilities.contains(Capabilities::DEPRECATE_EOF)
    }

    fn inspect_err(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(payload, "ERR packet");
        cursor.u8()?;
        let code = cursor.u16()?;
        // Servers that let a statement SIGNAL with error 65535 put the mark of its SQLSTATE where a
        // report has the number of its strings.
        let is_progress = code == PROGRESS_CODE
            && self.capabilities.contains(Capabilities::PROGRESS)
            && cursor.peek() != Some(SQLSTATE_MARK);
        if !is_progress {
            if cursor.peek() == Some(SQLSTATE_MARK) {
                // Cut off, the mark is part of the message.
                let marked = cursor.bytes(SQLSTATE_LEN).ok();
                let state = marked.and_then(|marked| marked.get(1..)?.try_into().ok());
                self.summary.error_state = state;
            }
            self.summary.error = Some(code);
            self.summary.error_message = Some(cursor.rest().into());
            self.state = State::Finished;
        }
        Ok(())
    }

    fn inspect_result(
        &mut self,
        header: PacketHeader,
        first: Option<u8>,
        payload: &[u8],
    ) -> Result<(), Malformed> {
        match first {
            Some(OK_HEADER | EOF_HEADER) => return self.end_result(header, payload),
            Some(LENENC_NULL) => {
                self.pause = Some(Step::LocalInfile);
                return Ok(());
            }
            _ => {}
        }
        let mut cursor = Cursor::new(payload, "column count");
        let columns = cursor.lenenc_int()?;
        if columns > COLUMNS_MAX {
            return Err(cursor.malformed());
        }
        let definitions_follow =
            !self.may_leave_definitions_out() || cursor.u8().is_ok_and(|byte| byte != 0);
        let definitions = if definitions_follow {
            columns as u32
        } else {
            0
        };
        self.summary.resultsets += 1;
        self.state = State::behind(definitions, self.with_eof(Then::EofAndRows, Then::Rows));
        Ok(())
    }

    fn inspect_definitions_end(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let EofPacket { status, warnings } = EofPacket::decode(payload)?;
        self.summary.warnings = warnings;
        // With a cursor there are no rows now, and this is the end (page "COM_STMT_EXECUTE").
        if status.contains(StatusFlags::CURSOR_EXISTS) && self.command == Command::StmtExecute {
            self.end_with(status);
        } else {
            self.summary.status = Some(status);
            self.state = State::Rows;
        }
        Ok(())
    }

    fn inspect_prepared(&mut self, payload: &[u8]) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(payload, "COM_STMT_PREPARE response");
        if cursor.u8()? != OK_HEADER {
            return Err(cursor.malformed());
        }
        let statement_id = cursor.u32()?;
        let columns = cursor.u16()?;
        let params = cursor.u16()?;
        // A filler and the number of warnings; MySQL puts behind them whether definitions follow.
        cursor.bytes(3)?;
        let left_out = self
            .capabilities
            .contains(Capabilities::OPTIONAL_RESULTSET_METADATA)
            && cursor.u8().is_ok_and(|byte| byte == 0);
        self.summary.prepared = Some(PreparedStatement {
            statement_id,
            params,
            columns,
        });
        let eof = self.with_eof(1, 0);
        let packets = |count: u16| {
            if count == 0 {
                0
            } else {
                u32::from(count) + eof
            }
        };
        let left = if left_out {
            0
        } else {
            packets(params) + packets(columns)
        };
        self.state = State::behind(left, Then::Finished);
        Ok(())
    }

    /// An OK or EOF packet that ends a result.
    fn end_result(&mut self, header: PacketHeader, payload: &[u8]) -> Result<(), Malformed> {
        let mut cursor = Cursor::new(payload, "OK packet");
        let first = cursor.u8()?;
        if !matches!(first, OK_HEADER | EOF_HEADER) {
            return Err(cursor.malformed());
        }
        let is_eof = first == EOF_HEADER
            && (payload.len() == EOF_LEN
                || !self.capabilities.contains(Capabilities::DEPRECATE_EOF));
        if is_eof {
            let EofPacket { status, warnings } = EofPacket::decode(payload)?;
            self.summary.warnings = warnings;
            self.end_with(status);
            return Ok(());
        }
        self.summary.affected |= cursor.lenenc_int()? > 0;
        self.summary.insert_id |= cursor.lenenc_int()? > 0;
        let status = StatusFlags::from_bits_retain(cursor.u16()?);
        self.summary.warnings = cursor.u16()?;
        if status.contains(StatusFlags::SESSION_STATE_CHANGED)
            && self.capabilities.contains(Capabilities::SESSION_TRACK)
            && header.len as usize == payload.len()
        {
            self.inspect_changes(&mut cursor)?;
        }
        self.end_with(status);
        Ok(())
    }

    #[cold]
    fn inspect_changes(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Malformed> {
        if cursor.is_empty() {
            return Ok(());
        }
        cursor.lenenc_bytes()?;
        if !cursor.is_empty() {
            let followed = follow_changes(cursor.lenenc_bytes()?)?;
            if let Some(schema) = followed.schema {
                self.summary.schema = Some(schema.to_vec());
            }
            if let Some(name) = followed.character_set {
                self.summary.character_set = Some(name.to_vec());
            }
        }
        Ok(())
    }

    fn end_with(&mut self, status: StatusFlags) {
        self.summary.status = Some(status);
        let goes_on = status.contains(StatusFlags::MORE_RESULTS_EXISTS)
            && State::of(self.command) == State::Result;
        self.state = if goes_on {
            State::Result
        } else {
            State::Finished
        };
    }

    fn may_leave_definitions_out(&self) -> bool {
        self.capabilities
            .intersects(Capabilities::CACHE_METADATA | Capabilities::OPTIONAL_RESULTSET_METADATA)
    }

    fn with_eof<T>(&self, with: T, without: T) -> T {
        if self.capabilities.contains(Capabilities::DEPRECATE_EOF) {
            without
        } else {
            with
        }
    }
}
