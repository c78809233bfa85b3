//! Texts of the page of the log.

/// The page.
pub const TITLE: &str = "Logs";
/// The name of the search box.
pub const SEARCH: &str = "Search the log";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Search messages, modules, sessions";
/// The choice of levels.
pub const LEVELS: &str = "Priorities";
/// Nothing was logged.
pub const EMPTY_TITLE: &str = "The log is empty";
/// What to do about it.
pub const EMPTY_TEXT: &str = "No line of these priorities was logged yet.";
/// Stays at the end.
pub const FOLLOW: &str = "Follow";
/// The log.
pub const LIST: &str = "Lines of the log, the newest last";
/// All priorities.
pub const ALL: &str = "all";

/// A link to a session.
pub fn session(id: &str) -> String {
    format!("session {id}")
}
