//! Texts of actions on several sessions.

use crate::format;

/// An action.
pub const KILL: &str = "Kill…";
/// An action.
pub const RESTART: &str = "Restart…";
/// An action.
pub const LEVELS: &str = "Log levels…";
/// An action.
pub const CHAIN: &str = "Set chain…";
/// The group of actions on marked sessions.
pub const MARKED: &str = "Marked sessions";
/// Marks all that are listed.
pub const MARK_ALL: &str = "Mark all listed";
/// Takes all marks away.
pub const CLEAR: &str = "Clear marks";
/// Head of a column.
pub const SESSION: &str = "Session";
/// Head of a column.
pub const USER: &str = "User";
/// Head of a column.
pub const CLIENT: &str = "Client";
/// Head of a column.
pub const RESULT: &str = "Result";
/// Not done yet.
pub const WAITING: &str = "not yet";
/// Done.
pub const DONE: &str = "done";
/// It ended by itself.
pub const GONE: &str = "has ended";
/// The field of the grace.
pub const GRACE: &str = "Let them finish for at most (seconds; 0: at once)";
/// What a level may be.
pub const LEAVE: &str = "leave as it is";
/// What a level may be.
pub const ON: &str = "on";
/// What a level may be.
pub const OFF: &str = "off";
/// The filters of the new chain.
pub const FILTERS: &str = "Filters, in the order in which they are ticked";
/// What happens with it.
pub const CHAIN_HINT: &str =
    "Takes the place of each session's chain as soon as that session is idle.";
/// What happens.
pub const RESTART_HINT: &str =
    "Filters and server connections are made anew as soon as each is idle.";
/// The button that does it.
pub const DO_IT: &str = "Do it";
/// The button that closes the dialog after it.
pub const CLOSE: &str = "Close";

/// How many are marked.
pub fn marked(count: usize) -> String {
    format!(
        "{} marked",
        format::counted(count as u64, "session", "sessions")
    )
}

/// What the dialog asks.
pub fn title(action: &str, count: usize) -> String {
    let sessions = format::counted(count as u64, "session", "sessions");
    format!("{} {sessions}?", action.trim_end_matches('…'))
}

/// How far it is.
pub fn progress(done: usize, all: usize) -> String {
    format!("{done} of {all}")
}

/// Those that are not shown.
pub fn more(count: usize) -> String {
    format!("and {} more", format::count(count as u64))
}
