//! Tests against what real servers and clients said (`tests/golden/wire/README.md`).

mod decoders;
mod file;
mod player;

use std::fmt::Write as _;

use expect_test::expect_file;
use file::{Capture, captures};
use player::{Exchange, play};

use crate::wire::command::Command;
use crate::wire::tracker::ReplySummary;

/// Captures longer than this are not fed byte by byte.
const BYTEWISE_LEN_MAX: usize = 1 << 20;

#[test]
fn every_reply_ends_where_the_server_stopped_and_says_what_was_expected() {
    for capture in captures() {
        let exchanges = play(&capture, usize::MAX, |_| 0);
        let path = capture.path.with_extension("expected");
        expect_file![path].assert_eq(&text_of(&capture, &exchanges));
    }
}

#[test]
fn byte_by_byte_the_steps_are_the_same() {
    for capture in captures() {
        if capture.len() <= BYTEWISE_LEN_MAX {
            let whole = play(&capture, usize::MAX, |_| 0);
            assert!(
                play(&capture, 1, |_| 0) == whole,
                "{}",
                capture.path.display()
            );
        }
    }
}

#[test]
fn in_random_pieces_the_steps_are_the_same() {
    for capture in captures() {
        let whole = play(&capture, usize::MAX, |_| 0);
        let big = capture.len() > BYTEWISE_LEN_MAX;
        let lengths: &[usize] = if big { &[70_000] } else { &[3, 7, 40, 500] };
        for (seed, &piece_max) in (1..=8)
            .zip(lengths.iter().cycle())
            .take(if big { 2 } else { 8 })
        {
            let mut state: u64 = seed;
            let random = |_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(seed * 2 + 1);
                (state >> 33) as usize % piece_max
            };
            let pieces = play(&capture, 1, random);
            assert!(pieces == whole, "{} seed {seed}", capture.path.display());
        }
    }
}

/// One line for each exchange.
fn text_of(capture: &Capture, exchanges: &[Exchange]) -> String {
    let mut text = format!("capabilities {:?}\n", capture.login().capabilities);
    for exchange in exchanges {
        let name = Command::from_byte(exchange.request[0]).map_or("?", Command::name);
        let request = exchange.request.iter().skip(1).take(60);
        let request: String = request.map(|&b| printable(b)).collect();
        let _ = write!(text, "{name} {}", request.trim_end());
        let said = [stops_of(exchange), summary_of(&exchange.summary)].concat();
        if said.is_empty() {
            text = text.trim_end().to_owned();
        } else {
            let _ = write!(text, "\n    {}", said.join(", "));
        }
        text.push('\n');
    }
    text
}

fn stops_of(exchange: &Exchange) -> Vec<String> {
    exchange
        .stops
        .iter()
        .map(|(len, step)| format!("{step:?}@{len}"))
        .collect()
}

fn summary_of(summary: &ReplySummary) -> Vec<String> {
    let mut said = Vec::new();
    if summary.resultsets > 0 || summary.rows > 0 {
        said.push(format!(
            "{} resultsets, {} rows",
            summary.resultsets, summary.rows
        ));
    }
    said.extend(summary.error.map(|code| format!("error {code}")));
    said.extend(summary.status.map(|status| {
        let names: Vec<_> = status.iter_names().map(|(name, _)| name).collect();
        if names.is_empty() {
            "no flags".to_owned()
        } else {
            names.join("+")
        }
    }));
    said.extend(summary.prepared.map(|it| {
        format!(
            "statement {}: {} params, {} columns",
            it.statement_id, it.params, it.columns
        )
    }));
    said.extend(
        summary
            .schema
            .as_ref()
            .map(|name| format!("now in {}", name.escape_ascii())),
    );
    said
}

fn printable(byte: u8) -> char {
    if byte.is_ascii_graphic() || byte == b' ' {
        byte.into()
    } else {
        '.'
    }
}
