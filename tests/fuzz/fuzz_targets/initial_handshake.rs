//! Attacks InitialHandshake::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::handshake::InitialHandshake;

fuzz_target!(|data: &[u8]| {
    if let Ok(handshake) = InitialHandshake::decode(data) {
        let mut again = Vec::new();
        handshake.encode(&mut again);
        // A version or plugin that is no UTF-8 is changed once, and an unused field cleared.
        let read = InitialHandshake::decode(&again);
        assert_eq!(read, Ok(handshake));
    }
});
