//! The states of a server.

use std::fmt;

bitflags::bitflags! {
    /// What a server is at the moment; several at a time. None at all: it is down.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
    pub struct ServerStates: u32 {
        /// It answers.
        const RUNNING = 1;
        /// The others replicate from it and it takes writes.
        const PRIMARY = 1 << 1;
        /// It replicates from the primary.
        const REPLICA = 1 << 2;
        /// It is a member of a Galera cluster and in step with it.
        const SYNCED = 1 << 3;
        /// It replicates, and others replicate from it.
        const RELAY = 1 << 4;
        /// It replicates from a server that its monitor does not watch.
        const EXTERNAL_REPLICA = 1 << 5;
        /// An operator has put it out of use.
        const MAINTENANCE = 1 << 8;
        /// An operator lets its sessions end, and sends it no new ones.
        const DRAINING = 1 << 9;
        /// It did not let the monitor log in.
        const AUTH_ERROR = 1 << 10;
        /// Its disks are full.
        const DISK_SPACE_EXHAUSTED = 1 << 11;
        /// It is out of maintenance, and its monitor has not said since what it is.
        const RETURNING = 1 << 12;
    }
}

impl ServerStates {
    /// What operators set and monitors leave alone.
    pub const BY_OPERATOR: Self = Self::MAINTENANCE.union(Self::DRAINING);

    /// Whether sessions that it has may go on.
    pub fn is_usable(self) -> bool {
        self.contains(Self::RUNNING) && !self.contains(Self::MAINTENANCE)
    }

    /// Whether it takes new connections.
    pub fn is_open(self) -> bool {
        self.is_usable() && !self.contains(Self::DRAINING)
    }
}

impl fmt::Display for ServerStates {
    /// For logs: `running, primary`, or `down`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.contains(Self::RUNNING) {
            f.write_str("down")?;
        }
        for (index, (name, _)) in self.iter_names().enumerate() {
            if index > 0 || !self.contains(Self::RUNNING) {
                f.write_str(", ")?;
            }
            f.write_str(&name.to_lowercase().replace('_', " "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ServerStates;

    #[test]
    fn states_read_well_in_a_log() {
        let check = |states: ServerStates, expected| assert_eq!(states.to_string(), expected);
        check(ServerStates::empty(), "down");
        check(ServerStates::AUTH_ERROR, "down, auth error");
        check(
            ServerStates::RUNNING | ServerStates::PRIMARY,
            "running, primary",
        );
    }

    #[test]
    fn maintenance_puts_a_server_out_of_use_and_draining_only_keeps_new_sessions_away() {
        let running = ServerStates::RUNNING;
        let check = |states: ServerStates| (states.is_usable(), states.is_open());
        assert_eq!(check(running), (true, true));
        assert_eq!(check(running | ServerStates::DRAINING), (true, false));
        assert_eq!(check(running | ServerStates::MAINTENANCE), (false, false));
        assert_eq!(check(ServerStates::PRIMARY), (false, false));
    }
}
