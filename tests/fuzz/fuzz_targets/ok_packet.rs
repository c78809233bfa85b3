//! Attacks OkPacket::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::capabilities;
use sluicegate_server::wire::reply::OkPacket;

fuzz_target!(|data: &[u8]| {
    let (capabilities, payload) = capabilities(data);
    if let Ok(ok) = OkPacket::decode(payload, capabilities) {
        let mut once = Vec::new();
        ok.encode(capabilities, &mut once);
        let read = OkPacket::decode(&once, capabilities).unwrap();
        assert_eq!(
            (read.affected_rows, read.changes),
            (ok.affected_rows, ok.changes)
        );
    }
});
