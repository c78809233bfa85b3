//! What can go wrong.

use std::path::PathBuf;

use crate::net::tls::TlsError;

/// Why a command was not done.
#[derive(Debug, thiserror::Error)]
pub enum CtlError {
    /// The runtime could not be made.
    #[error("the client's runtime: {0}")]
    Runtime(#[source] std::io::Error),
    /// Standard output takes nothing.
    #[error("standard output: {0}")]
    Output(#[source] std::io::Error),
    /// The gateway can't be reached. Trying again may help.
    #[error("no connection to {host}: {source}")]
    Connect {
        /// Whose API it is.
        host: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// The certificates can't be used.
    #[error("TLS to {host}: {source}")]
    Tls {
        /// Whose API it is.
        host: String,
        /// What is wrong.
        #[source]
        source: Box<TlsError>,
    },
    /// The connection was lost, or what is there speaks no HTTP.
    #[error("{host} does not answer as an API: {source}")]
    Http {
        /// Whose API it is.
        host: String,
        /// What the HTTP library says.
        #[source]
        source: hyper::Error,
    },
    /// No answer in time. A write may have been made nevertheless.
    #[error("{0} has not answered in time (--timeout)")]
    Timeout(String),
    /// What was asked can't be put into a request.
    #[error("{0} can't be asked for: {1}")]
    Request(String, #[source] hyper::http::Error),
    /// The gateway refused; a line for each of its reasons.
    #[error("{}", .details.join("\n"))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Why.
        details: Vec<String>,
    },
    /// An answer that is no JSON.
    #[error("the answer to {0} is no JSON: {1}")]
    Json(String, #[source] serde_json::Error),
    /// An answer without what was looked for.
    #[error("the answer to {0} has no {1}")]
    Lacks(String, &'static str),
    /// What was given as JSON is none.
    #[error("the body is no JSON: {0}")]
    Body(#[source] serde_json::Error),
    /// What was typed can't be meant.
    #[error("{0}")]
    Usage(String),
    /// The file of defaults can't be read.
    #[error("{}: {}", .0.display(), .1)]
    Defaults(PathBuf, #[source] std::io::Error),
    /// Others may read or change the file of defaults.
    #[error("{} is not only its owner's: chmod 600 it", .0.display())]
    Shared(PathBuf),
    /// A line of the file of defaults.
    #[error("{}:{}: {}", .0.display(), .1, .2)]
    DefaultsLine(PathBuf, usize, String),
    /// The password can't be asked for.
    #[error("the password can't be read: {0}")]
    Prompt(#[source] std::io::Error),
    /// The report can't be written.
    #[error("{}: {}", .0.display(), .1)]
    Report(PathBuf, #[source] std::io::Error),
    /// A server that was to be drained has sessions still.
    #[error("{} has connections still after {:?}: it is not drained any more", .0, .1)]
    NotDrained(String, std::time::Duration),
    /// Nothing has the name.
    #[error("{0} is {1}")]
    NoSuch(String, &'static str),
}
