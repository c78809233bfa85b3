//! The table of ways of reads.

use std::fmt::Write as _;

use super::{median, show};
use crate::bench::{Figures, Load, SplitKind, SplitSample};

const HEADINGS: &str = "
| load | way | statements/s | / direct | / readconnroute | gateway, CPU us per statement | outside of the kernel |
|---|---|---|---|---|---|---|
";

/// Writes the table, if there is anything in it.
pub(super) fn write(samples: &[SplitSample], text: &mut String) {
    if samples.is_empty() {
        return;
    }
    text.push_str(HEADINGS);
    let mut loads: Vec<Load> = Vec::new();
    for sample in samples {
        if !loads.contains(&sample.load) {
            loads.push(sample.load);
        }
    }
    for load in loads {
        for kind in SplitKind::ALL {
            let of = |kind| {
                let samples = samples.iter();
                samples.filter(move |one| one.load == load && one.kind == kind)
            };
            if of(kind).next().is_none() {
                continue;
            }
            let figure = |figure: fn(&Figures) -> Option<f64>| {
                median(of(kind).filter_map(|one| figure(&one.figures)).collect())
            };
            // Ratios are taken in each round.
            let against = |base| {
                let ratios = of(kind).filter_map(|one| {
                    let base = of(base).find(|other| other.round == one.round)?;
                    Some(one.figures.rate / base.figures.rate)
                });
                median(ratios.collect())
            };
            let cells = [
                load.workload.to_string(),
                kind.name().to_owned(),
                show(figure(|figures| Some(figures.rate)), 0),
                show(against(SplitKind::Direct), 2),
                show(against(SplitKind::ReadConn), 3),
                show(figure(|figures| figures.processor_us), 1),
                show(figure(|figures| figures.user_us), 2),
            ];
            writeln!(text, "| {} |", cells.join(" | ")).expect("a String takes all");
        }
    }
}
