//! What is compared: the server itself, HAProxy before it, the gateway before it.

use crate::gateway::{Gateway, Setup};
use crate::mariadb::{MariaDb, Options};
use crate::ports::free_port;
use crate::process::{Process, find_or_say};
use crate::raw::{Login, RawClient};
use crate::scratch;
use crate::waiting::{PATIENCE, eventually};

use super::ACCOUNT;

/// Threads of each proxy.
pub(super) const PROXY_THREADS: u32 = 2;

/// A thing to measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TargetKind {
    /// The server without anything before it.
    Direct,
    /// HAProxy in TCP mode.
    HaProxy,
    /// The gateway with readconnroute.
    Sluicegate,
}

impl TargetKind {
    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::HaProxy => "haproxy",
            Self::Sluicegate => "sluicegate",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        [Self::Direct, Self::HaProxy, Self::Sluicegate]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

/// A running thing to measure.
pub(super) struct Target {
    pub(super) kind: TargetKind,
    pub(super) port: u16,
    /// The proxy's process; none for the server itself.
    pub(super) pid: Option<u32>,
    _running: Running,
}

enum Running {
    Server,
    Proxy { _process: Process },
    Gateway { _gateway: Box<Gateway> },
}

impl Target {
    pub(super) async fn start(kind: TargetKind, database: &MariaDb) -> Self {
        match kind {
            TargetKind::Direct => Self {
                kind,
                port: database.port(),
                pid: None,
                _running: Running::Server,
            },
            TargetKind::HaProxy => haproxy(database).await,
            TargetKind::Sluicegate => {
                let mut setup = Setup::new(&[database]);
                setup
                    .cnf
                    .section("maxscale")
                    .set("threads", PROXY_THREADS)
                    .unset("log_info");
                setup.cnf.section("Main").set("router_options", "running");
                let gateway = setup.start().await;
                let (port, pid) = (gateway.port(), Some(gateway.pid()));
                Self {
                    kind,
                    port,
                    pid,
                    _running: Running::Gateway {
                        _gateway: Box::new(gateway),
                    },
                }
            }
        }
    }
}

/// Options of servers: enough memory that nothing is read from disk.
pub(super) const SERVER_OPTIONS: [&str; 3] = [
    "--innodb-buffer-pool-size=512M",
    "--max-connections=4000",
    "--skip-ssl",
];

/// The server, with further options.
pub(super) async fn database(further: &[&str]) -> MariaDb {
    let more = SERVER_OPTIONS.iter().chain(further);
    let options = Options {
        more: more.map(|&option| option.to_owned()).collect(),
        ..Options::default()
    };
    let database = MariaDb::start_with("bench", options).await;
    account(&database).await;
    database
}

/// Makes sysbench's account and its database.
pub(super) async fn account(database: &MariaDb) {
    let (user, password, schema) = ACCOUNT;
    database
        .sql(&format!(
            "CREATE DATABASE {schema}; CREATE USER {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON {schema}.* TO {user}@'%'"
        ))
        .await;
}

async fn haproxy(database: &MariaDb) -> Target {
    let port = free_port();
    let folder = scratch::folder("haproxy");
    let config = folder.join("haproxy.cfg");
    let text = format!(
        "global\n  nbthread {PROXY_THREADS}\n  maxconn 5000\n\
         defaults\n  mode tcp\n  timeout connect 5s\n  timeout client 1h\n  timeout server 1h\n\
         listen database\n  bind 127.0.0.1:{port}\n  server server1 127.0.0.1:{}\n",
        database.port()
    );
    std::fs::write(&config, text).expect("a scratch file");
    let arguments = ["-db".as_ref(), "-f".as_ref(), config.as_os_str()];
    let log = folder.join("haproxy.log");
    let mut process = Process::start("haproxy", &find_or_say("haproxy"), arguments, &log);
    let login = Login::new(ACCOUNT.0, ACCOUNT.1);
    eventually(PATIENCE, "HAProxy passes clients on", async || {
        process.assert_running();
        RawClient::logged_in(port, &login).await.ok()
    })
    .await;
    let pid = Some(process.pid());
    Target {
        kind: TargetKind::HaProxy,
        port,
        pid,
        _running: Running::Proxy { _process: process },
    }
}
