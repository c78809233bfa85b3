//! What it costs to split reads from writes, and what it gains: reads through readwritesplit against
//! our own readconnroute, and against the server itself.
//!
//! All services are of one gateway; the servers are one primary and two replicas.

use crate::gateway::{Gateway, Setup};
use crate::ports::free_port;
use crate::topology::Topology;

use super::figures::Figures;
use super::sysbench::{Load, Sysbench, Workload};
use super::targets;

/// A way that reads take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SplitKind {
    /// The primary itself.
    Direct,
    /// readconnroute before the primary.
    ReadConn,
    /// readwritesplit before the primary alone.
    SplitOne,
    /// readwritesplit before one primary and two replicas.
    SplitThree,
}

impl SplitKind {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Direct,
        Self::ReadConn,
        Self::SplitOne,
        Self::SplitThree,
    ];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::ReadConn => "readconnroute",
            Self::SplitOne => "readwritesplit-1",
            Self::SplitThree => "readwritesplit-3",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    fn router(self) -> &'static str {
        match self {
            Self::Direct | Self::ReadConn => "readconnroute",
            Self::SplitOne | Self::SplitThree => "readwritesplit",
        }
    }

    fn servers(self) -> &'static str {
        match self {
            Self::SplitThree => "server1,server2,server3",
            _ => "server1",
        }
    }
}

/// One run on one way.
#[derive(Debug, Clone, Copy)]
pub struct SplitSample {
    /// The way.
    pub kind: SplitKind,
    /// The load.
    pub load: Load,
    /// The round, from 0.
    pub round: usize,
    /// What it showed.
    pub figures: Figures,
}

/// Measures every way, beginning with another one in each round.
pub(super) async fn run(
    kinds: &[SplitKind],
    threads: u32,
    (rounds, seconds): (usize, u32),
) -> Vec<SplitSample> {
    let topology = Topology::start_with(2, None, &targets::SERVER_OPTIONS).await;
    targets::account(&topology.primary).await;
    let sysbench = Sysbench::prepare(&topology.primary).await;
    topology.in_sync().await;
    let (gateway, ports) = gateway(&topology, kinds).await;
    let workloads = [Workload::PointSelectText, Workload::PointSelect];
    let loads = workloads.map(|workload| Load { workload, threads });
    for (_, port) in &ports {
        for load in loads {
            sysbench.run(*port, load, 1).await;
        }
    }
    let mut samples = Vec::new();
    for round in 0..rounds {
        for load in loads {
            for step in 0..ports.len() {
                let (kind, port) = ports[(round + step) % ports.len()];
                let way = (port, gateway.pid(), kind != SplitKind::Direct);
                let figures = Figures::of_run(&sysbench, way, load, seconds).await;
                let (number, name) = (round + 1, kind.name());
                eprintln!("round {number} {} {name:16} {figures}", load.workload);
                samples.push(SplitSample {
                    kind,
                    load,
                    round,
                    figures,
                });
            }
        }
    }
    samples
}

/// A gateway with a listener for each way.
async fn gateway(topology: &Topology, kinds: &[SplitKind]) -> (Gateway, Vec<(SplitKind, u16)>) {
    let mut setup = Setup::new(&topology.servers());
    setup
        .cnf
        .section("maxscale")
        .set("threads", targets::PROXY_THREADS)
        .unset("log_info");
    let mut ports = Vec::new();
    for &kind in kinds {
        if kind == SplitKind::Direct {
            ports.push((kind, topology.primary.port()));
            continue;
        }
        let port = free_port();
        ports.push((kind, port));
        service(&mut setup, kind, port);
    }
    (setup.start().await, ports)
}

fn service(setup: &mut Setup, kind: SplitKind, port: u16) {
    let name = format!("Way{}", kind as usize);
    let section = setup
        .cnf
        .service(&name, kind.router())
        .set("servers", kind.servers());
    if kind.router() == "readconnroute" {
        section.set("router_options", "master");
    }
    setup.cnf.listener(&format!("{name}-Listener"), &name, port);
}
