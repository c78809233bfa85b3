//! The API of the gateway: its address, accounts and TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use tokio::net::{TcpListener, lookup_host};

use crate::api::{ApiOptions, ApiState};
use crate::auth::admin::{Account, Administrators, FIRST_NAME, FirstAccountError, first_account};
use crate::config::{Configuration, TlsParameters};
use crate::control::logs::Logs;
use crate::control::objects::Objects;
use crate::control::{Control, accounts};
use crate::net::tls;
use crate::sessions::SessionDirectory;
use crate::store::Store;

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
    let tls = match (&gateway.admin_ssl_key, &gateway.admin_ssl_cert) {
        (Some(key), Some(cert)) => Some(tls::acceptor(&TlsParameters {
            enabled: true,
            key: Some(key.clone()),
            cert: Some(cert.clone()),
            versions: gateway.admin_ssl_version,
            ..TlsParameters::default()
        })?),
        _ => None,
    };
    let secure = tls.is_some();
    let options = ApiOptions {
        tls: tls.map(|tls| Arc::clone(tls.config())),
        secure_gui: gateway.admin_secure_gui,
    };
    let listener = TcpListener::bind(address).await.with_context(|| place)?;
    let control = Control::new(Arc::new(sessions), objects, administrators, store);
    let control = control.with_logs(logs);
    let state = ApiState::new(control, options);
    Ok(Some(Admin {
        listener,
        state,
        address,
        secure,
    }))
}
