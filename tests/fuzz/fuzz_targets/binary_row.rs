//! Attacks BinaryRow::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::{byte, column};
use sluicegate_server::wire::reply::BinaryRow;

fuzz_target!(|data: &[u8]| {
    let (count, mut rest) = byte(data);
    let mut columns = Vec::new();
    for _ in 0..count % 16 {
        let (column_type, behind) = byte(rest);
        let (is_unsigned, behind) = byte(behind);
        columns.push(column(column_type, is_unsigned % 2 == 1));
        rest = behind;
    }
    if let Ok(row) = BinaryRow::decode(rest, &columns) {
        let mut once = Vec::new();
        row.encode(&columns, &mut once);
        let mut twice = Vec::new();
        BinaryRow::decode(&once, &columns)
            .unwrap()
            .encode(&columns, &mut twice);
        assert_eq!(once, twice);
    }
});
