//! Attacks ChangeUser::decode.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::capabilities;
use sluicegate_server::wire::handshake::ChangeUser;

fuzz_target!(|data: &[u8]| {
    let (capabilities, payload) = capabilities(data);
    if let Ok(request) = ChangeUser::decode(payload, capabilities) {
        let mut once = Vec::new();
        request.encode(capabilities, &mut once);
        let mut twice = Vec::new();
        ChangeUser::decode(&once, capabilities)
            .unwrap()
            .encode(capabilities, &mut twice);
        assert_eq!(once, twice);
    }
});
