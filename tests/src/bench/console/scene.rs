//! A server, the gateway, and as many sessions as there are descriptors for.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::crowd::{Crowd, CrowdPlan};
use crate::gateway::{Gateway, Setup};
use crate::mariadb::{MariaDb, Options};

use super::ConsolePlan;

/// Each session has a client and a server: two descriptors of the gateway.
const DESCRIPTORS_PER_SESSION: usize = 2;
/// What the gateway, and the server, have open besides.
const DESCRIPTORS_SPARE: usize = 400;
/// So many rows are looked for in a search.
const USERS: [&str; 8] = [
    "web",
    "app",
    "reports",
    "blog",
    "collector",
    "billing",
    "search",
    "mail",
];
const PASSWORD: &str = "crowd";
/// For how long changes are counted.
const COUNTING: Duration = Duration::from_secs(4);

pub(super) struct Scene {
    crowd: Crowd,
    gateway: Gateway,
    _server: MariaDb,
    pub(super) sessions: usize,
}

impl Scene {
    pub(super) async fn set(plan: &ConsolePlan) -> Self {
        let descriptors = raise_descriptors();
        let possible = descriptors.saturating_sub(DESCRIPTORS_SPARE) / DESCRIPTORS_PER_SESSION;
        let sessions = plan.sessions.min(possible);
        let server = server(sessions).await;
        let mut setup = Setup::new(&[&server]);
        setup.cnf.section("maxscale").unset("log_info");
        setup.cnf.section("Main").set("router_options", "running");
        let gateway = setup.start().await;
        let account = |user: &&str| ((*user).to_owned(), PASSWORD.to_owned());
        let crowd = CrowdPlan {
            port: gateway.port(),
            accounts: USERS.iter().map(account).collect(),
            count: sessions,
            working: plan.working,
            changing: plan.changing,
        };
        let crowd = Crowd::gather(&crowd).await;
        Self {
            crowd,
            gateway,
            _server: server,
            sessions,
        }
    }

    /// Where the console shows sessions.
    pub(super) fn address(&self) -> String {
        let port = self.gateway.admin_port();
        format!("http://127.0.0.1:{port}/console/sessions")
    }

    /// How many rows change, come or go in a second, as the events tell it.
    pub(super) async fn changes_per_second(&self) -> f64 {
        let mut events = self.gateway.api().events(None).await;
        let begin = Instant::now();
        let mut changes = 0;
        while begin.elapsed() < COUNTING {
            let delta = events.next().await;
            let told = delta.json();
            let length = |name: &str| told[name].as_array().map_or(0, Vec::len);
            changes += length("changed") + length("ended");
        }
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        let changes = changes as f64;
        changes / begin.elapsed().as_secs_f64()
    }

    pub(super) async fn end(mut self) {
        self.crowd.leave().await;
        let status = self.gateway.stop().await;
        assert!(status.success(), "the gateway ended with {status}");
    }
}

/// A server that does not have a thread for each connection.
async fn server(sessions: usize) -> MariaDb {
    let more = vec![
        format!("--max-connections={}", sessions + 100),
        "--thread-handling=pool-of-threads".to_owned(),
        "--skip-ssl".to_owned(),
        "--skip-performance-schema".to_owned(),
    ];
    let options = Options {
        more,
        ..Options::default()
    };
    let server = MariaDb::start_with("console", options).await;
    let mut statements = String::new();
    for user in USERS {
        write!(
            statements,
            "CREATE USER {user}@'%' IDENTIFIED BY '{PASSWORD}';"
        )
        .expect("a String takes all");
    }
    server.sql(&statements).await;
    server
}

/// Makes as many descriptors possible as this process may have, for itself and for what it starts.
fn raise_descriptors() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: limit.maximum,
        maximum: limit.maximum,
    };
    setrlimit(Resource::Nofile, raised).expect("a limit may be raised to its maximum");
    limit.maximum.map_or(usize::MAX, |most| {
        usize::try_from(most).unwrap_or(usize::MAX)
    })
}
