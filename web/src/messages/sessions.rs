//! Texts of the list of sessions.

use crate::format;
use crate::state::session_list::column::Column;

/// The title.
pub const TITLE: &str = "Sessions";
/// The search box, for those who don't see it.
pub const SEARCH: &str = "Search sessions";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Search, or user:ann state:busy idle>5m";
/// The button of the column chooser.
pub const COLUMNS: &str = "Columns";
/// The button of the menu of views.
pub const VIEWS: &str = "Views";
/// The name of a view that is saved.
pub const VIEW_NAME: &str = "Save this view as";
/// The button that saves it.
pub const VIEW_SAVE: &str = "Save";
/// The link to what the API says.
pub const SAME_API: &str = "The same from the API";
/// What is missing there.
pub const SAME_API_PART: &str = "without the words that are looked for inside of names: \
     the API compares whole values";
/// No session anywhere.
pub const EMPTY_TITLE: &str = "No sessions";
/// How to get one.
pub const EMPTY_TEXT: &str = "A session appears here as soon as a client connects to a listener:";
/// A command that makes one.
pub const EMPTY_COMMAND: &str = "mariadb --host=HOST --port=LISTENER_PORT --user=USER --password";
/// The first events did not come.
pub const FAILED_TITLE: &str = "The sessions could not be fetched";
/// What it means.
pub const FAILED_TEXT: &str = "The server does not send events. The console keeps trying.";
/// No session matches.
pub const NO_MATCH_TITLE: &str = "No session matches";
/// A button that empties the search box.
pub const CLEAR_SEARCH: &str = "Clear the search";
/// A session that waits for its client.
pub const STATE_IDLE: &str = "idle";
/// A session with a statement.
pub const STATE_BUSY: &str = "busy";
/// A session that is about to end.
pub const STATE_CLOSING: &str = "closing";
/// A session that has ended.
pub const STATE_ENDED: &str = "ended";
/// A transaction is open.
pub const IN_TRANSACTION: &str = "open";

/// What is searched when nothing matches.
pub fn no_match_text(live: u64) -> String {
    format!(
        "{} live, none of them meets every word of the search.",
        sessions(live)
    )
}

/// `2 sessions`
pub fn sessions(count: u64) -> String {
    format::counted(count, "session", "sessions")
}

/// How many of how many are listed.
pub fn counts(listed: u64, live: u64) -> String {
    if listed == live {
        sessions(live)
    } else {
        format!("{} of {}", format::count(listed), sessions(live))
    }
}

/// The order is held because the pointer is over a row.
pub fn held_by_pointer(waiting: u64) -> String {
    held("Order held while the pointer is on the list", waiting)
}

/// The order is held because a row is selected.
pub fn held_by_focus(waiting: u64) -> String {
    held(
        "Order held while a row is selected; Esc releases it",
        waiting,
    )
}

fn held(why: &str, waiting: u64) -> String {
    if waiting == 0 {
        why.to_owned()
    } else {
        // The news first: there may be no room for all of it.
        format!(
            "{} new · {}",
            format::count(waiting),
            why.replacen('O', "o", 1)
        )
    }
}

/// The list is paused.
pub fn paused(age_ms: u64) -> String {
    format!("Paused {} ago", format::age(age_ms))
}

/// The head of a column.
pub fn column(column: Column) -> &'static str {
    match column {
        Column::Id => "ID",
        Column::User => "User",
        Column::Client => "Client",
        Column::Service => "Service",
        Column::Database => "Database",
        Column::Servers => "Servers",
        Column::Filters => "Filters",
        Column::State => "State",
        Column::Transaction => "Trx",
        Column::Connected => "Connected",
        Column::Idle => "Idle",
        Column::Statements => "Statements",
        Column::Rate => "Stmt/s",
        Column::Io => "I/O",
        Column::Memory => "Memory",
        Column::Thread => "Thread",
    }
}

/// What a column holds, in a sentence.
pub fn column_hint(column: Column) -> &'static str {
    match column {
        Column::Id => "The connection id that the client sees",
        Column::User => "The user the client logged in as",
        Column::Client => "Address and port of the client",
        Column::Service => "The service that the session belongs to",
        Column::Database => "The default database",
        Column::Servers => "Servers that the session has connections to",
        Column::Filters => {
            "The filters that act, in order; behind an arrow those that wait for them to end"
        }
        Column::State => "Idle, busy with a statement, or closing",
        Column::Transaction => "Whether a transaction is open",
        Column::Connected => "How long ago the client connected",
        Column::Idle => "How long no byte has moved",
        Column::Statements => "Statements since the start",
        Column::Rate => "Statements a second",
        Column::Io => "Packets from the client and reply chunks to it",
        Column::Memory => "Bytes held for the session",
        Column::Thread => "The worker that runs the session",
    }
}

/// Filters that act, and those that wait.
pub fn filters(active: &[String], pending: Option<&[String]>) -> String {
    let names = |names: &[String]| match names {
        [] => crate::format::NONE.to_owned(),
        names => names.join(", "),
    };
    match pending {
        Some(pending) => format!("{} ⇢ {}", names(active), names(pending)),
        None => names(active),
    }
}

/// Opens a view.
pub fn open_view(name: &str) -> String {
    format!("View: {name}")
}

/// Shows a column, or hides it.
pub fn toggle_column(label: &str, is_shown: bool) -> String {
    format!("{} column {label}", if is_shown { "Hide" } else { "Show" })
}

/// The button that lets go of a saved view.
pub fn forget(name: &str) -> String {
    format!("Forget the view {name}")
}
