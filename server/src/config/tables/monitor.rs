use super::{BareUnit, Kind, Spec, count, duration, later, mask, password, text};

const EVENTS: &[&str] = &[
    "all",
    "master_down",
    "master_up",
    "slave_down",
    "slave_up",
    "server_down",
    "server_up",
    "synced_down",
    "synced_up",
    "donor_down",
    "donor_up",
    "lost_master",
    "lost_slave",
    "lost_synced",
    "lost_donor",
    "new_master",
    "new_slave",
    "new_synced",
    "new_donor",
];

const ALL_EVENTS: &str = "all,master_down,master_up,slave_down,slave_up,server_down,server_up,\
    synced_down,synced_up,donor_down,donor_up,lost_master,lost_slave,lost_synced,lost_donor,\
    new_master,new_slave,new_synced,new_donor";

pub(super) const PARAMETERS: &[Spec] = &[
    text("type", Some("monitor"), "What the section is.").fixed(),
    Spec::new("module", Kind::Module, None, "The monitor's module.")
        .mandatory()
        .fixed(),
    Spec::new("servers", Kind::ServerList, None, "The servers to watch.").unlisted(),
    text("user", None, "User that watches the servers.").mandatory(),
    password("password", "Password of that user.").mandatory(),
    Spec::new(
        "monitor_interval",
        Kind::Duration(BareUnit::Milliseconds),
        Some("2000ms"),
        "How often the servers are looked at.",
    )
    .within(1, i64::MAX),
    count(
        "backend_connect_attempts",
        "1",
        "How often a connection is tried in one round.",
    ),
    duration(
        "backend_connect_timeout",
        "3000ms",
        "How long a server may take to connect.",
    ),
    duration(
        "backend_read_timeout",
        "3000ms",
        "How long a server may take to answer.",
    ),
    duration(
        "backend_write_timeout",
        "3000ms",
        "How long a server may take to receive.",
    ),
    duration(
        "disk_space_check_interval",
        "0ms",
        "How often disks are looked at; 0: never.",
    ),
    text(
        "disk_space_threshold",
        None,
        "How full the servers' disks may be, where a server does not say it.",
    ),
    mask(
        "events",
        EVENTS,
        ALL_EVENTS,
        "The events that run the script.",
    ),
    later(duration(
        "journal_max_age",
        "28800000ms",
        "How long states on disk are believed.",
    )),
    text(
        "script",
        None,
        "The program to run at an event, with its arguments.",
    ),
    duration(
        "script_timeout",
        "90000ms",
        "How long that program may run.",
    ),
];
