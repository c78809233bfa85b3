//! A filter in a session without servers: requests and replies by hand, for tests.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use super::{Branches, Filter, FilterError, FilterSession, SessionFacts, module};
use crate::config::Values;
use crate::pipeline::{Moment, PacketRole, PacketVerdict, ReplyEnd, ReplyPacket, Request, Verdict};
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::cursor::put_lenenc_int;
use crate::wire::reply::{
    BinaryRow, ColumnDefinition, ColumnFlags, ColumnType, EofPacket, ErrPacket, OkPacket, TextRow,
};
use crate::wire::status::StatusFlags;
use crate::wire::value::BinaryValue;

/// Makes a filter of the parameters given.
pub(super) fn create(name: &str, given: &[(&str, &str)]) -> Result<Arc<dyn Filter>, FilterError> {
    let module = module(name).unwrap();
    (module.create)(&values(name, given))
}

/// The parameters of a module.
pub(super) fn values(name: &str, given: &[(&str, &str)]) -> Values {
    Values::given(module(name).unwrap().spec.parameters, given).unwrap()
}

/// A session of bob.
pub(super) fn bob() -> SessionFacts {
    SessionFacts {
        id: 1,
        user: "bob".into(),
        remote: "10.0.0.1".into(),
        service: "svc".into(),
        database: Some("shop".into()),
        capabilities: Capabilities::PROTOCOL_41,
        collation: 45,
        is_fresh: true,
        branches: Branches::default(),
    }
}

/// One filter in one session.
pub(super) struct Rehearsal {
    session: Box<dyn FilterSession>,
    pub(super) now: Moment,
    /// What is told at the end of replies.
    pub(super) end: ReplyEnd,
}

impl Rehearsal {
    pub(super) fn of(filter: &Arc<dyn Filter>, facts: &SessionFacts) -> Self {
        Self {
            session: filter.open(facts).unwrap(),
            now: Moment::now(),
            end: ReplyEnd {
                status: Some(StatusFlags::AUTOCOMMIT),
                ..ReplyEnd::default()
            },
        }
    }

    /// Lets time go by.
    pub(super) fn wait_ms(&mut self, millis: u64) {
        self.now.instant += Duration::from_millis(millis);
        self.now.wall += Duration::from_millis(millis);
    }

    pub(super) fn query(&mut self, sql: &str) -> Verdict {
        self.rewritten(sql).0
    }

    /// What becomes of a statement, and its text afterwards.
    pub(super) fn rewritten(&mut self, sql: &str) -> (Verdict, String) {
        let payload = [b"\x03", sql.as_bytes()].concat();
        let mut request = Request::new(Command::Query, payload, true);
        let verdict = self.session.on_request(&mut request, self.now);
        let text = String::from_utf8_lossy(request.sql().unwrap()).into_owned();
        (verdict, text)
    }

    pub(super) fn command(&mut self, command: Command, rest: &[u8]) -> Verdict {
        let payload = [&[command as u8], rest].concat();
        self.session
            .on_request(&mut Request::new(command, payload, true), self.now)
    }

    pub(super) fn change(&mut self, facts: &SessionFacts) {
        self.session.on_change(facts);
    }

    /// What the client gets of a reply.
    pub(super) fn reply(&mut self, packets: Vec<ReplyPacket>) -> Vec<ReplyPacket> {
        let mut out = Vec::new();
        for mut packet in packets {
            match self.session.on_packet(&mut packet, self.now) {
                PacketVerdict::Forward => out.push(packet),
                PacketVerdict::Swallow => {}
                PacketVerdict::Replace(packets) => out.extend(packets),
            }
        }
        self.session.on_reply_end(&self.end, self.now);
        out
    }
}

/// One packet.
pub(super) fn packet(role: PacketRole, payload: impl Into<Vec<u8>>) -> ReplyPacket {
    ReplyPacket {
        role,
        payload: payload.into(),
        whole: true,
    }
}

/// A column `name` of the table `person` of the database `shop`.
pub(super) fn column(name: &str, column_type: ColumnType) -> ColumnDefinition {
    ColumnDefinition {
        schema: b"shop".to_vec(),
        table: b"p".to_vec(),
        org_table: b"person".to_vec(),
        name: name.into(),
        org_name: name.into(),
        extended: Vec::new(),
        collation: 45,
        max_len: 80,
        column_type,
        flags: ColumnFlags::empty(),
        decimals: 0,
    }
}

/// The beginning of a resultset, with an EOF packet behind the definitions.
pub(super) fn head(columns: &[ColumnDefinition]) -> Vec<ReplyPacket> {
    let mut count = Vec::new();
    put_lenenc_int(&mut count, columns.len() as u64);
    let mut packets = vec![packet(PacketRole::ColumnCount, count)];
    for column in columns {
        let mut payload = Vec::new();
        column.encode(Capabilities::empty(), &mut payload);
        packets.push(packet(PacketRole::Definition, payload));
    }
    packets.push(packet(
        PacketRole::DefinitionsEnd,
        eof(StatusFlags::AUTOCOMMIT),
    ));
    packets
}

/// The payload of an EOF packet.
pub(super) fn eof(status: StatusFlags) -> Vec<u8> {
    let mut payload = Vec::new();
    EofPacket {
        warnings: 0,
        status,
    }
    .encode(&mut payload);
    payload
}

/// An OK packet.
pub(super) fn ok() -> ReplyPacket {
    let mut payload = Vec::new();
    OkPacket::default().encode(Capabilities::empty(), &mut payload);
    packet(PacketRole::Ok, payload)
}

/// The end of a resultset.
pub(super) fn rows_end() -> ReplyPacket {
    packet(PacketRole::RowsEnd, eof(StatusFlags::AUTOCOMMIT))
}

pub(super) fn text_row(values: &[Option<&str>]) -> ReplyPacket {
    let values = values.iter().map(|value| value.map(str::as_bytes));
    let mut payload = Vec::new();
    TextRow {
        values: values.collect(),
    }
    .encode(&mut payload);
    packet(PacketRole::TextRow, payload)
}

pub(super) fn binary_row(columns: &[ColumnDefinition], values: &[BinaryValue<'_>]) -> ReplyPacket {
    let mut payload = Vec::new();
    let row = BinaryRow {
        values: values.to_vec(),
    };
    row.encode(columns, &mut payload);
    packet(PacketRole::BinaryRow, payload)
}

/// A resultset of one column `n` in text form.
pub(super) fn text_resultset(rows: &[&str]) -> Vec<ReplyPacket> {
    let mut packets = head(&[column("n", ColumnType::VarString)]);
    packets.extend(rows.iter().map(|row| text_row(&[Some(row)])));
    packets.push(rows_end());
    packets
}

/// Packets as a person reads them, one a line.
pub(super) fn show(packets: &[ReplyPacket]) -> String {
    let mut out = String::new();
    for packet in packets {
        let text = match packet.role {
            PacketRole::Err => {
                let error = ErrPacket::decode(&packet.payload).unwrap();
                format!("{} {}", error.code, String::from_utf8_lossy(&error.message))
            }
            PacketRole::Definition => String::new(),
            _ => packet.payload.escape_ascii().to_string(),
        };
        writeln!(out, "{:?} {text}", packet.role).unwrap();
    }
    out
}
