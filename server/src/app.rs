//! The composition root: puts the rooms together, starts and stops them.

mod admin;
mod build;
mod contents;
mod manual;
mod offline;
mod options;
mod persisted;
mod process;

use std::io::Write;
use std::sync::{Arc, Weak};
use std::time::Duration;

use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinSet;

use self::admin::{Admin, admin};
use self::build::build;
pub use self::options::{AuditCommand, Command, Options, OverlayCommand};
use crate::api;
use crate::config::{self, ConfigError, Configuration, LogParameters};
use crate::control::logs::Logs;
use crate::filters;
use crate::net::tell_supervisor;
use crate::servers::{Server, ServerRegistry, ServerStates};
use crate::sessions::SessionDirectory;
use crate::store::Store;
use crate::telemetry::log::{self, LogLevels, LogSettings, Throttling};

/// Why the gateway does not run.
#[derive(Debug)]
pub enum Failure {
    /// The configuration file can't be used.
    Config(Vec<ConfigError>),
    /// Something else.
    Start(anyhow::Error),
    /// Something that nobody wants to read about.
    Silent,
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
            Self::Silent => {}
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
        to_file: parameters.maxlog,
        levels: LogLevels {
            warning: parameters.warning,
            notice: parameters.notice,
            info: parameters.info,
            debug: parameters.debug,
        },
        throttling: Throttling {
            count: parameters.throttling.count,
            window: Duration::from_millis(parameters.throttling.window_ms),
            rest: Duration::from_millis(parameters.throttling.suppress_ms),
        },
    }
}

/// Performs a command, or checks the configuration, or serves until SIGTERM or SIGINT.
pub fn run(options: &Options) -> Result<(), Failure> {
    if let Some(command) = &options.command {
        return offline::perform(command, &options.config);
    }
    if options.check {
        let (configuration, _) = persisted::look(&options.config)?;
        config::check_audit_file(&configuration).map_err(Failure::Config)?;
        contents::check(&configuration)?;
        print_lines(
            configuration
                .warnings
                .iter()
                .map(|warning| format!("warning: {warning}")),
        );
        return Ok(());
    }
    let (configuration, store) = persisted::open(&options.config)?;
    contents::check(&configuration)?;
    let log = log::init(&log_settings(&configuration.maxscale.parameters.log))
        .map_err(|error| anyhow::anyhow!("the log: {error}"))?;
    for warning in &configuration.warnings {
        tracing::warn!("{warning}");
    }
    process::allow_core_file(configuration.maxscale.parameters.core_file);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CONTROL_THREADS)
        .thread_name("control")
        .enable_all()
        .build()
        .map_err(|error| anyhow::anyhow!("the control runtime: {error}"))?;
    let served = runtime.block_on(serve(configuration, store, Logs::new(log.handle())));
    // A look-up of a host's name may hang; it is not waited for.
    runtime.shutdown_timeout(Duration::ZERO);
    served?;
    Ok(())
}

/// How long writing what filters have logged may take when the gateway stops.
const FLUSH_WITHIN: Duration = Duration::from_secs(2);
/// Threads for the API, monitors and account readers: the workers need the cores.
const CONTROL_THREADS: usize = 1;

async fn serve(configuration: Configuration, store: Arc<Store>, logs: Logs) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A file that may not grow is an error of who writes it, and no reason to end.
    let _file_too_large = signal(SignalKind::from_raw(Signal::XFSZ.as_raw()))?;
    let (stop, stopping) = watch::channel(false);
    let (workers, objects) = build(&configuration, stopping.clone()).await?;
    let background = tokio::spawn(tell_of_changes(
        objects.server_registry(),
        workers.directory(),
        stopping.clone(),
    ));
    let api = match admin(
        &configuration,
        workers.directory(),
        objects.clone(),
        store,
        logs,
    )
    .await?
    {
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
    objects.start().await;
    tracing::info!("ready");
    tell("READY=1");
    tokio::select! {
        _ = terminate.recv() => tracing::info!("stopping: SIGTERM"),
        _ = interrupt.recv() => tracing::info!("stopping: SIGINT"),
    }
    tell("STOPPING=1");
    objects.close().await;
    stop.send_replace(true);
    workers.stop().await;
    objects.stop_monitors().await;
    if let Some(api) = api {
        api.await?;
    }
    background.await?;
    tokio::task::spawn_blocking(|| filters::flush_logs(FLUSH_WITHIN)).await?;
    tracing::info!("stopped");
    Ok(())
}

/// Tells the process manager, when there is one that wants to know.
fn tell(state: &str) {
    if let Some(socket) = std::env::var_os("NOTIFY_SOCKET")
        && let Err(error) = tell_supervisor(&socket, state)
    {
        tracing::warn!("NOTIFY_SOCKET can't be told {state}: {error}");
    }
}

/// Tells sessions when a server's states change.
async fn tell_of_changes(
    servers: ServerRegistry,
    sessions: SessionDirectory,
    mut stopping: watch::Receiver<bool>,
) {
    let mut additions = servers.watch_additions();
    let mut known: Vec<Weak<Server>> = Vec::new();
    let mut watching = JoinSet::new();
    loop {
        known.retain(|server| server.strong_count() > 0);
        for server in servers.all().iter() {
            let weak = Arc::downgrade(server);
            if !known.iter().any(|known| known.ptr_eq(&weak)) {
                known.push(weak.clone());
                watching.spawn(tell_of(
                    (server.states(), server.evictions()),
                    server.watch(),
                    weak,
                    sessions.clone(),
                ));
            }
        }
        tokio::select! {
            _ = stopping.wait_for(|&stop| stop) => return,
            added = additions.changed() => if added.is_err() { return },
            Some(_) = watching.join_next() => {}
        }
    }
}

/// Tells of one server, as long as anybody has it: sessions may when it is removed already.
async fn tell_of(
    mut known: (ServerStates, u64),
    mut changes: watch::Receiver<u64>,
    server: Weak<Server>,
    sessions: SessionDirectory,
) {
    while changes.changed().await.is_ok() {
        let Some(server) = server.upgrade() else {
            return;
        };
        let now = (server.states(), server.evictions());
        drop(server);
        if now != known {
            known = now;
            sessions.servers_changed().await;
        }
    }
}
