//! Attacks ErrPacket::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::capabilities::Capabilities;
use sluicegate_server::wire::reply::ErrPacket;

fuzz_target!(|data: &[u8]| {
    if let Ok(err) = ErrPacket::decode(data) {
        let mut again = Vec::new();
        err.encode(Capabilities::PROTOCOL_41, &mut again);
        assert_eq!(ErrPacket::decode(&again), Ok(err));
    }
});
