//! Attacks the files and patterns of filters: rules of caches and of masks, templates of rewriting,
//! regular expressions with what they are replaced by.

#![no_main]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use sluicegate_fuzz::byte;
use sluicegate_server::config::Values;
use sluicegate_server::filters;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| sluicegate_fuzz::file("rules"));

fuzz_target!(|data: &[u8]| {
    let (choice, rest) = byte(data);
    let Ok(text) = std::str::from_utf8(rest) else {
        return;
    };
    let file = FILE.display().to_string();
    let (one, other) = text.split_once('\n').unwrap_or((text, ""));
    let (module, given) = match choice % 6 {
        0 => ("cache", json!({"rules": file})),
        1 => ("masking", json!({"rules": file})),
        2 => ("rewritefilter", json!({"template_file": file})),
        3 => (
            "rewritefilter",
            json!({"template_file": file, "regex_grammar": "Perl"}),
        ),
        4 => ("regexfilter", json!({"match": one, "replace": other})),
        _ => ("hintfilter", json!({})),
    };
    std::fs::write(&*FILE, rest).expect("a file");
    let module = filters::module(module).expect("a filter");
    let Value::Object(given) = given else { return };
    if let Ok(values) = Values::of_new_filter(&module.spec, &given, Path::new("/"))
        && let Ok(filter) = (module.create)(&values)
    {
        let _ = filter.diagnostics();
    }
});
