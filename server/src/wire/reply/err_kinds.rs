//! Errors a gateway makes itself, in the servers' wording (MariaDB documentation: "MariaDB Error
//! Codes").

use super::ErrPacket;

impl ErrPacket {
    /// ER_BAD_DB_ERROR: there is no database of that name.
    pub const UNKNOWN_DATABASE: u16 = 1049;

    /// 1040: the connection is one too many.
    pub fn too_many_connections() -> Self {
        Self::new(1040, b"08004", "Too many connections")
    }

    /// 1129: too many log-ins from the client's host have failed.
    pub fn host_is_blocked(host: &str) -> Self {
        let message = format!("Host '{host}' is blocked for a minute after many failed log-ins");
        Self::new(1129, b"HY000", message)
    }

    /// 1043: the client's first packet makes no sense.
    pub fn bad_handshake() -> Self {
        Self::new(1043, b"08S01", "Bad handshake")
    }

    /// 1047: the command is not known or is refused.
    pub fn unknown_command() -> Self {
        Self::new(1047, b"08S01", "Unknown command")
    }

    /// 1289: replicas may not be served.
    pub fn replication_is_off() -> Self {
        let message = "Replication is off at this listener (allow_replication)";
        Self::new(1289, b"HY000", message)
    }

    /// 1053: the gateway is stopping.
    pub fn shutdown() -> Self {
        Self::new(1053, b"08S01", "Server shutdown in progress")
    }

    /// 1094: COM_PROCESS_KILL names no session.
    pub fn no_such_thread(id: u64) -> Self {
        Self::new(1094, b"HY000", format!("Unknown thread id: {id}"))
    }

    /// 1153: a request is larger than is allowed.
    pub fn packet_too_large() -> Self {
        Self::new(
            1153,
            b"08S01",
            "Got a packet bigger than 'max_allowed_packet' bytes",
        )
    }

    /// 1243: a request is about a prepared statement that there is not.
    pub fn unknown_statement(id: u32) -> Self {
        Self::new(
            1243,
            b"HY000",
            format!("Unknown prepared statement handler ({id}) given"),
        )
    }

    /// 1835: a request does not follow the protocol.
    pub fn malformed_packet() -> Self {
        Self::new(1835, b"HY000", "Malformed communication packet")
    }

    /// 1927: somebody has killed the session.
    pub fn connection_killed() -> Self {
        Self::new(1927, b"70100", "Connection was killed")
    }

    /// 1095: a session of somebody else's.
    pub fn not_owner(id: u64) -> Self {
        let message = format!("You are not owner of thread {id}");
        Self::new(1095, b"HY000", message)
    }

    /// 1927: the session's server is gone, and why.
    pub fn lost_connection(server: &str, cause: &str) -> Self {
        Self::new(
            1927,
            b"70100",
            format!("Lost connection to server '{server}': {cause}"),
        )
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    #[test]
    fn errors_speak_as_servers_do() {
        let text = [
            ErrPacket::too_many_connections(),
            ErrPacket::bad_handshake(),
            ErrPacket::unknown_command(),
            ErrPacket::shutdown(),
            ErrPacket::no_such_thread(7),
            ErrPacket::not_owner(7),
            ErrPacket::packet_too_large(),
            ErrPacket::unknown_statement(7),
            ErrPacket::malformed_packet(),
            ErrPacket::connection_killed(),
            ErrPacket::lost_connection("server1", "connection reset by peer"),
        ]
        .map(|err| {
            let sqlstate = err.sqlstate.escape_ascii().to_string();
            let message = err.message.escape_ascii().to_string();
            format!("{} ({sqlstate}): {message}\n", err.code)
        })
        .concat();
        expect![[r"
            1040 (08004): Too many connections
            1043 (08S01): Bad handshake
            1047 (08S01): Unknown command
            1053 (08S01): Server shutdown in progress
            1094 (HY000): Unknown thread id: 7
            1095 (HY000): You are not owner of thread 7
            1153 (08S01): Got a packet bigger than \'max_allowed_packet\' bytes
            1243 (HY000): Unknown prepared statement handler (7) given
            1835 (HY000): Malformed communication packet
            1927 (70100): Connection was killed
            1927 (70100): Lost connection to server \'server1\': connection reset by peer
        "]]
        .assert_eq(&text);
    }
}
