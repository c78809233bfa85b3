//! Texts of the page of one session.

use crate::format;

/// The way back.
pub const ALL_SESSIONS: &str = "Sessions";
/// The button that asks for an end.
pub const KILL: &str = "Kill…";
/// Section.
pub const OVERVIEW: &str = "Overview";
/// Section.
pub const FLOW: &str = "Flow";
/// Section.
pub const CONNECTIONS: &str = "Server connections";
/// Section.
pub const ATTRIBUTES: &str = "Client attributes";
/// Section.
pub const MEMORY: &str = "Memory";
/// Section: what is kept to be repeated on another server.
pub const HISTORY: &str = "History";
/// What is kept, in the order of the page.
pub const HISTORY_FACTS: [&str; 3] = ["Session commands", "Prepared statements", "Replies"];
/// Section.
pub const TLS: &str = "TLS";
/// The group of its commands in the palette.
pub const GROUP: &str = "Session";
/// Section.
pub const LOG_LEVELS: &str = "Log levels";
/// What they do.
pub const LOG_LEVELS_HINT: &str = "Logged for this session besides what is logged for all.";
/// Section.
pub const STATEMENT_LIST: &str = "Recent statements";
/// Section.
pub const LOG: &str = "Log of this session";
/// No statements.
pub const NO_STATEMENTS: &str = "None are kept. retain_last_statements of the gateway or the service \
     says how many are.";
/// No lines.
pub const NO_LOG: &str = "No lines are kept. session_trace of the gateway or the service says how many \
     are; the log levels of the session say which.";
/// Head of a column.
pub const RECEIVED: &str = "Received";
/// Head of a column.
pub const STATEMENT: &str = "Statement";
/// Head of a column.
pub const COMMAND: &str = "Command";
/// Head of a column.
pub const REPLIED: &str = "Replied by";
/// A statement without a complete reply.
pub const STATEMENT_RUNS: &str = "running";
/// A statement that no server has seen.
pub const STATEMENT_ANSWERED: &str = "answered by a filter";
/// The button that connects anew.
pub const RESTART: &str = "Restart";
/// It was asked for.
pub const RESTARTED: &str =
    "Restarts when it is idle: its filters and server connections are made anew.";
/// No server yet.
pub const NO_CONNECTIONS: &str = "No connection to a server at the moment.";
/// The client's connector says nothing of itself.
pub const NO_ATTRIBUTES: &str = "The client's connector sends no attributes.";
/// Without TLS.
pub const PLAIN: &str = "not encrypted";
/// No such session.
pub const MISSING_TEXT: &str = "It has ended, or it never was: ids are not used again soon.";
/// The session has ended and why is not known.
pub const ENDED_UNKNOWN: &str = "This session has ended.";
/// What is shown of an ended session.
pub const ENDED_LAST: &str = "Below is what was known last.";
/// A failed fetch.
pub const FAILED_TITLE: &str = "The session could not be fetched";
/// Label of a fact.
pub const STATE: &str = "State";
/// Label of a fact.
pub const USER: &str = "User";
/// Label of a fact.
pub const CLIENT: &str = "Client";
/// Label of a fact.
pub const SERVICE: &str = "Service";
/// Label of a fact.
pub const LISTENER: &str = "Listener";
/// Label of a fact.
pub const DATABASE: &str = "Database";
/// Label of a fact.
pub const TRANSACTION: &str = "Transaction";
/// A transaction is open.
pub const TRANSACTION_OPEN: &str = "open";
/// No transaction is open.
pub const TRANSACTION_NONE: &str = "none";
/// No database is selected.
pub const DATABASE_NONE: &str = "none selected";
/// Label of a fact.
pub const CONNECTED: &str = "Connected";
/// Label of a fact.
pub const IDLE: &str = "Idle";
/// Label of a fact.
pub const THREAD: &str = "Thread";
/// Label of a fact.
pub const STATEMENTS: &str = "Statements";
/// Label of a fact.
pub const RATE: &str = "Statements/s";
/// Label of a fact.
pub const IO: &str = "I/O activity";
/// Label of a fact.
pub const MEMORY_TOTAL: &str = "Total";
/// Label of a fact.
pub const MEMORY_BUFFERS: &str = "Connection buffers";
/// Label of a fact.
pub const MEMORY_OTHER: &str = "Everything else";
/// Label of a fact.
pub const TLS_CLIENT: &str = "Client";
/// Head of a column.
pub const SERVER: &str = "Server";
/// Head of a column.
pub const CONNECTION_ID: &str = "Connection id";
/// Head of a column.
pub const CIPHER: &str = "TLS cipher";
/// The choice of when to kill.
pub const KILL_WHEN: &str = "When";
/// At once.
pub const KILL_NOW: &str = "Now: a running statement is cut off";
/// Later.
pub const KILL_LATER: &str = "When its work is done, but at the latest after";
/// The unit of the field.
pub const SECONDS: &str = "seconds";
/// The button that does it.
pub const KILL_CONFIRM: &str = "Kill session";
/// The field is wrong.
pub const KILL_GRACE_INVALID: &str = "Enter a number of seconds from 1 to 86,400.";

/// The title.
pub fn title(id: u64) -> String {
    format!("Session {id}")
}

/// No such session.
pub fn missing_title(id: &str) -> String {
    format!("There is no session {id}")
}

/// The session has ended.
pub fn ended(reason: &str) -> String {
    format!("This session has ended: {reason}.")
}

/// What the dialog asks.
pub fn kill_title(id: u64) -> String {
    format!("Kill session {id}?")
}

/// Whom it meets.
pub fn kill_text(user: &str, client: &str) -> String {
    format!(
        "The client {user} at {client} loses its connection. An open transaction is rolled back."
    )
}

/// Why it failed.
pub fn kill_failed(detail: &str) -> String {
    format!("The session could not be killed. {detail}")
}

/// It will end.
pub fn kill_asked(grace_s: u32) -> String {
    let seconds = format::counted(grace_s.into(), "second", "seconds");
    format!("The session ends when its work is done, in {seconds} at the latest.")
}

/// A switch that did not go.
pub fn levels_failed(detail: &str) -> String {
    format!("The log level was not changed. {detail}")
}

/// It was refused.
pub fn restart_failed(detail: &str) -> String {
    format!("The session was not restarted. {detail}")
}

/// Worker and its number.
pub fn thread(number: usize) -> String {
    format!("worker {number}")
}

/// A connection's id at its server.
pub fn connection(id: u64) -> String {
    format!("connection {id}")
}

/// The rate of statements in the drawing.
pub fn per_second(rate: f64) -> String {
    format!("{} stmt/s", format::rate(rate))
}

/// How many statements came from a station of the drawing, or went there.
pub fn statements(count: u64) -> String {
    format::counted(count, "statement", "statements")
}

/// A station of the drawing in its sentence.
pub fn flow_station(name: &str, count: u64) -> String {
    format!("{name} ({})", statements(count))
}

/// The whole drawing in a sentence.
pub fn flow_label(client: &str, filters: &str, service: &str, servers: &str) -> String {
    format!("From client {client} through {filters} and service {service} to {servers}")
}
