//! What came out, as Markdown.

use std::fmt::Write as _;

use super::{Program, Target, Transcript};

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
}

impl Outcome {
    pub(super) fn of(program: &Program, transcripts: &[Transcript]) -> Self {
        let direct = &transcripts[0];
        let others = Target::ALL.into_iter().zip(transcripts).skip(1);
        let verdicts = others.map(|(target, other)| (target, verdict(direct, other)));
        Self {
            name: program.name.clone(),
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
        let mut line = format!("{}: {} lines", self.name, self.lines);
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
        self.outcomes.iter().all(Outcome::passed)
    }

    /// A table.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| client | work | lines compared | readconnroute | readwritesplit |\n\
             |---|---|---|---|---|\n",
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
                "| {} | {} | {} | {} |",
                outcome.name,
                outcome.about,
                outcome.lines,
                cells.join(" | ")
            )
            .expect("a String takes all");
        }
        text
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
