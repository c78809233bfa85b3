//! What came out, as Markdown.

use std::fmt::Write as _;

use super::{Program, SuiteOutcome, Target, Transcript};

const TAKES_ALL: &str = "a String takes all";

/// Whether a program saw the same through the gateway as without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did.
    Equal,
    /// It printed something else; the first lines that differ.
    Differs(String, String),
    /// It did not end well.
    Failed,
}

/// What came out for one program.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The program.
    pub name: String,
    /// The servers.
    pub servers: String,
    /// What it does.
    pub about: String,
    /// How many lines it printed without the gateway.
    pub lines: usize,
    /// Whether it ended well without the gateway.
    pub works_direct: bool,
    /// For each router.
    pub verdicts: Vec<(Target, Verdict)>,
}

/// All that came out.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// By program.
    pub outcomes: Vec<Outcome>,
    /// What packages ship, by package.
    pub suites: Vec<SuiteOutcome>,
}

impl Outcome {
    pub(super) fn of(servers: &str, program: &Program, transcripts: &[Transcript]) -> Self {
        let direct = &transcripts[0];
        let others = Target::ALL.into_iter().zip(transcripts).skip(1);
        let verdicts = others.map(|(target, other)| (target, verdict(direct, other)));
        Self {
            name: program.name.clone(),
            servers: servers.to_owned(),
            about: program.about.clone(),
            lines: direct.text.lines().count(),
            works_direct: direct.ok,
            verdicts: verdicts.collect(),
        }
    }

    /// Whether all is as it should be.
    pub fn passed(&self) -> bool {
        let equal = |(_, verdict): &(Target, Verdict)| *verdict == Verdict::Equal;
        self.works_direct && self.verdicts.iter().all(equal)
    }

    /// For the terminal.
    pub fn line(&self) -> String {
        let mut line = format!("{} on {}: {} lines", self.name, self.servers, self.lines);
        if !self.works_direct {
            line.push_str(", FAILS WITHOUT THE GATEWAY");
        }
        for (target, verdict) in &self.verdicts {
            let name = target.name();
            match verdict {
                Verdict::Equal => write!(line, ", {name} equal"),
                Verdict::Failed => write!(line, ", {name} FAILED"),
                Verdict::Differs(direct, other) => {
                    write!(
                        line,
                        ", {name} DIFFERS:\n  direct: {direct}\n  {name}: {other}"
                    )
                }
            }
            .expect("a String takes all");
        }
        line
    }
}

impl Report {
    /// Whether all passed.
    pub fn passed(&self) -> bool {
        self.outcomes.iter().all(Outcome::passed) && self.suites.iter().all(SuiteOutcome::passed)
    }

    /// Tables.
    pub fn markdown(&self) -> String {
        let mut text = String::new();
        self.write_outcomes(&mut text).expect(TAKES_ALL);
        if !self.suites.is_empty() {
            self.write_suites(&mut text).expect(TAKES_ALL);
        }
        text
    }

    fn write_outcomes(&self, text: &mut String) -> std::fmt::Result {
        text.push_str(
            "| client | work | server | lines compared | readconnroute | readwritesplit |\n\
             |---|---|---|---|---|---|\n",
        );
        for outcome in &self.outcomes {
            let cells = outcome.verdicts.iter().map(|(_, verdict)| match verdict {
                Verdict::Equal => "equal",
                Verdict::Differs(..) => "**differs**",
                Verdict::Failed => "**failed**",
            });
            let cells: Vec<&str> = cells.collect();
            writeln!(
                text,
                "| {} | {} | {} | {} | {} |",
                outcome.name,
                outcome.about,
                outcome.servers,
                outcome.lines,
                cells.join(" | ")
            )?;
        }
        Ok(())
    }

    fn write_suites(&self, text: &mut String) -> std::fmt::Result {
        text.push_str(
            "\nTests that packages ship (passed, failed):\n\n\
             | package | server | direct | readconnroute | readwritesplit |\n|---|---|---|---|---|\n",
        );
        for suite in &self.suites {
            let counts = suite.counts().into_iter();
            let cells = counts.map(|count| format!("{}, {}", count.passed, count.failed));
            let cells: Vec<String> = cells.collect();
            writeln!(
                text,
                "| {} | {} | {} |",
                suite.name,
                suite.servers,
                cells.join(" | ")
            )?;
        }
        let differences = self.suites.iter();
        let mut differences = differences.flat_map(|suite| {
            let all = suite.differences().into_iter();
            all.map(|(test, reason)| (suite.name.as_str(), test, reason))
        });
        if let Some(first) = differences.next() {
            text.push_str("\nOf these pass without the gateway only:\n\n");
            for (package, test, reason) in std::iter::once(first).chain(differences) {
                let reason = reason.unwrap_or("**not known why**");
                writeln!(text, "- {package}: `{test}`: {reason}")?;
            }
        }
        Ok(())
    }
}

fn verdict(direct: &Transcript, other: &Transcript) -> Verdict {
    if direct.ok && !other.ok {
        return Verdict::Failed;
    }
    if direct.text == other.text {
        return Verdict::Equal;
    }
    let mut lines = direct.text.lines().zip(other.text.lines());
    let first = lines.find(|(direct, other)| direct != other);
    let (direct, other) = first.unwrap_or(("", "more or fewer lines"));
    let cut = |line: &str| line.chars().take(300).collect();
    Verdict::Differs(cut(direct), cut(other))
}
