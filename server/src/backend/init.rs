//! Statements that every new connection of a listener's sessions runs first
//! (`connection_init_sql_file`).

use tokio::io::{AsyncRead, AsyncWrite};

use super::authentication::read;
use super::error::Cause;
use crate::net::PacketStream;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::{OK_HEADER, OkPacket};
use crate::wire::status::StatusFlags;

/// Statements, in order.
pub type InitStatements = std::sync::Arc<[Box<[u8]>]>;

/// Runs them one by one; each has to succeed and to return no rows. Returns the status that the
/// server told last, of which `ok`, the packet that ended the log-in, told first.
pub(super) async fn run_statements<S: AsyncRead + AsyncWrite + Unpin>(
    stream: &mut PacketStream<S>,
    statements: &InitStatements,
    ok: &[u8],
) -> Result<StatusFlags, Cause> {
    let mut last = status(ok)?;
    for statement in statements.iter() {
        stream.restart_sequence();
        stream
            .write(&[&[Command::Query as u8], &**statement].concat())
            .await?;
        let shown = || String::from_utf8_lossy(statement).into_owned();
        match read(stream).await {
            Ok(reply) if reply.first() == Some(&OK_HEADER) => last = status(&reply)?,
            Ok(_) => return Err(Cause::InitRows(shown())),
            Err(Cause::Server(error)) => {
                return Err(Cause::InitFailed {
                    statement: shown(),
                    error,
                });
            }
            Err(other) => return Err(other),
        }
    }
    Ok(last)
}

/// The status in an OK packet; it stands where it does whatever was agreed.
fn status(ok: &[u8]) -> Result<StatusFlags, Malformed> {
    OkPacket::decode(ok, Capabilities::PROTOCOL_41).map(|ok| ok.status)
}
