//! What the process manager is told: the notifications of systemd, sd_notify(3).

use std::ffi::OsStr;
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};

/// Sends a state (`READY=1`) to the manager's socket, which it names in `NOTIFY_SOCKET`: a path, or
/// a name of the abstract space behind an `@`.
///
/// # Errors
/// The socket is not there, or takes nothing.
pub fn tell_supervisor(socket: &OsStr, state: &str) -> io::Result<()> {
    let address = match socket.as_bytes().split_first() {
        Some((b'@', name)) => SocketAddr::from_abstract_name(name)?,
        _ => SocketAddr::from_pathname(socket)?,
    };
    let sender = UnixDatagram::unbound()?;
    // A manager that does not read must not hold up the gateway.
    sender.set_nonblocking(true)?;
    sender.send_to_addr(state.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn check(socket: &UnixDatagram, name: &OsStr) {
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        tell_supervisor(name, "READY=1").unwrap();
        let mut told = [0; 64];
        let length = socket.recv(&mut told).unwrap();
        assert_eq!(&told[..length], b"READY=1");
    }

    #[test]
    fn a_manager_with_a_name_of_the_abstract_space_is_told() {
        let name = format!("sluicegate-test-{}", std::process::id());
        let address = SocketAddr::from_abstract_name(&name).unwrap();
        let socket = UnixDatagram::bind_addr(&address).unwrap();
        check(&socket, format!("@{name}").as_ref());
    }

    #[test]
    fn a_manager_that_is_not_there_is_an_error() {
        assert!(tell_supervisor("/nowhere/notify".as_ref(), "READY=1").is_err());
        assert!(tell_supervisor("".as_ref(), "READY=1").is_err());
    }
}
