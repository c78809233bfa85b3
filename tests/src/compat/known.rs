//! Tests of packages that pass without the gateway only, and why.

/// Package, what the test's name contains, and the reason.
const KNOWN: &[(&str, &str, &str)] = &[
    (
        "mysql_async",
        "should_hold_stmt_cache_size_bound",
        OF_A_REPLICA,
    ),
    (
        "mysql_async",
        "should_not_cache_statements_if_stmt_cache_size_is_zero",
        OF_A_REPLICA,
    ),
    ("mariadb", "test_compress", COMPRESSION),
    ("mysql-connector-python", "aio_", NO_TLS),
    (
        "mysql-connector-python",
        "MySQLConnectionTests.test_timeout",
        WAIT_TIMEOUT,
    ),
    ("mariadb", "test_cursor_reconnect", WAIT_TIMEOUT),
];

const OF_A_REPLICA: &str =
    "it asks for `SHOW SESSION STATUS`, which a replica answers that has other statements prepared";
const NO_TLS: &str =
    "its asynchronous half fails by itself where TLS is not offered, as on these listeners";
const COMPRESSION: &str = "compression is not offered";
const WAIT_TIMEOUT: &str = "servers end their connections after the session's `wait_timeout`; the session \
                            goes on with others";

/// Why a test does not pass through the gateway, if that is known.
pub(super) fn reason(package: &str, test: &str) -> Option<&'static str> {
    let known = KNOWN
        .iter()
        .find(|(of, part, _)| *of == package && test.contains(part));
    known.map(|(_, _, reason)| *reason)
}
