//! Any values: what was encoded is decoded to the same.

use proptest::collection::vec;
use proptest::prelude::*;

use crate::wire::capabilities::Capabilities;
use crate::wire::cursor::{Cursor, put_lenenc_bytes, put_lenenc_int, put_nul_bytes};
use crate::wire::handshake::{AuthSwitchRequest, ChangeUser, HandshakeResponse, InitialHandshake};
use crate::wire::packet::{HEADER_LEN, MessageFollower, frame};
use crate::wire::reply::{
    BinaryRow, ColumnDefinition, ColumnFlags, ColumnType, EofPacket, ErrPacket, OkPacket,
    StateChange, TextRow,
};
use crate::wire::status::StatusFlags;
use crate::wire::value::{BinaryValue, DateTime, TimeSpan};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![9 => vec(any::<u8>(), 0..30), 1 => vec(any::<u8>(), 240..300)]
}

/// Bytes for a field that ends at its first NUL.
fn name() -> impl Strategy<Value = Vec<u8>> {
    vec(1..=255_u8, 0..30)
}

fn attributes() -> impl Strategy<Value = Vec<(Vec<u8>, Vec<u8>)>> {
    vec((bytes(), bytes()), 0..4)
}

fn handshake_response() -> impl Strategy<Value = HandshakeResponse> {
    let numbers = (any::<u64>(), any::<u32>(), any::<u8>(), any::<u8>());
    let texts = (name(), name(), name(), "[a-z0-9_]{0,20}", attributes());
    (numbers, texts).prop_map(|((bits, max_packet_size, collation, level), texts)| {
        let classic = bits as u32;
        let capabilities = Capabilities::from_wire(classic | 0x200, (bits >> 32) as u32);
        let has = |flag| capabilities.contains(flag);
        let (user, auth_response, database, plugin, attributes) = texts;
        HandshakeResponse {
            capabilities,
            max_packet_size,
            collation,
            user,
            auth_response,
            database: has(Capabilities::CONNECT_WITH_DB).then_some(database),
            auth_plugin: has(Capabilities::PLUGIN_AUTH).then_some(plugin),
            attributes: if has(Capabilities::CONNECT_ATTRS) {
                attributes
            } else {
                vec![]
            },
            zstd_level: has(Capabilities::ZSTD_COMPRESSION_ALGORITHM).then_some(level),
        }
    })
}

fn state_change() -> impl Strategy<Value = StateChange> {
    prop_oneof![
        (bytes(), bytes()).prop_map(|(name, value)| StateChange::SystemVariable { name, value }),
        bytes().prop_map(StateChange::Schema),
        any::<bool>().prop_map(StateChange::State),
        bytes().prop_map(StateChange::Gtids),
        bytes().prop_map(StateChange::TransactionCharacteristics),
        bytes().prop_map(StateChange::TransactionState),
        (6..=255_u8, bytes()).prop_map(|(kind, data)| StateChange::Other { kind, data }),
    ]
}

fn ok_packet() -> impl Strategy<Value = OkPacket> {
    let numbers = (any::<u64>(), any::<u64>(), any::<u16>(), any::<u16>());
    (numbers, bytes(), vec(state_change(), 0..4)).prop_map(|(numbers, info, changes)| {
        let (affected_rows, last_insert_id, status, warnings) = numbers;
        let mut status = StatusFlags::from_bits_retain(status);
        status.set(StatusFlags::SESSION_STATE_CHANGED, !changes.is_empty());
        OkPacket {
            affected_rows,
            last_insert_id,
            status,
            warnings,
            info,
            changes,
        }
    })
}

fn column() -> impl Strategy<Value = ColumnDefinition> {
    let names = (
        bytes(),
        bytes(),
        bytes(),
        bytes(),
        bytes(),
        vec((any::<u8>(), bytes()), 0..3),
    );
    let numbers = (
        any::<u16>(),
        any::<u32>(),
        any::<u8>(),
        any::<u16>(),
        any::<u8>(),
    );
    (names, numbers).prop_map(
        |(names, (collation, max_len, column_type, flags, decimals))| {
            let (schema, table, org_table, name, org_name, extended) = names;
            ColumnDefinition {
                schema,
                table,
                org_table,
                name,
                org_name,
                extended,
                collation,
                max_len,
                column_type: ColumnType::from_byte(column_type),
                flags: ColumnFlags::from_bits_retain(flags),
                decimals,
            }
        },
    )
}

fn date_time() -> impl Strategy<Value = DateTime> {
    let time = (
        any::<u8>(),
        any::<u8>(),
        any::<u8>(),
        prop_oneof![Just(0), any::<u32>()],
    );
    let parts = (
        any::<u16>(),
        any::<u8>(),
        any::<u8>(),
        prop_oneof![Just((0, 0, 0, 0)), time],
    );
    parts.prop_map(
        |(year, month, day, (hour, minute, second, micros))| DateTime {
            year,
            month,
            day,
            hour,
            minute,
            second,
            micros,
        },
    )
}

fn time_span() -> impl Strategy<Value = TimeSpan> {
    let parts = (any::<bool>(), any::<u32>(), any::<[u8; 3]>(), any::<u32>());
    parts.prop_map(
        |(is_negative, days, [hours, minutes, seconds], micros)| TimeSpan {
            is_negative,
            days,
            hours,
            minutes,
            seconds,
            micros,
        },
    )
}

/// A value of the form its column has; `seed` chooses among the numbers.
fn value_of<'a>(
    column: &ColumnDefinition,
    seed: u64,
    (moment, span): (DateTime, TimeSpan),
    text: &'a [u8],
) -> BinaryValue<'a> {
    let is_unsigned = column.flags.contains(ColumnFlags::UNSIGNED);
    let integer = |bits: u32| {
        let unused = 64 - bits;
        if is_unsigned {
            BinaryValue::Unsigned(seed >> unused)
        } else {
            BinaryValue::Signed(seed.cast_signed() >> unused)
        }
    };
    match column.column_type {
        _ if seed.is_multiple_of(5) => BinaryValue::Null,
        ColumnType::Null => BinaryValue::Null,
        ColumnType::Tiny => integer(8),
        ColumnType::Short | ColumnType::Year => integer(16),
        ColumnType::Long | ColumnType::Int24 => integer(32),
        ColumnType::LongLong => integer(64),
        ColumnType::Float => BinaryValue::Float((seed as f32).sqrt()),
        ColumnType::Double => BinaryValue::Double((seed as f64).sqrt()),
        ColumnType::Date | ColumnType::DateTime | ColumnType::Timestamp => {
            BinaryValue::DateTime(moment)
        }
        ColumnType::Time => BinaryValue::Time(span),
        _ => BinaryValue::Bytes(text),
    }
}

proptest! {
    #[test]
    fn data_types(number: u64, bytes in bytes(), name in name()) {
        let mut out = Vec::new();
        put_lenenc_int(&mut out, number);
        put_lenenc_bytes(&mut out, &bytes);
        put_nul_bytes(&mut out, &name);
        let mut cursor = Cursor::new(&out, "test");
        prop_assert_eq!(cursor.lenenc_int(), Ok(number));
        prop_assert_eq!(cursor.lenenc_bytes(), Ok(bytes.as_slice()));
        prop_assert_eq!(cursor.nul_bytes(), Ok(name.as_slice()));
        prop_assert_eq!(cursor.finish(), Ok(()));
    }

    #[test]
    fn packets(payload in bytes(), first: u8) {
        let (mut out, mut seq) = (Vec::new(), first);
        frame(&payload, &mut seq, &mut out);
        prop_assert_eq!(&out[HEADER_LEN..], &payload);
        prop_assert_eq!(seq, first.wrapping_add(1));
        let followed = MessageFollower::default().follow(&out);
        prop_assert!(followed.complete && followed.used == out.len());
    }

    #[test]
    fn initial_handshakes(
        version in "[0-9a-zA-Z.-]{0,30}",
        connection_id: u32,
        scramble in any::<[u8; 20]>(),
        bits: u64,
        status: u16,
        plugin in "[a-z0-9_]{0,30}",
    ) {
        let classic = bits as u32 | Capabilities::SECURE_CONNECTION.classic();
        let capabilities = Capabilities::from_wire(classic, (bits >> 32) as u32);
        let named = capabilities.contains(Capabilities::PLUGIN_AUTH);
        let handshake = InitialHandshake {
            server_version: version,
            connection_id,
            scramble,
            capabilities,
            collation: status as u8,
            status: StatusFlags::from_bits_retain(status),
            auth_plugin: if named { plugin } else { String::new() },
        };
        let mut out = Vec::new();
        handshake.encode(&mut out);
        prop_assert_eq!(InitialHandshake::decode(&out), Ok(handshake));
    }

    #[test]
    fn handshake_responses(response in handshake_response()) {
        let mut out = Vec::new();
        response.encode(&mut out);
        prop_assert_eq!(HandshakeResponse::decode(&out), Ok(response));
    }

    #[test]
    fn changes_of_user(response in handshake_response(), collation: u16) {
        let capabilities = response.capabilities;
        let request = ChangeUser {
            user: response.user,
            auth_response: response.auth_response,
            database: response.database.unwrap_or_default(),
            collation: Some(collation),
            auth_plugin: response.auth_plugin,
            attributes: response.attributes,
        };
        let mut out = Vec::new();
        request.encode(capabilities, &mut out);
        prop_assert_eq!(ChangeUser::decode(&out, capabilities), Ok(request));
    }

    #[test]
    fn switch_requests(plugin in "[a-z0-9_]{1,30}", scramble in any::<[u8; 20]>()) {
        let request = AuthSwitchRequest::new(&plugin, &scramble);
        let mut out = Vec::new();
        request.encode(&mut out);
        prop_assert_eq!(AuthSwitchRequest::decode(&out), Ok(request.clone()));
        prop_assert_eq!(request.scramble(), Some(scramble));
    }

    #[test]
    fn ok_packets(ok in ok_packet()) {
        let tracked = Capabilities::SESSION_TRACK;
        let mut out = Vec::new();
        ok.encode(tracked, &mut out);
        prop_assert_eq!(OkPacket::decode(&out, tracked), Ok(ok.clone()));
        out.clear();
        ok.encode_as_eof(Capabilities::empty(), &mut out);
        let mut plain = ok;
        plain.changes.clear();
        plain.status.remove(StatusFlags::SESSION_STATE_CHANGED);
        prop_assert_eq!(OkPacket::decode(&out, Capabilities::empty()), Ok(plain));
    }

    #[test]
    fn err_and_eof_packets(code: u16, sqlstate in any::<[u8; 5]>(), message in bytes(), bits: u16) {
        let err = ErrPacket::new(code, &sqlstate, message);
        let mut out = Vec::new();
        err.encode(Capabilities::PROTOCOL_41, &mut out);
        prop_assert_eq!(ErrPacket::decode(&out), Ok(err));
        let eof = EofPacket { warnings: code, status: StatusFlags::from_bits_retain(bits) };
        out.clear();
        eof.encode(&mut out);
        prop_assert_eq!(EofPacket::decode(&out), Ok(eof));
    }

    #[test]
    fn column_definitions(mut column in column()) {
        let mut out = Vec::new();
        column.encode(Capabilities::EXTENDED_METADATA, &mut out);
        let read = ColumnDefinition::decode(&out, Capabilities::EXTENDED_METADATA);
        prop_assert_eq!(read.as_ref(), Ok(&column));
        out.clear();
        column.encode(Capabilities::empty(), &mut out);
        column.extended.clear();
        prop_assert_eq!(ColumnDefinition::decode(&out, Capabilities::empty()), Ok(column));
    }

    #[test]
    fn text_rows(values in vec(prop::option::of(bytes()), 0..20)) {
        let row = TextRow { values: values.iter().map(Option::as_deref).collect() };
        let mut out = Vec::new();
        row.encode(&mut out);
        prop_assert_eq!(TextRow::decode(&out, values.len()), Ok(row));
    }

    #[test]
    fn binary_rows(
        columns in vec((column(), any::<u64>(), bytes()), 0..20),
        moment in date_time(),
        span in time_span(),
    ) {
        let values = columns
            .iter()
            .map(|(column, seed, text)| value_of(column, *seed, (moment, span), text));
        let row = BinaryRow { values: values.collect() };
        let columns: Vec<_> = columns.iter().map(|(column, ..)| column.clone()).collect();
        let mut out = Vec::new();
        row.encode(&columns, &mut out);
        prop_assert_eq!(BinaryRow::decode(&out, &columns), Ok(row));
    }
}
