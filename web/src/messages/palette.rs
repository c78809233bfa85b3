//! Texts of the command palette and of the help with keys.

/// The button in the bar, and the dialog's name.
pub const TITLE: &str = "Command palette";
/// What stands in the button.
pub const BUTTON: &str = "Search or do";
/// What can be typed in.
pub const HINT: &str = "A page, an object, an action, or the id of a session";
/// Nothing answers.
pub const NOTHING: &str = "Nothing is called so.";
/// The keys that open it.
pub const KEYS: &str = "Ctrl K";
/// The group of pages.
pub const PAGES: &str = "Page";
/// The group of sessions.
pub const SESSION: &str = "Session";
/// The group of actions of the console.
pub const CONSOLE: &str = "Console";
/// The help with keys.
pub const HELP: &str = "Keyboard help";
/// A button that closes.
pub const CLOSE: &str = "Close";

/// Goes to a session.
pub fn session(id: u64) -> String {
    format!("Go to session {id}")
}

/// Keys with what they do, by place.
pub const KEY_HELP: &[(&str, &[(&str, &str)])] = &[
    (
        "Everywhere",
        &[
            ("Ctrl K", "Command palette"),
            ("?", "This help"),
            ("Esc", "Closes what is open, cancels what is going on"),
        ],
    ),
    (
        "Lists",
        &[
            ("↑ ↓ PgUp PgDn Home End", "Select a row"),
            ("Enter", "Open it"),
            ("Space", "Mark it for an action on several"),
            ("Esc", "Let go of it"),
        ],
    ),
    (
        "Filter chain",
        &[
            ("Space", "Take a filter into the hand, or drop it"),
            ("↑ ↓ Home End", "Move what is in the hand"),
            ("Esc", "Put it back"),
            ("Alt ↑ Alt ↓", "Move at once"),
            ("Enter", "The filter's menu"),
            ("Del", "Remove it"),
            ("Ctrl Z, Ctrl Shift Z", "Undo, redo an edit"),
            ("Ctrl Enter", "Apply what is staged"),
        ],
    ),
];
