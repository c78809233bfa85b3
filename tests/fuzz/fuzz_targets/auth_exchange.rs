//! Attacks AuthSwitchRequest::decode and AuthMoreData::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::handshake::{AuthMoreData, AuthSwitchRequest};

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = AuthSwitchRequest::decode(data) {
        let _ = request.scramble();
        let mut again = Vec::new();
        request.encode(&mut again);
        assert_eq!(AuthSwitchRequest::decode(&again), Ok(request));
    }
    if let Ok(more) = AuthMoreData::decode(data) {
        let mut again = Vec::new();
        more.encode(&mut again);
        assert_eq!(again, data);
    }
});
