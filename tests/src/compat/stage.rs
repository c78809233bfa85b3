//! Servers with a gateway in front of them, and what is run there.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use super::mysql_async_work;
use super::programs::Program;
use super::settling::Settling;
use super::{Target, Transcript};
use crate::gateway::{Gateway, Setup};
use crate::mysql::{self, MySql};
use crate::ports::free_port;
use crate::scratch;
use crate::topology::Topology;

/// How long one program may take on one target.
const TIME_MAX: Duration = Duration::from_mins(12);
/// The same of the tests that a package ships.
const SUITE_TIME_MAX: Duration = Duration::from_mins(30);

/// The account of the clients, and its password.
const ACCOUNT: (&str, &str) = ("compat", "compat-secret");
/// That of the tests that packages ship: they make users, and set variables of the server.
const SUITE_ACCOUNT: (&str, &str) = ("suite", "suite-secret");
const DATABASE: &str = "compat";

/// The servers behind the gateway.
#[derive(Debug)]
enum Servers {
    MariaDb(Topology),
    MySql(MySql),
}

/// The servers and the gateway.
#[derive(Debug)]
pub struct Stage {
    /// What servers they are.
    pub name: String,
    servers: Servers,
    gateway: Gateway,
    split_port: u16,
    /// The same with reads on the primary as long as replicas may lag: what packages ship does not
    /// wait for them.
    reading_own_port: u16,
    settling: Settling,
    folder: PathBuf,
    tools: PathBuf,
}

impl Stage {
    /// MariaDB: one primary, two replicas, a gateway with both routers.
    pub async fn mariadb(tools: &Path) -> Self {
        let topology = Topology::start(2).await;
        for server in topology.servers() {
            // Plugins are not replicated; users that need them are.
            server.sql("INSTALL SONAME 'auth_ed25519'").await;
        }
        let version = topology.primary.sql("SELECT @@version").await;
        let version = version.trim().split('-').next().unwrap_or_default();
        let name = format!("MariaDB {version}");
        let ports: Vec<u16> = topology.servers().iter().map(|s| s.port()).collect();
        let settling = Settling::start(&topology).await;
        Self::start(name, Servers::MariaDb(topology), &ports, settling, tools).await
    }

    /// One MySQL server, where there is one.
    pub async fn mysql(tools: &Path) -> Option<Self> {
        let server = MySql::start("compat-mysql", &["--server-id=1"]).await?;
        let version = mysql::version(&mysql::home()?);
        let name = format!("MySQL {}", version.split('-').next().unwrap_or_default());
        let port = server.port();
        let settling = Settling::of_one().await;
        Some(Self::start(name, Servers::MySql(server), &[port], settling, tools).await)
    }

    async fn start(
        name: String,
        servers: Servers,
        ports: &[u16],
        settling: Settling,
        tools: &Path,
    ) -> Self {
        servers.create_accounts().await;
        let mut setup = Setup::in_folder(
            scratch::folder("gateway"),
            ports,
            (free_port(), free_port()),
        );
        // Tests of packages log in as users that they have just made.
        let gateway = setup.cnf.section("maxscale");
        gateway.set("users_refresh_time", "10ms");
        let names = (1..=ports.len()).map(|number| format!("server{number}"));
        let names = names.collect::<Vec<_>>().join(",");
        let filter = setup.cnf.section("Own-Writes").set("type", "filter");
        let filter = filter.set("module", "ccrfilter").set("time", "3s");
        filter.set("global", true);
        let (split_port, reading_own_port) = (free_port(), free_port());
        for (service, port) in [("Split", split_port), ("Reading-Own", reading_own_port)] {
            let section = setup.cnf.service(service, "readwritesplit");
            section.set("servers", &names);
            let name = format!("{service}-Listener");
            setup.cnf.listener(&name, service, port);
        }
        let service = setup.cnf.section("Reading-Own");
        service.set("filters", "Own-Writes");
        Self {
            name,
            servers,
            gateway: setup.start().await,
            split_port,
            reading_own_port,
            settling,
            folder: scratch::folder("compat"),
            tools: tools.to_owned(),
        }
    }

    /// Whether it is one of MySQL.
    pub fn is_mysql(&self) -> bool {
        matches!(self.servers, Servers::MySql(_))
    }

    /// The port of a target.
    fn port(&self, target: Target, reading_own: bool) -> u16 {
        match target {
            Target::Direct => self.servers.primary_port(),
            Target::ReadConn => self.gateway.port(),
            Target::Split if reading_own => self.reading_own_port,
            Target::Split => self.split_port,
        }
    }

    /// Does a program's work in a new database.
    pub async fn run(&self, program: &Program, target: Target) -> Transcript {
        let fresh = format!(
            "DROP DATABASE IF EXISTS {DATABASE}_copy; DROP DATABASE IF EXISTS {DATABASE};
             CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4"
        );
        self.servers.sql(&fresh).await;
        for statements in &program.first {
            self.servers.sql(statements).await;
        }
        self.settling.wait().await;
        let port = self.port(target, program.is_suite);
        if program.command.is_empty() {
            return mysql_async_work::mysql_async(port, ACCOUNT, DATABASE, &self.settling).await;
        }
        let time_max = if program.is_suite {
            SUITE_TIME_MAX
        } else {
            TIME_MAX
        };
        let work = self.command(program, port).output();
        match tokio::time::timeout(time_max, work).await {
            Ok(Ok(output)) => Transcript {
                text: String::from_utf8_lossy(&output.stdout).into_owned(),
                ok: output.status.success(),
                errors: String::from_utf8_lossy(&output.stderr).into_owned(),
            },
            Ok(Err(error)) => failed(format!("can't be started: {error}")),
            Err(_) => failed(format!("not done after {time_max:?}")),
        }
    }

    fn command(&self, program: &Program, port: u16) -> tokio::process::Command {
        let mut words = program.command.iter();
        let first = words.next().map_or("", String::as_str);
        let account = if program.is_suite {
            SUITE_ACCOUNT
        } else {
            ACCOUNT
        };
        let mut command = tokio::process::Command::new(first);
        command
            .args(words)
            .envs(program.environment.iter().cloned())
            .env("COMPAT_HOST", "127.0.0.1")
            .env("COMPAT_PORT", port.to_string())
            .env("COMPAT_USER", account.0)
            .env("COMPAT_PASSWORD", account.1)
            .env("COMPAT_DATABASE", DATABASE)
            .env("COMPAT_SETTLE", self.settling.port().to_string())
            .env("COMPAT_FOLDER", &self.folder)
            .env("COMPAT_TOOLS", &self.tools)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

impl Servers {
    async fn sql(&self, statements: &str) {
        match self {
            Self::MariaDb(topology) => topology.primary.sql(statements).await,
            Self::MySql(server) => server.sql(statements).await,
        };
    }

    fn primary_port(&self) -> u16 {
        match self {
            Self::MariaDb(topology) => topology.primary.port(),
            Self::MySql(server) => server.port(),
        }
    }

    async fn create_accounts(&self) {
        let ((user, password), suite) = (ACCOUNT, SUITE_ACCOUNT);
        self.sql(&format!(
            "CREATE USER {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON {DATABASE}.* TO {user}@'%';
             GRANT ALL ON {DATABASE}_copy.* TO {user}@'%';
             GRANT RELOAD, PROCESS, REPLICATION CLIENT, SHOW DATABASES ON *.* TO {user}@'%';
             GRANT SELECT ON mysql.* TO {user}@'%';
             CREATE USER {0}@'%' IDENTIFIED BY '{1}'; GRANT ALL ON *.* TO {0}@'%' WITH GRANT OPTION;
             SET GLOBAL log_bin_trust_function_creators = 1",
            suite.0, suite.1
        ))
        .await;
    }
}

fn failed(errors: String) -> Transcript {
    Transcript {
        text: String::new(),
        ok: false,
        errors,
    }
}
