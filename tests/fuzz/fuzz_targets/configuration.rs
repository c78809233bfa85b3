//! Attacks the reader of configuration files. What it takes is exported and read again.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sluicegate_server::config::{Passwords, export, load};
use sluicegate_server::filters::module_specs;

static FILE: LazyLock<PathBuf> = LazyLock::new(|| sluicegate_fuzz::file("fuzz.cnf"));

fuzz_target!(|data: &[u8]| {
    std::fs::write(&*FILE, data).expect("a file");
    if let Ok(configuration) = load(&FILE, &module_specs()) {
        let text = export(&configuration, Passwords::Clear).expect("what was read can be written");
        std::fs::write(&*FILE, &text).expect("a file");
        let again = load(&FILE, &module_specs()).unwrap_or_else(|errors| {
            panic!("{errors:?}\n{text}");
        });
        assert_eq!(export(&again, Passwords::Clear).expect("the same"), text);
    }
});
