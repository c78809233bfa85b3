//! Texts of modules, their commands, and the gateway itself.

/// The page of all modules.
pub const TITLE: &str = "Modules";
/// The page of the gateway.
pub const GATEWAY: &str = "Gateway";
/// Head of a column.
pub const KIND: &str = "Kind";
/// Head of a column.
pub const DESCRIPTION: &str = "What it does";
/// Head of a column.
pub const PARAMETERS: &str = "Parameters";
/// Head of a column.
pub const COMMANDS: &str = "Commands";
/// Head of a column.
pub const PARAMETER: &str = "Parameter";
/// Head of a column.
pub const TYPE: &str = "Type";
/// Head of a column.
pub const DEFAULT: &str = "Default";
/// Head of a column.
pub const CHANGEABLE: &str = "Changeable";
/// A parameter that can be changed.
pub const CAN: &str = "yes";
/// A parameter that can't.
pub const CANNOT: &str = "no";
/// No module: there is always one.
pub const EMPTY_TITLE: &str = "There are no modules";
/// What to do about it.
pub const EMPTY_TEXT: &str = "The gateway tells of none.";
/// A module without parameters.
pub const NO_PARAMETERS: &str = "It has no parameters.";
/// A command that only tells something.
pub const READS: &str = "only reads";
/// A command that does something.
pub const WRITES: &str = "changes something";
/// The button.
pub const RUN: &str = "Run";
/// It was performed and told nothing.
pub const DONE: &str = "Done. It tells nothing.";
/// The result.
pub const RESULT: &str = "Result";
/// An argument that may be left out.
pub const OPTIONAL: &str = "optional";
/// Why it can't be run.
pub const MISSING: &str = "Some arguments are missing";
/// Section of the gateway's page.
pub const WORKERS: &str = "Workers";
/// Section of the gateway's page.
pub const ABOUT: &str = "About";
/// Section of the gateway's page.
pub const MEMORY: &str = "Memory";
/// Head of a column.
pub const WORKER: &str = "Worker";
/// Head of a column.
pub const SESSIONS: &str = "Sessions";
/// Head of a column.
pub const BUSY_NOW: &str = "Busy, last second";
/// Head of a column.
pub const BUSY_MINUTE: &str = "Last minute";
/// Head of a column.
pub const BUSY_HOUR: &str = "Last hour";
/// Head of a column.
pub const MEMORY_OF: &str = "Memory of sessions";
/// Head of a column.
pub const HITS: &str = "Classified from cache";
/// No worker: there is always one.
pub const NO_WORKERS: &str = "There are no workers";
/// An action of the gateway.
pub const RELOAD_TLS: &str = "Reload certificates";
/// An action of the gateway.
pub const FLUSH_LOGS: &str = "Reopen log file";
/// It was done.
pub const ACTED: &str = "Done.";

/// It was refused.
pub fn failed(detail: &str) -> String {
    format!("It was not performed. {detail}")
}

/// The name of a worker.
pub fn worker(id: &str) -> String {
    format!("worker {id}")
}

/// A share of a hundred.
pub fn percent(share: u64) -> String {
    format!("{share} %")
}
