//! What a connection goes through on its way into a pool.

use std::sync::Arc;
use std::time::Duration;

use super::Unused;
use crate::backend::authentication::read;
use crate::backend::error::Cause;
use crate::net::PacketStream;
use crate::wire::Malformed;
use crate::wire::capabilities::Capabilities;
use crate::wire::command::Command;
use crate::wire::reply::{EOF_HEADER, OK_HEADER};

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
    let resetting = try_reset(&mut stream, &unused.version, unused.agreed);
    let done = tokio::time::timeout(RESET_WITHIN, resetting).await;
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

async fn try_reset(
    stream: &mut PacketStream,
    version: &str,
    agreed: Capabilities,
) -> Result<(), Cause> {
    let mut requests = vec![
        (Command::ResetConnection, b"".as_slice()),
        // Neither the reset nor the next user's log-in does this.
        (Command::SetOption, several_statements(agreed)),
    ];
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
    for (command, _) in requests {
        stream.expect_reply();
        let answer = read(stream).await?;
        let is_done = match answer.first() {
            Some(&EOF_HEADER) => command == Command::SetOption,
            first => first == Some(&OK_HEADER),
        };
        if !is_done {
            return Err(Malformed::new("answer to a reset").into());
        }
    }
    Ok(())
}

/// The option (page "COM_SET_OPTION") that was agreed on when the connection was made.
fn several_statements(agreed: Capabilities) -> &'static [u8] {
    if agreed.contains(Capabilities::MULTI_STATEMENTS) {
        &[0, 0]
    } else {
        &[1, 0]
    }
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
