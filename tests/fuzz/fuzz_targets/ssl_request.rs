//! Attacks SslRequest::decode and is_ssl_request.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_server::wire::handshake::{SslRequest, is_ssl_request};

fuzz_target!(|data: &[u8]| {
    if let Ok(request) = SslRequest::decode(data) {
        assert!(is_ssl_request(data));
        let mut again = Vec::new();
        request.encode(&mut again);
        assert_eq!(SslRequest::decode(&again), Ok(request));
    }
});
