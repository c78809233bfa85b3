//! Attacks ColumnDefinition::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::capabilities;
use sluicegate_server::wire::reply::ColumnDefinition;

fuzz_target!(|data: &[u8]| {
    let (capabilities, payload) = capabilities(data);
    if let Ok(column) = ColumnDefinition::decode(payload, capabilities) {
        let mut again = Vec::new();
        column.encode(capabilities, &mut again);
        assert_eq!(ColumnDefinition::decode(&again, capabilities), Ok(column));
    }
});
