//! The command `log`: lines of the unified log.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::time::Duration;

use serde_json::Value;

use crate::filters::FilterError;
use crate::filters::journal::{LogFile, flush_logs};

/// Lines that are told at once, at most.
const LINES_MAX: usize = 10_000;
/// Bytes of them, at most.
const BYTES_MAX: usize = 4 * 1024 * 1024;
/// How long lines that are not written yet are waited for.
const WRITTEN_WITHIN: Duration = Duration::from_millis(200);

/// The lines of a file from the first of the two `arguments` on and before the second.
pub(super) fn tell(file: Option<&LogFile>, arguments: &[String]) -> Result<Value, FilterError> {
    let refused = |message: String| FilterError::Open(message);
    let number = |at: usize, default: usize| match arguments.get(at) {
        None => Ok(default),
        Some(text) => text
            .parse()
            .map_err(|_| refused(format!("'{text}' is no number of a line"))),
    };
    let (first, end) = (number(0, 0)?, number(1, usize::MAX)?);
    let file = file.ok_or_else(|| refused("the filter writes no unified log".to_owned()))?;
    flush_logs(WRITTEN_WITHIN);
    let opened = File::open(file.path());
    let opened = opened.map_err(|error| refused(format!("its log can't be read: {error}")))?;
    let mut bytes = 0;
    let lines = BufReader::new(opened).split(b'\n').skip(first);
    let lines = lines.take(end.saturating_sub(first).min(LINES_MAX));
    let lines = lines.map_while(Result::ok).take_while(|line| {
        bytes += line.len();
        bytes <= BYTES_MAX
    });
    Ok(lines
        .map(|line| String::from_utf8_lossy(&line).into_owned())
        .collect())
}
