//! The monitor: new sessions go where the servers' replication says.

use sluicegate_tests::gateway::{Gateway, Setup, is_rerouted};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::topology::Topology;
use sluicegate_tests::waiting::{PATIENCE, eventually};

const LOGIN: Login<'static> = Login::new("u", "u");

/// A gateway with a service for the primary and one for replicas.
struct Roles {
    gateway: Gateway,
    replica_port: u16,
}

impl Roles {
    async fn over(servers: &[&MariaDb]) -> Self {
        let replica_port = free_port();
        let mut setup = Setup::new(servers);
        setup
            .cnf
            .section("Monitor")
            .set("monitor_interval", "100ms");
        let names: Vec<_> = (1..=servers.len())
            .map(|number| format!("server{number}"))
            .collect();
        setup
            .cnf
            .service("Replicas", "readconnroute")
            .set("router_options", "slave")
            .set("master_accept_reads", false)
            .set("servers", names.join(","));
        setup
            .cnf
            .listener("Replicas-Listener", "Replicas", replica_port);
        Self {
            gateway: setup.start().await,
            replica_port,
        }
    }

    /// Waits until a new session of each service is let in or not, as wanted.
    async fn become_usable(&self, primary: bool, replica: bool) {
        for (what, port, wanted) in [
            ("primary", self.gateway.port(), primary),
            ("replica", self.replica_port, replica),
        ] {
            // readwritesplit lets in whoever finds any server.
            let wanted = wanted || is_rerouted() && what == "primary";
            let what = format!("the {what} is usable: {wanted}");
            eventually(PATIENCE, &what, async || {
                let let_in = RawClient::logged_in(port, &LOGIN).await.is_ok();
                (let_in == wanted).then_some(())
            })
            .await;
        }
    }
}

async fn topology() -> Topology {
    let topology = Topology::start(1).await;
    topology
        .primary
        .sql("CREATE USER u@'%' IDENTIFIED BY 'u'")
        .await;
    topology.in_sync().await;
    topology
}

#[tokio::test]
async fn sessions_follow_the_roles_of_the_servers() {
    let mut topology = topology().await;
    let roles = Roles::over(&topology.servers()).await;
    roles.become_usable(true, true).await;

    topology.primary.sql("SET GLOBAL read_only = 1").await;
    roles.become_usable(false, true).await;
    topology.primary.sql("SET GLOBAL read_only = 0").await;
    roles.become_usable(true, true).await;

    topology.replicas[0].sql("STOP SLAVE SQL_THREAD").await;
    roles.become_usable(true, false).await;
    topology.replicas[0].sql("START SLAVE").await;
    roles.become_usable(true, true).await;

    topology.primary.kill();
    roles.become_usable(false, true).await;
    topology.primary.restart().await;
    roles.become_usable(true, true).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_out_of_use_until_it_does() {
    let topology = topology().await;
    let roles = Roles::over(&topology.servers()).await;
    roles.become_usable(true, true).await;
    topology.primary.freeze().await;
    roles.become_usable(false, true).await;
    topology.primary.thaw();
    roles.become_usable(true, true).await;
}
