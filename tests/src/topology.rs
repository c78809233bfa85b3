//! A replicating set of servers.

use std::path::Path;

use crate::mariadb::{MariaDb, Options};
use crate::waiting::{PATIENCE, eventually};

/// One primary and its replicas, following it by GTID.
#[derive(Debug)]
pub struct Topology {
    /// The server that takes writes.
    pub primary: MariaDb,
    /// The servers that follow it.
    pub replicas: Vec<MariaDb>,
}

impl Topology {
    /// Starts a primary and `replicas` replicas and waits until replication runs.
    pub async fn start(replicas: usize) -> Self {
        Self::start_in(replicas, None).await
    }

    /// The same in a folder that is kept: the next start finds its data.
    pub async fn start_in(replicas: usize, folder: Option<&Path>) -> Self {
        Self::start_with(replicas, folder, &[]).await
    }

    /// The same with more options of the servers.
    pub async fn start_with(replicas: usize, folder: Option<&Path>, more: &[&str]) -> Self {
        let options = |id: usize| Options {
            server_id: u32::try_from(id).expect("a small number"),
            binlog: true,
            read_only: id > 1,
            more: more.iter().map(|&option| option.to_owned()).collect(),
            folder: folder.map(|f| f.join(format!("server{id}"))),
            ..Options::default()
        };
        if let Some(folder) = folder {
            for id in 1..=replicas + 1 {
                std::fs::create_dir_all(folder.join(format!("server{id}"))).expect("a folder");
            }
        }
        let primary = MariaDb::start_with("server1", options(1)).await;
        primary
            .sql(
                "CREATE OR REPLACE USER replica@'%' IDENTIFIED BY 'replica-secret';
                  GRANT REPLICATION SLAVE ON *.* TO replica@'%'",
            )
            .await;
        let mut followers = Vec::new();
        for id in 2..replicas + 2 {
            let replica = MariaDb::start_with(&format!("server{id}"), options(id)).await;
            follow(&replica, &primary).await;
            followers.push(replica);
        }
        let topology = Self {
            primary,
            replicas: followers,
        };
        topology.in_sync().await;
        topology
    }

    /// All servers, the primary first.
    pub fn servers(&self) -> Vec<&MariaDb> {
        std::iter::once(&self.primary)
            .chain(&self.replicas)
            .collect()
    }

    /// Waits until every replica has what the primary has now.
    pub async fn in_sync(&self) {
        let position = self
            .primary
            .sql("SELECT @@gtid_binlog_pos")
            .await
            .trim()
            .to_owned();
        for replica in &self.replicas {
            let what = format!("a replica reaches {position}");
            let wait = format!("SELECT MASTER_GTID_WAIT('{position}', 1)");
            eventually(PATIENCE, &what, async || {
                (replica.sql(&wait).await.trim() == "0").then_some(())
            })
            .await;
        }
    }
}

/// Makes `replica` follow `primary`.
pub async fn follow(replica: &MariaDb, primary: &MariaDb) {
    let statements = format!(
        "STOP SLAVE; CHANGE MASTER TO master_host='127.0.0.1', master_port={},
         master_user='replica', master_password='replica-secret', master_use_gtid=slave_pos,
         master_connect_retry=1; START SLAVE",
        primary.port()
    );
    replica.sql(&statements).await;
}
