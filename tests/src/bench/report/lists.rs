//! The table of lists.

use std::fmt::Write as _;

use super::show;
use crate::bench::{ListSample, Times};

const HEADINGS: &str = "
| list | median, ms | slowest, ms | gateway, CPU ms | KiB | statements meanwhile: median, us | 99 of 100 within, us \
| slowest, us |
|---|---|---|---|---|---|---|---|
";

/// The table, if there is anything in it.
pub(super) fn table(samples: &[ListSample]) -> String {
    let mut text = String::new();
    let Some(first) = samples.first() else {
        return text;
    };
    writeln!(text, "Lists while {} sessions are idle:", first.sessions)
        .expect("a String takes all");
    text.push_str(HEADINGS);
    for sample in samples {
        let listed = sample.list.map(|_| &sample.lists);
        let ms = |hundredths| {
            let time = |times: &Times| times.percentile(hundredths).as_secs_f64() * 1e3;
            show(listed.map(time), 1)
        };
        let us = |hundredths| {
            let time = sample.statements.percentile(hundredths);
            time.as_micros().to_string()
        };
        let cells = [
            sample.list.unwrap_or("none").to_owned(),
            ms(50),
            ms(100),
            show(listed.map(|_| sample.processor.as_secs_f64() * 1e3), 1),
            (sample.bytes / 1024).to_string(),
            us(50),
            us(99),
            us(100),
        ];
        writeln!(text, "| {} |", cells.join(" | ")).expect("a String takes all");
    }
    text
}
