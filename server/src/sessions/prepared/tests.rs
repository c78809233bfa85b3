use super::*;
use crate::sql::{Dialect, classify};
use crate::wire::command::Command;
use crate::wire::packet::frame;

fn framed(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    frame(payload, &mut 0, &mut out);
    out
}

fn prepared(parameters: u16) -> (Prepared, Rc<Statement>) {
    let mut prepared = Prepared::default();
    let kinds = classify(b"SELECT ?", Dialect::default());
    let statement = prepared.add(b"SELECT ?", kinds, parameters, 0, None);
    (prepared, statement)
}

/// An execution of statement 1 with two parameters; with or without their types.
fn execute(types: Option<[u8; 4]>) -> Vec<u8> {
    let mut payload = b"\x17\x01\0\0\0\0\x01\0\0\0\0".to_vec();
    payload.push(u8::from(types.is_some()));
    payload.extend(types.into_iter().flatten());
    payload.extend_from_slice(b"values");
    framed(&payload)
}

fn translated(here: &mut StatementsHere, statement: &Statement, mut packet: Vec<u8>) -> Vec<u8> {
    here.translate(statement, Command::StmtExecute, &mut packet)
        .unwrap();
    packet
}

#[test]
fn each_connection_has_its_own_id() {
    let (_, statement) = prepared(0);
    let mut here = StatementsHere::default();
    here.add(1, 77);
    let mut fetch = framed(b"\x1c\x01\0\0\0\x05\0\0\0");
    here.translate(&statement, Command::StmtFetch, &mut fetch)
        .unwrap();
    assert_eq!(fetch, framed(b"\x1c\x4d\0\0\0\x05\0\0\0"));
    assert_eq!(here.remove(1), Some(77));
    assert!(
        here.translate(&statement, Command::StmtFetch, &mut fetch)
            .is_err()
    );
}

#[test]
fn a_connection_that_has_not_seen_the_types_gets_them_with_the_next_execution() {
    let (_, statement) = prepared(2);
    let (mut one, mut other) = (StatementsHere::default(), StatementsHere::default());
    one.add(1, 1);
    other.add(1, 1);
    let types = [8, 0, 0xfd, 0];
    let with = execute(Some(types));
    assert_eq!(translated(&mut one, &statement, with.clone()), with);
    assert_eq!(
        translated(&mut one, &statement, execute(None)),
        execute(None)
    );
    assert_eq!(translated(&mut other, &statement, execute(None)), with);
    assert_eq!(
        translated(&mut other, &statement, execute(None)),
        execute(None)
    );
    let changed = execute(Some([3, 0, 3, 0]));
    assert_eq!(translated(&mut other, &statement, changed.clone()), changed);
    assert_eq!(translated(&mut one, &statement, execute(None)), changed);
}

#[test]
fn bulk_executions_get_types_too() {
    let (_, statement) = prepared(1);
    let (mut one, mut other) = (StatementsHere::default(), StatementsHere::default());
    one.add(1, 1);
    other.add(1, 2);
    let mut with = framed(b"\xfa\x01\0\0\0\x80\0\x03\0rows");
    one.translate(&statement, Command::StmtBulkExecute, &mut with)
        .unwrap();
    let mut without = framed(b"\xfa\x01\0\0\0\0\0rows");
    other
        .translate(&statement, Command::StmtBulkExecute, &mut without)
        .unwrap();
    assert_eq!(without, framed(b"\xfa\x02\0\0\0\x80\0\x03\0rows"));
}

#[test]
fn the_last_prepared_statement_is_found_by_its_number() {
    let (mut prepared, _) = prepared(0);
    let last = b"\x17\xff\xff\xff\xff\0\x01\0\0\0";
    assert_eq!(prepared.named_in(last), Some(1));
    prepared.failed();
    assert_eq!(prepared.named_in(last), Some(LAST_PREPARED_ID));
    assert_eq!(prepared.named_in(b"\x03SELECT 1"), None);
    assert_eq!(prepared.named_in(b"\x17\x01"), Some(0));
}
