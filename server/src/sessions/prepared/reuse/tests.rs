use super::*;
use crate::sql::{Dialect, classify};
use crate::wire::packet::frame;

const TEXT: &[u8] = b"SELECT ?";

fn answer() -> Vec<u8> {
    let (mut out, mut sequence) = (Vec::new(), 1);
    frame(b"\0\x63\0\0\0\x01\0\x01\0\0\0\0", &mut sequence, &mut out);
    frame(b"\xfe\0\0\x02\0", &mut sequence, &mut out);
    out
}

/// One that has prepared the text.
fn prepared() -> Prepared {
    let mut prepared = Prepared::default();
    prepared.reuse_texts();
    prepare(&mut prepared);
    prepared
}

fn prepare(prepared: &mut Prepared) {
    let kinds = classify(TEXT, Dialect::default());
    let id = prepared.add(TEXT, kinds, 1, 0, None).id;
    assert!(prepared.remember(id, answer()).is_empty());
}

fn again(prepared: &mut Prepared) -> Option<u32> {
    let kinds = classify(TEXT, Dialect::default());
    let again = prepared.again(TEXT, kinds, 0, None, StatusFlags::IN_TRANS);
    again.map(|(id, _)| id)
}

fn handle(prepared: &Prepared, id: u32) -> u32 {
    prepared.get(id).unwrap().handle()
}

#[test]
fn a_text_is_answered_with_another_id_and_the_status_of_now() {
    let mut prepared = prepared();
    let kinds = classify(TEXT, Dialect::default());
    let status = StatusFlags::IN_TRANS | StatusFlags::CURSOR_EXISTS;
    let (id, answer) = prepared.again(TEXT, kinds, 0, None, status).unwrap();
    assert_eq!(id, 2);
    let expected = b"\x0c\0\0\x01\0\x02\0\0\0\x01\0\x01\0\0\0\0\x05\0\0\x02\xfe\0\0\x01\0";
    assert_eq!(answer, expected);
    assert_eq!(prepared.next_id(), 3);
    assert!(
        prepared
            .again(b"SELECT 1", kinds, 0, None, status)
            .is_none()
    );
}

#[test]
fn a_handle_is_closed_when_neither_statements_nor_texts_need_it() {
    let mut prepared = prepared();
    assert_eq!(again(&mut prepared), Some(2));
    assert_eq!(handle(&prepared, 1), handle(&prepared, 2));
    assert_eq!(prepared.distinct().len(), 1);
    assert_eq!((prepared.close(1), prepared.close(2)), (None, None));
    assert_eq!(again(&mut prepared), Some(3));
    assert!(prepared.forget_texts().is_empty());
    assert_eq!(again(&mut prepared), None);
    assert_eq!(prepared.close(3), Some(1));
    assert_eq!(prepared.close(3), None);
}

#[test]
fn a_statement_of_which_a_server_remembers_something_shares_no_handle() {
    let mut prepared = prepared();
    assert_eq!(again(&mut prepared), Some(2));
    prepared.set_apart(1);
    assert_ne!(handle(&prepared, 1), handle(&prepared, 2));
    // Neither is it given to one that comes later.
    assert_eq!(again(&mut prepared), None);
    prepare(&mut prepared);
    assert_eq!(again(&mut prepared), Some(4));
    let handles = [1, 2, 3, 4].map(|id| handle(&prepared, id));
    assert_eq!(handles[2], handles[3]);
    assert!(handles[0] != handles[2] && handles[1] != handles[2]);
    assert_eq!(prepared.close(1), Some(handles[0]));
}

#[test]
fn the_only_statement_of_a_text_keeps_its_handle_for_itself() {
    let mut prepared = prepared();
    let before = handle(&prepared, 1);
    prepared.set_apart(1);
    prepared.set_apart(1);
    assert_eq!(handle(&prepared, 1), before);
    assert_eq!(prepared.close(1), Some(before));
}

#[test]
fn texts_are_limited_and_those_not_used_for_long_go_first() {
    let mut prepared = Prepared::default();
    prepared.reuse_texts();
    let kinds = classify(TEXT, Dialect::default());
    let mut freed = Vec::new();
    for number in 0..TEXTS_MAX + 2 {
        let text = format!("SELECT {number}");
        let id = prepared.add(text.as_bytes(), kinds, 0, 0, None).id;
        freed.extend(prepared.close(id));
        let id = prepared.add(text.as_bytes(), kinds, 0, 0, None).id;
        freed.clear();
        freed.extend(prepared.remember(id, answer()));
        assert_eq!(prepared.close(id), None);
        let status = StatusFlags::empty();
        assert!(
            prepared
                .again(b"SELECT 0", kinds, 0, None, status)
                .is_some()
        );
    }
    // The second and the third: the first is used all the time.
    assert_eq!(freed.len(), 1);
    let known = |prepared: &mut Prepared, text: &[u8]| {
        let status = StatusFlags::empty();
        prepared.again(text, kinds, 0, None, status).is_some()
    };
    assert!(known(&mut prepared, b"SELECT 0"));
    assert!(!known(&mut prepared, b"SELECT 1") && !known(&mut prepared, b"SELECT 2"));
    assert!(known(&mut prepared, b"SELECT 3"));
    assert!(prepared.memory() > 0);
}

#[test]
fn an_answer_with_warnings_is_not_given_again() {
    let mut prepared = Prepared::default();
    prepared.reuse_texts();
    let kinds = classify(TEXT, Dialect::default());
    let id = prepared.add(TEXT, kinds, 1, 0, None).id;
    let mut warned = answer();
    warned[HEADER_LEN + 10] = 1;
    prepared.remember(id, warned);
    assert_eq!(again(&mut prepared), None);
}

#[test]
fn statements_of_a_text_share_it() {
    let mut prepared = prepared();
    again(&mut prepared);
    again(&mut prepared);
    let texts = [1, 2, 3].map(|id| Rc::clone(&prepared.get(id).unwrap().text));
    assert!(Rc::ptr_eq(&texts[0], &texts[1]) && Rc::ptr_eq(&texts[1], &texts[2]));
}

#[test]
fn with_many_statements_a_server_is_asked_for_each() {
    let mut prepared = prepared();
    for _ in 1..STATEMENTS_MAX {
        assert!(again(&mut prepared).is_some());
    }
    assert_eq!(again(&mut prepared), None);
    prepared.close(7);
    assert!(again(&mut prepared).is_some());
    assert_eq!(again(&mut prepared), None);
    // What a server has answered anew has a handle of its own.
    prepare(&mut prepared);
    assert_ne!(handle(&prepared, prepared.next), handle(&prepared, 1));
}
