//! Attacks query strings of the REST API: filter expressions, JSON Pointers, JSONPath, sort, pages.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use sluicegate_server::api::filters_hold;

static RESOURCE: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "id": "1",
        "attributes": {"a": 1, "b": "text", "c": [1, "x", {"d": null}], "e/f~g": true, "h": 1.5,
            "date": "Tue, 24 Nov 2026 00:29:16 GMT"},
        "relationships": {"servers": {"data": [{"id": "s1", "type": "servers"}]}},
    })
});

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        for query in [
            text.to_owned(),
            format!("filter=/attributes/{text}"),
            format!("filter[$.attributes.{text}]=eq(1)"),
            format!("filter[/attributes/a]={text}"),
        ] {
            let first = filters_hold(&query, &RESOURCE);
            assert_eq!(first, filters_hold(&query, &RESOURCE));
        }
    }
});
