//! Attacks TextRow::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::wire::reply::TextRow;

fuzz_target!(|data: &[u8]| {
    let (columns, payload) = byte(data);
    if let Ok(row) = TextRow::decode(payload, columns.into()) {
        let mut again = Vec::new();
        row.encode(&mut again);
        assert_eq!(TextRow::decode(&again, columns.into()), Ok(row));
    }
});
