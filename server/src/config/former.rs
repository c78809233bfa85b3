//! Parameters that the peer's documents name and no module has any more, or that belong to parts
//! that are not built: configurations that have them go on working.

use super::draft::DraftKind;

/// What giving such a parameter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Former {
    /// The same as giving the parameter of this name.
    Renamed(&'static str),
    /// Nothing; why, or what does its job.
    Without(&'static str),
}

const OF_OLD: Former = Former::Without("it is one of older versions");
const NO_KEYS: Former = Former::Without("passwords are not encrypted here");
const STALE: Former = Former::Without("slave_conditions and master_conditions do its job");

/// Names that end with `*` stand for all that begin so.
const FORMER: &[(DraftKind, &str, Former)] = &[
    (
        DraftKind::Gateway,
        "log_messages",
        Former::Renamed("log_notice"),
    ),
    (DraftKind::Gateway, "log_trace", Former::Renamed("log_info")),
    (DraftKind::Gateway, "log_to_shm", OF_OLD),
    (
        DraftKind::Gateway,
        "log_augmentation",
        Former::Without("lines of the log name no functions"),
    ),
    (DraftKind::Gateway, "thread_stack_size", OF_OLD),
    (DraftKind::Gateway, "non_blocking_polls", OF_OLD),
    (DraftKind::Gateway, "poll_sleep", OF_OLD),
    (DraftKind::Gateway, "admin_ssl_cipher", OF_OLD),
    (
        DraftKind::Gateway,
        "event.*",
        Former::Without("log_auth_warnings says whether failed log-ins are logged"),
    ),
    (DraftKind::Gateway, "file.*", NO_KEYS),
    (DraftKind::Gateway, "kmip.*", NO_KEYS),
    (DraftKind::Gateway, "vault.*", NO_KEYS),
    (DraftKind::Service, "passwd", Former::Renamed("password")),
    (
        DraftKind::Service,
        "weightby",
        Former::Without("rank does its job"),
    ),
    (DraftKind::Server, "monpw", Former::Renamed("monitorpw")),
    (DraftKind::Server, "monuser", Former::Renamed("monitoruser")),
    (DraftKind::Monitor, "passwd", Former::Renamed("password")),
    (DraftKind::Monitor, "allow_cluster_recovery", OF_OLD),
    (DraftKind::Monitor, "detect_replication_lag", OF_OLD),
    (DraftKind::Monitor, "detect_stale_master", STALE),
    (DraftKind::Monitor, "detect_stale_slave", STALE),
    (DraftKind::Monitor, "detect_standalone_master", STALE),
    (DraftKind::Monitor, "ignore_external_masters", OF_OLD),
    (DraftKind::Monitor, "multimaster", OF_OLD),
    (DraftKind::Monitor, "mysql51_replication", OF_OLD),
];

/// What is known of a parameter that is in no table.
pub(super) fn former(kind: DraftKind, name: &str) -> Option<Former> {
    let is_meant = |known: &str| match known.strip_suffix('*') {
        Some(prefix) => name.starts_with(prefix),
        None => name == known,
    };
    let mut known = FORMER.iter().filter(|(of, ..)| *of == kind);
    known
        .find(|(_, known, _)| is_meant(known))
        .map(|(.., former)| *former)
}
