//! The table of clients that come for one statement each.

use std::fmt::Write as _;

use super::{median, show};
use crate::bench::{LoginKind, LoginSample};

const HEADINGS: &str = "
| connect, one statement, good-bye | clients/s | / direct | / HAProxy | proxy, CPU us per client |
|---|---|---|---|---|
";

/// The table, if there is anything in it.
pub(super) fn table(samples: &[LoginSample]) -> String {
    let mut text = String::new();
    if samples.is_empty() {
        return text;
    }
    text.push_str(HEADINGS);
    for kind in LoginKind::ALL {
        let of = |kind| samples.iter().filter(move |one| one.kind == kind);
        if of(kind).next().is_none() {
            continue;
        }
        // Ratios are taken in each round.
        let against = |base| {
            let ratios = of(kind).filter_map(|one| {
                let base = of(base).find(|other| other.round == one.round)?;
                Some(one.rate / base.rate)
            });
            median(ratios.collect())
        };
        let cells = [
            kind.name().to_owned(),
            show(median(of(kind).map(|one| one.rate).collect()), 0),
            show(against(LoginKind::Direct), 2),
            show(against(LoginKind::HaProxy), 2),
            show(
                median(of(kind).filter_map(|one| one.processor_us).collect()),
                0,
            ),
        ];
        writeln!(text, "| {} |", cells.join(" | ")).expect("a String takes all");
    }
    text
}
