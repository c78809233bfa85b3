//! The documented parameters, one table per module. Names, kinds and defaults are the peer's.

mod listener;
mod mariadbmon;
mod maxscale;
mod monitor;
mod readconnroute;
mod readwritesplit;
mod server;
mod service;
mod tls;

use super::parameter::{BareUnit, Effect, Kind, ModuleKind, ModuleSpec, ParameterSpec as Spec};

/// Of readwritesplit, without those of every service.
pub const READWRITESPLIT: &[Spec] = readwritesplit::PARAMETERS;
/// Of the section `[maxscale]`.
pub const MAXSCALE: &[Spec] = maxscale::PARAMETERS;
/// Of every server.
pub const SERVER: &[Spec] = server::PARAMETERS;
/// Of every service; its router adds its own.
pub const SERVICE: &[Spec] = service::PARAMETERS;
/// Of every listener; its protocol adds its own.
pub const LISTENER: &[Spec] = listener::PARAMETERS;
/// Of every monitor; its module adds its own.
pub const MONITOR: &[Spec] = monitor::PARAMETERS;
/// Of every filter; its module adds its own.
pub const FILTER: &[Spec] = &[
    text("type", Some("filter"), "What the section is.")
        .fixed()
        .unlisted(),
    Spec::new("module", Kind::Module, None, "The filter's module.")
        .mandatory()
        .fixed(),
];
/// TLS towards servers and towards clients.
pub const TLS: &[Spec] = tls::PARAMETERS;
/// TLS towards clients only.
pub const LISTENER_TLS: &[Spec] = tls::LISTENER_PARAMETERS;

/// The built-in modules other than filters.
pub const MODULES: &[ModuleSpec] = &[
    ModuleSpec {
        name: "readconnroute",
        kind: ModuleKind::Router,
        parameters: readconnroute::PARAMETERS,
        description: "Gives each session one server: the one with the fewest connections.",
    },
    ModuleSpec {
        name: "readwritesplit",
        kind: ModuleKind::Router,
        parameters: readwritesplit::PARAMETERS,
        description: "Sends writes to the primary and reads to replicas.",
    },
    ModuleSpec {
        name: "mariadbmon",
        kind: ModuleKind::Monitor,
        parameters: mariadbmon::PARAMETERS,
        description: "Watches MariaDB servers that replicate from one another.",
    },
    ModuleSpec {
        name: "MariaDBProtocol",
        kind: ModuleKind::Protocol,
        parameters: listener::PROTOCOL_PARAMETERS,
        description: "The client/server protocol of MariaDB and MySQL.",
    },
];

const fn flag(name: &'static str, default: bool, description: &'static str) -> Spec {
    let default = if default { "true" } else { "false" };
    Spec::new(name, Kind::Bool, Some(default), description)
}

const fn count(name: &'static str, default: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Count, Some(default), description)
}

const fn port(name: &'static str, default: &'static str, description: &'static str) -> Spec {
    count(name, default, description).within(0, 65_535)
}

const fn int(name: &'static str, default: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Int, Some(default), description)
}

const fn duration(name: &'static str, default: &'static str, description: &'static str) -> Spec {
    Spec::new(
        name,
        Kind::Duration(BareUnit::Seconds),
        Some(default),
        description,
    )
}

const fn text(
    name: &'static str,
    default: Option<&'static str>,
    description: &'static str,
) -> Spec {
    Spec::new(name, Kind::String, default, description)
}

const fn path(name: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Path, None, description)
}

const fn password(name: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Password, None, description)
}

const fn choice(
    name: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    description: &'static str,
) -> Spec {
    Spec::new(name, Kind::Enum(choices), Some(default), description)
}

const fn mask(
    name: &'static str,
    choices: &'static [&'static str],
    default: &'static str,
    description: &'static str,
) -> Spec {
    Spec::new(name, Kind::EnumMask(choices), Some(default), description)
}

const fn alias(name: &'static str, of: &'static str, kind: Kind) -> Spec {
    Spec::new(name, kind, None, "An older name of another parameter.")
        .deprecated()
        .effect(Effect::AliasOf(of))
}

/// Its feature is not built yet.
const fn later(spec: Spec) -> Spec {
    spec.effect(Effect::NotYet)
}

/// It would make a monitor change servers.
const fn passive(spec: Spec) -> Spec {
    spec.effect(Effect::Passive)
}

/// It is about something that this program does not have.
const fn ignored(spec: Spec) -> Spec {
    spec.effect(Effect::Ignored)
}

/// The protocol that all clients speak.
pub const PROTOCOL: &str = "MariaDBProtocol";

/// All tables of a listener.
pub fn whole_listener() -> [&'static [Spec]; 4] {
    [LISTENER, TLS, LISTENER_TLS, listener::PROTOCOL_PARAMETERS]
}

const DURATION: Kind = Kind::Duration(BareUnit::Seconds);
const RANKS: &[&str] = &["primary", "secondary"];
const SQL_MODES: &[&str] = &["default", "oracle"];

#[cfg(test)]
mod tests;
