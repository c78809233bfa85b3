//! Attacks what is read of requests to the REST API: targets and heads (credentials, cookies,
//! conditions, ids of events), query strings (cursors of the log, wishes for tokens), bodies, and the
//! repairing of request lines.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::api::attacked::{read_body, read_head, read_query, repaired};

fuzz_target!(|data: &[u8]| {
    let (piece, rest) = byte(data);
    assert_eq!(
        repaired(rest, usize::from(piece)),
        repaired(rest, usize::MAX)
    );
    let _ = read_body(rest);
    let lines: Vec<&[u8]> = rest.split(|byte| *byte == b'\n').collect();
    let Some((first, values)) = lines.split_first() else {
        return;
    };
    if let Ok(first) = std::str::from_utf8(first) {
        let _ = read_query(first);
        let _ = read_query(&format!("page[cursor]={first}"));
        let _ = read_query(&format!("priority={first}"));
        let _ = read_query(&format!("max-age={first}"));
        let _ = read_head(first, values);
        let _ = read_head(&format!("/v1/sessions?{first}"), values);
    }
    // One value in the place of each header.
    let _ = read_head("/v1/events", &[rest; 13]);
    for scheme in [&b"Basic "[..], b"Bearer ", b"token_sig="] {
        let value = [scheme, rest].concat();
        let _ = read_head("/", &[&value, &value]);
    }
});
