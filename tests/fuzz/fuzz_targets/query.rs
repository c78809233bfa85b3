//! Attacks Query::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::capabilities;
use sluicegate_server::wire::request::Query;

fuzz_target!(|data: &[u8]| {
    let (capabilities, payload) = capabilities(data);
    if let Ok(query) = Query::decode(payload, capabilities) {
        assert!(payload.ends_with(query.sql));
    }
});
