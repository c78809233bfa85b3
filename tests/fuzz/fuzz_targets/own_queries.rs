//! Attacks the reader of what servers answer to the gateway's own queries.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::backend::result_of;

fuzz_target!(|data: &[u8]| {
    let mut rest = data;
    let mut packets = Vec::new();
    while !rest.is_empty() {
        let (len, behind) = byte(rest);
        let (packet, behind) = behind.split_at(behind.len().min(len.into()));
        packets.push(packet);
        rest = behind;
    }
    if let Ok(rows) = result_of(&packets) {
        for row in &rows.rows {
            assert_eq!(row.len(), rows.columns.len());
        }
        for (at, _) in rows.rows.iter().enumerate() {
            let _ = rows.text(at, "a");
        }
    }
});
