//! The tests that packages ship.

use std::collections::BTreeMap;
use std::path::Path;

use super::programs::{On, Program, script};
use super::{Target, Transcript, known};

/// All packages that ship tests, with the servers that these are for. `tools` is the folder into
/// which `.ci/setup.sh compat` installs.
pub fn suites(tools: &Path) -> Vec<Program> {
    let all = [
        ("mysqlclient", On::Both),
        ("mysql_async", On::Both),
        ("sqlx", On::Both),
        ("SQLAlchemy", On::MariaDb),
        ("mariadb", On::MariaDb),
        ("PyMySQL", On::MySql),
        ("mysql-connector-python", On::MySql),
    ];
    all.into_iter()
        .map(|(name, on)| {
            let folder = match name {
                "sqlx" => tools.join("rust/suite"),
                _ => tools.join("suites").join(name),
            };
            let folder = folder.display().to_string();
            let program = Program {
                on,
                is_suite: true,
                first: first(name),
                ..Program::new(name, "", &[&script("suites/suite.sh"), name])
            };
            program.where_succeeds(&["test", "-d", &folder])
        })
        .collect()
}

/// What a package's tests expect to be there.
fn first(name: &str) -> Vec<String> {
    let statements: &[&str] = match name {
        "SQLAlchemy" => &["CREATE DATABASE IF NOT EXISTS test_schema"],
        "sqlx" => &[
            "USE compat; CREATE TABLE tweet (id BIGINT PRIMARY KEY AUTO_INCREMENT,
               created_at TIMESTAMP NOT NULL DEFAULT NOW(), text TEXT NOT NULL, owner_id BIGINT);
             CREATE TABLE tweet_reply (id BIGINT PRIMARY KEY AUTO_INCREMENT, tweet_id BIGINT NOT NULL,
               created_at TIMESTAMP NOT NULL DEFAULT NOW(), text TEXT NOT NULL, owner_id BIGINT,
               CONSTRAINT tweet_id_fk FOREIGN KEY (tweet_id) REFERENCES tweet (id));
             CREATE TABLE products (product_no INTEGER, name TEXT,
               price NUMERIC CHECK (price > 0));
             CREATE USER IF NOT EXISTS no_password@'%'; GRANT SELECT ON compat.* TO no_password@'%'",
        ],
        "PyMySQL" => &[
            "CREATE USER IF NOT EXISTS nopass_caching_sha2@'%', user_caching_sha2@'%'
               IDENTIFIED BY 'pass_caching_sha2_01234567890123456789';
             GRANT RELOAD ON *.* TO user_caching_sha2@'%'",
            "CREATE USER IF NOT EXISTS nopass_sha256@'%' IDENTIFIED WITH sha256_password;
             CREATE USER IF NOT EXISTS user_sha256@'%' IDENTIFIED WITH sha256_password
               BY 'pass_sha256_01234567890123456789'",
        ],
        _ => &[],
    };
    statements.iter().map(ToString::to_string).collect()
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Passed,
    Failed,
    Skipped,
}

type Ends = BTreeMap<String, End>;

/// How many tests ended how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// They passed.
    pub passed: usize,
    /// They did not.
    pub failed: usize,
}

/// What came out of a package's tests.
#[derive(Debug, Clone)]
pub struct SuiteOutcome {
    /// The package.
    pub name: String,
    /// The servers.
    pub servers: String,
    direct: Ends,
    through: Vec<(Target, Ends)>,
}

impl SuiteOutcome {
    pub(super) fn of(servers: &str, suite: &Program, transcripts: &[Transcript]) -> Self {
        let mut ends = Target::ALL.into_iter().zip(transcripts.iter().map(ends));
        let direct = ends.next().map(|(_, ends)| ends).unwrap_or_default();
        Self {
            name: suite.name.clone(),
            servers: servers.to_owned(),
            direct,
            through: ends.collect(),
        }
    }

    /// Takes what passed in another run as passed.
    pub(super) fn again(&mut self, target: Target, transcript: &Transcript) {
        let again = ends(transcript);
        for (_, first) in self.through.iter_mut().filter(|(of, _)| *of == target) {
            for (name, end) in &again {
                if *end == End::Passed {
                    first.insert(name.clone(), End::Passed);
                }
            }
        }
    }

    /// Where tests do not pass that pass without the gateway, for a reason that is not known.
    pub(super) fn targets_with_losses(&self) -> Vec<Target> {
        let through = self.through.iter();
        let lossy = through.filter(|(_, ends)| !self.lost(ends).is_empty());
        lossy.map(|(target, _)| *target).collect()
    }

    /// Counts without the gateway, and through each router.
    pub fn counts(&self) -> Vec<Counts> {
        let through = self.through.iter().map(|(_, ends)| counts(ends));
        std::iter::once(counts(&self.direct))
            .chain(through)
            .collect()
    }

    /// Whether all is as it should be.
    pub fn passed(&self) -> bool {
        counts(&self.direct).passed > 0 && self.targets_with_losses().is_empty()
    }

    /// Tests that pass without the gateway only, with the reason where it is known.
    pub fn differences(&self) -> BTreeMap<&str, Option<&'static str>> {
        let through = self.through.iter();
        let lost = through.flat_map(|(_, ends)| self.all_lost(ends));
        lost.map(|test| (test, known::reason(&self.name, test)))
            .collect()
    }

    fn lost<'a>(&'a self, through: &'a Ends) -> Vec<&'a str> {
        let lost = self.all_lost(through);
        lost.filter(|test| known::reason(&self.name, test).is_none())
            .collect()
    }

    fn all_lost<'a>(&'a self, through: &'a Ends) -> impl Iterator<Item = &'a str> {
        let passed = self.direct.iter().filter(|(_, end)| **end == End::Passed);
        passed
            .map(|(test, _)| test.as_str())
            .filter(|test| through.get(*test) != Some(&End::Passed))
    }

    /// For the terminal.
    pub fn line(&self) -> String {
        let counts = self.counts().into_iter();
        let counts =
            counts.map(|count| format!("{} passed, {} failed", count.passed, count.failed));
        let counts: Vec<_> = counts.collect();
        let mut line = format!(
            "tests of {} on {}: {}",
            self.name,
            self.servers,
            counts.join("; ")
        );
        for (target, ends) in &self.through {
            for test in self.lost(ends) {
                line.push_str("\n  LOST with ");
                line.push_str(target.name());
                line.push_str(": ");
                line.push_str(test);
            }
        }
        line
    }
}

fn counts(ends: &Ends) -> Counts {
    let count = |wanted| ends.values().filter(|end| **end == wanted).count();
    Counts {
        passed: count(End::Passed),
        failed: count(End::Failed),
    }
}

/// A test that is named several times has passed when it did so each time.
fn ends(transcript: &Transcript) -> Ends {
    let mut ends = Ends::new();
    for line in transcript.text.lines() {
        let Some((end, name)) = line.split_once(' ') else {
            continue;
        };
        let end = match end {
            "passed" => End::Passed,
            "failed" => End::Failed,
            "skipped" => End::Skipped,
            _ => continue,
        };
        let known = ends.entry(name.to_owned()).or_insert(end);
        if *known == End::Passed {
            *known = end;
        }
    }
    ends
}
