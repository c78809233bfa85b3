//! sysbench: its runs, and what it reports.

use std::fmt::{Display, Formatter};

use tokio::process::Command;

use crate::mariadb::MariaDb;
use crate::process::find_or_say;

use super::ACCOUNT;

const TABLES: &str = "--tables=4";
const TABLE_SIZE: &str = "--table-size=25000";

/// A script of sysbench.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Workload {
    /// `oltp_point_select`: one row by its key.
    PointSelect,
    /// The same as text.
    PointSelectText,
    /// `oltp_read_write`: transactions of 20 statements.
    ReadWrite,
    /// `oltp_point_select` as text, for few different rows.
    FewRows,
}

impl Workload {
    /// Its tables, their rows, and how statements are sent.
    fn options(self) -> [&'static str; 3] {
        match self {
            Self::PointSelect | Self::ReadWrite => [TABLES, TABLE_SIZE, "--db-ps-mode=auto"],
            Self::PointSelectText => [TABLES, TABLE_SIZE, "--db-ps-mode=disable"],
            Self::FewRows => ["--tables=1", "--table-size=100", "--db-ps-mode=disable"],
        }
    }

    fn script(self) -> &'static str {
        match self {
            Self::PointSelect | Self::PointSelectText | Self::FewRows => "oltp_point_select",
            Self::ReadWrite => "oltp_read_write",
        }
    }
}

impl Display for Workload {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.pad(match self {
            Self::PointSelect => "point-select",
            Self::PointSelectText => "point-select, text",
            Self::ReadWrite => "read-write",
            Self::FewRows => "few-rows",
        })
    }
}

/// A script and its number of threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// The script.
    pub workload: Workload,
    /// Its threads, each with a connection.
    pub threads: u32,
}

/// What one run did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Outcome {
    pub(super) statements: f64,
    pub(super) rate: f64,
}

/// sysbench with its tables filled.
pub(super) struct Sysbench {
    program: std::path::PathBuf,
}

impl Sysbench {
    pub(super) async fn prepare(database: &MariaDb) -> Self {
        let sysbench = Self {
            program: find_or_say("sysbench"),
        };
        let load = Load {
            workload: Workload::ReadWrite,
            threads: 1,
        };
        sysbench.command(database.port(), load, &["prepare"]).await;
        sysbench
    }

    pub(super) async fn run(&self, port: u16, load: Load, seconds: u32) -> Outcome {
        let time = format!("--time={seconds}");
        let told = self
            .command(port, load, &[&time, "--report-interval=0", "run"])
            .await;
        parse(&told).unwrap_or_else(|| panic!("sysbench reports no statements:\n{told}"))
    }

    async fn command(&self, port: u16, load: Load, more: &[&str]) -> String {
        let (user, password, schema) = ACCOUNT;
        let output = Command::new(&self.program)
            .arg(load.workload.script())
            .args([
                "--db-driver=mysql",
                "--mysql-host=127.0.0.1",
                "--mysql-ssl=off",
            ])
            .args(load.workload.options())
            .arg("--rand-type=uniform")
            .arg(format!("--mysql-port={port}"))
            .arg(format!("--mysql-user={user}"))
            .arg(format!("--mysql-password={password}"))
            .arg(format!("--mysql-db={schema}"))
            .arg(format!("--threads={}", load.threads))
            .args(more)
            .kill_on_drop(true)
            .output()
            .await
            .expect("sysbench can be started");
        let told = String::from_utf8_lossy(&output.stdout).into_owned();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "sysbench failed:\n{told}{errors}");
        told
    }
}

/// Finds `queries: 123456 (1234.56 per sec.)` in the report.
fn parse(report: &str) -> Option<Outcome> {
    let line = report
        .lines()
        .find_map(|line| line.trim().strip_prefix("queries:"))?;
    let (count, rest) = line.trim().split_once(char::is_whitespace)?;
    let rate = rest.trim().strip_prefix('(')?.split_whitespace().next()?;
    Some(Outcome {
        statements: count.parse().ok()?,
        rate: rate.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_statements_of_a_report_are_found() {
        let report = "SQL statistics:\n    queries performed:\n        total: 99\n    \
             queries:                             99     (49.47 per sec.)\n";
        assert_eq!(
            parse(report),
            Some(Outcome {
                statements: 99.0,
                rate: 49.47
            })
        );
        assert_eq!(parse("nothing"), None);
    }
}
