//! One primary, two replicas and a gateway, for all tests of readwritesplit that break nothing.

use std::sync::atomic::{AtomicUsize, Ordering};

use mysql_async::Conn;
use serde_json::Value;
use sluicegate_tests::clients::{self, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient, Reply};
use sluicegate_tests::topology::Topology;
use tokio::sync::OnceCell;

pub const LOGIN: Login<'static> = Login::new("u", "u");

static SPLIT: OnceCell<Split> = OnceCell::const_new();
static NEXT: AtomicUsize = AtomicUsize::new(0);

pub struct Split {
    pub topology: Topology,
    pub gateway: Gateway,
    /// A listener whose service connects when it has to.
    pub lazy_port: u16,
    /// The same, and it remembers few session commands.
    pub short_port: u16,
    /// A listener whose service has a hintfilter.
    pub hint_port: u16,
    /// A listener whose service reuses prepared statements and has one server.
    pub reuse_port: u16,
    /// The same with all servers and a filter that sees replies.
    pub reuse_all_port: u16,
}

/// The shared servers and gateway.
pub async fn split() -> &'static Split {
    SPLIT.get_or_init(start).await
}

async fn start() -> Split {
    let topology = Topology::start(2).await;
    topology
        .primary
        .sql(
            "CREATE USER u@'%' IDENTIFIED BY 'u'; GRANT ALL ON *.* TO u@'%';
             CREATE USER stranger@'%' IDENTIFIED BY 's'",
        )
        .await;
    topology.in_sync().await;
    let mut setup = Setup::new(&topology.servers());
    setup
        .cnf
        .section("Main")
        .set("router", "readwritesplit")
        .unset("router_options");
    let lazy_port = service(&mut setup, "Lazy", &[("lazy_connect", "true")]);
    let short = [("lazy_connect", "true"), ("max_sescmd_history", "3")];
    let short_port = service(&mut setup, "Short", &short);
    let hint_port = service(&mut setup, "Hinted", &[("filters", "Hints")]);
    let reuses = ("reuse_prepared_statements", "true");
    let reuse_port = service(&mut setup, "Reuse", &[reuses, ("servers", "server1")]);
    let reuse_all_port = service(&mut setup, "ReuseAll", &[reuses, ("filters", "Rows")]);
    setup
        .cnf
        .section("Rows")
        .set("type", "filter")
        .set("module", "maxrows")
        .set("max_resultset_rows", 1000);
    setup
        .cnf
        .section("Hints")
        .set("type", "filter")
        .set("module", "hintfilter");
    Split {
        gateway: setup.start().await,
        topology,
        lazy_port,
        short_port,
        hint_port,
        reuse_port,
        reuse_all_port,
    }
}

/// Adds a service over the three servers; its listener's port.
pub fn service(setup: &mut Setup, name: &str, parameters: &[(&str, &str)]) -> u16 {
    let port = free_port();
    let mut section = setup
        .cnf
        .service(name, "readwritesplit")
        .set("servers", "server1,server2,server3");
    for (parameter, value) in parameters {
        section = section.set(parameter, value);
    }
    setup.cnf.listener(&format!("{name}-Listener"), name, port);
    port
}

impl Split {
    /// The name of a database that nobody else has.
    pub fn database() -> String {
        format!("split{}", NEXT.fetch_add(1, Ordering::Relaxed))
    }

    pub async fn client(&self) -> Client {
        Client::at(self.gateway.port()).await
    }

    pub async fn lazy_client(&self) -> Client {
        Client::at(self.lazy_port).await
    }

    pub async fn connection(&self) -> Conn {
        let endpoint = Endpoint::Tcp(self.gateway.port());
        clients::connect(clients::options(&endpoint, "u", "u", "mysql")).await
    }

    /// A client's session as the API shows it.
    pub async fn session(&self, client: &Client) -> Value {
        let path = format!("/v1/sessions/{}", client.0.connection_id);
        self.gateway.api().document(&path).await["data"].clone()
    }
}

/// A protocol client that says what went wrong.
pub struct Client(pub RawClient);

impl Client {
    pub async fn at(port: u16) -> Self {
        Self(RawClient::logged_in(port, &LOGIN).await.expect("a login"))
    }

    /// Runs a statement without a resultset.
    pub async fn run(&mut self, sql: &str) -> Result<(), (u16, String)> {
        self.0.query(sql).await.expect("a request");
        match self.0.reply().await.expect("a reply") {
            Reply::Err { code, message, .. } => Err((code, message)),
            _ => Ok(()),
        }
    }

    /// The one value of a statement.
    pub async fn value(&mut self, sql: &str) -> std::io::Result<String> {
        self.0.value(sql).await
    }
}
