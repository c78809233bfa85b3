//! The kinds of objects, and what a list tells of each.

use serde_json::Value;

use super::table::{Table, one_line};

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    #[value(alias = "session")]
    Sessions,
    #[value(alias = "service")]
    Services,
    #[value(alias = "server")]
    Servers,
    #[value(alias = "monitor")]
    Monitors,
    #[value(alias = "listener")]
    Listeners,
    #[value(alias = "filter")]
    Filters,
    #[value(alias = "user")]
    Users,
    #[value(alias = "thread")]
    Threads,
    #[value(alias = "module")]
    Modules,
    /// The gateway itself.
    Maxscale,
    /// The commands of modules.
    #[value(alias = "command")]
    Commands,
    /// The statements that run just now, of services with `retain_last_statements`.
    Queries,
    /// The accounts of a service.
    Dbusers,
    /// The log.
    Logging,
    /// The query classifier's cache.
    #[value(name = "qc_cache", alias = "qc-cache")]
    QcCache,
}

/// Where a cell's content stands in a resource.
enum Source {
    /// At a JSON Pointer.
    At(&'static str),
    /// In one of two places.
    Either(&'static str, &'static str),
    /// The ids of a relationship.
    Related(&'static str),
    /// A member of each item of a list.
    Of(&'static str, &'static str),
}

use Source::{At, Either, Of, Related};

type Columns = &'static [(&'static str, Source)];

impl Kind {
    /// Its path in the API.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Sessions => "sessions",
            Self::Services => "services",
            Self::Servers => "servers",
            Self::Monitors => "monitors",
            Self::Listeners => "listeners",
            Self::Filters => "filters",
            Self::Users => "users/inet",
            Self::Threads => "maxscale/threads",
            Self::Modules => "maxscale/modules",
            Self::Maxscale => "maxscale",
            Self::Commands => Self::Modules.path(),
            Self::Queries => Self::Sessions.path(),
            Self::Dbusers => Self::Services.path(),
            Self::Logging => "maxscale/logs",
            Self::QcCache => "maxscale/query_classifier/cache",
        }
    }

    /// The table of a list of resources.
    pub(super) fn table(self, resources: &[Value]) -> Table {
        let columns = self.columns();
        let mut table = Table::new(columns.iter().map(|(title, _)| *title));
        for resource in resources {
            table.push(columns.iter().map(|(_, source)| source.cell(resource)));
        }
        table
    }

    fn columns(self) -> Columns {
        match self {
            Self::Sessions => SESSIONS,
            Self::Services => SERVICES,
            Self::Servers => SERVERS,
            Self::Monitors => MONITORS,
            Self::Listeners => LISTENERS,
            Self::Filters => FILTERS,
            Self::Users => USERS,
            Self::Threads => THREADS,
            Self::Modules => MODULES,
            Self::Maxscale => MAXSCALE,
            Self::Commands => COMMANDS,
            Self::Queries => QUERIES,
            Self::Dbusers => DBUSERS,
            Self::Logging => LOGGING,
            Self::QcCache => QC_CACHE,
        }
    }
}

impl Source {
    fn cell(&self, resource: &Value) -> String {
        match self {
            At(pointer) => resource.pointer(pointer).map(one_line).unwrap_or_default(),
            Either(pointer, other) => match resource.pointer(pointer) {
                None | Some(Value::Null) => At(other).cell(resource),
                Some(value) => one_line(value),
            },
            Related(name) => related(resource, name).join(", "),
            Of(pointer, member) => {
                let items = resource.pointer(pointer).and_then(Value::as_array);
                let members = items.into_iter().flatten().filter_map(|it| it.get(member));
                members.map(one_line).collect::<Vec<_>>().join(", ")
            }
        }
    }
}

/// The ids of a relationship.
pub(super) fn related<'a>(resource: &'a Value, name: &str) -> Vec<&'a str> {
    let data = resource.pointer(&format!("/relationships/{name}/data"));
    let items = data.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.get("id")?.as_str()).collect()
}

const SESSIONS: Columns = &[
    ("Id", At("/id")),
    ("User", At("/attributes/user")),
    ("Host", At("/attributes/remote")),
    ("Connected", At("/attributes/connected")),
    ("Idle", At("/attributes/idle")),
    ("Service", Related("services")),
    ("State", At("/attributes/state")),
    ("Filters", Related("filters")),
];
const SERVICES: Columns = &[
    ("Service", At("/id")),
    ("Router", At("/attributes/router")),
    ("Connections", At("/attributes/connections")),
    ("Total Connections", At("/attributes/total_connections")),
    ("Targets", Related("servers")),
    ("Filters", Related("filters")),
    ("State", At("/attributes/state")),
];
const SERVERS: Columns = &[
    ("Server", At("/id")),
    (
        "Address",
        Either(
            "/attributes/parameters/address",
            "/attributes/parameters/socket",
        ),
    ),
    ("Port", At("/attributes/parameters/port")),
    ("Connections", At("/attributes/statistics/connections")),
    ("State", At("/attributes/state")),
    ("GTID", At("/attributes/gtid_current_pos")),
    ("Monitor", Related("monitors")),
];
const MONITORS: Columns = &[
    ("Monitor", At("/id")),
    ("Module", At("/attributes/module")),
    ("State", At("/attributes/state")),
    ("Servers", Related("servers")),
];
const LISTENERS: Columns = &[
    ("Name", At("/id")),
    ("Port", At("/attributes/parameters/port")),
    (
        "Host",
        Either(
            "/attributes/parameters/socket",
            "/attributes/parameters/address",
        ),
    ),
    ("State", At("/attributes/state")),
    ("Service", Related("services")),
];
const FILTERS: Columns = &[
    ("Filter", At("/id")),
    ("Service", Related("services")),
    ("Module", At("/attributes/module")),
];
const USERS: Columns = &[
    ("Name", At("/id")),
    ("Type", At("/type")),
    ("Privileges", At("/attributes/account")),
    ("Last Login", At("/attributes/last_login")),
];
const THREADS: Columns = &[
    ("Id", At("/id")),
    ("State", At("/attributes/stats/state")),
    ("Sessions", At("/attributes/stats/sessions")),
    ("Current FDs", At("/attributes/stats/current_descriptors")),
    ("Total FDs", At("/attributes/stats/total_descriptors")),
    ("Load (1s)", At("/attributes/stats/load/last_second")),
    ("Load (1m)", At("/attributes/stats/load/last_minute")),
    ("Load (1h)", At("/attributes/stats/load/last_hour")),
];
const MODULES: Columns = &[
    ("Module", At("/id")),
    ("Type", At("/attributes/module_type")),
    ("Version", At("/attributes/version")),
    ("Description", At("/attributes/description")),
];
const MAXSCALE: Columns = &[
    ("Gateway", At("/id")),
    ("Version", At("/attributes/version")),
    ("Started", At("/attributes/started_at")),
    ("Uptime", At("/attributes/uptime")),
];
const COMMANDS: Columns = &[
    ("Module", At("/module")),
    ("Command", At("/id")),
    ("Parameters", Of("/attributes/parameters", "type")),
    ("Description", At("/attributes/description")),
];
const QUERIES: Columns = &[
    ("Id", At("/id")),
    ("User", At("/user")),
    ("Host", At("/remote")),
    ("Received", At("/received")),
    ("Query", At("/statement")),
];
const DBUSERS: Columns = &[
    ("User", At("/user")),
    ("Host", At("/host")),
    ("Plugin", At("/plugin")),
    ("TLS", At("/ssl")),
    ("Privileges", At("/global_priv")),
    ("Role", At("/default_role")),
];
const LOGGING: Columns = &[
    ("Log File", At("/attributes/log_file")),
    ("Priorities", At("/attributes/log_priorities")),
];
const QC_CACHE: Columns = &[("Statement", At("/id")), ("Hits", At("/attributes/hits"))];
