//! Components and widgets in a real browser.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![allow(clippy::cast_possible_truncation, reason = "small numbers")]

use wasm_bindgen_test::wasm_bindgen_test_configure;

wasm_bindgen_test_configure!(run_in_browser);

#[path = "browser/chain_editor.rs"]
mod chain_editor;
#[path = "browser/controls.rs"]
mod controls;
#[path = "browser/forms.rs"]
mod forms;
#[path = "browser/kill_dialog.rs"]
mod kill_dialog;
#[path = "browser/long_list.rs"]
mod long_list;
#[path = "browser/page.rs"]
mod page;
#[path = "browser/session_view.rs"]
mod session_view;
#[path = "browser/table.rs"]
mod table;
