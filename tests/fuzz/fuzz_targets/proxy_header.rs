//! Attacks the decoder of PROXY protocol headers.

#![no_main]

use std::net::{Ipv4Addr, SocketAddr};

use libfuzzer_sys::fuzz_target;
use sluicegate_server::net::proxy_protocol::{Decoded, decode, encode_v1, encode_v2};

fuzz_target!(|data: &[u8]| {
    // What is asked for, and nothing more, is read until all is known.
    let mut len = 0;
    loop {
        let Some(sofar) = data.get(..len) else { return };
        match decode(sofar) {
            Ok(Decoded::NeedsMore(more)) => {
                assert!(more > 0);
                len += more;
            }
            Ok(Decoded::Header {
                len: header,
                source,
            }) => {
                assert_eq!(header, len, "read past a header");
                again(source);
                return;
            }
            Ok(Decoded::NotAHeader) | Err(_) => return,
        }
    }
});

/// A client's address comes through both forms.
fn again(source: Option<SocketAddr>) {
    let server = source.map(|client| match client {
        SocketAddr::V4(_) => SocketAddr::from((Ipv4Addr::LOCALHOST, 1)),
        SocketAddr::V6(_) => SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, 1)),
    });
    for encode in [encode_v1, encode_v2] {
        let mut header = Vec::new();
        encode(source, server, &mut header);
        let expected = Decoded::Header {
            len: header.len(),
            source,
        };
        assert_eq!(decode(&header), Ok(expected));
    }
}
