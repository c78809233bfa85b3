//! `create`, as it is typed.

use std::path::PathBuf;

#[derive(Debug, clap::Subcommand)]
pub(crate) enum Create {
    /// A server: ADDRESS [PORT], or a socket's path, and NAME=VALUE for each parameter.
    Server {
        name: String,
        #[arg(value_name = "PARAMETERS")]
        words: Vec<String>,
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
        #[arg(value_name = "PARAMETERS")]
        words: Vec<String>,
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        servers: Vec<String>,
        /// The services that it uses like servers.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        services: Vec<String>,
        /// In order.
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        filters: Vec<String>,
        /// The monitor whose servers it uses.
        #[arg(long, conflicts_with_all = ["servers", "services"])]
        cluster: Option<String>,
    },
    /// A monitor.
    Monitor {
        name: String,
        module: String,
        #[arg(value_name = "PARAMETERS")]
        words: Vec<String>,
        #[arg(long, num_args = 1.., value_delimiter = ',')]
        servers: Vec<String>,
        /// The same as user=NAME.
        #[arg(long, value_name = "NAME")]
        monitor_user: Option<String>,
        /// The same as password=PASSWORD.
        #[arg(long, value_name = "PASSWORD")]
        monitor_password: Option<String>,
    },
    /// A listener: PORT, or a socket's path, and NAME=VALUE for each parameter.
    Listener {
        service: String,
        name: String,
        #[arg(value_name = "PARAMETERS")]
        words: Vec<String>,
        /// The same as address=ADDRESS.
        #[arg(long, value_name = "ADDRESS")]
        interface: Option<String>,
    },
    /// A filter.
    Filter {
        name: String,
        module: String,
        #[arg(value_name = "PARAMETERS")]
        words: Vec<String>,
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
    /// All that is known of the gateway in one JSON document, for who is asked for help. Passwords are
    /// stars; names, addresses and statements are in it.
    Report {
        /// Standard output without.
        file: Option<PathBuf>,
    },
}
