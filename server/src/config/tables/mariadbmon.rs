use super::{
    Kind, Spec, choice, count, duration, flag, ignored, int, later, mask, passive, password, path,
    port, text,
};

const LOCKS: &[&str] = &["none", "majority_of_running", "majority_of_all"];
const MASTER_CONDITIONS: &[&str] = &[
    "none",
    "connecting_slave",
    "connected_slave",
    "running_slave",
    "primary_monitor_master",
    "disk_space_ok",
];
const SLAVE_CONDITIONS: &[&str] = &[
    "none",
    "linked_master",
    "running_master",
    "writable_master",
    "primary_monitor_master",
    "disk_space_ok",
];

pub(super) const PARAMETERS: &[Spec] = &[
    flag(
        "assume_unique_hostnames",
        true,
        "Tell servers by host name and port.",
    ),
    passive(flag(
        "auto_failover",
        false,
        "Promote a replica when the primary is lost.",
    )),
    passive(flag(
        "auto_rejoin",
        false,
        "Make servers that come back replicate again.",
    )),
    later(text(
        "backup_storage_address",
        None,
        "The host that keeps backups.",
    )),
    later(text(
        "backup_storage_path",
        None,
        "The folder there that keeps backups.",
    )),
    passive(choice(
        "cooperative_monitoring_locks",
        LOCKS,
        "none",
        "How several gateways agree on which of them acts.",
    )),
    ignored(text(
        "cs_admin_api_key",
        None,
        "ColumnStore: key of the admin daemon.",
    ))
    .fixed(),
    ignored(text(
        "cs_admin_base_path",
        Some("/cmapi/0.4.0"),
        "ColumnStore: path of the admin daemon.",
    ))
    .fixed(),
    ignored(port(
        "cs_admin_port",
        "8640",
        "ColumnStore: port of the admin daemon.",
    ))
    .fixed(),
    later(path(
        "demotion_sql_file",
        "SQL to run on a server that becomes a replica.",
    )),
    passive(flag(
        "enforce_read_only_servers",
        false,
        "Set read_only on all but the primary.",
    )),
    passive(flag(
        "enforce_read_only_slaves",
        false,
        "Set read_only on replicas.",
    )),
    passive(flag(
        "enforce_simple_topology",
        false,
        "Keep one primary with replicas below it.",
    )),
    passive(flag(
        "enforce_writable_master",
        false,
        "Clear read_only on the primary.",
    )),
    count(
        "failcount",
        "5",
        "After how many failed rounds the primary counts as lost.",
    ),
    later(duration(
        "failover_timeout",
        "90000ms",
        "How long a failover may take.",
    )),
    later(flag(
        "handle_events",
        true,
        "Move the event scheduler's events with the primary.",
    )),
    flag(
        "maintenance_on_low_disk_space",
        true,
        "Set a server to maintenance when it runs out of disk space.",
    ),
    later(int("mariabackup_parallel", "1", "Threads of a backup.")),
    later(text(
        "mariabackup_use_memory",
        Some("1G"),
        "Memory to prepare a backup with.",
    )),
    mask(
        "master_conditions",
        MASTER_CONDITIONS,
        "primary_monitor_master,disk_space_ok",
        "What a primary must be, besides being one.",
    ),
    later(duration(
        "master_failure_timeout",
        "10000ms",
        "How long replicas must have heard nothing of a lost primary.",
    )),
    later(path(
        "promotion_sql_file",
        "SQL to run on a server that becomes the primary.",
    )),
    later(port(
        "rebuild_port",
        "4444",
        "The port that backups are sent over.",
    )),
    later(text(
        "replication_custom_options",
        None,
        "Added to CHANGE MASTER TO.",
    )),
    later(flag("replication_master_ssl", false, "Replicate over TLS.")),
    later(password(
        "replication_password",
        "Password to replicate with.",
    )),
    later(text("replication_user", None, "User to replicate as.")),
    int(
        "script_max_replication_lag",
        "-1",
        "The lag in seconds whose crossing runs the script; -1: none.",
    ),
    later(Spec::new(
        "servers_no_promotion",
        Kind::ServerList,
        None,
        "Servers that never become the primary.",
    )),
    mask(
        "slave_conditions",
        SLAVE_CONDITIONS,
        "",
        "What a replica must be, besides being one.",
    ),
    later(flag(
        "ssh_check_host_key",
        true,
        "Check the servers' SSH keys.",
    )),
    later(path("ssh_keyfile", "SSH key for the servers' hosts.")).fixed(),
    later(port("ssh_port", "22", "SSH port of the servers' hosts.")),
    later(duration("ssh_timeout", "10000ms", "How long SSH may take.")),
    later(text("ssh_user", None, "SSH user on the servers' hosts.")).fixed(),
    passive(flag(
        "switchover_on_low_disk_space",
        false,
        "Move the primary away from a server that runs out of disk space.",
    )),
    later(duration(
        "switchover_timeout",
        "90000ms",
        "How long a switchover may take.",
    )),
    later(flag(
        "verify_master_failure",
        true,
        "Ask the replicas before a failover.",
    )),
];
