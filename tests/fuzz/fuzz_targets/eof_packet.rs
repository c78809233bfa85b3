//! Attacks EofPacket::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::reply::EofPacket;

fuzz_target!(|data: &[u8]| {
    if let Ok(eof) = EofPacket::decode(data) {
        let mut again = Vec::new();
        eof.encode(&mut again);
        assert_eq!(again, data);
    }
});
