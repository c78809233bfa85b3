//! What the tests share: one server and one gateway per run, and for each test a user and a
//! database of its own.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use mysql_async::Conn;
use sluicegate_tests::api::Api;
use sluicegate_tests::certificates::{Authority, Certificate};
use sluicegate_tests::clients::{self, Cli, Endpoint};
use sluicegate_tests::gateway::{Gateway, Setup};
use sluicegate_tests::mariadb::{MariaDb, Options};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::{Login, RawClient};
use sluicegate_tests::scratch;
use tokio::sync::OnceCell;

/// Users made before the gateway starts, so that no test waits for a refresh of accounts.
const USERS_MAX: usize = 200;

/// The shared server and gateway.
pub struct Shared {
    pub db: MariaDb,
    pub gateway: Option<Gateway>,
    /// The files a client needs to trust the gateway's TLS listener.
    pub tls: Certificate,
    /// A listener with TLS to clients.
    pub tls_port: u16,
    /// A listener whose service speaks TLS to the server.
    pub secure_server_port: u16,
    /// A listener whose service reaches the server by its Unix socket.
    pub socket_server_port: u16,
    /// A listener that takes PROXY headers from loopback.
    pub proxy_port: u16,
    /// A listener on a Unix socket.
    pub socket: std::path::PathBuf,
}

static SHARED: OnceCell<Shared> = OnceCell::const_new();
static TRIED: AtomicBool = AtomicBool::new(false);
static NEXT_USER: AtomicUsize = AtomicUsize::new(0);

/// The shared fixture, started by the first test that asks.
pub async fn shared() -> &'static Shared {
    SHARED
        .get_or_init(|| async {
            // What has failed once would fail for every test, each after its own time of waiting.
            let first = !TRIED.swap(true, Ordering::Relaxed);
            assert!(
                first,
                "the shared servers did not start: see the test that failed first"
            );
            start().await
        })
        .await
}

/// One test's own user and database on the shared servers.
pub struct World {
    pub shared: &'static Shared,
    pub user: String,
    pub password: String,
    pub database: String,
}

/// A user and database that no other test has.
pub async fn world() -> World {
    let shared = shared().await;
    let number = NEXT_USER.fetch_add(1, Ordering::Relaxed);
    assert!(number < USERS_MAX, "more tests than users: raise USERS_MAX");
    World {
        shared,
        user: format!("user{number}"),
        password: format!("secret{number}"),
        database: format!("db{number}"),
    }
}

impl World {
    /// The gateway's usual listener, or the server with SLUICEGATE_DIRECT.
    pub fn port(&self) -> u16 {
        self.shared
            .gateway
            .as_ref()
            .map_or(self.shared.db.port(), Gateway::port)
    }

    pub fn gateway(&self) -> &Gateway {
        self.shared
            .gateway
            .as_ref()
            .expect("this test is about the gateway")
    }

    pub fn api(&self) -> Api {
        self.gateway().api()
    }

    /// How this test's user logs in.
    pub fn login(&self) -> Login<'_> {
        Login::new(&self.user, &self.password).database(&self.database)
    }

    /// A protocol client that has logged in.
    pub async fn raw(&self) -> RawClient {
        RawClient::logged_in(self.port(), &self.login())
            .await
            .expect("a login that must succeed")
    }

    /// A `mysql_async` connection.
    pub async fn connection(&self) -> Conn {
        let endpoint = Endpoint::Tcp(self.port());
        clients::connect(clients::options(
            &endpoint,
            &self.user,
            &self.password,
            &self.database,
        ))
        .await
    }

    /// The `mariadb` command, logged in on the usual listener.
    pub fn cli(&self) -> Cli {
        self.cli_at(&Endpoint::Tcp(self.port()))
    }

    /// The `mariadb` command, logged in elsewhere.
    pub fn cli_at(&self, endpoint: &Endpoint) -> Cli {
        Cli::new(endpoint)
            .user(&self.user, &self.password)
            .database(&self.database)
    }

    /// The one session of this test's user.
    pub async fn session(&self) -> serde_json::Value {
        let path = format!("/v1/sessions?filter=/attributes/user=\"{}\"", self.user);
        let found = self.api().document(&path.replace('"', "%22")).await;
        let sessions = found["data"].as_array().expect("a list");
        assert_eq!(sessions.len(), 1, "sessions of {}: {found:#}", self.user);
        sessions[0].clone()
    }
}

async fn start() -> Shared {
    let authority = Authority::new();
    let options = Options {
        tls: Some(authority.issue("server")),
        ..Options::default()
    };
    let db = MariaDb::start_with("shared", options).await;
    create_users(&db).await;
    let tls = authority.issue("gateway");
    let mut shared = Shared {
        db,
        gateway: None,
        tls,
        tls_port: free_port(),
        secure_server_port: free_port(),
        socket_server_port: free_port(),
        proxy_port: free_port(),
        socket: scratch::folder("listener").join("client.sock"),
    };
    if std::env::var_os("SLUICEGATE_DIRECT").is_none() {
        shared.gateway = Some(setup(&shared).start().await);
    }
    shared
}

fn setup(shared: &Shared) -> Setup {
    let mut setup = Setup::new(&[&shared.db]);
    let tls = &shared.tls;
    listener(&mut setup, "Tls-Listener", "Main")
        .set("port", shared.tls_port)
        .set("ssl", true)
        .set("ssl_key", tls.key.display())
        .set("ssl_cert", tls.cert.display())
        .set("ssl_ca", tls.ca.display());
    listener(&mut setup, "Socket-Listener", "Main")
        .unset("address")
        .set("socket", shared.socket.display());
    listener(&mut setup, "Proxy-Listener", "Main")
        .set("port", shared.proxy_port)
        .set("proxy_protocol_networks", "127.0.0.1");

    let cnf = &mut setup.cnf;
    cnf.section("secure_server")
        .set("type", "server")
        .set("address", "127.0.0.1")
        .set("port", shared.db.port())
        .set("ssl", true)
        .set("ssl_ca", tls.ca.display())
        .set("ssl_verify_peer_certificate", true);
    cnf.section("socket_server")
        .set("type", "server")
        .set("socket", shared.db.socket().display());
    cnf.section("Monitor")
        .set("servers", "server1,secure_server,socket_server");
    for (name, server, port) in [
        ("Secure", "secure_server", shared.secure_server_port),
        ("Local", "socket_server", shared.socket_server_port),
    ] {
        setup
            .cnf
            .service(name, "readconnroute")
            .set("router_options", "running")
            .set("servers", server);
        listener(&mut setup, &format!("{name}-Listener"), name).set("port", port);
    }
    setup.cnf.section("Main").set("router_options", "running");
    setup.cnf.section("Local").set("retain_last_statements", 10);
    for name in ["First", "Second", "Third"] {
        let filter = setup.cnf.section(name).set("type", "filter");
        filter.set("module", "nullfilter");
    }
    setup
}

fn listener<'a>(
    setup: &'a mut Setup,
    name: &str,
    service: &str,
) -> sluicegate_tests::cnf::Section<'a> {
    setup
        .cnf
        .section(name)
        .set("type", "listener")
        .set("service", service)
        .set("address", "127.0.0.1")
}

async fn create_users(db: &MariaDb) {
    let mut statements = String::new();
    for number in 0..USERS_MAX {
        write!(
            statements,
            "CREATE DATABASE db{number};
             CREATE USER user{number}@'%' IDENTIFIED BY 'secret{number}';
             GRANT ALL ON db{number}.* TO user{number}@'%';"
        )
        .expect("a String takes all");
    }
    db.sql(&statements).await;
}
