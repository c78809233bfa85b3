use super::{
    Kind, RANKS, Spec, choice, count, duration, flag, ignored, int, later, password, port, text,
};

pub(super) const PARAMETERS: &[Spec] = &[
    text("type", Some("server"), "What the section is.")
        .fixed()
        .unlisted(),
    text(
        "address",
        None,
        "Host name or IP address; excludes `socket`.",
    ),
    port("port", "3306", "TCP port.").within(1, 65_535),
    text("socket", None, "Path of a Unix socket; excludes `address`."),
    text(
        "private_address",
        None,
        "The address that the other servers replicate from.",
    ),
    port(
        "extra_port",
        "0",
        "A second TCP port, for monitoring and to read accounts.",
    ),
    ignored(text("authenticator", None, "Not used any more."))
        .fixed()
        .unlisted(),
    ignored(text("protocol", None, "Not used any more."))
        .fixed()
        .unlisted(),
    choice(
        "rank",
        RANKS,
        "primary",
        "Servers of rank secondary are used when no primary can be.",
    ),
    later(int("priority", "0", "Which server becomes primary first.")),
    count(
        "max_routing_connections",
        "0",
        "Most connections of sessions at a time; 0: no limit.",
    ),
    flag(
        "proxy_protocol",
        false,
        "Tell the server the client's address by a PROXY header.",
    ),
    password("monitorpw", "Password for monitoring this server."),
    text("monitoruser", None, "User for monitoring this server."),
    duration(
        "persistmaxtime",
        "0ms",
        "How long an unused connection is kept; 0: none is.",
    ),
    count(
        "persistpoolmax",
        "0",
        "How many unused connections are kept; 0: none.",
    ),
    Spec::new(
        "disk_space_threshold",
        Kind::DiskSpaceLimits,
        None,
        "How full disks may be before the server counts as out of space.",
    ),
    later(text(
        "replication_custom_options",
        None,
        "Added to CHANGE MASTER TO.",
    )),
];
