//! One look at one server.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use super::disks::{self, DISKS};
use super::status::{ServerStatus, decode_facts, decode_links, decode_running_since};
use crate::backend::{BackendError, Cause, Endpoint, QueryConnection, Retries, Step};
use crate::config::{DialParameters, DiskLimits, MonitorParameters, Secret, ServerParameters};
use crate::servers::{ReplicaLink, Server, ServerFacts, ServerStates};

const MARIADB_VARIABLES: &str = "SELECT @@global.version AS version, \
    @@global.server_id AS server_id, @@global.read_only AS read_only, \
    @@global.gtid_current_pos AS gtid_current_pos, @@global.gtid_binlog_pos AS gtid_binlog_pos, \
    @@global.gtid_domain_id AS gtid_domain_id";

const MYSQL_VARIABLES: &str = "SELECT @@global.version AS version, \
    @@global.server_id AS server_id, @@global.read_only AS read_only";

const UPTIME: &str = "SHOW GLOBAL STATUS LIKE 'Uptime'";

/// Access denied for want of a privilege.
const ER_SPECIFIC_ACCESS_DENIED: u16 = 1227;

/// How the servers are asked.
pub(super) struct Limits {
    user: String,
    password: Secret,
    connect_attempts: u64,
    connect_timeout: Duration,
    read_timeout: Duration,
    write_timeout: Duration,
    /// How often disks are looked at; `None`: never.
    disks_every: Option<Duration>,
    thresholds: DiskLimits,
    dialling: DialParameters,
}

impl Limits {
    pub(super) fn of(parameters: &MonitorParameters, dialling: DialParameters) -> Self {
        Self {
            dialling,
            user: parameters.user.clone(),
            password: parameters.password.clone(),
            connect_attempts: parameters.backend_connect_attempts.max(1),
            connect_timeout: Duration::from_millis(parameters.backend_connect_timeout_ms),
            read_timeout: Duration::from_millis(parameters.backend_read_timeout_ms),
            write_timeout: Duration::from_millis(parameters.backend_write_timeout_ms),
            disks_every: Some(parameters.disk_space_check_interval_ms)
                .filter(|every| *every > 0)
                .map(Duration::from_millis),
            thresholds: parameters.disk_space_threshold.clone(),
        }
    }
}

/// What a look at a server has shown.
pub(super) enum Observation {
    /// It cannot be reached, or does not answer.
    Down(BackendError),
    /// It does not let the monitor's user in.
    Refused(BackendError),
    /// It answers.
    Up(ServerStatus),
}

/// A server that is watched, and the connection to it that is kept between rounds.
pub(super) struct Watched {
    pub(super) server: Arc<Server>,
    open: Option<Open>,
    /// That it does not tell of its replication was logged.
    complained: bool,
    /// When its disks were looked at last.
    disks_at: Option<Instant>,
    disk_is_full: bool,
    /// What was last said in the log about its disks.
    disk_complaint: String,
}

struct Open {
    connection: QueryConnection,
    /// With which parameters it was reached.
    parameters: Arc<ServerParameters>,
    running_since: Option<SystemTime>,
}

impl Watched {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            open: None,
            complained: false,
            disks_at: None,
            disk_is_full: false,
            disk_complaint: String::new(),
        }
    }

    /// Looks at the server.
    pub(super) async fn look(&mut self, limits: &Limits) -> Observation {
        let parameters = self.server.parameters();
        let open = self
            .open
            .take()
            .filter(|open| Arc::ptr_eq(&open.parameters, &parameters));
        if let Some(mut open) = open {
            match self.ask(&mut open, limits).await {
                Ok(status) => {
                    self.open = Some(open);
                    return Observation::Up(status);
                }
                // A second wait would only delay the news.
                Err(error) if matches!(error.cause, Cause::TimedOut(_)) => {
                    return Observation::Down(error);
                }
                // That a kept connection broke says nothing of the server as it is now.
                Err(error) => {
                    let object = &**self.server.name();
                    tracing::debug!(object, "{error}; connecting anew");
                }
            }
        }
        // Connections have `backend_connect_attempts`; a server that hangs is not asked twice.
        let is_lost = |error: &BackendError| {
            error.step == Step::Querying && matches!(error.cause, Cause::Net(_))
        };
        let mut retries = Retries::new(limits.dialling.retries, Instant::now());
        let asked = loop {
            match self.connect_and_ask(limits, Arc::clone(&parameters)).await {
                Err(error) if is_lost(&error) && retries.take(Instant::now()) => {
                    let object = &**self.server.name();
                    tracing::debug!(object, "{error}; trying again");
                }
                asked => break asked,
            }
        };
        match asked {
            Ok((open, status)) => {
                self.open = Some(open);
                Observation::Up(status)
            }
            Err(error) if error.is_access_denied() => Observation::Refused(error),
            Err(error) => Observation::Down(error),
        }
    }

    async fn connect_and_ask(
        &mut self,
        limits: &Limits,
        parameters: Arc<ServerParameters>,
    ) -> Result<(Open, ServerStatus), BackendError> {
        let from = limits.dialling.from;
        let endpoint = Endpoint::new(self.server.name(), &parameters, from)?;
        let own = &parameters.monitoring;
        let user = own.user.as_ref().unwrap_or(&limits.user);
        let password = own.password.as_ref().unwrap_or(&limits.password);
        let mut attempts = limits.connect_attempts;
        let mut connection = loop {
            match QueryConnection::connect(&endpoint, user, password, limits.connect_timeout).await
            {
                Ok(connection) => break connection,
                Err(error) if attempts <= 1 || error.is_access_denied() => return Err(error),
                Err(_) => attempts -= 1,
            }
        };
        connection.set_timeouts(limits.read_timeout, limits.write_timeout);
        let uptime = connection.query(UPTIME).await?;
        let mut open = Open {
            running_since: decode_running_since(&uptime, SystemTime::now()),
            connection,
            parameters,
        };
        let status = self.ask(&mut open, limits).await?;
        Ok((open, status))
    }

    async fn ask(
        &mut self,
        open: &mut Open,
        limits: &Limits,
    ) -> Result<ServerStatus, BackendError> {
        let connection = &mut open.connection;
        let is_mariadb = connection.server_version().contains("MariaDB");
        let variables = if is_mariadb {
            MARIADB_VARIABLES
        } else {
            MYSQL_VARIABLES
        };
        let mut facts = ServerFacts {
            capabilities: connection.server_capabilities().bits(),
            collation: connection.server_collation(),
            auth_plugin: connection.server_auth_plugin().to_owned(),
            running_since: open.running_since,
            ..decode_facts(&connection.query(variables).await?)
        };
        facts.links = self.ask_replication(connection, is_mariadb).await?;
        facts.replication_lag_s = facts.lag_s();
        self.ask_disks(connection, limits, &open.parameters).await?;
        Ok(ServerStatus {
            facts,
            disk_is_full: self.disk_is_full,
        })
    }

    /// Looks at the disks, when it is time to.
    async fn ask_disks(
        &mut self,
        connection: &mut QueryConnection,
        limits: &Limits,
        parameters: &ServerParameters,
    ) -> Result<(), BackendError> {
        let own = &parameters.monitoring.disk_space_threshold;
        let thresholds = if own.is_empty() {
            &limits.thresholds
        } else {
            own
        };
        let Some(every) = limits.disks_every.filter(|_| !thresholds.is_empty()) else {
            self.disk_is_full = false;
            return Ok(());
        };
        // Of a server in maintenance the last look counts until an operator ends that.
        let in_maintenance = self.server.states().contains(ServerStates::MAINTENANCE);
        if in_maintenance || self.disks_at.is_some_and(|at| at.elapsed() < every) {
            return Ok(());
        }
        self.disks_at = Some(Instant::now());
        let complaint = match connection.query(DISKS).await {
            Ok(rows) => {
                let disks = disks::judge(&rows, thresholds);
                self.disk_is_full = disks.is_full;
                match disks.missing.as_slice() {
                    [] => String::new(),
                    missing => format!("it has no disk at {}", missing.join(", ")),
                }
            }
            Err(error) if error.server_error().is_none() => return Err(error),
            Err(error) => format!("it does not tell of its disks: {error}"),
        };
        if complaint != self.disk_complaint && !complaint.is_empty() {
            let name = &**self.server.name();
            tracing::warn!(object = name, "server '{name}': {complaint}");
        }
        self.disk_complaint = complaint;
        Ok(())
    }

    async fn ask_replication(
        &mut self,
        connection: &mut QueryConnection,
        is_mariadb: bool,
    ) -> Result<Option<Vec<ReplicaLink>>, BackendError> {
        // SHOW SLAVE STATUS is gone in MySQL 8.4, its new name is there since 8.0.22.
        let statements: &[&str] = if is_mariadb {
            &["SHOW ALL SLAVES STATUS"]
        } else {
            &["SHOW REPLICA STATUS", "SHOW SLAVE STATUS"]
        };
        let mut last = None;
        for sql in statements {
            match connection.query(sql).await {
                Ok(rows) => {
                    self.complained = false;
                    return Ok(Some(decode_links(&rows)));
                }
                Err(error) if error.server_error().is_none() => return Err(error),
                Err(error) => {
                    let denied = error.server_error().map(|error| error.code)
                        == Some(ER_SPECIFIC_ACCESS_DENIED);
                    last = Some(error);
                    if denied {
                        break;
                    }
                }
            }
        }
        if let (Some(error), false) = (last, self.complained) {
            self.complained = true;
            let object = &**self.server.name();
            tracing::warn!(object, "no role without a look at the replication: {error}");
        }
        Ok(None)
    }
}
