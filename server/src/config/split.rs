//! Parameters that readwritesplit has of its own.

use super::tables;
use super::values::Values;

/// What readwritesplit does, as configured.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "one field per documented switch"
)]
pub struct SplitParameters {
    /// How long a statement waits for a server; `None`: it does not (`delayed_retry`).
    pub retry_for_ms: Option<u64>,
    /// Connect only when something is sent.
    pub lazy_connect: bool,
    /// Whether the primary gets reads although there are replicas.
    pub master_accept_reads: bool,
    /// What happens without a primary.
    pub master_failure_mode: PrimaryFailureMode,
    /// Whether the primary may change within a session.
    pub master_reconnection: bool,
    /// Replicas must lag less; 0: any lag will do.
    pub max_replication_lag_ms: u64,
    /// Most replicas that a session is connected to.
    pub replicas_max: usize,
    /// Replicas that a session is connected to when it begins.
    pub replicas_at_first: usize,
    /// Whether reads whose server was lost are sent to another one.
    pub retry_failed_reads: bool,
    /// Whether the same text prepared twice is one statement on the server.
    pub reuse_prepared_statements: bool,
    /// How a replica is chosen.
    pub selection: ReplicaSelection,
    /// Whether everything goes to the primary after a text of several statements.
    pub strict_multi_stmt: bool,
    /// Whether everything goes to the primary after a `CALL`.
    pub strict_sp_calls: bool,
    /// Whether a session that loses its temporary tables ends.
    pub strict_tmp_tables: bool,
    /// Where a `SELECT` that uses user variables goes.
    pub variables_in: VariablesIn,
}

/// `master_failure_mode`: what happens to a session that has no primary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PrimaryFailureMode {
    /// It ends at once.
    FailInstantly,
    /// It ends with the next write.
    FailOnWrite,
    /// Writes are refused.
    ErrorOnWrite,
}

/// `slave_selection_criteria`: what makes one replica better than another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicaSelection {
    /// Fewer statements under way.
    LeastCurrentOperations,
    /// Fewer connections of all services.
    LeastGlobalConnections,
    /// Fewer connections of this service.
    LeastRouterConnections,
    /// Less lag.
    LeastBehindPrimary,
    /// The sooner it will be done with one statement more.
    Adaptive,
}

/// `use_sql_variables_in`: where a `SELECT` that uses user variables goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariablesIn {
    /// To all servers if it sets one, to any if it reads one.
    All,
    /// To the primary.
    Primary,
}

impl SplitParameters {
    /// What the values say, which are those of a section with this router.
    pub fn of(values: &Values) -> Self {
        let count = |name| usize::try_from(values.count(name)).unwrap_or(usize::MAX);
        // Transactions that are interrupted are not run again, but what is turned on with that is.
        let replays = values.flag("transaction_replay") || values.flag("optimistic_trx");
        let replays_for_ms = values.millis("transaction_replay_timeout");
        let retry_for_ms = values.millis("delayed_retry_timeout");
        Self {
            retry_for_ms: if replays {
                Some(retry_for_ms.max(replays_for_ms))
            } else {
                values.flag("delayed_retry").then_some(retry_for_ms)
            },
            lazy_connect: values.flag("lazy_connect"),
            master_accept_reads: values.flag("master_accept_reads"),
            master_failure_mode: if replays {
                PrimaryFailureMode::FailOnWrite
            } else {
                PrimaryFailureMode::of(values)
            },
            master_reconnection: replays || values.flag("master_reconnection"),
            max_replication_lag_ms: values.millis("max_replication_lag"),
            replicas_max: count("max_slave_connections"),
            replicas_at_first: count("slave_connections"),
            retry_failed_reads: values.flag("retry_failed_reads"),
            reuse_prepared_statements: values.flag("reuse_prepared_statements"),
            selection: ReplicaSelection::of(values),
            strict_multi_stmt: values.flag("strict_multi_stmt"),
            strict_sp_calls: values.flag("strict_sp_calls"),
            strict_tmp_tables: values.flag("strict_tmp_tables"),
            variables_in: match values.text("use_sql_variables_in") {
                Some("master") => VariablesIn::Primary,
                _ => VariablesIn::All,
            },
        }
    }
}

impl Default for SplitParameters {
    /// The documented defaults.
    fn default() -> Self {
        Self::of(&Values::new(&[tables::READWRITESPLIT]))
    }
}

impl PrimaryFailureMode {
    fn of(values: &Values) -> Self {
        match values.text("master_failure_mode") {
            Some("fail_instantly") => Self::FailInstantly,
            Some("error_on_write") => Self::ErrorOnWrite,
            _ => Self::FailOnWrite,
        }
    }
}

impl ReplicaSelection {
    fn of(values: &Values) -> Self {
        let name = values.text("slave_selection_criteria").unwrap_or_default();
        match name.to_ascii_lowercase().as_str() {
            "least_global_connections" => Self::LeastGlobalConnections,
            "least_router_connections" => Self::LeastRouterConnections,
            "least_behind_master" => Self::LeastBehindPrimary,
            "adaptive_routing" => Self::Adaptive,
            _ => Self::LeastCurrentOperations,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transaction_replay_turns_on_what_it_needs() {
        let of = |given: &[(&str, &str)]| {
            let values = Values::given(tables::READWRITESPLIT, given).unwrap();
            SplitParameters::of(&values)
        };
        let given = [
            ("transaction_replay", "true"),
            ("master_reconnection", "false"),
            ("master_failure_mode", "fail_instantly"),
        ];
        let replaying = of(&given);
        let found = (
            replaying.retry_for_ms,
            replaying.master_reconnection,
            replaying.master_failure_mode,
        );
        assert_eq!(found, (Some(30_000), true, PrimaryFailureMode::FailOnWrite));
        let without = of(&given[1..]);
        assert_eq!(
            (without.retry_for_ms, without.master_reconnection),
            (None, false)
        );
        let longer = [("optimistic_trx", "1"), ("delayed_retry_timeout", "60s")];
        assert_eq!(of(&longer).retry_for_ms, Some(60_000));
    }
}
