//! The demonstration: a primary with two replicas, the gateway, and clients that come and go.

mod guide;
mod workload;

use std::fs::File;
use std::path::Path;

use crate::gateway::{Gateway, Setup};
use crate::mariadb::SERVICE_ACCOUNT;
use crate::ports::free_port_or;
use crate::scratch;
use crate::topology::Topology;

use workload::Workload;

/// Ports that a person expects; others are taken when these are not free.
const LISTENER_PORT: u16 = 4006;
const READ_PORT: u16 = 4008;
const ADMIN_PORT: u16 = 8989;

const REPLICAS: usize = 2;

/// Everything that runs.
pub struct Demo {
    topology: Topology,
    gateway: Gateway,
    read_port: u16,
    workload: Workload,
    _lock: File,
}

impl Demo {
    /// Starts all of it in `folder`, which the next start uses again.
    pub async fn start(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).expect("the folder can be made");
        let lock = lock(folder);
        let topology = Topology::start_in(REPLICAS, Some(folder)).await;
        workload::create_data(&topology.primary).await;
        topology.in_sync().await;

        let ports: Vec<u16> = topology
            .servers()
            .iter()
            .map(|server| server.port())
            .collect();
        let places = (free_port_or(LISTENER_PORT), free_port_or(ADMIN_PORT));
        let read_port = free_port_or(READ_PORT);
        let mut setup = Setup::in_folder(folder.to_owned(), &ports, places);
        add_read_service(&mut setup, read_port);
        let gateway = setup.start().await;
        let workload = Workload::start(gateway.port(), read_port);
        Self {
            topology,
            gateway,
            read_port,
            workload,
            _lock: lock,
        }
    }

    /// What a person needs to know.
    pub fn guide(&self) -> String {
        guide::text(&self.gateway, self.read_port, &self.topology)
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

/// Readers go to the replicas.
fn add_read_service(setup: &mut Setup, port: u16) {
    setup
        .cnf
        .section("Read")
        .set("type", "service")
        .set("router", "readconnroute")
        .set("router_options", "slave")
        .set("servers", "server1,server2,server3")
        .set("user", SERVICE_ACCOUNT.0)
        .set("password", SERVICE_ACCOUNT.1);
    setup
        .cnf
        .section("Read-Listener")
        .set("type", "listener")
        .set("service", "Read")
        .set("address", "127.0.0.1")
        .set("port", port);
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
