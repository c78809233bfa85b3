//! Every packet of the captures through its decoder and back.

use super::file::captures;
use super::player::{Exchange, payload_of, play};
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::{Command, ReplyShape};
use crate::wire::cursor::Cursor;
use crate::wire::handshake::{AuthSwitchRequest, ChangeUser};
use crate::wire::packet::MessageFollower;
use crate::wire::reply::{BinaryRow, ColumnDefinition, EofPacket, ErrPacket, OkPacket, TextRow};
use crate::wire::request::{
    FieldList, InitDb, ProcessKill, Query, SetOption, StmtBulkExecute, StmtExecute, StmtFetch,
    StmtSendLongData, statement_id,
};
use crate::wire::status::StatusFlags;

#[test]
fn every_packet_of_a_reply_survives_decoding_and_encoding() {
    let mut seen = Seen::default();
    for capture in captures() {
        let capabilities = capture.login().capabilities;
        for exchange in play(&capture, usize::MAX, |_| 0) {
            let whole = exchange
                .stops
                .last()
                .is_some_and(|stop| stop.0 == exchange.reply.len());
            if whole {
                Reply::new(&exchange, capabilities).read(&exchange, &mut seen);
            }
        }
    }
    assert!(
        seen.text_rows > 500 && seen.binary_rows > 30 && seen.columns > 200,
        "{seen:?}"
    );
    assert!(seen.changes > 30 && seen.reports > 3, "{seen:?}");
}

#[test]
fn every_request_is_understood() {
    for capture in captures() {
        let capabilities = capture.login().capabilities;
        for exchange in play(&capture, usize::MAX, |_| 0) {
            let request = exchange.request.as_slice();
            // Made to be refused; one byte behind the command.
            if request.len() != 2 {
                let understood = understand(request, capabilities);
                assert!(
                    understood.is_ok(),
                    "{}: {request:?}",
                    capture.path.display()
                );
            }
        }
    }
}

fn understand(request: &[u8], capabilities: Capabilities) -> Result<(), Malformed> {
    match Command::from_byte(request[0]).unwrap() {
        Command::Query => assert_eq!(Query::decode(request, capabilities)?.sql, &request[1..]),
        Command::InitDb => assert_eq!(InitDb::decode(request)?.database, &request[1..]),
        Command::ProcessKill => {
            assert_eq!(ProcessKill::decode(request)?.connection_id, 4_000_000);
        }
        Command::SetOption => drop(SetOption::decode(request)),
        Command::FieldList => drop(FieldList::decode(request)?),
        Command::StmtExecute => drop(StmtExecute::decode(request)?),
        Command::StmtBulkExecute => drop(StmtBulkExecute::decode(request)?),
        Command::StmtFetch => assert!(StmtFetch::decode(request)?.rows < 1000),
        Command::StmtSendLongData => {
            assert_eq!(
                StmtSendLongData::decode(request)?.data[0].to_ascii_lowercase() & 0xf0,
                0x60
            );
        }
        Command::StmtClose | Command::StmtReset => assert!(statement_id(request)?.is_some()),
        Command::ChangeUser => {
            let change = ChangeUser::decode(request, capabilities)?;
            let mut again = Vec::new();
            change.encode(capabilities, &mut again);
            assert_eq!(again, request);
        }
        _ => {}
    }
    Ok(())
}

/// How much there was to check.
#[derive(Debug, Default)]
struct Seen {
    columns: usize,
    text_rows: usize,
    binary_rows: usize,
    changes: usize,
    reports: usize,
}

/// A reply, packet by packet, the slow and simple way.
struct Reply {
    messages: std::vec::IntoIter<Vec<u8>>,
    capabilities: Capabilities,
    shape: Option<ReplyShape>,
    is_binary: bool,
}

impl Reply {
    fn new(exchange: &Exchange, capabilities: Capabilities) -> Self {
        let command = Command::from_byte(exchange.request[0]).unwrap_or(Command::Sleep);
        let mut messages = Vec::new();
        let mut rest = exchange.reply.as_slice();
        while !rest.is_empty() {
            let followed = MessageFollower::default().follow(rest);
            assert!(followed.complete);
            messages.push(payload_of(&rest[..followed.used]));
            rest = &rest[followed.used..];
        }
        Self {
            messages: messages.into_iter(),
            capabilities,
            shape: command.reply_shape(),
            is_binary: matches!(command, Command::StmtExecute | Command::StmtBulkExecute),
        }
    }

    fn has(&self, flag: Capabilities) -> bool {
        self.capabilities.contains(flag)
    }

    fn read(mut self, exchange: &Exchange, seen: &mut Seen) {
        let mut resultsets = 0;
        let mut rows = 0;
        while let Some(first) = self.messages.next() {
            match (self.shape, first.first()) {
                (_, Some(0xff)) if first.starts_with(b"\xff\xff\xff\x01") => seen.reports += 1,
                (_, Some(0xff)) => assert_eq!(Some(self.err(&first)), exchange.summary.error),
                (Some(ReplyShape::Prepared), _) => self.definitions(exchange, seen),
                (Some(ReplyShape::Authentication), Some(0xfe)) => switch(&first),
                (Some(ReplyShape::Results), Some(&count)) if !matches!(count, 0 | 0xfb | 0xfe) => {
                    resultsets += 1;
                    rows += self.resultset(&first, seen);
                }
                (Some(ReplyShape::Status | ReplyShape::Results), Some(0 | 0xfe)) => {
                    self.end(&first, seen);
                }
                _ => {}
            }
        }
        if self.shape == Some(ReplyShape::Results) {
            let summary = &exchange.summary;
            assert_eq!((summary.resultsets, summary.rows), (resultsets, rows));
        }
    }

    fn resultset(&mut self, first: &[u8], seen: &mut Seen) -> u64 {
        let mut cursor = Cursor::new(first, "column count");
        let count = cursor.lenenc_int().unwrap();
        let columns = if self.has(Capabilities::CACHE_METADATA) && cursor.u8().unwrap() == 0 {
            // Rows cannot be decoded without the definitions; they are counted only.
            None
        } else {
            Some((0..count).map(|_| self.column(seen)).collect::<Vec<_>>())
        };
        if !self.has(Capabilities::DEPRECATE_EOF) {
            let eof = self.messages.next().unwrap();
            // A cursor that cannot be opened gives an error here.
            if eof[0] == 0xff || self.end(&eof, seen).contains(StatusFlags::CURSOR_EXISTS) {
                return 0;
            }
        }
        let mut rows = 0;
        while let Some(row) = self.messages.next() {
            match row[0] {
                0xfe if row.len() < 0xff_ffff => {
                    self.end(&row, seen);
                    return rows;
                }
                0xff => return rows,
                _ => columns
                    .iter()
                    .for_each(|columns| self.row(&row, columns, seen)),
            }
            rows += 1;
        }
        rows
    }

    fn column(&mut self, seen: &mut Seen) -> ColumnDefinition {
        let payload = self.messages.next().unwrap();
        let column = ColumnDefinition::decode(&payload, self.capabilities).unwrap();
        let mut again = Vec::new();
        column.encode(self.capabilities, &mut again);
        assert_eq!(again, payload);
        seen.columns += 1;
        column
    }

    fn row(&self, payload: &[u8], columns: &[ColumnDefinition], seen: &mut Seen) {
        let mut again = Vec::with_capacity(payload.len());
        if self.is_binary {
            BinaryRow::decode(payload, columns)
                .unwrap()
                .encode(columns, &mut again);
            seen.binary_rows += 1;
        } else {
            TextRow::decode(payload, columns.len())
                .unwrap()
                .encode(&mut again);
            seen.text_rows += 1;
        }
        assert!(again == payload);
    }

    fn definitions(&mut self, exchange: &Exchange, seen: &mut Seen) {
        let prepared = exchange.summary.prepared.unwrap();
        for count in [prepared.params, prepared.columns] {
            (0..count).for_each(|_| drop(self.column(seen)));
            if count > 0 && !self.has(Capabilities::DEPRECATE_EOF) {
                EofPacket::decode(&self.messages.next().unwrap()).unwrap();
            }
        }
    }

    /// OK or EOF, either must come out of the encoder as it was.
    fn end(&self, payload: &[u8], seen: &mut Seen) -> StatusFlags {
        let mut again = Vec::new();
        let is_eof = payload[0] == 0xfe;
        let status = if is_eof && !self.has(Capabilities::DEPRECATE_EOF) {
            let eof = EofPacket::decode(payload).unwrap();
            eof.encode(&mut again);
            eof.status
        } else {
            let ok = OkPacket::decode(payload, self.capabilities).unwrap();
            seen.changes += ok.changes.len();
            if is_eof {
                ok.encode_as_eof(self.capabilities, &mut again);
            } else {
                ok.encode(self.capabilities, &mut again);
            }
            ok.status
        };
        // Several variables of one entry come out as several entries, which say the same.
        if status.contains(StatusFlags::SESSION_STATE_CHANGED) && again.len() > 5 {
            let read = |bytes: &[u8]| OkPacket::decode(bytes, self.capabilities).unwrap();
            assert_eq!(read(&again), read(payload));
        } else {
            assert_eq!(again, payload);
        }
        status
    }

    fn err(&self, payload: &[u8]) -> u16 {
        let err = ErrPacket::decode(payload).unwrap();
        let mut again = Vec::new();
        err.encode(self.capabilities, &mut again);
        assert_eq!(again, payload);
        err.code
    }
}

fn switch(payload: &[u8]) {
    let switch = AuthSwitchRequest::decode(payload).unwrap();
    assert!(switch.scramble().is_some());
    let mut again = Vec::new();
    switch.encode(&mut again);
    assert_eq!(again, payload);
}
