//! Waiting for a condition, never for a time.

use std::time::{Duration, Instant};

/// How long a test waits for what normally takes milliseconds: generous, since machines are busy.
pub const PATIENCE: Duration = Duration::from_secs(30);

const POLL_INTERVAL: Duration = Duration::from_millis(20);

/// Calls `probe` until it answers, at most for `timeout`. Panics with `what` when it never does.
pub async fn eventually<T>(
    timeout: Duration,
    what: &str,
    mut probe: impl AsyncFnMut() -> Option<T>,
) -> T {
    let begin = Instant::now();
    loop {
        if let Some(value) = probe().await {
            return value;
        }
        let waited = begin.elapsed();
        assert!(waited < timeout, "waited {waited:.1?} in vain: {what}");
        tokio::time::sleep(POLL_INTERVAL).await;
    }
}

/// Runs `work`, which must end within `timeout`: a test that hangs says where.
pub async fn within<T>(timeout: Duration, what: &str, work: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(timeout, work).await;
    ended.unwrap_or_else(|_| panic!("still running after {timeout:.1?}: {what}"))
}
