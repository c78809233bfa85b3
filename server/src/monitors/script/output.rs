//! What a script prints goes to the log, line by line.

use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader, copy, sink};
use tokio::process::{ChildStderr, ChildStdout};
use tracing::Level;

/// Bytes of a script's output that are logged; the rest is read and forgotten.
const LOGGED_MAX: u64 = 256 << 10;

/// Logs what comes out of both, until they are closed.
pub(super) fn log_in_background(
    program: &str,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
) {
    let program: Arc<str> = program.into();
    if let Some(stdout) = stdout {
        tokio::spawn(log(Arc::clone(&program), stdout));
    }
    if let Some(stderr) = stderr {
        tokio::spawn(log(program, stderr));
    }
}

async fn log(program: Arc<str>, output: impl AsyncRead + Unpin) {
    let mut reader = BufReader::new(output).take(LOGGED_MAX);
    let mut line = Vec::new();
    loop {
        line.clear();
        match reader.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(_) => say(&program, String::from_utf8_lossy(&line).trim_end()),
        }
    }
    // A script that prints more must not wait for a reader.
    let _ = copy(&mut reader.into_inner(), &mut sink()).await;
}

fn say(program: &str, line: &str) {
    let (level, text) = level_of(line);
    match level {
        Level::ERROR => tracing::error!("{program}: {text}"),
        Level::WARN => tracing::warn!("{program}: {text}"),
        Level::INFO => tracing::info!("{program}: {text}"),
        Level::DEBUG => tracing::debug!("{program}: {text}"),
        Level::TRACE => tracing::trace!("{program}: {text}"),
    }
}

/// A line may begin with its level, as in `warning: disk is slow`.
fn level_of(line: &str) -> (Level, &str) {
    let Some((word, rest)) = line.split_once(':') else {
        return (Level::INFO, line);
    };
    let level = match word.trim().to_ascii_lowercase().as_str() {
        "alert" | "error" => Level::ERROR,
        "warning" => Level::WARN,
        "notice" => Level::INFO,
        "info" => Level::DEBUG,
        "debug" => Level::TRACE,
        _ => return (Level::INFO, line),
    };
    (level, rest.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_its_level_by_its_first_word() {
        let check = |line, expected| assert_eq!(level_of(line), expected, "{line}");
        check("hello", (Level::INFO, "hello"));
        check("hello: world", (Level::INFO, "hello: world"));
        check("  Warning : x", (Level::WARN, "x"));
        check("alert:x", (Level::ERROR, "x"));
        check("DEBUG: x: y", (Level::TRACE, "x: y"));
    }
}
