//! What can be asked for, as it is typed.

use std::time::Duration;

use super::kind::Kind;
use super::options::duration;

/// `NAME=VALUE`.
#[derive(Debug, Clone)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
}

fn assignment(text: &str) -> Result<Assignment, String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE")?;
    if name.is_empty() {
        return Err("there is no name before the =".to_owned());
    }
    Ok(Assignment {
        name: name.to_owned(),
        value: value.to_owned(),
    })
}

/// What is to be done.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Verb {
    /// Lists objects.
    List {
        kind: Kind,
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
        /// Which one; all of them without. `maxscale` is one already.
        name: Option<String>,
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
    /// Lets a server's sessions finish, and gives it no new ones.
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
        name: String,
        /// Also when it is in use.
        #[arg(long)]
        force: bool,
        /// Of a session: how long it may finish its work.
        #[arg(long, value_parser = duration)]
        ttl: Option<Duration>,
    },
    /// Adds servers, or a monitor, to a service, or servers to a monitor.
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
    Start { kind: Kind, name: String },
    /// Stops a service, a monitor, or a listener.
    Stop {
        kind: Kind,
        name: String,
        /// Closes its sessions.
        #[arg(long)]
        force: bool,
    },
    /// Changes parameters. VALUE is written as in the configuration file; null is the default.
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
    /// Any request to the API.
    Api {
        /// get, post, put, patch or delete.
        #[arg(value_parser = ["get", "post", "put", "patch", "delete"])]
        method: String,
        /// The path behind /v1/, with its parameters.
        path: String,
        /// The JSON that is sent.
        body: Option<String>,
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
    Server { name: String },
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
pub(super) enum Create {
    /// A server: address=.. port=..
    Server {
        name: String,
        #[arg(value_parser = assignment)]
        parameters: Vec<Assignment>,
        /// The services that are to use it.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        services: Vec<String>,
        /// The monitors that are to watch it.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        monitors: Vec<String>,
    },
    /// A service.
    Service {
        name: String,
        router: String,
        #[arg(value_parser = assignment)]
        parameters: Vec<Assignment>,
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        servers: Vec<String>,
        /// The services that it uses like servers.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        services: Vec<String>,
        /// In order.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        filters: Vec<String>,
        /// The monitor whose servers it uses.
        #[arg(long)]
        cluster: Option<String>,
    },
    /// A monitor.
    Monitor {
        name: String,
        module: String,
        #[arg(value_parser = assignment)]
        parameters: Vec<Assignment>,
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        servers: Vec<String>,
    },
    /// A listener: port=.. address=.. or socket=..
    Listener {
        service: String,
        name: String,
        #[arg(value_parser = assignment)]
        parameters: Vec<Assignment>,
    },
    /// A filter.
    Filter {
        name: String,
        module: String,
        #[arg(value_parser = assignment)]
        parameters: Vec<Assignment>,
    },
    /// An account of the API.
    User {
        name: String,
        // Of another name than the option, which is an argument of the same command.
        #[arg(value_name = "PASSWORD")]
        secret: String,
        /// basic accounts may only read.
        #[arg(long = "type", default_value = "basic", value_parser = ["admin", "basic"])]
        account: String,
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
    Maxscale {
        #[arg(required = true, value_parser = assignment)]
        parameters: Vec<Assignment>,
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
    #[arg(required = true, value_parser = assignment)]
    pub(super) parameters: Vec<Assignment>,
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
    Session { id: String },
    /// All of them.
    Sessions,
}

#[derive(Debug, clap::Subcommand)]
pub(super) enum Reload {
    /// The accounts of a service.
    Service { name: String },
    /// The certificates.
    Tls,
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
