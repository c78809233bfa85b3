//! The composition root: puts the rooms together, starts and stops them.

mod admin;
mod build;
mod persisted;

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use self::admin::{Admin, admin};
use self::build::{Parts, build, start_monitors};
use crate::api;
use crate::config::{ConfigError, Configuration, LogParameters};
use crate::control::objects::Objects;
use crate::filters;
use crate::monitors::MonitorHandle;
use crate::servers::ServerRegistry;
use crate::services::AccountReader;
use crate::sessions::SessionDirectory;
use crate::store::Store;
use crate::telemetry::log::{self, LogLevels, LogSettings};

/// A session gateway for MariaDB and MySQL.
#[derive(Debug, clap::Parser)]
#[command(name = "sluicegate", version)]
pub struct Options {
    /// The configuration file.
    #[arg(long, short = 'f', value_name = "FILE")]
    pub config: PathBuf,
    /// Only checks the configuration file: exit code 0 when it can be used.
    #[arg(long)]
    pub check: bool,
}

/// Why the gateway does not run.
#[derive(Debug)]
pub enum Failure {
    /// The configuration file can't be used.
    Config(Vec<ConfigError>),
    /// Something else.
    Start(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Start(error)
    }
}

impl Failure {
    /// Says on standard error what is wrong, a line each.
    pub fn report(&self) {
        match self {
            Self::Config(errors) => print_lines(errors.iter().map(ToString::to_string)),
            Self::Start(error) => print_lines([format!("sluicegate: {error:#}")]),
        }
    }
}

fn print_lines(lines: impl IntoIterator<Item = String>) {
    let mut stderr = std::io::stderr().lock();
    for line in lines {
        // Nobody is left to tell when standard error is closed.
        let _ = writeln!(stderr, "{line}");
    }
}

fn log_settings(parameters: &LogParameters) -> LogSettings {
    LogSettings {
        logdir: parameters.logdir.clone(),
        levels: LogLevels {
            warning: parameters.warning,
            notice: parameters.notice,
            info: parameters.info,
            debug: parameters.debug,
        },
    }
}

/// Checks the configuration, or serves until SIGTERM or SIGINT.
pub fn run(options: &Options) -> Result<(), Failure> {
    if options.check {
        let (configuration, _) = persisted::look(&options.config)?;
        print_lines(
            configuration
                .warnings
                .iter()
                .map(|warning| format!("warning: {warning}")),
        );
        return Ok(());
    }
    let (configuration, store) = persisted::open(&options.config)?;
    let _log = log::init(&log_settings(&configuration.maxscale.parameters.log))
        .map_err(|error| anyhow::anyhow!("the log: {error}"))?;
    for warning in &configuration.warnings {
        tracing::warn!("{warning}");
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CONTROL_THREADS)
        .thread_name("control")
        .enable_all()
        .build()
        .map_err(|error| anyhow::anyhow!("the control runtime: {error}"))?;
    let served = runtime.block_on(serve(configuration, store));
    // A look-up of a host's name may hang; it is not waited for.
    runtime.shutdown_timeout(Duration::ZERO);
    served?;
    Ok(())
}

/// How long writing what filters have logged may take when the gateway stops.
const FLUSH_WITHIN: Duration = Duration::from_secs(2);
/// Threads for the API, monitors and account readers: the workers need the cores.
const CONTROL_THREADS: usize = 1;

async fn serve(configuration: Configuration, store: Arc<Store>) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let (stop, stopping) = watch::channel(false);
    let Parts {
        workers,
        listeners,
        services,
        servers,
        readers,
        filters,
    } = build(&configuration)?;
    let monitors = start_monitors(&configuration, &servers);
    let objects = Objects::new(
        configuration.clone(),
        servers.clone(),
        services,
        filters,
        monitors.clone(),
    );
    let background = tokio::spawn(tell_of_changes(
        servers,
        workers.directory(),
        stopping.clone(),
    ));
    let api = match admin(&configuration, workers.directory(), objects, store).await? {
        Some(Admin {
            listener,
            state,
            address,
            secure,
        }) => {
            let scheme = if secure { "https" } else { "http" };
            tracing::info!("console at {scheme}://{address}/console/");
            let mut stopping = stopping.clone();
            let stopped = async move {
                // An error means that the gateway is stopping as well.
                let _ = stopping.changed().await;
            };
            Some(tokio::spawn(api::serve(listener, state, stopped)))
        }
        None => None,
    };
    look_first(&monitors, readers, &stopping).await;
    for listener in &listeners {
        listener.open(&workers).await;
        tracing::info!("listener '{}' accepts clients", listener.name);
    }
    tracing::info!("ready");
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
    }
    for listener in &listeners {
        listener.close();
    }
    stop.send_replace(true);
    workers.stop().await;
    for monitor in monitors {
        monitor.stop().await;
    }
    if let Some(api) = api {
        api.await?;
    }
    background.await?;
    tokio::task::spawn_blocking(|| filters::flush_logs(FLUSH_WITHIN)).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Waits until every server was looked at, and the accounts were read.
async fn look_first(
    monitors: &[MonitorHandle],
    readers: Vec<AccountReader>,
    stopping: &watch::Receiver<bool>,
) {
    for monitor in monitors {
        monitor.first_round().await;
    }
    for mut reader in readers {
        reader.read_first().await;
        tokio::spawn(reader.run(stopping.clone()));
    }
}

/// Tells sessions when a server's states change.
async fn tell_of_changes(
    servers: ServerRegistry,
    sessions: SessionDirectory,
    stopping: watch::Receiver<bool>,
) {
    let watchers = servers
        .all()
        .iter()
        .cloned()
        .map(|server| {
            let (sessions, mut stopping) = (sessions.clone(), stopping.clone());
            async move {
                let mut changes = server.watch();
                let mut known = server.states();
                loop {
                    tokio::select! {
                        _ = stopping.wait_for(|&stop| stop) => return,
                        changed = changes.changed() => if changed.is_err() { return },
                    }
                    let states = server.states();
                    if states != known {
                        known = states;
                        sessions.servers_changed().await;
                    }
                }
            }
        })
        .collect::<Vec<_>>();
    let mut tasks: tokio::task::JoinSet<()> = watchers.into_iter().collect();
    while tasks.join_next().await.is_some() {}
}
