//! What happens to a server.

use std::fmt;
use std::time::SystemTime;

use super::states::ServerStates;

/// A change of a server's states that is worth a name (Monitor-Common, *Script events*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerEvent {
    /// It was out of reach and answers.
    Up(Role),
    /// It answered and is out of reach.
    Down(Role),
    /// It has become something.
    New(Role),
    /// It is nothing any more.
    Lost(Role),
}

/// What a server is among others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The primary.
    Primary,
    /// A replica.
    Replica,
    /// A member of a synchronous cluster.
    Synced,
    /// None of these.
    None,
}

/// The last event of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastEvent {
    /// What happened.
    pub event: ServerEvent,
    /// When.
    pub at: SystemTime,
}

impl Role {
    /// The role that goes with these states.
    pub fn of(states: ServerStates) -> Self {
        if states.contains(ServerStates::PRIMARY) {
            Self::Primary
        } else if states.contains(ServerStates::REPLICA) {
            Self::Replica
        } else if states.contains(ServerStates::SYNCED) {
            Self::Synced
        } else {
            Self::None
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Primary => "master",
            Self::Replica => "slave",
            Self::Synced => "synced",
            Self::None => "server",
        }
    }
}

impl ServerEvent {
    /// What it means that a server was `before` and is `after`.
    pub fn between(before: ServerStates, after: ServerStates) -> Option<Self> {
        let ran = before.contains(ServerStates::RUNNING);
        let runs = after.contains(ServerStates::RUNNING);
        let (was, is) = (Role::of(before), Role::of(after));
        match (ran, runs) {
            (false, true) => Some(Self::Up(is)),
            (true, false) => Some(Self::Down(was)),
            (false, false) => None,
            (true, true) if was == is => None,
            (true, true) if is == Role::None => Some(Self::Lost(was)),
            (true, true) => Some(Self::New(is)),
        }
    }
}

impl fmt::Display for ServerEvent {
    /// The documented name: `master_down`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up(role) => write!(f, "{}_up", role.word()),
            Self::Down(role) => write!(f, "{}_down", role.word()),
            Self::New(role) => write!(f, "new_{}", role.word()),
            Self::Lost(role) => write!(f, "lost_{}", role.word()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{ServerEvent, ServerStates};

    #[test]
    fn a_change_of_states_has_the_documented_name() {
        let down = ServerStates::empty();
        let running = ServerStates::RUNNING;
        let primary = running | ServerStates::PRIMARY;
        let replica = running | ServerStates::REPLICA;
        let check = |before, after, expected: Option<&str>| {
            let event = ServerEvent::between(before, after);
            assert_eq!(event.map(|event| event.to_string()).as_deref(), expected);
        };
        check(down, primary, Some("master_up"));
        check(down, replica, Some("slave_up"));
        check(down, running, Some("server_up"));
        check(primary, down, Some("master_down"));
        check(replica, ServerStates::AUTH_ERROR, Some("slave_down"));
        check(running, down, Some("server_down"));
        check(running, primary, Some("new_master"));
        check(replica, primary, Some("new_master"));
        check(primary, replica, Some("new_slave"));
        check(primary, running, Some("lost_master"));
        check(replica, running, Some("lost_slave"));
        check(down, ServerStates::AUTH_ERROR, None);
        check(replica, replica | ServerStates::RELAY, None);
        check(primary, primary | ServerStates::EXTERNAL_REPLICA, None);
    }
}
