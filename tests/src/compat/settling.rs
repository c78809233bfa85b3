//! Tells clients when the replicas have all that the primary has: who connects is let go then.

use std::sync::Arc;

use tokio::net::TcpListener;

use crate::mariadb::MariaDb;
use crate::topology::Topology;

/// Waits for replicas.
#[derive(Debug, Clone)]
pub struct Settling {
    port: u16,
    servers: Arc<Servers>,
}

#[derive(Debug)]
struct Servers {
    primary: u16,
    replicas: Vec<u16>,
}

impl Settling {
    /// Answers on a port of its own until the program ends.
    pub async fn start(topology: &Topology) -> Self {
        Self::among(Servers {
            primary: topology.primary.port(),
            replicas: topology.replicas.iter().map(MariaDb::port).collect(),
        })
        .await
    }

    /// With one server there is nothing to wait for.
    pub async fn of_one() -> Self {
        let servers = Servers {
            primary: 0,
            replicas: Vec::new(),
        };
        Self::among(servers).await
    }

    async fn among(servers: Servers) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0))
            .await
            .expect("a port for clients that wait");
        let port = listener.local_addr().expect("it has a port").port();
        let servers = Arc::new(servers);
        let settling = Self { port, servers };
        let answers = settling.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let answers = answers.clone();
                tokio::spawn(async move {
                    answers.wait().await;
                    drop(client);
                });
            }
        });
        settling
    }

    /// The port to connect to.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Waits until every replica has what the primary has now.
    pub async fn wait(&self) {
        if self.servers.replicas.is_empty() {
            return;
        }
        let position = sql(self.servers.primary, "SELECT @@gtid_binlog_pos").await;
        let wait = format!("SELECT MASTER_GTID_WAIT('{}', 60)", position.trim());
        for &replica in &self.servers.replicas {
            let answer = sql(replica, &wait).await;
            assert_eq!(answer.trim(), "0", "a replica does not have all");
        }
    }
}

async fn sql(port: u16, statement: &str) -> String {
    use crate::clients::{Cli, Endpoint};
    use crate::mariadb::MONITOR_ACCOUNT;
    let client = Cli::new(&Endpoint::Tcp(port)).user(MONITOR_ACCOUNT.0, MONITOR_ACCOUNT.1);
    client.query(statement).await
}
