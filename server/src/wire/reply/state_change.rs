//! Session state changes in OK packets (MariaDB documentation: "OK_Packet", *Session State Info*).

use crate::wire::Malformed;
use crate::wire::cursor::{Cursor, put_lenenc_bytes};

const SYSTEM_VARIABLES: u8 = 0;
const SCHEMA: u8 = 1;
const STATE_CHANGE: u8 = 2;
const GTIDS: u8 = 3;
const TRANSACTION_CHARACTERISTICS: u8 = 4;
const TRANSACTION_STATE: u8 = 5;

/// One thing that changed in a session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StateChange {
    /// A system variable of `session_track_system_variables` was set.
    SystemVariable {
        /// The variable's name.
        name: Vec<u8>,
        /// Its new value.
        value: Vec<u8>,
    },
    /// The default database is now this one.
    Schema(Vec<u8>),
    /// Something of the session's state changed or did not (`session_track_state_change`).
    State(bool),
    /// Global transaction ids (MySQL).
    Gtids(Vec<u8>),
    /// The statements that would open the present transaction again.
    TransactionCharacteristics(Vec<u8>),
    /// What the present transaction has done, eight letters, e.g. `T___R__W`.
    TransactionState(Vec<u8>),
    /// A kind this gateway does not know.
    Other {
        /// The kind's number.
        kind: u8,
        /// Its data.
        data: Vec<u8>,
    },
}

/// Reads the changes; one entry of the wire may hold several system variables.
pub(super) fn decode_changes(bytes: &[u8]) -> Result<Vec<StateChange>, Malformed> {
    let mut changes = Vec::new();
    for_each_change(bytes, |kind, data| {
        let mut cursor = Cursor::new(data, WHAT);
        changes.push(match kind {
            SYSTEM_VARIABLES => {
                while !cursor.is_empty() {
                    let name = cursor.lenenc_bytes()?.to_vec();
                    let value = cursor.lenenc_bytes()?.to_vec();
                    changes.push(StateChange::SystemVariable { name, value });
                }
                return Ok(());
            }
            SCHEMA => StateChange::Schema(cursor.lenenc_bytes()?.to_vec()),
            // Documented as a length-encoded string; servers send the digit alone.
            STATE_CHANGE => StateChange::State(cursor.rest().ends_with(b"1")),
            GTIDS => {
                cursor.u8()?;
                StateChange::Gtids(cursor.lenenc_bytes()?.to_vec())
            }
            TRANSACTION_CHARACTERISTICS => {
                StateChange::TransactionCharacteristics(cursor.lenenc_bytes()?.to_vec())
            }
            TRANSACTION_STATE => StateChange::TransactionState(cursor.lenenc_bytes()?.to_vec()),
            _ => StateChange::Other {
                kind,
                data: cursor.rest().to_vec(),
            },
        });
        cursor.finish()
    })?;
    Ok(changes)
}

/// What of the changes matters to whoever follows a session; the last of each kind.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::wire) struct Followed<'a> {
    /// The default database.
    pub schema: Option<&'a [u8]>,
    /// The variable `character_set_client`.
    pub character_set: Option<&'a [u8]>,
}

/// Finds what matters among the changes, without reading the others.
pub(in crate::wire) fn follow_changes(bytes: &[u8]) -> Result<Followed<'_>, Malformed> {
    let mut followed = Followed::default();
    for_each_change(bytes, |kind, data| {
        let mut cursor = Cursor::new(data, WHAT);
        if kind == SCHEMA {
            followed.schema = Some(cursor.lenenc_bytes()?);
        } else if kind == SYSTEM_VARIABLES {
            while !cursor.is_empty() {
                let (name, value) = (cursor.lenenc_bytes()?, cursor.lenenc_bytes()?);
                if name == b"character_set_client" {
                    followed.character_set = Some(value);
                }
            }
        }
        Ok(())
    })?;
    Ok(followed)
}

const WHAT: &str = "session state change";

fn for_each_change<'a>(
    bytes: &'a [u8],
    mut visit: impl FnMut(u8, &'a [u8]) -> Result<(), Malformed>,
) -> Result<(), Malformed> {
    let mut cursor = Cursor::new(bytes, WHAT);
    while !cursor.is_empty() {
        let kind = cursor.u8()?;
        visit(kind, cursor.lenenc_bytes()?)?;
    }
    Ok(())
}

pub(super) fn encode_changes(changes: &[StateChange], out: &mut Vec<u8>) {
    let mut all = Vec::new();
    for change in changes {
        let mut data = Vec::new();
        let kind = encode_data(change, &mut data);
        all.push(kind);
        put_lenenc_bytes(&mut all, &data);
    }
    put_lenenc_bytes(out, &all);
}

fn encode_data(change: &StateChange, data: &mut Vec<u8>) -> u8 {
    let (kind, value): (u8, &[u8]) = match change {
        StateChange::SystemVariable { name, value } => {
            put_lenenc_bytes(data, name);
            (SYSTEM_VARIABLES, value)
        }
        StateChange::Schema(name) => (SCHEMA, name),
        StateChange::State(changed) => {
            data.push(if *changed { b'1' } else { b'0' });
            return STATE_CHANGE;
        }
        StateChange::Gtids(ids) => {
            // The only encoding there is: plain text.
            data.push(0);
            (GTIDS, ids)
        }
        StateChange::TransactionCharacteristics(sql) => (TRANSACTION_CHARACTERISTICS, sql),
        StateChange::TransactionState(letters) => (TRANSACTION_STATE, letters),
        StateChange::Other { kind, data: raw } => {
            data.extend_from_slice(raw);
            return *kind;
        }
    };
    put_lenenc_bytes(data, value);
    kind
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(changes: &[StateChange]) -> Vec<u8> {
        let mut out = Vec::new();
        encode_changes(changes, &mut out);
        Cursor::new(&out, WHAT).lenenc_bytes().unwrap().to_vec()
    }

    #[test]
    fn every_kind_survives_encoding() {
        let changes = [
            StateChange::SystemVariable {
                name: b"autocommit".to_vec(),
                value: b"ON".to_vec(),
            },
            StateChange::Schema(b"shop".to_vec()),
            StateChange::State(true),
            StateChange::State(false),
            StateChange::Gtids(b"a:1".to_vec()),
            StateChange::TransactionCharacteristics(b"START TRANSACTION;".to_vec()),
            StateChange::TransactionState(b"T_______".to_vec()),
            StateChange::Other {
                kind: 77,
                data: vec![1, 2],
            },
        ];
        let bytes = encoded(&changes);
        assert_eq!(decode_changes(&bytes).unwrap(), changes);
        assert_eq!(
            follow_changes(&bytes).map(|found| found.schema),
            Ok(Some(&b"shop"[..]))
        );
    }

    #[test]
    fn one_entry_may_hold_several_variables() {
        let read = decode_changes(b"\x00\x08\x01a\x011\x01b\x012").unwrap();
        let variable = |name: &[u8], value: &[u8]| StateChange::SystemVariable {
            name: name.to_vec(),
            value: value.to_vec(),
        };
        assert_eq!(read, [variable(b"a", b"1"), variable(b"b", b"2")]);
    }

    #[test]
    fn a_cut_entry_is_malformed() {
        for bytes in [
            &b"\x01"[..],
            b"\x01\x05\x04sh",
            b"\x01\x02\x04s",
            b"\x01\x03\x01s!",
        ] {
            assert!(decode_changes(bytes).is_err(), "{bytes:?}");
        }
        assert!(follow_changes(b"\x01\x02\x04s").is_err());
    }
}
