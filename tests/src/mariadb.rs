//! Private MariaDB servers.

mod template;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::certificates::Certificate;
use crate::clients::{Cli, Endpoint, Output};
use crate::measure;
use crate::ports::free_port;
use crate::process::{Process, Signal, find_or_say};
use crate::scratch;
use crate::waiting::{PATIENCE, eventually};

/// The account that the gateway reads accounts with (`user` of a service).
pub const SERVICE_ACCOUNT: (&str, &str) = ("gateway", "gateway-secret");
/// The account that monitors use.
pub const MONITOR_ACCOUNT: (&str, &str) = ("monitor", "monitor-secret");

/// What a server is started with.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// `server_id`; 0 leaves the default.
    pub server_id: u32,
    /// Whether it writes a binary log, so that replicas can follow it.
    pub binlog: bool,
    /// Whether it refuses writes, as replicas do.
    pub read_only: bool,
    /// Its TLS certificate; none turns TLS off.
    pub tls: Option<Certificate>,
    /// Further options of `mariadbd`.
    pub more: Vec<String>,
    /// A folder that is kept and used again; none takes a scratch folder.
    pub folder: Option<PathBuf>,
}

/// A server of its own folder, port and socket; killed on drop.
#[derive(Debug)]
pub struct MariaDb {
    name: String,
    folder: PathBuf,
    port: u16,
    options: Options,
    process: Option<Process>,
}

impl MariaDb {
    /// Starts a server without binary log and TLS.
    pub async fn start(name: &str) -> Self {
        Self::start_with(name, Options::default()).await
    }

    /// Starts a server and waits until it answers.
    pub async fn start_with(name: &str, options: Options) -> Self {
        let folder = options
            .folder
            .clone()
            .unwrap_or_else(|| scratch::folder(name));
        if !folder.join("data").exists() {
            template::copy_to(&folder.join("data"));
        }
        let port = free_port();
        std::fs::create_dir_all(folder.join("tmp")).expect("a folder for temporary tables");
        let mut server = Self {
            name: name.to_owned(),
            folder,
            port,
            options,
            process: None,
        };
        server.restart().await;
        if !server.options.read_only {
            server.create_accounts().await;
        }
        server
    }

    /// Starts it again on the same port after it was stopped or killed.
    pub async fn restart(&mut self) {
        let log = self.folder.join("mariadbd.log");
        let program = find_or_say("mariadbd");
        self.process = Some(Process::start(&self.name, &program, self.arguments(), &log));
        let what = format!("{} answers", self.name);
        eventually(PATIENCE, &what, async || {
            self.process
                .as_mut()
                .expect("just started")
                .assert_running();
            // The socket file appears when the server listens; the command costs more than a look.
            let ready = self.socket().exists() && self.try_sql("SELECT 1").await.ok;
            ready.then_some(())
        })
        .await;
    }

    /// Ends it cleanly.
    pub async fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.signal(Signal::TERM);
            process.ended(PATIENCE).await;
        }
    }

    /// Kills it in the middle of whatever it does (SIGKILL).
    pub fn kill(&mut self) {
        drop(self.process.take());
    }

    /// Halts it (SIGSTOP): connections stay open and nothing answers.
    pub async fn freeze(&self) {
        self.running().signal(Signal::STOP);
        let what = format!("all threads of {} have halted", self.name);
        eventually(PATIENCE, &what, async || {
            measure::is_halted(self.pid()).then_some(())
        })
        .await;
    }

    /// Lets it go on after `freeze`.
    pub fn thaw(&self) {
        self.running().signal(Signal::CONT);
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.running().pid()
    }

    /// Its TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its TCP endpoint.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::Tcp(self.port)
    }

    /// Its Unix socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("s.sock")
    }

    /// Runs statements as root and returns what they print, tab-separated without headings.
    pub async fn sql(&self, statements: &str) -> String {
        let output = self.try_sql(statements).await;
        assert!(
            output.ok,
            "{} ({}): {}in: {statements}\n{}",
            self.name,
            output.ended(),
            output.stderr,
            self.condition()
        );
        output.stdout
    }

    /// Like [`Self::sql`], but the caller looks at the outcome.
    pub async fn try_sql(&self, statements: &str) -> Output {
        let cli = Cli::new(&Endpoint::Unix(self.socket())).user("root", "");
        tokio::time::timeout(Duration::from_mins(1), cli.run(statements))
            .await
            .unwrap_or_else(|_| {
                let condition = self.condition();
                panic!("{} does not answer: {statements}\n{condition}", self.name)
            })
    }

    /// For a failure's message: whether it runs, and what it has logged last.
    pub fn condition(&self) -> String {
        match &self.process {
            Some(process) => process.condition(),
            None => format!("{} was stopped or killed by the test", self.name),
        }
    }

    /// Waits until no connection of `user` is left on it.
    pub async fn without_connections_of(&self, user: &str) {
        let count =
            format!("SELECT COUNT(*) FROM information_schema.processlist WHERE user='{user}'");
        let what = format!("{} has no connection of {user} any more", self.name);
        eventually(PATIENCE, &what, async || {
            (self.sql(&count).await.trim() == "0").then_some(())
        })
        .await;
    }

    fn running(&self) -> &Process {
        self.process
            .as_ref()
            .unwrap_or_else(|| panic!("{} is not running", self.name))
    }

    fn arguments(&self) -> Vec<String> {
        let path = |p: &Path| p.display().to_string();
        let mut all = vec![
            "--no-defaults".to_owned(),
            format!("--datadir={}", path(&self.folder.join("data"))),
            format!("--socket={}", path(&self.socket())),
            // A server that starts deletes all temporary tables it finds, those of others, too: who
            // is just using one answers with an error, or crashes.
            format!("--tmpdir={}", path(&self.folder.join("tmp"))),
            format!("--pid-file={}", path(&self.folder.join("mariadbd.pid"))),
            format!("--port={}", self.port),
        ];
        all.extend(QUICK_OPTIONS.iter().map(|&option| option.to_owned()));
        let options = &self.options;
        if template::runs_as_root() {
            all.push("--user=root".to_owned());
        }
        if options.server_id != 0 {
            all.push(format!("--server-id={}", options.server_id));
        }
        if options.binlog {
            all.extend(
                ["--log-bin=binlog", "--log-slave-updates", "--sync-binlog=0"].map(Into::into),
            );
        }
        if options.read_only {
            all.push("--read-only=1".to_owned());
        }
        if let Some(tls) = &options.tls {
            all.push(format!("--ssl-key={}", path(&tls.key)));
            all.push(format!("--ssl-cert={}", path(&tls.cert)));
            all.push(format!("--ssl-ca={}", path(&tls.ca)));
        }
        all.extend(options.more.iter().cloned());
        all
    }

    async fn create_accounts(&self) {
        let (service, monitor) = (SERVICE_ACCOUNT, MONITOR_ACCOUNT);
        self.sql(&format!(
            "CREATE OR REPLACE USER '{}'@'%' IDENTIFIED BY '{}';
             GRANT SELECT ON mysql.* TO '{}'@'%'; GRANT SHOW DATABASES ON *.* TO '{}'@'%';
             CREATE OR REPLACE USER '{}'@'%' IDENTIFIED BY '{}';
             GRANT REPLICATION SLAVE, SLAVE MONITOR, BINLOG MONITOR ON *.* TO '{}'@'%';
             GRANT SELECT ON mysql.global_priv TO '{}'@'%'",
            service.0, service.1, service.0, service.0, monitor.0, monitor.1, monitor.0, monitor.0
        ))
        .await;
    }
}

/// Small, and quick rather than safe: these servers hold nothing of value.
const QUICK_OPTIONS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-buffer-pool-size=64M",
    template::LOG_FILE_SIZE,
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-flush-method=O_DIRECT_NO_FSYNC",
    "--skip-innodb-doublewrite",
    "--max-connections=2500",
    "--max-allowed-packet=256M",
    "--table-open-cache=400",
    "--thread-cache-size=100",
    "--back-log=1500",
    "--local-infile=1",
    "--character-set-server=utf8mb4",
    "--plugin-maturity=unknown",
];
