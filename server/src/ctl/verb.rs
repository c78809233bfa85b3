//! What can be asked for, as it is typed.

mod create;

use std::time::Duration;

pub(super) use self::create::Create;
use super::kind::Kind;
use super::options::{duration, seconds};

/// What is to be done.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    /// Lists objects.
    List {
        kind: Kind,
        /// Of listeners: those of this service.
        service: Option<String>,
        /// Looks up the names of the clients' addresses.
        #[arg(long)]
        rdns: bool,
        /// Only what fulfils it, as the API has it: POINTER=VALUE.
        #[arg(long, value_name = "FILTER")]
        filter: Option<String>,
        /// Sorted by these attributes: -idle,user.
        #[arg(long, value_name = "KEYS", allow_hyphen_values = true)]
        sort: Option<String>,
    },
    /// Shows all that is known of an object.
    Show {
        kind: Kind,
        /// Which one; all of them without. Of commands the module, of dbusers the service.
        name: Option<String>,
        /// Looks up the names of the clients' addresses.
        #[arg(long)]
        rdns: bool,
    },
    /// Sets states of servers, and filters of sessions.
    Set {
        #[command(subcommand)]
        what: Set,
    },
    /// Clears states of servers.
    Clear {
        #[command(subcommand)]
        what: Clear,
    },
    /// Gives a server no new sessions, waits for the end of those it has, and sets it into maintenance.
    Drain {
        #[command(subcommand)]
        what: Drain,
    },
    /// Turns kinds of log messages on.
    Enable {
        #[command(subcommand)]
        what: Switch,
    },
    /// Turns kinds of log messages off.
    Disable {
        #[command(subcommand)]
        what: Switch,
    },
    /// Makes objects.
    Create {
        #[command(subcommand)]
        what: Create,
    },
    /// Removes objects.
    Destroy {
        kind: Kind,
        /// Its name; of a listener also SERVICE NAME.
        #[arg(required = true, num_args = 1..=2, value_name = "NAME")]
        names: Vec<String>,
        /// Also when it is in use.
        #[arg(long)]
        force: bool,
        /// Of a session: how long it may finish its work.
        #[arg(long, value_parser = duration)]
        ttl: Option<Duration>,
    },
    /// Adds servers, other services, or a monitor to a service, or servers to a monitor.
    Link {
        kind: Kind,
        name: String,
        #[arg(required = true)]
        targets: Vec<String>,
    },
    /// Takes them away again.
    Unlink {
        kind: Kind,
        name: String,
        #[arg(required = true)]
        targets: Vec<String>,
    },
    /// Starts a service, a monitor, or a listener.
    Start {
        kind: Kind,
        /// All services without: `start services`, `start maxscale`.
        name: Option<String>,
    },
    /// Stops a service, a monitor, or a listener.
    Stop {
        kind: Kind,
        /// All services without: `stop services`, `stop maxscale`.
        name: Option<String>,
        /// Closes its sessions.
        #[arg(long)]
        force: bool,
    },
    /// Changes parameters: NAME=VALUE, or NAME VALUE. A value is written as in the configuration file;
    /// null is the default.
    Alter {
        #[command(subcommand)]
        what: Alter,
    },
    /// Ends sessions.
    Kill {
        #[command(subcommand)]
        what: Kill,
    },
    /// Lets sessions begin anew, with what is configured now.
    Restart {
        #[command(subcommand)]
        what: Restart,
    },
    /// Reads anew what is kept outside.
    Reload {
        #[command(subcommand)]
        what: Reload,
    },
    /// Opens log files anew.
    Rotate {
        #[command(subcommand)]
        what: Rotate,
    },
    /// Calls commands of modules.
    Call {
        #[command(subcommand)]
        what: Call,
    },
    /// How the query classifier understands a statement.
    Classify { statement: String },
    /// Any request to the API; the answer is JSON.
    Api {
        /// get, post, put, patch or delete.
        #[arg(value_parser = ["get", "post", "put", "patch", "delete"])]
        method: String,
        /// The path behind /v1/, with its parameters.
        resource: String,
        /// With get: what is wanted of the answer, as data[].attributes.state; else the JSON that is
        /// sent.
        rest: Option<String>,
        /// The sum of the numbers that were found.
        #[arg(long)]
        sum: bool,
        /// On several lines.
        #[arg(long)]
        pretty: bool,
    },
    /// The sessions, again and again, until Ctrl+C; the busiest first.
    Top {
        /// How long a picture stays.
        #[arg(long, value_parser = duration, default_value = "1s")]
        interval: Duration,
        /// Ends after so many pictures.
        #[arg(long)]
        count: Option<u64>,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Set {
    /// A state of a server.
    Server {
        name: String,
        /// maintenance, drain, master, slave, ..
        state: String,
        /// With maintenance: closes its connections at once.
        #[arg(long)]
        force: bool,
    },
    /// The filters of a session, in order; none clears them.
    Chain { id: String, filters: Vec<String> },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Clear {
    /// A state of a server.
    Server { name: String, state: String },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Drain {
    /// A server.
    Server {
        name: String,
        /// Seconds to wait. When it has sessions still, it is as before.
        #[arg(long, default_value = "90", value_parser = seconds, value_name = "SECONDS")]
        drain_timeout: Duration,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Switch {
    /// Messages of that priority.
    LogPriority {
        #[arg(value_parser = ["warning", "notice", "info", "debug"])]
        priority: String,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Alter {
    /// A server.
    Server(Altered),
    /// A service.
    Service(Altered),
    /// A monitor.
    Monitor(Altered),
    /// A listener.
    Listener(Altered),
    /// A filter; its sessions have the change at once.
    Filter(Altered),
    /// Log levels: log_info=true.
    Session(Altered),
    /// The gateway itself.
    #[command(visible_alias = "logging")]
    Maxscale {
        #[arg(required = true, value_name = "PARAMETERS")]
        words: Vec<String>,
    },
    /// The filters of a service, in order; none clears them.
    ServiceFilters { name: String, filters: Vec<String> },
    /// The filters of a session, in order; none clears them.
    SessionFilters { id: String, filters: Vec<String> },
    /// The password of an account of the API.
    User {
        name: String,
        #[arg(value_name = "PASSWORD")]
        secret: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct Altered {
    pub(super) name: String,
    #[arg(required = true, value_name = "PARAMETERS")]
    pub(super) words: Vec<String>,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Kill {
    /// A session.
    Session {
        id: String,
        /// How long it may finish its work.
        #[arg(long, value_parser = duration)]
        ttl: Option<Duration>,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Restart {
    /// A session.
    Session {
        id: String,
        #[command(flatten)]
        how: Forced,
    },
    /// All of them.
    Sessions {
        #[command(flatten)]
        how: Forced,
    },
}

/// How sessions restart.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(super) struct Forced {
    /// Does not wait for what the last statement has left behind (warnings, ROW_COUNT(),
    /// LAST_INSERT_ID()): it is lost.
    #[arg(long)]
    force: bool,
}

impl Forced {
    /// The value of `force`, if it is wanted.
    pub(super) fn value(self) -> Option<&'static str> {
        self.force.then_some("yes")
    }
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Reload {
    /// The accounts of a service.
    Service { name: String },
    /// The certificates.
    Tls,
    /// The same as restart session.
    Session {
        id: String,
        #[command(flatten)]
        how: Forced,
    },
    /// The same as restart sessions.
    Sessions {
        #[command(flatten)]
        how: Forced,
    },
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Rotate {
    /// All of them.
    Logs,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Call {
    /// A command of a module.
    Command {
        module: String,
        command: String,
        arguments: Vec<String>,
    },
}
