//! The gateway under test: the `sluicegate` program with a configuration of its own.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::time::Duration;

use crate::api::Api;
use crate::clients::Endpoint;
use crate::cnf::Cnf;
use crate::mariadb::{MONITOR_ACCOUNT, MariaDb, SERVICE_ACCOUNT};
use crate::measure;
use crate::ports::free_port;
use crate::process::{Process, Signal};
use crate::raw::RawClient;
use crate::scratch;
use crate::waiting::{PATIENCE, eventually};

/// How long a clean end may take.
pub const STOP_TIME_MAX: Duration = Duration::from_secs(5);

/// A running gateway. Dropping it ends it with SIGTERM and panics when that is not clean.
#[derive(Debug)]
pub struct Gateway {
    process: Process,
    admin_port: u16,
    port: u16,
    folder: PathBuf,
    ended: bool,
}

/// What a gateway is started with.
#[derive(Debug, Clone)]
pub struct Setup {
    /// The configuration; sections `maxscale`, `server1`.., `Monitor`, `Main`, `Main-Listener`
    /// are there already.
    pub cnf: Cnf,
    admin_port: u16,
    port: u16,
    folder: PathBuf,
    keeps_routers: bool,
}

impl Setup {
    /// The usual configuration: a monitor, one readconnroute service over all servers, one TCP
    /// listener, the REST API.
    pub fn new(servers: &[&MariaDb]) -> Self {
        let ports: Vec<u16> = servers.iter().map(|server| server.port()).collect();
        let mut setup = Self::in_folder(
            scratch::folder("gateway"),
            &ports,
            (free_port(), free_port()),
        );
        // A test that fails shows the log.
        setup.cnf.section("maxscale").set("log_info", true);
        setup
    }

    /// The usual configuration with the given ports of listener and REST API.
    pub fn in_folder(folder: PathBuf, servers: &[u16], (port, admin_port): (u16, u16)) -> Self {
        let mut cnf = Cnf::new();
        cnf.section("maxscale")
            .set("threads", 2)
            .set("max_auth_errors_until_block", 0)
            .set("admin_host", "127.0.0.1")
            .set("admin_port", admin_port)
            .set("admin_secure_gui", false)
            .set("datadir", folder.join("data").display());
        let mut names = Vec::new();
        for (at, server) in servers.iter().enumerate() {
            let name = format!("server{}", at + 1);
            cnf.section(&name)
                .set("type", "server")
                .set("address", "127.0.0.1")
                .set("port", server);
            names.push(name);
        }
        let names = names.join(",");
        cnf.section("Monitor")
            .set("type", "monitor")
            .set("module", "mariadbmon")
            .set("servers", &names)
            .set("user", MONITOR_ACCOUNT.0)
            .set("password", MONITOR_ACCOUNT.1)
            .set("monitor_interval", "500ms");
        cnf.service("Main", "readconnroute")
            .set("router_options", "master")
            .set("servers", &names);
        cnf.listener("Main-Listener", "Main", port);
        std::fs::create_dir_all(folder.join("data")).expect("the gateway's folder can be made");
        Self {
            cnf,
            admin_port,
            port,
            folder,
            keeps_routers: false,
        }
    }

    /// Services keep the routers that they have, whatever `SLUICEGATE_ROUTER` says: it is them that the
    /// test is about.
    pub fn keep_routers(&mut self) {
        self.keeps_routers = true;
    }

    /// The folder of its files.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes the configuration file.
    pub fn write(&self) -> PathBuf {
        let path = self.folder.join("sluicegate.cnf");
        let mut cnf = self.cnf.clone();
        if is_rerouted() && !self.keeps_routers {
            cnf.route_all_by(&router());
        }
        std::fs::write(&path, cnf.text()).expect("the configuration can be written");
        path
    }

    /// Starts the gateway and waits until it takes clients.
    pub async fn start(self) -> Gateway {
        let mut gateway = self.start_unready();
        gateway.ready().await;
        gateway
    }

    /// The ports of the listener and of the REST API.
    pub fn ports(&self) -> (u16, u16) {
        (self.port, self.admin_port)
    }

    /// Starts the gateway; it may be one that never takes clients.
    pub fn start_unready(self) -> Gateway {
        self.write();
        let ports = self.ports();
        self.start_as_written(ports)
    }

    /// Starts the gateway with the file that is there, which has these ports.
    pub fn start_as_written(self, (port, admin_port): (u16, u16)) -> Gateway {
        let folder = self.folder;
        Gateway {
            process: launch(&folder),
            admin_port,
            port,
            folder,
            ended: false,
        }
    }
}

impl Gateway {
    /// A gateway with the usual configuration.
    pub async fn start(servers: &[&MariaDb]) -> Self {
        Setup::new(servers).start().await
    }

    /// The usual listener.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint::Tcp(self.port)
    }

    /// The usual listener's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The REST API's port.
    pub fn admin_port(&self) -> u16 {
        self.admin_port
    }

    /// The REST API with the first account.
    pub fn api(&self) -> Api {
        Api::new(self.admin_port)
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Its folder: configuration, log, data.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What it has logged.
    pub fn log_text(&self) -> String {
        self.process.log_text()
    }

    /// Waits until it has logged that: lines are written by a thread of its own, behind what they
    /// tell of.
    pub async fn logs(&self, text: &str) {
        let what = format!("the log says {text}");
        eventually(PATIENCE, &what, async || {
            self.log_text().contains(text).then_some(())
        })
        .await;
    }

    /// Ends it with SIGTERM; how it ended.
    pub async fn stop(&mut self) -> ExitStatus {
        self.process.signal(Signal::TERM);
        let status = self.process.ended(STOP_TIME_MAX).await;
        self.ended = true;
        status
    }

    /// Ends it with SIGKILL.
    pub async fn kill(&mut self) {
        self.process.signal(Signal::KILL);
        self.ended().await;
    }

    /// Halts it (SIGSTOP): connections stay open and nothing answers.
    pub async fn freeze(&self) {
        self.process.signal(Signal::STOP);
        eventually(
            PATIENCE,
            "all threads of the gateway have halted",
            async || measure::is_halted(self.pid()).then_some(()),
        )
        .await;
    }

    /// Lets it go on after `freeze`.
    pub fn thaw(&self) {
        self.process.signal(Signal::CONT);
    }

    /// Waits until it has ended by itself; how it ended.
    pub async fn ended(&mut self) -> ExitStatus {
        let status = self.process.ended(STOP_TIME_MAX).await;
        self.ended = true;
        status
    }

    /// Starts it again after its end, with the file and the data that are there.
    pub async fn restart(&mut self) {
        self.process = launch(&self.folder);
        self.ended = false;
        self.ready().await;
    }

    /// Panics when it has ended.
    pub fn assert_running(&mut self) {
        self.process.assert_running();
    }

    /// Waits until the API answers.
    pub async fn answers(&mut self) -> Api {
        let api = self.api();
        eventually(PATIENCE, "the API answers", async || {
            self.assert_running();
            api.is_up().await.then_some(())
        })
        .await;
        api
    }

    /// Ready when the API answers, the listener greets and the monitor has seen a server.
    async fn ready(&mut self) {
        let login = crate::raw::Login::new(SERVICE_ACCOUNT.0, SERVICE_ACCOUNT.1);
        let api = self.api();
        let port = self.port;
        let mut last = String::new();
        let begin = std::time::Instant::now();
        eventually(PATIENCE * 2, "the gateway takes clients", async || {
            self.process.assert_running();
            if api.is_up().await {
                match RawClient::logged_in(port, &login).await {
                    Ok(_) => return Some(()),
                    Err(error) => last = error.to_string(),
                }
            }
            let log = self.process.log_text();
            assert!(
                begin.elapsed() < PATIENCE,
                "the gateway takes no clients: {last}\n{log}"
            );
            None
        })
        .await;
    }
}

fn launch(folder: &Path) -> Process {
    let config = folder.join("sluicegate.cnf");
    let log = folder.join("stderr.log");
    let arguments = ["--config".as_ref(), config.as_os_str()];
    Process::start("sluicegate", &program(), arguments, &log)
}

impl Drop for Gateway {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        if std::thread::panicking() {
            eprintln!("---- log of the gateway:\n{}", tail(&self.log_text()));
            return;
        }
        self.process.assert_running();
        self.process.signal(Signal::TERM);
        match self.process.ended_blocking(STOP_TIME_MAX) {
            Some(status) if status.success() => {}
            end => panic!(
                "the gateway did not end cleanly: {end:?}\n{}",
                self.log_text()
            ),
        }
    }
}

/// The router of services that don't say otherwise: `$SLUICEGATE_ROUTER`, or readconnroute.
pub fn router() -> String {
    let named = std::env::var("SLUICEGATE_ROUTER");
    named.unwrap_or_else(|_| "readconnroute".to_owned())
}

/// Whether services have another router than readconnroute. Tests of what only that does say so.
pub fn is_rerouted() -> bool {
    router() != "readconnroute"
}

/// The program under test: beside the running test, or `$SLUICEGATE`.
pub fn program() -> PathBuf {
    let path = std::env::var_os("SLUICEGATE")
        .map_or_else(|| scratch::profile_dir().join("sluicegate"), PathBuf::from);
    assert!(
        path.is_file(),
        "{} is missing: cargo build --bin sluicegate, or set SLUICEGATE",
        path.display()
    );
    path
}

fn tail(text: &str) -> &str {
    let lines_max = 60;
    let cut = text
        .rmatch_indices('\n')
        .nth(lines_max)
        .map_or(0, |(at, _)| at + 1);
    &text[cut..]
}
