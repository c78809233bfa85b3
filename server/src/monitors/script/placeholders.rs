//! Placeholders in the arguments of scripts (Monitor-Common, *script*).

use std::sync::Arc;

use super::Occasion;
use crate::monitors::settings::MonitorSettings;
use crate::servers::{Server, ServerStates};

/// The longer names first: `$LIST` is no beginning of another one, but that may change.
const NAMES: [&str; 10] = [
    "$CREDENTIALS",
    "$MASTERLIST",
    "$SYNCEDLIST",
    "$INITIATOR",
    "$SLAVELIST",
    "$CHILDREN",
    "$NODELIST",
    "$PARENT",
    "$EVENT",
    "$LIST",
];

/// The text with what its placeholders stand for.
pub(super) fn fill(
    text: &str,
    settings: &MonitorSettings,
    server: &Server,
    occasion: Occasion,
) -> String {
    let (mut filled, mut rest) = (String::with_capacity(text.len()), text);
    while let Some(at) = rest.find('$') {
        let (before, from) = rest.split_at(at);
        filled.push_str(before);
        if let Some(name) = NAMES.iter().find(|name| from.starts_with(**name)) {
            filled.push_str(&value(name, settings, server, occasion));
            rest = from.get(name.len()..).unwrap_or_default();
        } else {
            filled.push('$');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    filled.push_str(rest);
    filled
}

fn value(name: &str, settings: &MonitorSettings, server: &Server, occasion: Occasion) -> String {
    let with = |state: ServerStates| {
        places(settings, |other| {
            other.states().contains(state | ServerStates::RUNNING)
        })
    };
    match name {
        "$INITIATOR" => server.place(),
        "$EVENT" => occasion.to_string(),
        "$LIST" => places(settings, |_| true),
        "$NODELIST" => with(ServerStates::RUNNING),
        "$MASTERLIST" => with(ServerStates::PRIMARY),
        "$SLAVELIST" => with(ServerStates::REPLICA),
        "$SYNCEDLIST" => with(ServerStates::SYNCED),
        "$PARENT" => places(settings, |other| follows(server, other)),
        "$CHILDREN" => places(settings, |other| follows(other, server)),
        "$CREDENTIALS" => credentials(settings),
        _ => String::new(),
    }
}

/// Whether a server has a replication connection to another one.
fn follows(replica: &Server, source: &Server) -> bool {
    let facts = replica.facts();
    let mut links = facts.links.iter().flatten();
    links.any(|link| link.server.as_ref() == Some(source.name()))
}

fn places(settings: &MonitorSettings, wanted: impl Fn(&Server) -> bool) -> String {
    let servers = settings.servers.iter().map(Arc::as_ref);
    let places = servers.filter(|server| wanted(server)).map(Server::place);
    places.collect::<Vec<_>>().join(",")
}

/// User, password and place of each server, as it is watched.
fn credentials(settings: &MonitorSettings) -> String {
    let all = settings.servers.iter().map(|server| {
        let parameters = server.parameters();
        let own = &parameters.monitoring;
        let user = own.user.as_ref().unwrap_or(&settings.parameters.user);
        let password = own.password.as_ref();
        let password = password.unwrap_or(&settings.parameters.password);
        format!("{user}:{}@{}", password.expose(), server.place())
    });
    all.collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{DialParameters, DiskLimits, MonitorParameters, ReplicationParameters};
    use crate::config::{Secret, ServerMonitoring, ServerParameters};
    use crate::servers::{ReplicaLink, Role, ServerEvent, ServerFacts};

    fn server(name: &str, port: u16, states: ServerStates, source: Option<&str>) -> Arc<Server> {
        let server = Server::new(
            name,
            ServerParameters {
                address: "10.0.0.1".to_owned(),
                port,
                monitoring: ServerMonitoring {
                    user: (port == 3).then(|| "own".to_owned()),
                    password: (port == 3).then(|| Secret::new("own-secret")),
                    ..ServerMonitoring::default()
                },
                ..ServerParameters::default()
            },
        );
        server.set_monitored(states);
        let link = |name: &str| ReplicaLink {
            server: Some(name.into()),
            ..ReplicaLink::default()
        };
        server.set_facts(ServerFacts {
            links: Some(source.map(link).into_iter().collect()),
            ..ServerFacts::default()
        });
        server
    }

    fn parameters() -> MonitorParameters {
        MonitorParameters {
            module: "mariadbmon".to_owned(),
            servers: Vec::new(),
            user: "u".to_owned(),
            password: Secret::new("p"),
            monitor_interval_ms: 2000,
            backend_connect_attempts: 1,
            backend_connect_timeout_ms: 3000,
            backend_read_timeout_ms: 3000,
            backend_write_timeout_ms: 3000,
            disk_space_check_interval_ms: 0,
            disk_space_threshold: DiskLimits::default(),
            script: None,
            script_timeout_ms: 90_000,
            events: Vec::new(),
            replication: ReplicationParameters {
                assume_unique_hostnames: true,
                failcount: 5,
                maintenance_on_low_disk_space: true,
                master_conditions: Vec::new(),
                slave_conditions: Vec::new(),
                script_max_replication_lag_s: None,
            },
        }
    }

    #[test]
    fn placeholders_stand_for_what_the_servers_are() {
        let running = ServerStates::RUNNING;
        let settings = MonitorSettings {
            name: "M".into(),
            parameters: parameters(),
            dialling: DialParameters::default(),
            servers: vec![
                server("a", 1, running | ServerStates::PRIMARY, None),
                server("b", 2, running | ServerStates::REPLICA, Some("a")),
                server("c", 3, ServerStates::empty(), Some("a")),
            ],
            passive: false,
        };
        let check = |place: usize, text: &str, expected: &str| {
            let event = Occasion::Event(ServerEvent::Down(Role::Primary));
            let filled = fill(text, &settings, &settings.servers[place], event);
            assert_eq!(filled, expected, "{text}");
        };
        check(0, "e=$EVENT i=$INITIATOR", "e=master_down i=[10.0.0.1]:1");
        check(0, "$LIST", "[10.0.0.1]:1,[10.0.0.1]:2,[10.0.0.1]:3");
        check(0, "$NODELIST", "[10.0.0.1]:1,[10.0.0.1]:2");
        check(
            0,
            "m=$MASTERLIST s=$SLAVELIST y=$SYNCEDLIST",
            "m=[10.0.0.1]:1 s=[10.0.0.1]:2 y=",
        );
        check(0, "$PARENT|$CHILDREN", "|[10.0.0.1]:2,[10.0.0.1]:3");
        check(1, "$PARENT|$CHILDREN", "[10.0.0.1]:1|");
        check(
            0,
            "$CREDENTIALS",
            "u:p@[10.0.0.1]:1,u:p@[10.0.0.1]:2,own:own-secret@[10.0.0.1]:3",
        );
        check(0, "100$ $$EVENT $OTHER $", "100$ $master_down $OTHER $");
    }
}
