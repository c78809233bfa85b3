use super::{Kind, SQL_MODES, Spec, choice, flag, ignored, path, port, text};

const METADATA: &str = "character_set_client=auto,character_set_connection=auto,\
    character_set_results=auto,max_allowed_packet=auto,system_time_zone=auto,time_zone=auto,\
    tx_isolation=auto,maxscale=auto";

pub(super) const PARAMETERS: &[Spec] = &[
    text("type", Some("listener"), "What the section is.").fixed(),
    Spec::new(
        "service",
        Kind::Service,
        None,
        "The service that clients get.",
    )
    .mandatory()
    .fixed(),
    Spec::new(
        "protocol",
        Kind::Module,
        Some("MariaDBProtocol"),
        "The protocol of the clients.",
    )
    .fixed(),
    text(
        "address",
        Some("::"),
        "The IP address or host name to listen on; :: is all.",
    )
    .fixed(),
    port("port", "0", "The TCP port to listen on; excludes `socket`.").fixed(),
    text(
        "socket",
        None,
        "The path of a Unix socket to listen on; excludes `port`.",
    )
    .fixed(),
    text(
        "authenticator",
        None,
        "The authentication plugins offered to clients.",
    )
    .fixed(),
    text("authenticator_options", None, "Options of those plugins.").fixed(),
    path(
        "connection_init_sql_file",
        "SQL that every new connection to a server runs.",
    ),
    Spec::new(
        "connection_metadata",
        Kind::StringList,
        Some(METADATA),
        "System variables that clients are told of when they log in.",
    ),
    Spec::new(
        "proxy_protocol_networks",
        Kind::Networks,
        None,
        "The networks whose PROXY headers are believed; * is all.",
    ),
    ignored(choice(
        "sql_mode",
        SQL_MODES,
        "default",
        "The SQL dialect to expect.",
    )),
    path(
        "user_mapping_file",
        "File that maps users to users of the servers.",
    ),
];

pub(super) const PROTOCOL_PARAMETERS: &[Spec] = &[flag(
    "MariaDBProtocol.allow_replication",
    true,
    "Whether clients may use the replication protocol.",
)
.fixed()];
