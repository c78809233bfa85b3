//! `make compat`: the same work by the clients that people use, on the primary directly and through
//! the gateway with either router. What they print must be equal.

mod programs;
mod report;
mod settling;

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use crate::gateway::{Gateway, Setup};
use crate::mariadb::SERVICE_ACCOUNT;
use crate::ports::free_port;
use crate::scratch;
use crate::topology::Topology;
pub use programs::{Program, programs};
pub use report::{Outcome, Report, Verdict};
use settling::Settling;

/// How long one program may take on one target.
const TIME_MAX: Duration = Duration::from_mins(4);

/// The account of the clients, and its password.
const ACCOUNT: (&str, &str) = ("compat", "compat-secret");
const DATABASE: &str = "compat";

/// Where the work is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The primary, without a gateway.
    Direct,
    /// Through readconnroute.
    ReadConn,
    /// Through readwritesplit, with the primary and two replicas.
    Split,
}

impl Target {
    /// All of them; the first is what the others are compared with.
    pub const ALL: [Self; 3] = [Self::Direct, Self::ReadConn, Self::Split];

    /// What it is called in a report.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::ReadConn => "readconnroute",
            Self::Split => "readwritesplit",
        }
    }
}

/// What was printed, and whether the program ended well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// Standard output.
    pub text: String,
    /// Whether it ended with 0.
    pub ok: bool,
    /// Standard error; it is not compared.
    pub errors: String,
}

/// The servers and the gateway.
pub struct Stage {
    topology: Topology,
    _gateway: Gateway,
    split_port: u16,
    conn_port: u16,
    settling: Settling,
    folder: PathBuf,
}

impl Stage {
    /// One primary, two replicas, a gateway with both routers.
    pub async fn start() -> Self {
        let topology = Topology::start(2).await;
        let (user, password) = ACCOUNT;
        let accounts = format!(
            "CREATE OR REPLACE USER {user}@'%' IDENTIFIED BY '{password}';
             GRANT ALL ON {DATABASE}.* TO {user}@'%';
             GRANT ALL ON {DATABASE}_copy.* TO {user}@'%';
             GRANT RELOAD, PROCESS, REPLICATION CLIENT, SHOW DATABASES ON *.* TO {user}@'%';
             GRANT SELECT ON mysql.* TO {user}@'%';
             SET GLOBAL log_bin_trust_function_creators = 1"
        );
        topology.primary.sql(&accounts).await;
        topology.in_sync().await;
        let mut setup = Setup::new(&topology.servers());
        let split_port = free_port();
        setup
            .cnf
            .section("Split")
            .set("type", "service")
            .set("router", "readwritesplit")
            .set("servers", "server1,server2,server3")
            .set("user", SERVICE_ACCOUNT.0)
            .set("password", SERVICE_ACCOUNT.1);
        setup
            .cnf
            .section("Split-Listener")
            .set("type", "listener")
            .set("service", "Split")
            .set("address", "127.0.0.1")
            .set("port", split_port);
        let gateway = setup.start().await;
        let settling = Settling::start(&topology).await;
        Self {
            topology,
            split_port,
            conn_port: gateway.port(),
            _gateway: gateway,
            settling,
            folder: scratch::folder("compat"),
        }
    }

    /// The port of a target.
    fn port(&self, target: Target) -> u16 {
        match target {
            Target::Direct => self.topology.primary.port(),
            Target::ReadConn => self.conn_port,
            Target::Split => self.split_port,
        }
    }

    /// Does a program's work in a new database.
    pub async fn run(&self, program: &Program, target: Target) -> Transcript {
        let fresh = format!(
            "DROP DATABASE IF EXISTS {DATABASE}_copy; DROP DATABASE IF EXISTS {DATABASE};
             CREATE DATABASE {DATABASE} CHARACTER SET utf8mb4"
        );
        self.topology.primary.sql(&fresh).await;
        self.topology.in_sync().await;
        let port = self.port(target);
        if program.command.is_empty() {
            return programs::mysql_async(port, ACCOUNT, DATABASE, &self.settling).await;
        }
        let work = self.command(program, port).output();
        match tokio::time::timeout(TIME_MAX, work).await {
            Ok(Ok(output)) => Transcript {
                text: String::from_utf8_lossy(&output.stdout).into_owned(),
                ok: output.status.success(),
                errors: String::from_utf8_lossy(&output.stderr).into_owned(),
            },
            Ok(Err(error)) => failed(format!("can't be started: {error}")),
            Err(_) => failed(format!("not done after {TIME_MAX:?}")),
        }
    }

    fn command(&self, program: &Program, port: u16) -> tokio::process::Command {
        let mut words = program.command.iter();
        let first = words.next().map_or("", String::as_str);
        let mut command = tokio::process::Command::new(first);
        command
            .args(words)
            .envs(program.environment.iter().cloned())
            .env("COMPAT_HOST", "127.0.0.1")
            .env("COMPAT_PORT", port.to_string())
            .env("COMPAT_USER", ACCOUNT.0)
            .env("COMPAT_PASSWORD", ACCOUNT.1)
            .env("COMPAT_DATABASE", DATABASE)
            .env("COMPAT_SETTLE", self.settling.port().to_string())
            .env("COMPAT_FOLDER", &self.folder)
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }
}

fn failed(errors: String) -> Transcript {
    Transcript {
        text: String::new(),
        ok: false,
        errors,
    }
}

/// Runs the programs of these names (all, if there are none) on every target. What they print is
/// kept in `out`.
pub async fn run(tools: &Path, only: &[String], out: &Path) -> Report {
    let stage = Stage::start().await;
    let mut report = Report::default();
    std::fs::create_dir_all(out).expect("the folder for what clients print can be made");
    let all = programs(tools);
    let wanted = |program: &&Program| only.is_empty() || only.contains(&program.name);
    for program in all.iter().filter(wanted) {
        let mut transcripts = Vec::new();
        for target in Target::ALL {
            let transcript = stage.run(program, target).await;
            let path = out.join(format!("{}.{}.txt", program.name, target.name()));
            let text = format!("{}\n---- errors\n{}", transcript.text, transcript.errors);
            std::fs::write(path, text).expect("what a client prints can be kept");
            transcripts.push(transcript);
        }
        let outcome = Outcome::of(program, &transcripts);
        eprintln!("compat: {}", outcome.line());
        report.outcomes.push(outcome);
    }
    report
}
