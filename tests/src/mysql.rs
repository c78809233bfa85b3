//! Private MySQL servers, where `.ci/setup.sh compat` has put one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use crate::clients::{Cli, Endpoint, Output};
use crate::mariadb::{MONITOR_ACCOUNT, SERVICE_ACCOUNT};
use crate::ports::free_port;
use crate::process::{Process, Signal};
use crate::scratch;
use crate::waiting::{PATIENCE, eventually};

/// A MySQL server of its own folder, port and socket; killed on drop.
#[derive(Debug)]
pub struct MySql {
    folder: PathBuf,
    port: u16,
    process: Process,
}

/// Where `bin/mysqld` and the rest of MySQL is: in the folder of the tools.
pub fn home() -> Option<PathBuf> {
    let tools = std::env::var_os("SLUICEGATE_TOOLS")
        .map_or_else(|| scratch::repository().join(".tools"), PathBuf::from);
    Some(tools.join("mysql")).filter(|home| home.join("bin/mysqld").is_file())
}

impl MySql {
    /// Starts a server and waits until it answers; `None` (and a word about it) where there is no
    /// MySQL. It has the harness's accounts; `more` are options of `mysqld`.
    pub async fn start(name: &str, more: &[&str]) -> Option<Self> {
        let Some(home) = home() else {
            eprintln!("skipped: there is no MySQL server here: run .ci/setup.sh compat");
            return None;
        };
        let folder = scratch::folder(name);
        copy(&template(&home), &folder.join("data"));
        // Two servers of one id are none the other's replica.
        let _ = std::fs::remove_file(folder.join("data/auto.cnf"));
        let port = free_port();
        let mut arguments = arguments(&home, &folder);
        arguments.push(format!("--port={port}"));
        arguments.extend(more.iter().map(ToString::to_string));
        let log = folder.join("mysqld.log");
        let process = Process::start(name, &home.join("bin/mysqld"), arguments, &log);
        let mut server = Self {
            folder,
            port,
            process,
        };
        server.ready().await;
        server.create_accounts().await;
        Some(server)
    }

    /// Its TCP port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its Unix socket.
    pub fn socket(&self) -> PathBuf {
        self.folder.join("s.sock")
    }

    /// The certificate by which it can be trusted; it has made one for itself.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("data/ca.pem")
    }

    /// Runs statements as root and returns what they print, tab-separated without headings.
    pub async fn sql(&self, statements: &str) -> String {
        let output = self.try_sql(statements).await;
        assert!(output.ok, "{}\nin: {statements}", output.stderr);
        output.stdout
    }

    /// Like [`Self::sql`], but the caller looks at the outcome.
    pub async fn try_sql(&self, statements: &str) -> Output {
        let cli = Cli::new(&Endpoint::Unix(self.socket())).user("root", "");
        cli.run(statements).await
    }

    /// Ends it cleanly.
    pub async fn stop(mut self) {
        self.process.signal(Signal::TERM);
        self.process.ended(PATIENCE).await;
    }

    async fn ready(&mut self) {
        eventually(PATIENCE * 2, "MySQL answers", async || {
            self.process.assert_running();
            let ready = self.socket().exists() && self.try_sql("SELECT 1").await.ok;
            ready.then_some(())
        })
        .await;
    }

    async fn create_accounts(&self) {
        let (service, monitor) = (SERVICE_ACCOUNT, MONITOR_ACCOUNT);
        self.sql(&format!(
            "SET sql_log_bin = 0;
             CREATE USER '{0}'@'%' IDENTIFIED BY '{1}';
             GRANT SELECT ON mysql.* TO '{0}'@'%'; GRANT SHOW DATABASES ON *.* TO '{0}'@'%';
             CREATE USER '{2}'@'%' IDENTIFIED BY '{3}';
             GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO '{2}'@'%'",
            service.0, service.1, monitor.0, monitor.1
        ))
        .await;
    }
}

/// The client programs of MySQL (`mysql`, `mysqldump`), where they are.
pub fn program(name: &str) -> Option<PathBuf> {
    Some(home()?.join("bin").join(name)).filter(|path| path.is_file())
}

/// Places and sizes that hold for every start; the template's first one, too.
fn arguments(home: &Path, folder: &Path) -> Vec<String> {
    let path = |p: PathBuf| p.display().to_string();
    let mut all = vec![
        "--no-defaults".to_owned(),
        format!("--basedir={}", path(home.join("usr"))),
        format!("--lc-messages-dir={}", path(home.join("usr/share/mysql"))),
        format!("--plugin-dir={}", path(home.join("usr/lib/mysql/plugin"))),
        format!("--datadir={}", path(folder.join("data"))),
        format!("--socket={}", path(folder.join("s.sock"))),
        format!("--pid-file={}", path(folder.join("mysqld.pid"))),
    ];
    all.extend(QUICK_OPTIONS.iter().map(|&option| option.to_owned()));
    if rustix::process::geteuid().is_root() {
        all.push("--user=root".to_owned());
    }
    all
}

/// Small, and quick rather than safe: these servers hold nothing of value.
const QUICK_OPTIONS: &[&str] = &[
    "--bind-address=127.0.0.1",
    "--mysqlx=OFF",
    "--secure-file-priv=NULL",
    "--skip-name-resolve",
    "--innodb-redo-log-capacity=16M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=0",
    "--sync-binlog=0",
    "--gtid-mode=ON",
    "--enforce-gtid-consistency=ON",
    "--local-infile=ON",
    "--max-allowed-packet=256M",
];

fn copy(from: &Path, to: &Path) {
    let status = Command::new("cp")
        .args(["-a", "--reflink=auto"])
        .args([from, to])
        .status();
    assert!(
        status.expect("cp can be started").success(),
        "the template can't be copied to {}",
        to.display()
    );
}

/// A data folder made once, and copied for each server.
fn template(home: &Path) -> PathBuf {
    static TEMPLATE: Mutex<Option<PathBuf>> = Mutex::new(None);
    let mut known = TEMPLATE
        .lock()
        .expect("no test has failed while it was made");
    known.get_or_insert_with(|| make_once(home)).clone()
}

fn make_once(home: &Path) -> PathBuf {
    let made = scratch::target_dir().join(format!("mysql-template-{}", version(home)));
    if made.exists() {
        return made;
    }
    let folder = scratch::folder("mysql-template");
    let output = Command::new(home.join("bin/mysqld"))
        .args(arguments(home, &folder))
        .arg("--initialize-insecure")
        .output()
        .expect("mysqld can be started");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "MySQL can't make its data folder:\n{told}"
    );
    // Renamed when complete: another harness process may be doing the same.
    if std::fs::rename(folder.join("data"), &made).is_err() {
        assert!(
            made.exists(),
            "the template can't be put into the target directory"
        );
    }
    made
}

/// Such as `9.7.4-2`.
pub fn version(home: &Path) -> String {
    let output = Command::new(home.join("bin/mysqld"))
        .arg("--version")
        .output();
    let text = output.expect("mysqld can be started").stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    let mut words = text.split("Ver ").nth(1).unwrap_or_default().split(' ');
    words.next().unwrap_or("unknown").to_owned()
}
