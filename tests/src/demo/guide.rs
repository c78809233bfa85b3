//! What the demonstration tells the person who started it.

use crate::api::ADMIN;
use crate::gateway::Gateway;
use crate::topology::Topology;

use super::Ports;
use super::workload::VISITOR;

/// Addresses, accounts, and how to begin.
pub(super) fn text(gateway: &Gateway, ports: Ports, topology: &Topology) -> String {
    let (user, password, database) = VISITOR;
    let (admin, admin_password) = ADMIN;
    let Ports {
        split: port,
        read: read_port,
        admin: admin_port,
    } = ports;
    let servers: Vec<String> = topology
        .servers()
        .iter()
        .map(|server| server.port().to_string())
        .collect();
    let config = gateway.folder().join("sluicegate.cnf");
    let config = config.display();
    let servers = servers.join(", ");
    format!(
        "
  Sluicegate is running.

  Console    http://127.0.0.1:{admin_port}/console/
             user {admin}, password {admin_password}
  REST API   curl -u {admin}:{admin_password} http://127.0.0.1:{admin_port}/v1/sessions

  A session of your own, writes to the primary, reads to the replicas:
    mariadb --host=127.0.0.1 --port={port} --user={user} --password={password} {database}
  All of it on one replica: --port={read_port}

  Filters to put into it while it runs: Two-Rows, Statements (README, *A first session by hand*)

  Servers        127.0.0.1, ports {servers} (the first is the primary)
  Configuration  {config}

  Clients come and go by themselves. Ctrl+C ends everything.
"
    )
}
