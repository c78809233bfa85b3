use super::{Spec, duration, flag, mask};

pub(super) const ROLES: &[&str] = &["master", "slave", "running", "synced"];

pub(super) const PARAMETERS: &[Spec] = &[
    mask(
        "router_options",
        ROLES,
        "running",
        "The roles of the servers to use.",
    ),
    flag(
        "master_accept_reads",
        true,
        "Whether a primary may be used when only replicas are asked for.",
    ),
    duration(
        "max_replication_lag",
        "0ms",
        "Replicas must be less far behind than this to be used; 0: any lag will do.",
    ),
];
