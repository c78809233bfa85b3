//! What a running process has used, from /proc.

use std::time::Duration;

/// Resident memory in KiB. `smaps_rollup` counts pages; `status` tells what was counted some time ago.
pub fn resident_kib(pid: u32) -> u64 {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).expect("it runs");
    let line = rollup.lines().find_map(|line| line.strip_prefix("Rss:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number
        .and_then(|number| number.parse().ok())
        .expect("Rss is a number of KiB")
}

/// Processor time of all its threads, user and system.
pub fn processor_time(pid: u32) -> Duration {
    ticks(pid, 2)
}

/// Processor time of all its threads outside of the kernel.
pub fn user_time(pid: u32) -> Duration {
    ticks(pid, 1)
}

/// The first so many of user and system time.
fn ticks(pid: u32, fields_count: usize) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    // The name, in parentheses, may hold anything: fields are counted behind it.
    let fields = stat
        .rsplit_once(')')
        .map(|(_, rest)| rest)
        .expect("a name in parentheses");
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(fields_count)
        .map(|field| field.parse::<u64>().expect("a number of ticks"))
        .sum();
    Duration::from_millis(ticks * 1000 / rustix::param::clock_ticks_per_second())
}

/// Open file descriptors.
pub fn open_files(pid: u32) -> usize {
    std::fs::read_dir(format!("/proc/{pid}/fd"))
        .expect("it runs")
        .count()
}

/// Whether every thread has halted (SIGSTOP takes a moment to reach them all).
pub fn is_halted(pid: u32) -> bool {
    let tasks = std::fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    tasks.flatten().all(|task| {
        let stat = std::fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        stat.rsplit_once(')')
            .is_none_or(|(_, rest)| rest.trim_start().starts_with('T'))
    })
}
