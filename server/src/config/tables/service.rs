use super::{
    DURATION, Kind, RANKS, Spec, alias, choice, count, duration, flag, ignored, int, later,
    password, path, text,
};

const ACCOUNTS_FILE_USES: &[&str] = &["add_when_load_ok", "file_only_always"];

pub(super) const PARAMETERS: &[Spec] = &[
    text("type", Some("service"), "What the section is.").fixed(),
    Spec::new("router", Kind::Module, None, "The router's module.")
        .mandatory()
        .fixed(),
    Spec::new(
        "servers",
        Kind::ServerList,
        None,
        "The servers to use, in order.",
    )
    .unlisted(),
    Spec::new(
        "targets",
        Kind::ServerList,
        None,
        "The servers to use, in order.",
    )
    .unlisted(),
    Spec::new(
        "cluster",
        Kind::Monitor,
        None,
        "The monitor whose servers are used.",
    )
    .unlisted(),
    Spec::new(
        "filters",
        Kind::FilterList,
        None,
        "The filters of new sessions, in order.",
    )
    .unlisted(),
    text(
        "user",
        None,
        "User that reads the accounts from the servers.",
    )
    .mandatory(),
    password("password", "Password of that user.").mandatory(),
    flag(
        "auth_all_servers",
        false,
        "Read the accounts from all servers.",
    )
    .deprecated(),
    duration(
        "connection_keepalive",
        "300000ms",
        "How often idle connections are pinged.",
    ),
    alias("connection_timeout", "wait_timeout", DURATION),
    flag(
        "disable_sescmd_history",
        false,
        "Keep no history of session commands.",
    ),
    flag(
        "enable_root_user",
        false,
        "Whether root may log in through this service.",
    ),
    flag(
        "force_connection_keepalive",
        false,
        "Ping connections of idle clients too.",
    ),
    later(duration(
        "idle_session_pool_time",
        "-1ms",
        "When the connections of an idle session go to the pool; -1ms: never.",
    ))
    .within(i64::MIN, i64::MAX),
    flag(
        "localhost_match_wildcard_host",
        true,
        "Whether the host pattern % covers localhost.",
    ),
    flag("log_auth_warnings", true, "Log failed log-ins as warnings."),
    flag("log_debug", false, "Log debug messages of this service."),
    flag("log_info", false, "Log info messages of this service."),
    flag("log_notice", false, "Log notices of this service."),
    flag("log_warning", false, "Log warnings of this service."),
    count(
        "max_connections",
        "0",
        "Most sessions at a time; 0: no limit.",
    ),
    count(
        "max_sescmd_history",
        "50",
        "How many session commands are remembered.",
    ),
    later(duration(
        "multiplex_timeout",
        "60000ms",
        "How long a session waits for a connection from the pool.",
    )),
    duration(
        "net_write_timeout",
        "0ms",
        "How long a client may take nothing of what is sent to it; 0: no limit.",
    ),
    flag(
        "prune_sescmd_history",
        true,
        "Forget the oldest session commands first.",
    ),
    choice(
        "rank",
        RANKS,
        "primary",
        "The rank of this service as a target of another.",
    ),
    int(
        "retain_last_statements",
        "-1",
        "Statements kept per session; -1: as [maxscale].",
    )
    .within(-1, 10_000),
    flag("session_trace", false, "Keep log entries per session."),
    ignored(flag(
        "session_track_trx_state",
        false,
        "Follow transactions by the server's words.",
    ))
    .deprecated()
    .unlisted(),
    ignored(flag(
        "strip_db_esc",
        true,
        "Remove the backslashes of database names in grants.",
    ))
    .deprecated(),
    path("user_accounts_file", "File with further accounts.").fixed(),
    choice(
        "user_accounts_file_usage",
        ACCOUNTS_FILE_USES,
        "add_when_load_ok",
        "Whether that file adds to the servers' accounts or replaces them.",
    )
    .fixed(),
    text("version_string", None, "The version that clients are told."),
    duration(
        "wait_timeout",
        "0ms",
        "Close sessions that are idle for so long; 0: never.",
    ),
];
