//! The report: medians over the rounds, as Markdown.

use std::fmt::Write as _;
use std::path::Path;

use super::section::write_section;
use super::{
    ChainKind, ChainSample, IdleMemory, ListSample, Load, LoginSample, Plan, Sample, SplitSample,
    TargetKind, Times,
};

mod lists;
mod logins;
mod splits;

const HEADINGS: &str = "\
| load | threads | direct, statements/s | HAProxy / direct | Sluicegate / direct \
| Sluicegate / HAProxy | HAProxy, CPU s per million | Sluicegate, CPU s per million \
| Sluicegate / HAProxy, CPU |
|---|---|---|---|---|---|---|---|---|
";

/// All that was measured.
#[derive(Debug, Clone)]
pub struct Report {
    /// The plan that was carried out.
    pub plan: Plan,
    /// Every run.
    pub samples: Vec<Sample>,
    /// Memory of each proxy.
    pub memory: Vec<IdleMemory>,
    /// Every run through a chain of filters.
    pub chains: Vec<ChainSample>,
    /// Times of changes of chains.
    pub patches: Option<Times>,
    /// Every run on a way of reads.
    pub splits: Vec<SplitSample>,
    /// Every run of clients that come for one statement each.
    pub logins: Vec<LoginSample>,
    /// Lists of many sessions.
    pub lists: Vec<ListSample>,
}

const CHAIN_HEADINGS: &str = "
| chain | statements/s | / direct | / no filter | gateway, CPU us per statement | outside of the kernel | more than no filter |
|---|---|---|---|---|---|---|
";

impl Report {
    /// Whether anything was measured but log-ins and lists.
    pub fn has_loads(&self) -> bool {
        let samples = !self.samples.is_empty() || !self.chains.is_empty();
        samples || !self.splits.is_empty() || self.patches.is_some()
    }

    /// The table of log-ins; nothing when none were measured.
    pub fn logins_markdown(&self) -> String {
        logins::table(&self.logins)
    }

    /// The table of lists; nothing when none were measured.
    pub fn lists_markdown(&self) -> String {
        lists::table(&self.lists)
    }

    /// The tables of loads.
    pub fn markdown(&self) -> String {
        use TargetKind::{Direct, HaProxy, Sluicegate};
        let rate = |sample: &Sample| Some(sample.rate);
        let cpu = |sample: &Sample| sample.processor_seconds;
        let mut text = String::new();
        if !self.samples.is_empty() {
            text.push_str(HEADINGS);
        }
        for load in self.loads() {
            let cells = [
                load.workload.to_string(),
                load.threads.to_string(),
                show(self.median(load, Direct, rate), 0),
                show(self.median_ratio(load, HaProxy, Direct, rate), 2),
                show(self.median_ratio(load, Sluicegate, Direct, rate), 2),
                show(self.median_ratio(load, Sluicegate, HaProxy, rate), 2),
                show(self.median(load, HaProxy, cpu), 1),
                show(self.median(load, Sluicegate, cpu), 1),
                show(self.median_ratio(load, Sluicegate, HaProxy, cpu), 2),
            ];
            writeln!(text, "| {} |", cells.join(" | ")).expect("a String takes all");
        }
        let Plan {
            rounds,
            seconds,
            idle_connections,
            ..
        } = self.plan;
        writeln!(
            text,
            "\nMedians of {rounds} rounds of {seconds} s; ratios are taken in each round."
        )
        .expect("a String takes all");
        for IdleMemory {
            target,
            kib_per_connection,
        } in &self.memory
        {
            writeln!(
                text,
                "\nResident memory per idle connection at {idle_connections}: {} \
                 {kib_per_connection:.1} KiB.",
                target.name()
            )
            .expect("a String takes all");
        }
        self.write_chains(&mut text);
        splits::write(&self.splits, &mut text);
        text
    }

    fn write_chains(&self, text: &mut String) {
        if !self.chains.is_empty() {
            text.push_str(CHAIN_HEADINGS);
        }
        let present = ChainKind::ALL.into_iter();
        for chain in present.filter(|chain| self.chains.iter().any(|one| one.chain == *chain)) {
            let rate = |one: &ChainSample| Some(one.figures.rate);
            let used = |one: &ChainSample| one.figures.processor_us;
            let user = |one: &ChainSample| one.figures.user_us;
            let against = |base| {
                self.chain_median(chain, |one| Some(one.figures.rate / self.rate(base, one)?))
            };
            let more = |one: &ChainSample| {
                let base = self.same_round(ChainKind::None, one)?;
                Some(one.figures.user_us? - base.figures.user_us?)
            };
            let cells = [
                chain.name().to_owned(),
                show(self.chain_median(chain, rate), 0),
                show(against(ChainKind::Direct), 2),
                show(against(ChainKind::None), 3),
                show(self.chain_median(chain, used), 1),
                show(self.chain_median(chain, user), 2),
                show(self.chain_median(chain, more), 2),
            ];
            writeln!(text, "| {} |", cells.join(" | ")).expect("a String takes all");
        }
        if let Some(patches) = &self.patches {
            let ms = |hundredths| patches.percentile(hundredths).as_secs_f64() * 1e3;
            writeln!(
                text,
                "\nFrom a PATCH of an idle session's chain until it acts: median {:.2} ms, 99 of 100 \
                 within {:.2} ms ({} changes).",
                ms(50),
                ms(99),
                patches.count()
            )
            .expect("a String takes all");
        }
    }

    fn same_round(&self, chain: ChainKind, sample: &ChainSample) -> Option<&ChainSample> {
        let mut samples = self.chains.iter();
        samples.find(|one| one.chain == chain && one.round == sample.round)
    }

    fn rate(&self, chain: ChainKind, sample: &ChainSample) -> Option<f64> {
        self.same_round(chain, sample).map(|one| one.figures.rate)
    }

    fn chain_median(
        &self,
        chain: ChainKind,
        figure: impl Fn(&ChainSample) -> Option<f64>,
    ) -> Option<f64> {
        let samples = self.chains.iter().filter(|one| one.chain == chain);
        median(samples.filter_map(figure).collect())
    }

    fn loads(&self) -> Vec<Load> {
        let mut loads = Vec::new();
        for sample in &self.samples {
            if !loads.contains(&sample.load) {
                loads.push(sample.load);
            }
        }
        loads
    }

    fn of(&self, load: Load, target: TargetKind) -> impl Iterator<Item = &Sample> {
        self.samples
            .iter()
            .filter(move |sample| sample.load == load && sample.target == target)
    }

    fn median(
        &self,
        load: Load,
        target: TargetKind,
        figure: impl Fn(&Sample) -> Option<f64>,
    ) -> Option<f64> {
        median(self.of(load, target).filter_map(figure).collect())
    }

    /// The median over the rounds of one target's figure divided by another's of the same round.
    fn median_ratio(
        &self,
        load: Load,
        target: TargetKind,
        base: TargetKind,
        figure: impl Fn(&Sample) -> Option<f64>,
    ) -> Option<f64> {
        let ratios = self.of(load, target).filter_map(|sample| {
            let other = self
                .of(load, base)
                .find(|other| other.round == sample.round)?;
            Some(figure(sample)? / figure(other)?)
        });
        median(ratios.collect())
    }
}

/// Replaces in a document what was measured anew.
pub fn write_into(document: &Path, report: &Report) -> std::io::Result<()> {
    if report.has_loads() {
        write_section(document, "results", &report.markdown())?;
    }
    if !report.logins.is_empty() {
        write_section(document, "logins", &report.logins_markdown())?;
    }
    if !report.lists.is_empty() {
        write_section(document, "lists", &report.lists_markdown())?;
    }
    Ok(())
}

pub(super) fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match figures.len() {
        0 => None,
        count if count % 2 == 1 => Some(figures[middle]),
        _ => Some(f64::midpoint(figures[middle - 1], figures[middle])),
    }
}

fn show(figure: Option<f64>, decimals: usize) -> String {
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.decimals$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_the_mean_of_the_two_in_the_middle() {
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![3.0, 1.0, 2.0]), Some(2.0));
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), Some(2.5));
    }
}
