//! The API of the gateway: its address, accounts and TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rustls::ServerConfig;
use tokio::net::TcpListener;

use super::log_settings;
use crate::api::{ApiOptions, ApiState, LiveOptions};
use crate::auth::admin::{
    Account, Administrators, FIRST_NAME, FirstAccountError, SigningPair, TokenRules,
    begin_versions, first_account,
};
use crate::config::parameter::Part;
use crate::config::{
    Configuration, GatewayParameters, ParameterError, TlsParameters, TokenParameters,
};
use crate::control::logs::Logs;
use crate::control::objects::Objects;
use crate::control::vitals::Vitals;
use crate::control::{Control, Follower, accounts};
use crate::net::{HostLookup, tls};
use crate::sessions::SessionDirectory;
use crate::store::Store;
use crate::workbench::Workbench;

/// An API that is bound and not served yet.
pub(super) struct Admin {
    pub listener: TcpListener,
    pub state: ApiState,
    pub address: SocketAddr,
    pub secure: bool,
}

/// How many versions are left out for each record of the audit: objects whose relationships are shown
/// get another version without a record of their own.
const VERSIONS_PER_RECORD: u64 = 1000;

/// Binds the API's address; `None` when `admin_enabled` is off.
pub(super) async fn admin(
    configuration: &Configuration,
    sessions: SessionDirectory,
    objects: Objects,
    store: Arc<Store>,
    logs: Logs,
) -> anyhow::Result<Option<Admin>> {
    let gateway = &configuration.maxscale.parameters;
    if !gateway.admin_enabled {
        return Ok(None);
    }
    let place = format!(
        "admin_host={}, admin_port={}",
        gateway.admin_host, gateway.admin_port
    );
    let ip = HostLookup::of_the_system()
        .address(&gateway.admin_host)
        .await;
    let address = SocketAddr::new(ip.with_context(|| place.clone())?, gateway.admin_port);
    // Each change that moves versions has left a record, and has moved fewer than that.
    let version = store.audit_len()? * VERSIONS_PER_RECORD + 1;
    objects.begin_versions(version);
    begin_versions(version);
    let first = || first_account(address.ip(), |name| std::env::var_os(name));
    let accounts = accounts(&store.overlay()?, FIRST_NAME, || {
        first().map_err(anyhow::Error::from)
    })?;
    let open = !address.ip().to_canonical().is_loopback();
    if open && accounts.all().any(Account::is_well_known) {
        return Err(FirstAccountError::NoPassword(address.ip()).into());
    }
    let administrators = Arc::new(Administrators::new(accounts)?);
    administrators.set_token_rules(token_rules(gateway)?);
    let tls = tls(gateway)?;
    let secure = tls.is_some();
    let live = LiveOptions::new(ApiOptions {
        tls,
        ..options(gateway)
    });
    let listener = TcpListener::bind(address).await.with_context(|| place)?;
    let vitals = Vitals::new(Some(sessions.clone()), objects.clone());
    tokio::spawn(vitals.clone().run());
    let (those_let_in, workers) = (Arc::clone(&administrators), sessions.clone());
    let control = Control::new(Arc::new(sessions), objects, administrators, store);
    control.workbench().set_rules(gateway.admin_sql.into());
    let followed = Followed {
        logs: &logs,
        live: &live,
        administrators: &those_let_in,
        workers: &workers,
        workbench: control.workbench(),
    };
    let followers = followed.followers();
    let control = control.with_followers(followers).observed(logs, vitals);
    let state = ApiState::new(control, live);
    Ok(Some(Admin {
        listener,
        state,
        address,
        secure,
    }))
}

/// What goes by parameters of the gateway that can be changed at run time.
struct Followed<'a> {
    logs: &'a Logs,
    live: &'a LiveOptions,
    administrators: &'a Arc<Administrators>,
    workers: &'a SessionDirectory,
    workbench: &'a Workbench,
}

impl Followed<'_> {
    fn followers(&self) -> [Follower; 7] {
        [
            follow_logs(self.logs.clone()),
            check_audit_file(),
            follow_options(self.live.clone()),
            follow_tls(self.live.clone()),
            follow_tokens(Arc::clone(self.administrators)),
            follow_classifications(self.workers.clone()),
            follow_sql(self.workbench.clone()),
        ]
    }
}

/// How the API is served by these parameters, but for TLS.
fn options(gateway: &GatewayParameters) -> ApiOptions {
    ApiOptions {
        tls: None,
        secure_gui: gateway.admin_secure_gui,
        gui: gateway.admin_gui,
        hide_sql: gateway.admin_hide_sql,
        authenticates: gateway.admin_auth,
        audit: gateway.admin_audit.clone(),
        log_auth_failures: gateway.admin_log_auth_failures,
        token_age_max: Duration::from_millis(gateway.admin_jwt_max_age_ms),
        readonly_hosts: gateway.admin_readonly_hosts.clone(),
        readwrite_hosts: gateway.admin_readwrite_hosts.clone(),
    }
}

/// The API goes by the gateway's parameters.
fn follow_options(live: LiveOptions) -> Follower {
    Follower::new(Part::Api, move |gateway| {
        let (live, options) = (live.clone(), options(gateway));
        Ok(Box::new(move || {
            live.change(|present| {
                let tls = present.tls.take();
                *present = ApiOptions { tls, ..options };
            });
        }))
    })
}

/// A file of requests that can't be written is refused, but holds up no change of something else.
fn check_audit_file() -> Follower {
    Follower::new(Part::AuditFile, |gateway| {
        gateway.check_audit_file()?;
        Ok(Box::new(|| {}))
    })
}

/// The API's TLS; `None` when it has no certificate.
pub(super) fn tls(
    gateway: &GatewayParameters,
) -> Result<Option<Arc<ServerConfig>>, ParameterError> {
    let (Some(key), Some(cert)) = (&gateway.admin_ssl_key, &gateway.admin_ssl_cert) else {
        return Ok(None);
    };
    let acceptor = tls::admin_acceptor(&TlsParameters {
        enabled: true,
        ca: gateway.admin_ssl_ca.clone(),
        key: Some(key.clone()),
        cert: Some(cert.clone()),
        versions: gateway.admin_ssl_version,
        ..TlsParameters::default()
    });
    let acceptor = acceptor.map_err(|error| ParameterError {
        parameter: "admin_ssl_cert".to_owned(),
        message: error.to_string(),
    });
    Ok(Some(Arc::clone(acceptor?.config())))
}

/// The API has the certificate that the gateway's parameters name.
fn follow_tls(live: LiveOptions) -> Follower {
    Follower::new(Part::Certificate, move |gateway| {
        let (live, tls) = (live.clone(), tls(gateway)?);
        Ok(Box::new(move || live.change(|options| options.tls = tls)))
    })
}

/// Tokens are signed as the gateway's parameters say.
fn follow_tokens(administrators: Arc<Administrators>) -> Follower {
    Follower::new(Part::Certificate, move |gateway| {
        let rules = token_rules(gateway)?;
        let administrators = Arc::clone(&administrators);
        Ok(Box::new(move || administrators.set_token_rules(rules)))
    })
}

/// How tokens are signed by these parameters.
fn token_rules(gateway: &GatewayParameters) -> Result<TokenRules, ParameterError> {
    let TokenParameters {
        algorithm,
        key,
        issuer,
    } = &gateway.admin_jwt;
    let secret = key.as_ref().map(|key| key.expose().as_bytes().to_vec());
    // A key of one's own that is given is for a signature of that kind.
    let by_certificate =
        gateway.admin_jwt.is_asymmetric() || (algorithm == "auto" && secret.is_none());
    let pair = match (&gateway.admin_ssl_key, &gateway.admin_ssl_cert) {
        (Some(key), Some(cert)) if by_certificate => {
            let pair = tls::key_pair(key, cert).map_err(|error| ParameterError {
                parameter: "admin_ssl_key".to_owned(),
                message: error.to_string(),
            })?;
            let (private, public) = pair;
            Some(SigningPair { private, public })
        }
        _ => None,
    };
    TokenRules::new(algorithm, secret, pair.as_ref(), issuer).map_err(|error| ParameterError {
        parameter: "admin_jwt_algorithm".to_owned(),
        message: error.to_string(),
    })
}

/// Workers remember as many statements as the gateway's parameters say.
fn follow_classifications(workers: SessionDirectory) -> Follower {
    Follower::new(Part::Statements, move |gateway| {
        let (workers, bytes) = (workers.clone(), gateway.query_classifier_cache_size);
        Ok(Box::new(move || {
            tokio::spawn(async move { workers.remember_statements(bytes).await });
        }))
    })
}

/// Connections that run statements go by the gateway's parameters.
fn follow_sql(workbench: Workbench) -> Follower {
    Follower::new(Part::Sql, move |gateway| {
        let (workbench, rules) = (workbench.clone(), gateway.admin_sql.into());
        Ok(Box::new(move || workbench.set_rules(rules)))
    })
}

/// The log goes by the gateway's parameters.
fn follow_logs(logs: Logs) -> Follower {
    Follower::new(Part::Log, move |gateway| {
        let (logs, settings) = (logs.clone(), log_settings(&gateway.log));
        Ok(Box::new(move || {
            logs.set_levels(settings.levels);
            logs.set_throttling(settings.throttling);
            logs.set_to_file(settings.to_file);
        }))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::admin::Accounts;
    use crate::config::SqlParameters;
    use crate::workbench::{Target, Targets, WorkbenchError};

    /// There is nothing to connect to.
    struct Nowhere;

    impl Targets for Nowhere {
        fn find(&self, name: &str) -> Result<Target, WorkbenchError> {
            Err(WorkbenchError::NotATarget(name.to_owned()))
        }
    }

    #[test]
    fn every_part_of_the_gateway_that_goes_by_parameters_follows_them() {
        let followed = Followed {
            logs: &Logs::default(),
            live: &LiveOptions::new(ApiOptions::default()),
            administrators: &Arc::new(Administrators::new(Accounts::default()).unwrap()),
            workers: &SessionDirectory::without_workers(),
            workbench: &Workbench::new(Arc::new(Nowhere), SqlParameters::default().into()),
        };
        let followers = followed.followers();
        for part in Part::ALL {
            // Objects follow the layout, which has the parameters in it.
            let follows = followers.iter().any(|follower| follower.part == part);
            assert!(follows || part == Part::Objects, "{part:?}");
        }
    }
}
