//! Packets of replies, made by hand.

use std::fmt::Write as _;

use crate::pipeline::{PacketRole, ReplyPacket};
use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::put_lenenc_int;
use crate::wire::reply::{
    BinaryRow, ColumnDefinition, ColumnFlags, ColumnType, EofPacket, ErrPacket, OkPacket, TextRow,
};
use crate::wire::status::StatusFlags;
use crate::wire::value::BinaryValue;

/// One packet.
pub(in crate::filters) fn packet(role: PacketRole, payload: impl Into<Vec<u8>>) -> ReplyPacket {
    ReplyPacket {
        role,
        payload: payload.into(),
        whole: true,
    }
}

/// A column `name` of the table `person` of the database `shop`.
pub(in crate::filters) fn column(name: &str, column_type: ColumnType) -> ColumnDefinition {
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
pub(in crate::filters) fn head(columns: &[ColumnDefinition]) -> Vec<ReplyPacket> {
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
pub(in crate::filters) fn eof(status: StatusFlags) -> Vec<u8> {
    let mut payload = Vec::new();
    EofPacket {
        warnings: 0,
        status,
    }
    .encode(&mut payload);
    payload
}

/// An OK packet.
pub(in crate::filters) fn ok() -> ReplyPacket {
    let mut payload = Vec::new();
    OkPacket::default().encode(Capabilities::empty(), &mut payload);
    packet(PacketRole::Ok, payload)
}

/// The end of a resultset.
pub(in crate::filters) fn rows_end() -> ReplyPacket {
    packet(PacketRole::RowsEnd, eof(StatusFlags::AUTOCOMMIT))
}

pub(in crate::filters) fn text_row(values: &[Option<&str>]) -> ReplyPacket {
    let values = values.iter().map(|value| value.map(str::as_bytes));
    let mut payload = Vec::new();
    TextRow {
        values: values.collect(),
    }
    .encode(&mut payload);
    packet(PacketRole::TextRow, payload)
}

pub(in crate::filters) fn binary_row(
    columns: &[ColumnDefinition],
    values: &[BinaryValue<'_>],
) -> ReplyPacket {
    let mut payload = Vec::new();
    let row = BinaryRow {
        values: values.to_vec(),
    };
    row.encode(columns, &mut payload);
    packet(PacketRole::BinaryRow, payload)
}

/// A resultset of one column `n` in text form.
pub(in crate::filters) fn text_resultset(rows: &[&str]) -> Vec<ReplyPacket> {
    let mut packets = head(&[column("n", ColumnType::VarString)]);
    packets.extend(rows.iter().map(|row| text_row(&[Some(row)])));
    packets.push(rows_end());
    packets
}

/// Packets as a person reads them, one a line.
pub(in crate::filters) fn show(packets: &[ReplyPacket]) -> String {
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
