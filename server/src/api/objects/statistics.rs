//! The statistics of a server.

use serde_json::{Value, json};

use crate::control::objects::ServerStatistics;
use crate::servers::Distribution;

/// What sessions have a server do, and what is kept for those to come.
pub(super) fn of(statistics: &ServerStatistics) -> Value {
    json!({
        "active_operations": statistics.active_operations,
        "adaptive_avg_select_time": read_time(statistics),
        "connection_pool_empty": statistics.pool.empty,
        "connections": statistics.connections,
        "failed_auths": statistics.failed_logins,
        "max_connections": statistics.connections_peak,
        "max_pool_size": statistics.pool.peak,
        "persistent_connections": statistics.pool.now,
        "response_time_distribution": {
            "read": distribution("read", &statistics.reads),
            "write": distribution("write", &statistics.writes),
        },
        "reused_connections": statistics.pool.reused,
        "routed_packets": statistics.routed_packets,
        "total_connections": statistics.connections_total,
    })
}

/// As a duration with its unit: `923us`, `12ms`, `0ns`.
fn read_time(statistics: &ServerStatistics) -> String {
    let time = statistics.read_time.unwrap_or_default();
    match time.as_nanos() {
        nanos @ 0..1000 => format!("{nanos}ns"),
        1000..1_000_000 => format!("{}us", time.as_micros()),
        1_000_000..1_000_000_000 => format!("{}ms", time.as_millis()),
        _ => format!("{}s", time.as_secs()),
    }
}

/// Buckets by powers of ten; each tells the longest time that falls into it, in seconds.
fn distribution(operation: &str, buckets: &Distribution) -> Value {
    let buckets = buckets.iter().zip(-6_i32..).map(|(bucket, power)| {
        json!({
            "count": bucket.count,
            "time": format!("{:.6}", 10_f64.powi(power)),
            "total": bucket.total.as_secs_f64(),
        })
    });
    json!({
        "distribution": buckets.collect::<Value>(),
        "operation": operation,
        "range_base": 10,
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_told_by_powers_of_ten() {
        let value = of(&ServerStatistics::default());
        let read = &value["response_time_distribution"]["read"]["distribution"];
        assert_eq!(read[0]["time"], "0.000001");
        assert_eq!(read[6]["time"], "1.000000");
        assert_eq!(read[11]["time"], "100000.000000");
    }

    #[test]
    fn a_time_has_the_unit_that_fits() {
        let told = |nanos| {
            read_time(&ServerStatistics {
                read_time: Some(Duration::from_nanos(nanos)),
                ..ServerStatistics::default()
            })
        };
        let told = [0, 999, 266_500, 12_000_000, 3_000_000_000].map(told);
        assert_eq!(told, ["0ns", "999ns", "266us", "12ms", "3s"]);
    }
}
