//! What chains of filters cost: the same load through services that differ in their filters.
//!
//! All services are of one gateway. Statements are text, for a cache knows no others, and ask for
//! few different rows, so that a cache has all of them.

use crate::gateway::{Gateway, Setup};
use crate::mariadb::MariaDb;
use crate::ports::free_port;
use crate::scratch;

use super::figures::Figures;
use super::sysbench::{Load, Sysbench, Workload};

/// A chain to measure; `Direct` is the server without a gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainKind {
    /// The server itself.
    Direct,
    /// No filter.
    None,
    /// One nullfilter.
    Null,
    /// Five nullfilters.
    FiveNulls,
    /// qlafilter with a unified log file.
    Log,
    /// cache, which has every answer.
    Cache,
    /// masking of a column that is asked for.
    Masking,
}

impl ChainKind {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Direct,
        Self::None,
        Self::Null,
        Self::FiveNulls,
        Self::Log,
        Self::Cache,
        Self::Masking,
    ];

    /// Its name in options and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::None => "none",
            Self::Null => "nullfilter",
            Self::FiveNulls => "5-nullfilters",
            Self::Log => "qlafilter",
            Self::Cache => "cache",
            Self::Masking => "masking",
        }
    }

    /// The kind of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// The filters, as a configuration file has them.
    fn filters(self) -> &'static str {
        match self {
            Self::Direct | Self::None => "",
            Self::Null => "Null1",
            Self::FiveNulls => "Null1|Null2|Null3|Null4|Null5",
            Self::Log => "Log",
            Self::Cache => "Cache",
            Self::Masking => "Masking",
        }
    }
}

/// One run through one chain.
#[derive(Debug, Clone, Copy)]
pub struct ChainSample {
    /// The chain.
    pub chain: ChainKind,
    /// The round, from 0.
    pub round: usize,
    /// What it showed; outside of the kernel is where filters act.
    pub figures: Figures,
}

/// A gateway with a listener for each chain.
pub(super) struct Chains {
    gateway: Gateway,
    ports: Vec<(ChainKind, u16)>,
}

impl Chains {
    pub(super) async fn start(database: &MariaDb, kinds: &[ChainKind]) -> Self {
        let mut setup = Setup::new(&[database]);
        setup
            .cnf
            .section("maxscale")
            .set("threads", 2)
            .unset("log_info");
        setup.cnf.section("Main").set("router_options", "running");
        filters(&mut setup);
        let mut ports = Vec::new();
        for chain in kinds {
            let port = match chain {
                ChainKind::Direct => database.port(),
                _ => free_port(),
            };
            ports.push((*chain, port));
            if *chain != ChainKind::Direct {
                service(&mut setup, *chain, port);
            }
        }
        let gateway = setup.start().await;
        Self { gateway, ports }
    }

    /// Measures every chain, beginning with another one in each round.
    pub(super) async fn run(
        &self,
        sysbench: &Sysbench,
        threads: u32,
        (rounds, seconds): (usize, u32),
    ) -> Vec<ChainSample> {
        let load = Load {
            workload: Workload::FewRows,
            threads,
        };
        let mut samples = Vec::new();
        for (_, port) in &self.ports {
            sysbench.run(*port, load, 1).await;
        }
        for round in 0..rounds {
            for step in 0..self.ports.len() {
                let (chain, port) = self.ports[(round + step) % self.ports.len()];
                let way = (port, self.gateway.pid(), chain != ChainKind::Direct);
                let figures = Figures::of_run(sysbench, way, load, seconds).await;
                let (number, name) = (round + 1, chain.name());
                eprintln!("round {number} chain {name:14} {figures}");
                samples.push(ChainSample {
                    chain,
                    round,
                    figures,
                });
            }
        }
        samples
    }

    /// The gateway, for other measurements.
    pub(super) fn gateway(&self) -> &Gateway {
        &self.gateway
    }
}

fn filters(setup: &mut Setup) {
    for number in 1..=5 {
        let filter = setup.cnf.section(&format!("Null{number}"));
        filter.set("type", "filter").set("module", "nullfilter");
    }
    let folder = scratch::folder("chains");
    setup
        .cnf
        .section("Log")
        .set("type", "filter")
        .set("module", "qlafilter")
        .set("filebase", folder.join("log").display())
        .set("log_type", "unified");
    setup
        .cnf
        .section("Cache")
        .set("type", "filter")
        .set("module", "cache")
        .set("soft_ttl", "1h")
        .set("hard_ttl", "1h")
        .set("cached_data", "shared");
    let rules = folder.join("rules.json");
    let text = r#"{"rules": [{"replace": {"column": "c"}, "with": {"fill": "X"}}]}"#;
    std::fs::write(&rules, text).expect("a scratch file");
    setup
        .cnf
        .section("Masking")
        .set("type", "filter")
        .set("module", "masking")
        .set("rules", rules.display());
}

fn service(setup: &mut Setup, chain: ChainKind, port: u16) {
    let name = format!("Chain{}", chain as usize);
    let section = setup
        .cnf
        .service(&name, "readconnroute")
        .set("router_options", "running")
        .set("servers", "server1");
    if !chain.filters().is_empty() {
        section.set("filters", chain.filters());
    }
    setup.cnf.listener(&format!("{name}-Listener"), &name, port);
}
