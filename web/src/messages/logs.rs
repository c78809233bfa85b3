//! Texts of the page of the log.

use crate::format;

/// The page.
pub const TITLE: &str = "Logs";
/// The name of the search box.
pub const SEARCH: &str = "Search the log";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Search messages, modules, sessions";
/// The choice of levels.
pub const LEVELS: &str = "Show";
/// The choices: the priorities that are asked for, and what that is called.
pub const CHOICES: [(&str, &str); 5] = [
    ("", "everything"),
    ("alert,error,warning,notice,info", "info and graver"),
    ("alert,error,warning,notice", "notices and graver"),
    ("alert,error,warning", "warnings and errors"),
    ("alert,error", "errors only"),
];
/// Nothing was logged.
pub const EMPTY_TITLE: &str = "The log is empty";
/// What to do about it.
pub const EMPTY_TEXT: &str = "No line of these priorities was logged yet. The gateway's page switches \
     on what is logged, a session's page what is logged of it.";
/// No line answers to the search.
pub const NO_MATCH: &str = "No line answers to the search.";
/// Stays at the end.
pub const FOLLOW: &str = "Follow";
/// The log.
pub const LIST: &str = "Lines of the log, the newest last";
/// Asks for more.
pub const OLDER: &str = "Load older lines";
/// The status of the feed.
pub const FEED: &str = "Feed";
/// The stream is being opened.
pub const OPENING: &str = "Connecting";
/// Lines come as they are logged.
pub const STREAMING: &str = "Streaming";
/// There is no stream.
pub const ASKING: &str = "Asking";
/// What is shown stands still.
pub const PAUSED: &str = "Paused";
/// The details of a line.
pub const DETAILS: &str = "Line";
/// Closes the details.
pub const CLOSE: &str = "Close the details";
/// A detail.
pub const TIME: &str = "Time";
/// A detail.
pub const PRIORITY: &str = "Priority";
/// A detail.
pub const MODULE: &str = "Module";
/// A detail.
pub const SESSION: &str = "Session";

/// How often is asked where there is no stream.
pub fn every(seconds: u32) -> String {
    format!("no stream, every {seconds} s")
}

/// What has come meanwhile.
pub fn newer(count: usize) -> String {
    format::counted(count as u64, "new line", "new lines")
}

/// How many lines are shown.
pub fn counts(found: usize, all: usize) -> String {
    if found == all {
        format::counted(all as u64, "line", "lines")
    } else {
        let all = format::counted(all as u64, "line", "lines");
        format!("{} of {all}", format::count(found as u64))
    }
}

/// A link to a session.
pub fn session(id: &str) -> String {
    format!("session {id}")
}
