//! What a connection goes through on its way into a pool.

use std::sync::Arc;
use std::time::Duration;

use super::Unused;
use crate::backend::authentication::read;
use crate::backend::error::Cause;
use crate::net::PacketStream;
use crate::wire::Malformed;
use crate::wire::command::Command;
use crate::wire::reply::OK_HEADER;

/// A server that takes longer is not worth waiting for.
const RESET_WITHIN: Duration = Duration::from_secs(5);

/// MariaDB leaves the role that is set when neither the reset nor the next user's log-in sets another.
const NO_ROLE: &[u8] = b"SET ROLE NONE";

/// Fails when the server has an `init_connect`: servers run it for new connections only, so that a
/// connection that is used again would not be what a new one is.
const NO_INIT_CONNECT: &[u8] =
    b"SET @a = (SELECT 1 UNION ALL SELECT 2 FROM DUAL WHERE @@init_connect <> '')";

/// Takes from a connection all that its session has set and holds. `None` when it is of no further
/// use; it is closed then.
pub(super) async fn reset(mut unused: Unused) -> Option<Unused> {
    let name = Arc::clone(unused.server().name());
    let mut stream = PacketStream::new(unused.stream);
    let done = tokio::time::timeout(RESET_WITHIN, try_reset(&mut stream, &unused.version)).await;
    unused.stream = stream.into_stream();
    let failed = match done {
        Ok(Ok(())) => return Some(unused),
        Ok(Err(cause)) => cause,
        Err(_) => Cause::TimedOut(RESET_WITHIN),
    };
    tracing::debug!("a connection to server '{name}' is not kept: {failed}");
    unused.close();
    None
}

async fn try_reset(stream: &mut PacketStream, version: &str) -> Result<(), Cause> {
    let mut requests = vec![(Command::ResetConnection, b"".as_slice())];
    if has_roles(version) {
        requests.push((Command::Query, NO_ROLE));
    }
    requests.push((Command::Query, NO_INIT_CONNECT));
    for (command, argument) in &requests {
        stream.restart_sequence();
        stream
            .write(&[&[*command as u8], *argument].concat())
            .await?;
    }
    for _ in requests {
        stream.expect_reply();
        if read(stream).await?.first() != Some(&OK_HEADER) {
            return Err(Malformed::new("answer to a reset").into());
        }
    }
    Ok(())
}

/// MySQL has none before version 8.
fn has_roles(version: &str) -> bool {
    version.contains("MariaDB") || !version.starts_with("5.")
}

#[cfg(test)]
mod tests {
    use super::has_roles;

    #[test]
    fn roles_are_reset_where_there_are_any() {
        assert!(has_roles("5.5.5-10.6.18-MariaDB-log"));
        assert!(has_roles("11.4.2-MariaDB"));
        assert!(has_roles("8.0.36"));
        assert!(!has_roles("5.7.44-log"));
    }
}
