//! The demonstration: a primary with two replicas, the gateway, and clients that come and go.

mod guide;
mod workload;

use std::fs::File;
use std::path::Path;

use crate::gateway::{Gateway, Setup};
use crate::ports::{free_port, free_port_or};
use crate::scratch;
use crate::topology::Topology;

pub use workload::VISITOR;
use workload::Workload;

/// Where the gateway listens.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// The listener whose service splits: writes to the primary, reads to the replicas.
    pub split: u16,
    /// The listener whose service has one replica per session.
    pub read: u16,
    /// The REST API and the console.
    pub admin: u16,
}

impl Ports {
    /// Those that a person expects, and others where these are taken.
    pub fn familiar() -> Self {
        Self {
            split: free_port_or(4006),
            read: free_port_or(4008),
            admin: free_port_or(8989),
        }
    }

    /// Any that are free.
    pub fn free() -> Self {
        Self {
            split: free_port(),
            read: free_port(),
            admin: free_port(),
        }
    }
}

const REPLICAS: usize = 2;
/// Names of items are nobody's business.
const MASKING_RULES: &str =
    r#"{"rules": [{"replace": {"column": "name"}, "with": {"value": "***", "fill": "*"}}]}"#;

/// Everything that runs.
pub struct Demo {
    topology: Topology,
    gateway: Gateway,
    ports: Ports,
    workload: Workload,
    _lock: File,
}

impl Demo {
    /// Starts all of it in `folder`, which the next start uses again.
    pub async fn start(folder: &Path, ports: Ports) -> Self {
        Self::start_with(folder, ports, &[]).await
    }

    /// The same with further visitors, whose passwords are their names.
    pub async fn start_with(folder: &Path, ports: Ports, visitors: &[String]) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let lock = lock(folder);
        let topology = Topology::start_in(REPLICAS, Some(folder)).await;
        workload::create_data(&topology.primary, visitors).await;
        topology.in_sync().await;

        let servers: Vec<u16> = topology
            .servers()
            .iter()
            .map(|server| server.port())
            .collect();
        let mut setup = Setup::in_folder(folder.to_owned(), &servers, (ports.split, ports.admin));
        setup.cnf.remark("Written anew by each `make run`.");
        forget_changes(folder);
        setup
            .cnf
            .section("Main")
            .set("router", "readwritesplit")
            .unset("router_options");
        setup
            .cnf
            .section("maxscale")
            .set("retain_last_statements", 20)
            .set("session_trace", 50);
        add_read_service(&mut setup, ports.read);
        add_filters(&mut setup, folder);
        let gateway = setup.start().await;
        let workload = Workload::start(ports.split, ports.read);
        Self {
            topology,
            gateway,
            ports,
            workload,
            _lock: lock,
        }
    }

    /// The gateway.
    pub fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// Where the gateway listens.
    pub fn ports(&self) -> Ports {
        self.ports
    }

    /// The gateway, to stop it.
    pub fn gateway_mut(&mut self) -> &mut Gateway {
        &mut self.gateway
    }

    /// The replicas, to stop them.
    pub fn replicas(&mut self) -> &mut [crate::mariadb::MariaDb] {
        &mut self.topology.replicas
    }

    /// What a person needs to know.
    pub fn guide(&self) -> String {
        guide::text(&self.gateway, self.ports, &self.topology)
    }

    /// Ends all of it in order.
    pub async fn stop(mut self) {
        self.workload.stop().await;
        let status = self.gateway.stop().await;
        assert!(status.success(), "the gateway ended with {status}");
        let replicas = self.topology.replicas.iter_mut();
        let mut servers: Vec<_> = replicas.collect();
        servers.push(&mut self.topology.primary);
        for server in servers {
            server.stop().await;
        }
    }
}

/// What was changed in the demonstration before this one would not fit: servers have other ports.
fn forget_changes(folder: &Path) {
    let data = folder.join("data");
    if data.exists() {
        std::fs::remove_dir_all(&data).expect("the store can be removed");
    }
    std::fs::create_dir_all(&data).expect("a folder for the store");
}

/// Readers go to the replicas.
fn add_read_service(setup: &mut Setup, port: u16) {
    setup
        .cnf
        .service("Read", "readconnroute")
        .set("router_options", "slave")
        .set("servers", "server1,server2,server3");
    setup.cnf.listener("Read-Listener", "Read", port);
}

/// Filters to try on live sessions.
fn add_filters(setup: &mut Setup, folder: &Path) {
    let rules = folder.join("mask-names.json");
    std::fs::write(&rules, MASKING_RULES).expect("a file of rules");
    setup
        .cnf
        .section("Mask-Names")
        .set("type", "filter")
        .set("module", "masking")
        .set("rules", rules.display());
    setup
        .cnf
        .section("Two-Rows")
        .set("type", "filter")
        .set("module", "maxrows")
        .set("max_resultset_rows", 2)
        .set("max_resultset_return", "error");
    setup
        .cnf
        .section("Statements")
        .set("type", "filter")
        .set("module", "qlafilter")
        .set("log_type", "unified")
        .set("filebase", folder.join("statements").display());
}

fn lock(folder: &Path) -> File {
    let path = folder.join("lock");
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .expect("a lock file");
    assert!(
        file.try_lock().is_ok(),
        "another demonstration runs in {}",
        folder.display()
    );
    file
}

/// Where the demonstration keeps its servers.
pub fn default_folder() -> std::path::PathBuf {
    scratch::repository().join(".run")
}
