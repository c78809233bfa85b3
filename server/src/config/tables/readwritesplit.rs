use super::{DURATION, Kind, Spec, alias, choice, count, duration, flag, later};

const FAILURE_MODES: &[&str] = &["fail_instantly", "fail_on_write", "error_on_write"];

/// The capitals are of old.
const CRITERIA: &[&str] = &[
    "least_global_connections",
    "least_router_connections",
    "least_behind_master",
    "least_current_operations",
    "adaptive_routing",
    "LEAST_GLOBAL_CONNECTIONS",
    "LEAST_ROUTER_CONNECTIONS",
    "LEAST_BEHIND_MASTER",
    "LEAST_CURRENT_OPERATIONS",
    "ADAPTIVE_ROUTING",
];

const CAUSAL_READS: &[&str] = &[
    "none",
    "local",
    "global",
    "fast_global",
    "fast",
    "universal",
    "fast_universal",
    "false",
    "off",
    "0",
    "true",
    "on",
    "1",
];

const CHECKSUMS: &[&str] = &["full", "result_only", "no_insert_id"];

const VARIABLES_IN: &[&str] = &["all", "master"];

pub(super) const PARAMETERS: &[Spec] = &[
    later(choice(
        "causal_reads",
        CAUSAL_READS,
        "none",
        "Whether reads on replicas wait for earlier writes.",
    )),
    later(duration(
        "causal_reads_timeout",
        "10000ms",
        "How long such a read waits.",
    )),
    flag(
        "delayed_retry",
        false,
        "Whether a statement waits for a server when there is none for it.",
    ),
    duration(
        "delayed_retry_timeout",
        "10000ms",
        "How long a statement waits for a server.",
    ),
    flag(
        "lazy_connect",
        false,
        "Connect to a server only when something is sent to it.",
    ),
    flag(
        "master_accept_reads",
        false,
        "Whether the primary gets reads although there are replicas.",
    ),
    choice(
        "master_failure_mode",
        FAILURE_MODES,
        "fail_on_write",
        "What happens to a session that has no primary.",
    ),
    flag(
        "master_reconnection",
        true,
        "Whether a session may go on with another primary, or with the same one when it is back.",
    ),
    duration(
        "max_replication_lag",
        "0ms",
        "Replicas must be less far behind than this to be used; 0: any lag will do.",
    ),
    count(
        "max_slave_connections",
        "255",
        "Most replicas that a session is connected to at a time; 0: the primary gets all reads.",
    )
    .within(0, u32::MAX as i64),
    alias("max_slave_replication_lag", "max_replication_lag", DURATION),
    later(flag(
        "optimistic_trx",
        false,
        "Whether transactions are tried on replicas first.",
    )),
    flag(
        "retry_failed_reads",
        true,
        "Whether a read whose server was lost is sent to another one.",
    ),
    flag(
        "reuse_prepared_statements",
        false,
        "Whether the same text prepared twice is one statement on the server.",
    ),
    count(
        "slave_connections",
        "255",
        "How many replicas a session is connected to when it begins.",
    )
    .within(0, u32::MAX as i64),
    choice(
        "slave_selection_criteria",
        CRITERIA,
        "least_current_operations",
        "How a replica is chosen for a read.",
    ),
    flag(
        "strict_multi_stmt",
        false,
        "Whether everything goes to the primary once several statements came in one text.",
    ),
    flag(
        "strict_sp_calls",
        false,
        "Whether everything goes to the primary once a procedure was called.",
    ),
    flag(
        "strict_tmp_tables",
        true,
        "Whether a session that loses its temporary tables ends.",
    ),
    later(flag(
        "transaction_replay",
        false,
        "Whether interrupted transactions are run again.",
    )),
    later(count(
        "transaction_replay_attempts",
        "5",
        "How often that is tried.",
    )),
    later(choice(
        "transaction_replay_checksum",
        CHECKSUMS,
        "full",
        "What must be equal when a transaction is run again.",
    )),
    later(Spec::new(
        "transaction_replay_max_size",
        Kind::Size,
        Some("1048576"),
        "Larger transactions are not run again.",
    )),
    later(flag(
        "transaction_replay_retry_on_deadlock",
        false,
        "Whether transactions are run again after a deadlock.",
    )),
    later(flag(
        "transaction_replay_retry_on_mismatch",
        false,
        "Whether transactions are run once more when something was not equal.",
    )),
    later(flag(
        "transaction_replay_safe_commit",
        true,
        "Whether a transaction that was being committed is left alone.",
    )),
    later(duration(
        "transaction_replay_timeout",
        "30000ms",
        "How long running a transaction again may take.",
    )),
    choice(
        "use_sql_variables_in",
        VARIABLES_IN,
        "all",
        "Where a SELECT that uses user variables goes.",
    ),
];
