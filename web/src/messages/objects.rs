//! Texts of the pages of configured objects.

/// Head of a column.
pub const NAME: &str = "Name";
/// Head of a column.
pub const STATE: &str = "State";
/// Head of a column.
pub const ADDRESS: &str = "Address";
/// Head of a column.
pub const CONNECTIONS: &str = "Connections";
/// Head of a column.
pub const TOTAL: &str = "Since start";
/// Head of a column.
pub const LAG: &str = "Lag";
/// Head of a column.
pub const VERSION: &str = "Version";
/// Head of a column.
pub const ROUTER: &str = "Router";
/// Head of a column.
pub const SERVERS: &str = "Servers";
/// Head of a column.
pub const TARGETS: &str = "Targets";
/// Head of a column.
pub const FILTERS: &str = "Filters";
/// Head of a column.
pub const MODULE: &str = "Module";
/// Head of a column.
pub const SERVICES: &str = "Services";
/// Head of a column.
pub const SERVICE: &str = "Service";
/// Head of a column.
pub const SESSIONS: &str = "Sessions";
/// Head of a column.
pub const ACCOUNT: &str = "Account";
/// Head of a column.
pub const GTID: &str = "GTID";
/// A server without a lag.
pub const SOURCE_FILE: &str = "configured in a file";
/// An object that was made at run time.
pub const SOURCE_RUNTIME: &str = "made at run time";
/// Section.
pub const FACTS: &str = "Facts";
/// Section.
pub const RELATED: &str = "Related";
/// Section.
pub const DIAGNOSTICS: &str = "Diagnostics";
/// No relations.
pub const NO_RELATED: &str = "Nothing else is related to it.";
/// The name of the search box of a list.
pub const SEARCH: &str = "Search";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Search names and values";
/// No object answers to the search.
pub const NO_MATCH: &str = "Nothing answers to the search.";
/// A failed fetch.
pub const FAILED: &str = "This could not be fetched";
/// The account may not.
pub const NOT_ALLOWED: &str = "Your account may not see this";
/// An action.
pub const DELETE: &str = "Delete…";
/// The button that does it.
pub const DELETE_CONFIRM: &str = "Delete";
/// Takes it out of everything first.
pub const FORCE: &str = "Force: take it out of everything that uses it, close its connections";
/// An action.
pub const START: &str = "Start";
/// An action.
pub const STOP: &str = "Stop";
/// An action.
pub const MAINTENANCE: &str = "Maintenance";
/// An action.
pub const END_MAINTENANCE: &str = "End maintenance";
/// An action.
pub const DRAIN: &str = "Drain";
/// An action.
pub const END_DRAIN: &str = "End drain";
/// It was done.
pub const DONE: &str = "Done.";
/// Its sessions.
pub const SHOW_SESSIONS: &str = "Show its sessions";
/// The button that saves relations.
pub const SAVE: &str = "Save";
/// Where a service leads to.
pub const OWN_TARGETS: &str = "Servers and services of its own";
/// Where a service leads to.
pub const MONITORS_SERVERS: &str = "The servers of a monitor";
/// The choice of a monitor.
pub const MONITOR: &str = "Monitor";
/// What the choice of a monitor means.
pub const FOLLOWS_MONITOR: &str =
    "The service has the servers that the monitor watches, now and later.";
/// Why a choice can't be saved.
pub const NO_MONITOR: &str = "Choose a monitor";
/// Why something is not created yet.
pub const CHOOSE_MODULE: &str = "Choose a module: its parameters are shown then.";

/// The button that creates.
pub fn create(one: &str) -> String {
    format!("New {one}")
}

/// The title of the page that creates.
pub fn create_title(one: &str) -> String {
    format!("Create a {one}")
}

/// Nothing of a kind.
pub fn empty_title(many: &str) -> String {
    format!("No {many}")
}

/// What to do about it.
pub fn empty_text(one: &str) -> String {
    format!("There is no {one} yet. Create one here, or configure it in a file.")
}

/// No such object.
pub fn missing(one: &str, name: &str) -> String {
    format!("There is no {one} {name}")
}

/// What to do about it.
pub const MISSING_TEXT: &str = "It was deleted, or it never was.";

/// The way back.
pub fn all(many: &str) -> String {
    let mut letters = many.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// What the dialog asks.
pub fn delete_title(one: &str, name: &str) -> String {
    format!("Delete {one} {name}?")
}

/// What it means.
pub const DELETE_TEXT: &str = "It is gone for good, also after a restart. What uses it keeps it from \
     being deleted, unless it is forced.";

/// It was refused.
pub fn failed(detail: &str) -> String {
    format!("It was not done. {detail}")
}

/// How many there are.
pub fn counts(shown: usize, all: usize) -> String {
    if shown == all {
        return all.to_string();
    }
    format!("{shown} of {all}")
}

/// The button that begins a change of where an object leads to.
pub fn choose(kinds: usize) -> &'static str {
    if kinds == 1 {
        "Choose servers"
    } else {
        "Choose targets"
    }
}

/// Another one was faster than a choice.
pub const CONFLICT: &str = "It has been changed meanwhile. Your choice above is kept: Save makes it \
     now, Cancel lets go of it.";

/// None of a kind to choose from.
pub fn none(many: &str) -> String {
    format!("There are no {many} to choose from.")
}

/// What is related to an object.
pub fn related(to: &str, many: &str) -> String {
    if to == many {
        return format!("Target {many}");
    }
    all(many)
}

/// Rows that wait while one points at the list.
pub fn waiting(count: usize) -> String {
    format!("{count} new · order held while you are on the list")
}

/// Facts that are not shown at once.
pub fn more(count: usize) -> String {
    format!("{count} more")
}

/// A word in the name of an attribute, as people write it.
pub fn word(word: &str) -> &str {
    match word {
        "gtid" => "GTID",
        "id" => "ID",
        "pos" => "position",
        "avg" => "average",
        "ro" => "read-only",
        "rw" => "read-write",
        "trx" => "transaction",
        "sescmd" => "session command",
        "auths" => "log-ins",
        "ssl" => "SSL",
        "tls" => "TLS",
        other => other,
    }
}

/// Seconds of lag.
pub fn lag(seconds: u64) -> String {
    format!("{seconds} s")
}
