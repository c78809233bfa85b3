use super::{
    Kind, SQL_MODES, Spec, alias, choice, count, duration, flag, ignored, int, later, mask,
    password, path, text, tls,
};
use crate::config::parameter::Part;

const HTTP_METHODS: &[&str] = &[
    "GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "CONNECT", "OPTIONS", "TRACE",
];
const JWT_ALGORITHMS: &[&str] = &[
    "auto", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
    "PS256", "PS384", "PS512", "ED25519", "ED448",
];
const DUMP: &[&str] = &["on_close", "on_error", "never"];
const KEY_MANAGERS: &[&str] = &["none", "file", "kmip", "vault"];

pub(super) const PARAMETERS: &[Spec] = &[
    // The admin interface.
    flag(
        "admin_audit",
        false,
        "Write what the API is asked to a file.",
    )
    .told_to(&[Part::Api, Part::AuditFile]),
    Spec::new(
        "admin_audit_exclude_methods",
        Kind::EnumList(HTTP_METHODS),
        Some(""),
        "HTTP methods left out of that file.",
    )
    .told_to(&[Part::Api]),
    text(
        "admin_audit_file",
        None,
        "That file; by default admin_audit.csv in logdir, or in datadir.",
    )
    .told_to(&[Part::Api, Part::AuditFile]),
    flag("admin_auth", true, "Whether the API asks who is there.").fixed(),
    flag("admin_enabled", true, "Whether there is an API at all.").fixed(),
    flag("admin_gui", true, "Whether the console is served.").fixed(),
    flag(
        "admin_hide_sql",
        false,
        "Do not show basic accounts what is in statements.",
    )
    .told_to(&[Part::Api]),
    text(
        "admin_host",
        Some("127.0.0.1"),
        "The address the API listens on.",
    )
    .fixed(),
    int("admin_port", "8989", "The port the API listens on.")
        .within(0, 65_535)
        .fixed(),
    choice(
        "admin_jwt_algorithm",
        JWT_ALGORITHMS,
        "auto",
        "How tokens are signed; auto: by the kind of admin_ssl_key, else HS256.",
    )
    .fixed(),
    text(
        "admin_jwt_issuer",
        Some("maxscale"),
        "The issuer named in tokens.",
    )
    .fixed(),
    password(
        "admin_jwt_key",
        "The key that signs tokens with HS256, HS384 or HS512; random when left out.",
    )
    .fixed(),
    duration(
        "admin_jwt_max_age",
        "86400000ms",
        "How long tokens are good for at most.",
    )
    .told_to(&[Part::Api]),
    flag(
        "admin_log_auth_failures",
        true,
        "Log failed log-ins to the API.",
    )
    .told_to(&[Part::Api]),
    later(text(
        "admin_oidc_url",
        None,
        "Where keys of an identity provider are.",
    )),
    ignored(text(
        "admin_pam_readonly_service",
        None,
        "PAM service of read-only users.",
    ))
    .fixed(),
    ignored(text(
        "admin_pam_readwrite_service",
        None,
        "PAM service of other users.",
    ))
    .fixed(),
    host_patterns(
        "admin_readonly_hosts",
        "Where read-only users may come from.",
    )
    .fixed(),
    host_patterns("admin_readwrite_hosts", "Where other users may come from.").fixed(),
    flag(
        "admin_secure_gui",
        true,
        "Serve console and tokens over TLS only.",
    )
    .fixed(),
    flag(
        "admin_sql",
        true,
        "Whether the API runs statements (/v1/sql).",
    )
    .told_to(&[Part::Sql]),
    duration(
        "admin_sql_idle_timeout",
        "3600000ms",
        "How long a connection of the API to run statements may be idle; 0: as long as its token.",
    )
    .told_to(&[Part::Sql]),
    duration(
        "admin_sql_query_timeout",
        "0ms",
        "How long a statement of the API may run; 0: as long as the connection's token.",
    )
    .told_to(&[Part::Sql]),
    path(
        "admin_ssl_ca",
        "File with the authorities of the API's clients; who shows a certificate needs one of \
         theirs.",
    )
    .fixed()
    .told_to(&[Part::Certificate]),
    alias("admin_ssl_ca_cert", "admin_ssl_ca", Kind::Path).fixed(),
    path(
        "admin_ssl_cert",
        "File with the API's certificate chain (PEM).",
    )
    .told_to(&[Part::Certificate]),
    path(
        "admin_ssl_key",
        "File with the private key of that certificate (PEM).",
    )
    .told_to(&[Part::Certificate]),
    mask(
        "admin_ssl_version",
        tls::VERSIONS,
        "MAX",
        "The API's TLS versions.",
    )
    .fixed(),
    ignored(text(
        "admin_verify_url",
        None,
        "Where another program checks tokens.",
    ))
    .fixed(),
    // Accounts.
    duration(
        "auth_connect_timeout",
        "10000ms",
        "How long reading the accounts may take.",
    )
    .told_to(&[Part::Objects]),
    ignored(duration(
        "auth_read_timeout",
        "10000ms",
        "Not used any more.",
    )),
    ignored(duration(
        "auth_write_timeout",
        "10000ms",
        "Not used any more.",
    )),
    flag(
        "log_warn_super_user",
        false,
        "Log a warning when a superuser logs in.",
    )
    .fixed(),
    int(
        "max_auth_errors_until_block",
        "10",
        "Failed log-ins before a host must wait; 0: none has to.",
    )
    .within(0, i64::MAX)
    .told_to(&[Part::Objects]),
    flag(
        "skip_name_resolve",
        false,
        "Do not look for the clients' host names.",
    )
    .told_to(&[Part::Objects]),
    ignored(flag("skip_permission_checks", false, "Not used any more."))
        .deprecated()
        .unlisted(),
    duration(
        "users_refresh_interval",
        "0ms",
        "How often the accounts are read anew; 0: on demand.",
    )
    .told_to(&[Part::Objects]),
    duration(
        "users_refresh_time",
        "30000ms",
        "How long to wait between two reads on demand; less than 0: none is.",
    )
    .within(i64::MIN, i64::MAX)
    .told_to(&[Part::Objects]),
    // Logs.
    choice(
        "dump_last_statements",
        DUMP,
        "never",
        "When a session's last statements are logged.",
    )
    .told_to(&[Part::Objects]),
    flag("log_debug", false, "Log debug messages.").told_to(&[Part::Log]),
    flag("log_info", false, "Log info messages.").told_to(&[Part::Log]),
    flag("log_notice", true, "Log notices.").told_to(&[Part::Log]),
    flag("log_warning", true, "Log warnings.").told_to(&[Part::Log]),
    Spec::new(
        "log_throttling",
        Kind::Throttling,
        Some("10, 1000ms, 10000ms"),
        "How often one error or warning is logged, in which time, and how long it then rests.",
    )
    .told_to(&[Part::Log]),
    flag("maxlog", true, "Log to a file in logdir.").told_to(&[Part::Log]),
    ignored(flag(
        "ms_timestamp",
        false,
        "Log milliseconds; they always are.",
    )),
    ignored(flag("syslog", false, "Log to syslog.")),
    count(
        "retain_last_statements",
        "0",
        "Statements kept per session.",
    )
    .within(0, 10_000)
    .told_to(&[Part::Objects]),
    count("session_trace", "0", "Log entries kept per session.")
        .within(0, 10_000)
        .told_to(&[Part::Objects]),
    Spec::new(
        "session_trace_match",
        Kind::Regex,
        None,
        "Log a session's entries at its end when this matches.",
    )
    .told_to(&[Part::Objects]),
    // Workers.
    Spec::new(
        "threads",
        Kind::Threads,
        Some("auto"),
        "Workers; auto: one per core.",
    )
    .within(1, 256)
    .fixed(),
    ignored(count(
        "threads_max",
        "256",
        "The most workers there can be.",
    ))
    .fixed(),
    ignored(duration(
        "rebalance_period",
        "0ms",
        "How often load is moved between workers.",
    )),
    ignored(int(
        "rebalance_threshold",
        "20",
        "The difference in load that moves some.",
    ))
    .within(5, 100),
    ignored(count(
        "rebalance_window",
        "10",
        "The seconds of load that count.",
    ))
    .within(1, 60),
    ignored(size(
        "max_read_amount",
        "0",
        "Bytes read before others get their turn.",
    ))
    .fixed(),
    ignored(size(
        "writeq_high_water",
        "65536",
        "Bytes waiting that stop the reading.",
    )),
    ignored(size(
        "writeq_low_water",
        "1024",
        "Bytes waiting that start it again.",
    )),
    // The rest.
    later(Spec::new(
        "auto_tune",
        Kind::StringList,
        Some(""),
        "Parameters that follow the servers.",
    ))
    .fixed(),
    later(text(
        "config_sync_cluster",
        None,
        "The monitor whose servers share changes.",
    )),
    later(text(
        "config_sync_db",
        Some("mysql"),
        "The database that holds them.",
    ))
    .fixed(),
    later(duration(
        "config_sync_interval",
        "5000ms",
        "How often changes are looked for.",
    )),
    later(password(
        "config_sync_password",
        "Password to share changes with.",
    )),
    later(duration(
        "config_sync_timeout",
        "10000ms",
        "How long that may take.",
    )),
    later(text("config_sync_user", None, "User to share changes as.")),
    flag("core_file", true, "Write a core file at a crash.").fixed(),
    ignored(text(
        "debug",
        None,
        "Options for the developers of the peer.",
    ))
    .fixed(),
    ignored(choice(
        "key_manager",
        KEY_MANAGERS,
        "none",
        "Where encryption keys are.",
    )),
    flag(
        "load_persisted_configs",
        true,
        "Use the changes made at run time.",
    )
    .fixed(),
    text(
        "local_address",
        None,
        "The IP address of this host to connect to servers from.",
    )
    .fixed(),
    flag(
        "passive",
        false,
        "Only watch the servers: no scripts are run.",
    )
    .told_to(&[Part::Objects]),
    flag(
        "persist_runtime_changes",
        true,
        "Keep the changes made at run time.",
    )
    .fixed(),
    ignored(text(
        "query_classifier",
        Some("qc_sqlite"),
        "Not used any more.",
    ))
    .deprecated()
    .fixed()
    .unlisted(),
    ignored(text("query_classifier_args", None, "Not used any more."))
        .deprecated()
        .fixed()
        .unlisted(),
    size(
        "query_classifier_cache_size",
        "64Mi",
        "Memory for classified statements, of all workers together.",
    )
    .told_to(&[Part::Statements]),
    int(
        "query_retries",
        "1",
        "How often an internal query is tried again.",
    )
    .within(0, i64::MAX)
    .fixed(),
    duration(
        "query_retry_timeout",
        "5000ms",
        "How long that may take in all.",
    )
    .told_to(&[Part::Objects]),
    ignored(folder(
        "secretsdir",
        "Folder of the key that encrypts passwords.",
    ))
    .fixed(),
    ignored(choice(
        "sql_mode",
        SQL_MODES,
        "default",
        "The SQL dialect to expect.",
    ))
    .fixed(),
    flag(
        "substitute_variables",
        false,
        "Take $NAME as the environment variable NAME.",
    )
    .fixed()
    .unlisted(),
    // Folders.
    folder("datadir", "Folder of what must survive a restart.").fixed(),
    folder("logdir", "Folder of the log files; none: no log file.").fixed(),
    ignored(folder("cachedir", "Folder of cached data.")).fixed(),
    ignored(folder(
        "connector_plugindir",
        "Folder of the connector's plugins.",
    ))
    .fixed(),
    ignored(folder("execdir", "Folder of the peer's programs.")).fixed(),
    ignored(folder("language", "Folder of error messages.")).fixed(),
    ignored(folder("libdir", "Folder of the peer's modules.")).fixed(),
    folder(
        "module_configdir",
        "Folder that relative paths in other sections are meant from.",
    )
    .fixed(),
    ignored(folder(
        "persistdir",
        "Folder of the changes made at run time.",
    ))
    .fixed(),
    ignored(folder("piddir", "Folder of the file with the process id.")).fixed(),
    ignored(folder("sharedir", "Folder of the peer's data.")).fixed(),
];

const fn host_patterns(name: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::HostPatterns, Some("%"), description)
}

const fn size(name: &'static str, default: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Size, Some(default), description)
}

const fn folder(name: &'static str, description: &'static str) -> Spec {
    Spec::new(name, Kind::Folder, None, description)
}
