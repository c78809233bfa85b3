//! Attacks everything that reads names and values from statements, and hints.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::{byte, dialect};
use sluicegate_server::sql::classify;
use sluicegate_server::sql::details::{kill, prepared_statement, statements, used_database};
use sluicegate_server::sql::hint::{HintStack, hint};
use sluicegate_server::sql::mentions::mentions;
use sluicegate_server::sql::name::string_value;
use sluicegate_server::sql::set::set_items;
use sluicegate_server::sql::tables::tables;

fuzz_target!(|data: &[u8]| {
    let (choice, text) = byte(data);
    let dialect = dialect(choice);

    let count = statements(text, dialect).count().min(usize::from(u16::MAX));
    assert_eq!(count, usize::from(classify(text, dialect).statements));
    for table in tables(text, dialect) {
        let _ = table.name.unquoted();
    }
    let _ = mentions(text, dialect).count();
    let _ = set_items(text, dialect).count();
    let _ = used_database(text, dialect);
    let _ = kill(text, dialect);
    let _ = prepared_statement(text, dialect);
    let _ = string_value(text, dialect);
    if let Ok(hint) = hint(text, dialect) {
        let _ = HintStack::default().apply(hint);
    }
});
