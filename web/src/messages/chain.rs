//! Texts of the chain editor.

use crate::state::chain::draft::{Done, Told};

/// Section.
pub const TITLE: &str = "Filter chain";
/// What the chain of a service is for.
pub const OF_SERVICE: &str = "what new sessions begin with";
/// The list at the left.
pub const AVAILABLE: &str = "Available filters";
/// The list at the right.
pub const CHAIN: &str = "Chain, in order";
/// The name of the search box.
pub const SEARCH: &str = "Search filters";
/// What can be typed in.
pub const SEARCH_HINT: &str = "Name, module or what it does";
/// No filter answers to the search.
pub const NO_MATCH: &str = "No filter is called so or does so.";
/// There are no filters at all.
pub const NO_FILTERS: &str = "No filters are configured. Create one on the Filters page.";
/// The chain is empty.
pub const EMPTY: &str = "No filters. Statements go straight to the router.";
/// The same, and what can be done.
pub const EMPTY_HINT: &str = "Drag a filter here, or press its Add button.";
/// A filter that is in the chain.
pub const IN_CHAIN: &str = "In the chain";
/// Where statements come from.
pub const FROM_CLIENT: &str = "from the client";
/// Where they go.
pub const TO_ROUTER: &str = "to the router";
/// A mark.
pub const ADDED: &str = "added";
/// How it is moved by keys, for those who don't see the chain.
pub const INSTRUCTIONS: &str = "Space takes it into the hand, arrows move it, Space drops it, Escape \
     puts it back. Alt with arrows moves it at once. Enter opens its menu. Delete removes it.";
/// The group of its commands in the palette.
pub const GROUP: &str = "Chain";
/// The button that sends.
pub const APPLY: &str = "Apply";
/// The button that lets go of what is staged.
pub const DISCARD: &str = "Discard";
/// Takes back the last edit.
pub const UNDO: &str = "Undo edit";
/// Makes it again.
pub const REDO: &str = "Redo edit";
/// Brings the chain before the last change back.
pub const UNDO_APPLIED: &str = "Undo change";
/// Why nothing can be applied.
pub const NOTHING_STAGED: &str = "Nothing is staged";
/// Nothing is staged.
pub const UNCHANGED: &str = "No staged changes";
/// Of a session: when.
pub const TRANSACTION_END: &str = "Wait for the end of an open transaction";
/// Why nothing can be applied.
pub const NOT_CONNECTED: &str = "There is no connection to the server";
/// The session is gone.
pub const ENDED: &str = "The session has ended. What you staged is still here, but there is nothing \
     left to apply it to.";
/// The session is gone.
pub const ENDED_REASON: &str = "The session has ended";
/// The connection is gone.
pub const OFFLINE: &str = "No connection to the server. What you staged is kept.";
/// Another one has changed the chain.
pub const OVERTAKEN: &str = "Somebody else has changed this chain meanwhile.";
/// The refusal.
pub const CONFLICT_TITLE: &str = "Somebody else has changed this chain";
/// What it means.
pub const CONFLICT_TEXT: &str = "Nothing of yours was applied. This is what they have, what you \
     staged, and what both together would be.";
/// A column of the conflict.
pub const THEIRS: &str = "Theirs, active";
/// A column of the conflict.
pub const MINE: &str = "Yours, staged";
/// A column of the conflict.
pub const TOGETHER: &str = "Yours re-applied on theirs";
/// Goes on with both.
pub const REAPPLY: &str = "Re-apply mine";
/// Goes on with theirs.
pub const YIELD: &str = "Keep theirs";
/// An action of the menu.
pub const UP: &str = "Move up";
/// An action of the menu.
pub const DOWN: &str = "Move down";
/// An action of the menu.
pub const TO_TOP: &str = "Move to top";
/// An action of the menu.
pub const TO_BOTTOM: &str = "Move to bottom";
/// An action of the menu.
pub const REMOVE: &str = "Remove";
/// Puts a removed filter back.
pub const RESTORE: &str = "Put back";
/// A chain without filters, in a line.
pub const NONE: &str = "no filters";
/// What waits.
pub const PENDING: &str = "pending until idle";
/// What acts.
pub const ACTIVE: &str = "active";

/// A mark.
pub fn moved(from: usize) -> String {
    format!("was {}", from + 1)
}

/// The button that appends.
pub fn add(name: &str) -> String {
    format!("Add {name}")
}

/// The handle.
pub fn handle(name: &str, at: usize, of: usize) -> String {
    format!("{name}, position {at} of {of}: reorder")
}

/// The menu.
pub fn menu(name: &str) -> String {
    format!("Actions of {name}")
}

/// An action of the menu.
pub fn to_position(at: usize) -> String {
    format!("Move to position {at}")
}

/// What is staged.
pub fn staged((added, moved, removed): (usize, usize, usize)) -> String {
    let parts = [(added, "added"), (moved, "moved"), (removed, "removed")];
    let parts: Vec<String> = parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    format!("Staged: {}", parts.join(", "))
}

/// What the server has of a session.
pub fn status(pending: bool, generation: u64) -> String {
    let state = if pending { PENDING } else { ACTIVE };
    format!("{state}, generation {generation}")
}

/// What acts while another chain waits.
pub fn acting(chain: &[String]) -> String {
    format!("Until then acts: {}", line(chain))
}

/// A chain in a line.
pub fn line(chain: &[String]) -> String {
    if chain.is_empty() {
        return NONE.to_owned();
    }
    chain.join(" → ")
}

/// Of a service: whether live sessions get it, too.
pub fn live_sessions(count: u64) -> String {
    let sessions = crate::format::counted(count, "live session", "live sessions");
    format!("Also re-chain {sessions}, each when idle")
}

/// It was refused.
pub fn failed(detail: &str) -> String {
    format!("The chain was not changed. {detail}")
}

/// A command of the palette.
pub fn command(what: &str, name: &str) -> String {
    format!("{what}: {name}")
}

/// What an edit did.
pub fn told(told: &Told) -> String {
    match told {
        Told::At(done, name, at, of) => match done {
            Done::Inserted => format!("{name}, added at {at} of {of}"),
            Done::Moved => format!("{name}, moved to {at} of {of}"),
            Done::Grabbed => format!("{name}, grabbed at {at} of {of}"),
            Done::Dropped => format!("{name}, dropped at {at} of {of}"),
            Done::Restored => format!("{name}, back at {at} of {of}"),
        },
        Told::Removed(name) => format!("{name}, removed"),
        Told::Replaced => "Chain replaced".to_owned(),
        Told::Undone => "Edit undone".to_owned(),
        Told::Redone => "Edit redone".to_owned(),
        Told::Discarded => "Staged changes discarded".to_owned(),
    }
}
