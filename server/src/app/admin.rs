//! The API of the gateway: its address, accounts and TLS.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use rustls::ServerConfig;
use tokio::net::{TcpListener, lookup_host};

use super::log_settings;
use crate::api::{ApiOptions, ApiState, LiveOptions};
use crate::auth::admin::{
    Account, Administrators, FIRST_NAME, FirstAccountError, SigningPair, TokenRules, first_account,
};
use crate::config::{
    Configuration, GatewayParameters, ParameterError, TlsParameters, TokenParameters,
};
use crate::control::logs::Logs;
use crate::control::objects::Objects;
use crate::control::vitals::Vitals;
use crate::control::{Control, Follower, accounts};
use crate::net::tls;
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
    let mut addresses = lookup_host((gateway.admin_host.as_str(), gateway.admin_port))
        .await
        .with_context(|| place.clone())?;
    let address = addresses.next().with_context(|| place.clone())?;
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
    let (followed, workers) = (Arc::clone(&administrators), sessions.clone());
    let control = Control::new(Arc::new(sessions), objects, administrators, store);
    let control = control
        .with_follower(follow_logs(logs.clone()))
        .with_follower(check_audit_file())
        .with_follower(follow_options(live.clone()))
        .with_follower(follow_tls(live.clone()))
        .with_follower(follow_tokens(followed))
        .with_follower(follow_classifications(workers))
        .observed(logs, vitals);
    let workbench = control.workbench().clone();
    workbench.set_rules(gateway.admin_sql.into());
    let control = control.with_follower(follow_sql(workbench));
    let state = ApiState::new(control, live);
    Ok(Some(Admin {
        listener,
        state,
        address,
        secure,
    }))
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
    const PARAMETERS: &[&str] = &[
        "admin_audit",
        "admin_audit_exclude_methods",
        "admin_audit_file",
        "admin_hide_sql",
        "admin_jwt_max_age",
        "admin_log_auth_failures",
    ];
    Follower::new(PARAMETERS, move |gateway| {
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
    Follower::new(&["admin_audit", "admin_audit_file"], |gateway| {
        gateway.check_audit_file()?;
        Ok(Box::new(|| {}))
    })
}

/// The API's TLS; `None` when it has no certificate.
fn tls(gateway: &GatewayParameters) -> Result<Option<Arc<ServerConfig>>, ParameterError> {
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

/// What the certificate of the API is for.
const OF_CERTIFICATE: &[&str] = &["admin_ssl_ca", "admin_ssl_cert", "admin_ssl_key"];

/// The API has the certificate that the gateway's parameters name.
fn follow_tls(live: LiveOptions) -> Follower {
    Follower::new(OF_CERTIFICATE, move |gateway| {
        let (live, tls) = (live.clone(), tls(gateway)?);
        Ok(Box::new(move || live.change(|options| options.tls = tls)))
    })
}

/// Tokens are signed as the gateway's parameters say.
fn follow_tokens(administrators: Arc<Administrators>) -> Follower {
    Follower::new(OF_CERTIFICATE, move |gateway| {
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
    Follower::new(&["query_classifier_cache_size"], move |gateway| {
        let (workers, bytes) = (workers.clone(), gateway.query_classifier_cache_size);
        Ok(Box::new(move || {
            tokio::spawn(async move { workers.remember_statements(bytes).await });
        }))
    })
}

/// Connections that run statements go by the gateway's parameters.
fn follow_sql(workbench: Workbench) -> Follower {
    const PARAMETERS: &[&str] = &[
        "admin_sql",
        "admin_sql_idle_timeout",
        "admin_sql_query_timeout",
    ];
    Follower::new(PARAMETERS, move |gateway| {
        let (workbench, rules) = (workbench.clone(), gateway.admin_sql.into());
        Ok(Box::new(move || workbench.set_rules(rules)))
    })
}

/// The log goes by the gateway's parameters.
fn follow_logs(logs: Logs) -> Follower {
    const PARAMETERS: &[&str] = &[
        "log_debug",
        "log_info",
        "log_notice",
        "log_throttling",
        "log_warning",
        "maxlog",
    ];
    Follower::new(PARAMETERS, move |gateway| {
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
    use crate::config::parameter::Effect;
    use crate::config::{SqlParameters, tables};
    use crate::workbench::{Target, Targets, WorkbenchError};

    /// There is nothing to connect to.
    struct Nowhere;

    impl Targets for Nowhere {
        fn find(&self, name: &str) -> Result<Target, WorkbenchError> {
            Err(WorkbenchError::NotATarget(name.to_owned()))
        }
    }

    #[test]
    fn every_parameter_of_the_api_and_of_the_log_that_can_be_changed_is_followed() {
        let administrators = Arc::new(Administrators::new(Accounts::default()).unwrap());
        let live = LiveOptions::new(ApiOptions::default());
        let followers = [
            follow_logs(Logs::default()),
            follow_options(live.clone()),
            follow_tls(live),
            follow_tokens(administrators),
            follow_sql(Workbench::new(
                Arc::new(Nowhere),
                SqlParameters::default().into(),
            )),
        ];
        let followed: Vec<&str> = followers
            .iter()
            .flat_map(|follower| follower.parameters)
            .copied()
            .collect();
        for spec in tables::MAXSCALE.iter().filter(|spec| !spec.is_alias()) {
            let of_ours = ["admin_", "log_", "maxlog"]
                .iter()
                .any(|begin| spec.name.starts_with(begin));
            if of_ours && spec.modifiable && spec.effect == Effect::Used {
                assert!(followed.contains(&spec.name), "{}", spec.name);
            }
        }
        for name in followed {
            let mut known = tables::MAXSCALE.iter();
            assert!(known.any(|spec| spec.name == name), "{name}");
        }
    }
}
