//! The client-server protocol of MariaDB and MySQL, both ends, without I/O.
//!
//! Everything here turns bytes into values and values into bytes. No socket, no clock, and no
//! panic, whatever the bytes are: what cannot be understood is a [`Malformed`]. A *payload* is what
//! one logical packet carries, without its four-byte header ([`packet`]); all `decode` functions
//! take whole payloads, the command or header byte included.
//!
//! Doc comments name the page of the MariaDB protocol documentation ("Client/Server Protocol")
//! they follow.

pub mod capabilities;
pub mod command;
pub mod cursor;
pub mod handshake;
pub mod packet;
pub mod reply;
pub mod request;
pub mod status;
pub mod tracker;
pub mod value;

/// Bytes that do not follow the protocol. The connection they came from is of no further use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed {what}")]
pub struct Malformed {
    /// What was being read, e.g. `OK packet`.
    pub what: &'static str,
}

impl Malformed {
    /// Says that `what` cannot be read.
    pub const fn new(what: &'static str) -> Self {
        Self { what }
    }
}

#[cfg(test)]
mod captures;
#[cfg(test)]
mod properties;
