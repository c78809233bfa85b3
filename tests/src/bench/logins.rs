//! Clients that come for one statement each: connect, log in, ask, say good-bye. What a pool of
//! connections to servers (`persistpoolmax`) is for.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::gateway::{Gateway, Setup};
use crate::mariadb::MariaDb;
use crate::measure::processor_time;
use crate::raw::{Login, RawClient};

use super::targets::{self, Target, TargetKind};
use super::{ACCOUNT, Plan};

/// Clients at a time.
const CLIENTS: usize = 8;
/// This part takes no longer, whatever the plan says of rounds and seconds.
const ROUNDS_MAX: usize = 3;
const SECONDS_MAX: u32 = 3;

/// What the clients come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginKind {
    /// The server itself.
    Direct,
    /// HAProxy in TCP mode.
    HaProxy,
    /// The gateway without a pool.
    Gateway,
    /// The gateway with one.
    Pool,
}

impl LoginKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Direct, Self::HaProxy, Self::Gateway, Self::Pool];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::HaProxy => "haproxy",
            Self::Gateway => "sluicegate",
            Self::Pool => "sluicegate-pool",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// One run.
#[derive(Debug, Clone, Copy)]
pub struct LoginSample {
    /// What the clients came to.
    pub kind: LoginKind,
    /// The round, from 0.
    pub round: usize,
    /// Clients per second that had their answer.
    pub rate: f64,
    /// Microseconds of the proxy's processor time for each; none for the server itself.
    pub processor_us: Option<f64>,
}

/// Something that clients come to.
enum Door {
    Target(Target),
    Pool(Box<Gateway>),
}

impl Door {
    async fn open(kind: LoginKind, database: &MariaDb) -> Self {
        let target = match kind {
            LoginKind::Direct => TargetKind::Direct,
            LoginKind::HaProxy => TargetKind::HaProxy,
            LoginKind::Gateway => TargetKind::Sluicegate,
            LoginKind::Pool => return Self::Pool(Box::new(pool(database).await)),
        };
        Self::Target(Target::start(target, database).await)
    }

    fn port(&self) -> u16 {
        match self {
            Self::Target(target) => target.port,
            Self::Pool(gateway) => gateway.port(),
        }
    }

    /// The proxy's process.
    fn pid(&self) -> Option<u32> {
        match self {
            Self::Target(target) => target.pid,
            Self::Pool(gateway) => Some(gateway.pid()),
        }
    }
}

async fn pool(database: &MariaDb) -> Gateway {
    let mut setup = Setup::new(&[database]);
    let maxscale = setup.cnf.section("maxscale");
    maxscale
        .set("threads", targets::PROXY_THREADS)
        .unset("log_info");
    setup.cnf.section("Main").set("router_options", "running");
    setup
        .cnf
        .section("server1")
        .set("persistpoolmax", 100)
        .set("persistmaxtime", "1h");
    setup.start().await
}

/// Measures every kind, beginning with another one in each round.
pub(super) async fn run(plan: &Plan, database: &MariaDb) -> Vec<LoginSample> {
    let mut doors = Vec::new();
    for &kind in &plan.logins {
        let door = Door::open(kind, database).await;
        come_and_go(door.port(), Duration::from_millis(200)).await;
        doors.push((kind, door));
    }
    let time = Duration::from_secs(plan.seconds.min(SECONDS_MAX).into());
    let mut samples = Vec::new();
    for round in 0..plan.rounds.min(ROUNDS_MAX) {
        for step in 0..doors.len() {
            let (kind, door) = &doors[(round + step) % doors.len()];
            let sample = measure(*kind, door, round, time).await;
            let (number, name, rate) = (round + 1, kind.name(), sample.rate);
            eprintln!("round {number} log-ins {name:16} {rate:>8.0}/s");
            samples.push(sample);
        }
    }
    samples
}

async fn measure(kind: LoginKind, door: &Door, round: usize, time: Duration) -> LoginSample {
    let before = door.pid().map(processor_time);
    let began = Instant::now();
    let clients = come_and_go(door.port(), time).await;
    let took = began.elapsed();
    let after = door.pid().map(processor_time);
    let used = before.zip(after);
    let used = used.map(|(before, after)| after.saturating_sub(before));
    LoginSample {
        kind,
        round,
        rate: clients / took.as_secs_f64(),
        processor_us: used.map(|used| used.as_secs_f64() * 1e6 / clients),
    }
}

/// Clients come for so long, one behind the other at each of several places. How many there were.
async fn come_and_go(port: u16, time: Duration) -> f64 {
    let end = Instant::now() + time;
    let mut places = JoinSet::new();
    for _ in 0..CLIENTS {
        places.spawn(async move {
            let login = Login::new(ACCOUNT.0, ACCOUNT.1).database(ACCOUNT.2);
            let mut clients = 0_u32;
            while Instant::now() < end {
                let client = RawClient::logged_in(port, &login).await;
                let mut client = client.expect("a login");
                client.value("SELECT 1").await.expect("a value");
                client.command(1, b"").await.expect("a good-bye");
                clients += 1;
            }
            f64::from(clients)
        });
    }
    places.join_all().await.into_iter().sum()
}
