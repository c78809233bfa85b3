//! Attacks the reader of configuration files. What it takes is exported and read again.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use sluicegate_server::config::{export, load};
use sluicegate_server::filters::module_specs;

/// In memory where there is such a folder: it is written for every input.
static FILE: LazyLock<PathBuf> = LazyLock::new(|| {
    let memory = PathBuf::from("/dev/shm");
    let folder = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    folder.join(format!("sluicegate-fuzz-{}.cnf", std::process::id()))
});

fuzz_target!(|data: &[u8]| {
    std::fs::write(&*FILE, data).expect("a file");
    if let Ok(configuration) = load(&FILE, &module_specs()) {
        let text = export(&configuration).expect("what was read can be written");
        std::fs::write(&*FILE, &text).expect("a file");
        let again = load(&FILE, &module_specs()).unwrap_or_else(|errors| {
            panic!("{errors:?}\n{text}");
        });
        assert_eq!(export(&again).expect("the same"), text);
    }
});
