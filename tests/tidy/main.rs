//! What clippy can't say: which room may import which, how long files and functions may be, and
//! which words are not ours. Each test prints every place, and what to do.

#![allow(
    clippy::panic,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod lengths;
mod package;
mod rooms;
mod source;
mod words;

use source::{Complaint, Source};

/// Fails with all complaints, one line each.
fn report(complaints: &[Complaint]) {
    let lines: Vec<String> = complaints.iter().map(ToString::to_string).collect();
    assert!(
        lines.is_empty(),
        "{} to mend:\n{}\n",
        lines.len(),
        lines.join("\n")
    );
}

#[test]
fn rooms_of_the_server_import_only_rooms_of_earlier_lines() {
    report(&rooms::check_server(&Source::below("server/src")));
}

#[test]
fn pages_use_widgets_and_widgets_use_components() {
    report(&rooms::check_web(&Source::below("web/src")));
}

#[test]
fn every_room_is_on_the_map() {
    report(&rooms::check_map());
}

#[test]
fn files_stay_short() {
    report(&lengths::check_files(&Source::rust()));
}

#[test]
fn functions_stay_short() {
    report(&lengths::check_functions(&Source::rust()));
}

#[test]
fn modules_say_what_they_hold() {
    report(&words::check_module_names(&Source::rust()));
}

#[test]
fn words_are_ours() {
    report(&words::check_words(&Source::all_text()));
}

#[test]
fn the_console_has_no_inline_styles() {
    report(&words::check_inline_styles(&Source::below("web/src")));
}

#[test]
fn the_package_holds_what_is_listed() {
    let complaints = package::complaints();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
