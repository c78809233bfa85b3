//! Attacks HandshakeResponse::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::handshake::HandshakeResponse;

fuzz_target!(|data: &[u8]| {
    if let Ok(response) = HandshakeResponse::decode(data) {
        let mut once = Vec::new();
        response.encode(&mut once);
        // Fields that were announced and missing come out empty, the same ever after.
        let mut twice = Vec::new();
        HandshakeResponse::decode(&once).unwrap().encode(&mut twice);
        assert_eq!(once, twice);
        let _ = format!("{response:?}");
    }
});
