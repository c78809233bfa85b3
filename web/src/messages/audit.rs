//! Texts of the page of the audit.

/// The page.
pub const TITLE: &str = "Audit";
/// Head of a column.
pub const WHEN: &str = "When";
/// Head of a column.
pub const WHO: &str = "Who";
/// Head of a column.
pub const FROM: &str = "From";
/// Head of a column.
pub const ACTION: &str = "Action";
/// Head of a column.
pub const OBJECT: &str = "Object";
/// Head of a column.
pub const OUTCOME: &str = "Outcome";
/// Nothing was changed yet.
pub const EMPTY_TITLE: &str = "Nothing was changed yet";
/// What to do about it.
pub const EMPTY_TEXT: &str =
    "Every change that is made at run time stands here, with what was before.";
/// The change.
pub const CHANGE: &str = "Change";
/// A column of the change.
pub const BEFORE: &str = "Before";
/// A column of the change.
pub const AFTER: &str = "After";
/// A column of the change.
pub const WHAT: &str = "What";
/// No difference.
pub const NO_CHANGE: &str = "Nothing is told of what changed.";
/// Undoes it.
pub const UNDO: &str = "Undo";
/// It was undone.
pub const UNDONE: &str = "Undone. The undoing is a record of its own.";
/// The next page.
pub const OLDER: &str = "Older";
/// The page before.
pub const NEWER: &str = "Newer";
/// Shows what changed.
pub const SHOW: &str = "Show the change";

/// The list is stopped.
pub fn paused(waiting: usize) -> String {
    if waiting == 0 {
        return "Paused".to_owned();
    }
    format!("Paused · {waiting} new")
}

/// It was refused.
pub fn failed(detail: &str) -> String {
    format!("It was not undone. {detail}")
}

/// It undoes another one.
pub fn undoes(id: u64) -> String {
    format!("undoes {id}")
}
