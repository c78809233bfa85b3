//! One look at one server.

use std::sync::Arc;
use std::time::Duration;

use super::status::{ReplicaLink, ServerStatus, decode_facts, decode_links};
use crate::backend::{BackendError, Cause, Endpoint, QueryConnection};
use crate::config::{MonitorParameters, Secret, ServerParameters};
use crate::servers::{Server, ServerFacts};

const MARIADB_VARIABLES: &str = "SELECT @@global.version AS version, \
    @@global.server_id AS server_id, @@global.read_only AS read_only, \
    @@global.gtid_current_pos AS gtid_current_pos, @@global.gtid_binlog_pos AS gtid_binlog_pos";

const MYSQL_VARIABLES: &str = "SELECT @@global.version AS version, \
    @@global.server_id AS server_id, @@global.read_only AS read_only";

/// Access denied for want of a privilege.
const ER_SPECIFIC_ACCESS_DENIED: u16 = 1227;

/// How the servers are asked.
#[derive(Clone)]
pub(super) struct Limits {
    user: String,
    password: Secret,
    connect_attempts: u64,
    connect_timeout: Duration,
    read_timeout: Duration,
}

impl Limits {
    pub(super) fn of(parameters: &MonitorParameters) -> Self {
        Self {
            user: parameters.user.clone(),
            password: parameters.password.clone(),
            connect_attempts: parameters.backend_connect_attempts.max(1),
            connect_timeout: Duration::from_millis(parameters.backend_connect_timeout_ms),
            read_timeout: Duration::from_millis(parameters.backend_read_timeout_ms),
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
}

struct Open {
    connection: QueryConnection,
    /// With which parameters it was reached.
    parameters: Arc<ServerParameters>,
}

impl Watched {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            open: None,
            complained: false,
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
            match self.ask(&mut open.connection).await {
                Ok(status) => {
                    self.open = Some(open);
                    return Observation::Up(status);
                }
                // A second wait would only delay the news.
                Err(error) if matches!(error.cause, Cause::TimedOut(_)) => {
                    return Observation::Down(error);
                }
                // That a kept connection broke says nothing of the server as it is now.
                Err(error) => tracing::debug!("{error}; connecting anew"),
            }
        }
        match self.connect_and_ask(limits, &parameters).await {
            Ok((connection, status)) => {
                self.open = Some(Open {
                    connection,
                    parameters,
                });
                Observation::Up(status)
            }
            Err(error) if error.is_access_denied() => Observation::Refused(error),
            Err(error) => Observation::Down(error),
        }
    }

    async fn connect_and_ask(
        &mut self,
        limits: &Limits,
        parameters: &ServerParameters,
    ) -> Result<(QueryConnection, ServerStatus), BackendError> {
        let endpoint = Endpoint::new(self.server.name(), parameters)?;
        let mut attempts = limits.connect_attempts;
        let mut connection = loop {
            let (user, password) = (&limits.user, &limits.password);
            match QueryConnection::connect(&endpoint, user, password, limits.connect_timeout).await
            {
                Ok(connection) => break connection,
                Err(error) if attempts <= 1 || error.is_access_denied() => return Err(error),
                Err(_) => attempts -= 1,
            }
        };
        connection.set_timeout(limits.read_timeout);
        let status = self.ask(&mut connection).await?;
        Ok((connection, status))
    }

    async fn ask(
        &mut self,
        connection: &mut QueryConnection,
    ) -> Result<ServerStatus, BackendError> {
        let is_mariadb = connection.server_version().contains("MariaDB");
        let variables = if is_mariadb {
            MARIADB_VARIABLES
        } else {
            MYSQL_VARIABLES
        };
        let facts = ServerFacts {
            capabilities: connection.server_capabilities().bits(),
            collation: connection.server_collation(),
            ..decode_facts(&connection.query(variables).await?)
        };
        let links = self.ask_replication(connection, is_mariadb).await?;
        Ok(ServerStatus { facts, links })
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
            tracing::warn!("no role without a look at the replication: {error}");
        }
        Ok(None)
    }
}
