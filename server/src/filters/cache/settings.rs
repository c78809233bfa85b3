//! Parameters and what they mean.

use std::time::Duration;

use super::rules::Rules;
use super::store::Lifetime;
use crate::config::Values;
use crate::config::parameter::{BareUnit, Effect, Kind, ParameterSpec};
use crate::filters::FilterError;

/// What a store takes when `max_size` sets no limit.
const STORE_SIZE_MAX: u64 = 1024 * 1024 * 1024;
/// The largest result that is stored when `max_resultset_size` sets no limit.
const RESULT_SIZE_MAX: u64 = 16 * 1024 * 1024;

const SECONDS: Kind = Kind::Duration(BareUnit::Seconds);

pub(super) const PARAMETERS: &[ParameterSpec] = &[
    ParameterSpec::new(
        "cache_in_transactions",
        Kind::Enum(&["never", "read_only_transactions", "all_transactions"]),
        Some("all_transactions"),
        "In which transactions the cache is used; never behind a statement that writes.",
    )
    .fixed(),
    ParameterSpec::new(
        "cached_data",
        Kind::Enum(&["shared", "thread_specific"]),
        Some("thread_specific"),
        "Whether all threads share one store or each has its own.",
    )
    .fixed(),
    ParameterSpec::new(
        "clear_cache_on_parse_errors",
        Kind::Bool,
        Some("true"),
        "Whether all is forgotten when it can't be said what a statement changes.",
    )
    .fixed(),
    ParameterSpec::new(
        "debug",
        Kind::Count,
        Some("0"),
        "What is logged: 1 matching rules, 2 others, 4 uses, 8 refusals to use, 16 the rest.",
    )
    .within(0, 31),
    ParameterSpec::new(
        "enabled",
        Kind::Bool,
        Some("true"),
        "Whether sessions begin with the cache in use.",
    )
    .fixed(),
    ParameterSpec::new(
        "hard_ttl",
        SECONDS,
        Some("0ms"),
        "How long a result is given out at most; 0 for ever.",
    )
    .fixed(),
    ParameterSpec::new(
        "invalidate",
        Kind::Enum(&["never", "current"]),
        Some("never"),
        "Whether results are forgotten when their tables change through this cache.",
    )
    .fixed(),
    ParameterSpec::new(
        "max_count",
        Kind::Count,
        Some("0"),
        "The most results in a store; 0 for no limit.",
    )
    .fixed(),
    ParameterSpec::new(
        "max_resultset_rows",
        Kind::Count,
        Some("0"),
        "The most rows of a result that is stored; 0 for no limit.",
    )
    .fixed(),
    ParameterSpec::new(
        "max_resultset_size",
        Kind::Size,
        Some("0"),
        "The most bytes of a result that is stored; 0 for 16 MiB.",
    )
    .fixed(),
    ParameterSpec::new(
        "max_size",
        Kind::Size,
        Some("0"),
        "The most bytes in a store; 0 for 1 GiB.",
    )
    .fixed(),
    ParameterSpec::new("rules", Kind::Path, None, "The file with the rules (JSON)."),
    ParameterSpec::new(
        "selects",
        Kind::Enum(&["assume_cacheable", "verify_cacheable"]),
        Some("assume_cacheable"),
        "Whether SELECT statements with changing results are looked for and not stored.",
    ),
    ParameterSpec::new(
        "soft_ttl",
        SECONDS,
        Some("0ms"),
        "How long a result is given out before one client fetches it anew; 0 for ever.",
    )
    .fixed(),
    ParameterSpec::new(
        "storage",
        Kind::String,
        Some("storage_inmemory"),
        "Where results are stored: in memory.",
    )
    .fixed(),
    ParameterSpec::new(
        "storage_options",
        Kind::String,
        None,
        "Options of the storage; the one in memory has none.",
    )
    .fixed()
    .effect(Effect::Ignored),
    ParameterSpec::new(
        "timeout",
        SECONDS,
        Some("5000ms"),
        "How long a storage elsewhere is waited for.",
    )
    .fixed()
    .effect(Effect::Ignored),
    ParameterSpec::new(
        "users",
        Kind::Enum(&["isolated", "mixed"]),
        Some("mixed"),
        "Whether users share results.",
    )
    .fixed(),
];

/// In which transactions the cache is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transactions {
    Never,
    ReadOnly,
    All,
}

/// What can't be altered.
#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the parameters are what they are"
)]
pub(super) struct Fixed {
    pub(super) is_shared: bool,
    pub(super) is_enabled: bool,
    pub(super) invalidates: bool,
    pub(super) clears_on_doubt: bool,
    pub(super) isolates_users: bool,
    pub(super) transactions: Transactions,
    pub(super) lifetime: Lifetime,
    pub(super) count_max: usize,
    pub(super) size_max: usize,
    pub(super) result_rows_max: u64,
    pub(super) result_size_max: usize,
}

impl Fixed {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        if values.text("storage") != Some("storage_inmemory") {
            return Err(FilterError::Parameter {
                parameter: "storage",
                message: "there is only storage_inmemory".to_owned(),
            });
        }
        let is = |name, value| values.text(name) == Some(value);
        let limit = |name, otherwise| match values.count(name) {
            0 => otherwise,
            limit => limit,
        };
        let size = |limit| usize::try_from(limit).unwrap_or(usize::MAX);
        let size_max = limit("max_size", STORE_SIZE_MAX);
        let ttl = |name| Some(Duration::from_millis(values.millis(name))).filter(|d| !d.is_zero());
        Ok(Self {
            is_shared: is("cached_data", "shared"),
            is_enabled: values.flag("enabled"),
            invalidates: is("invalidate", "current"),
            clears_on_doubt: values.flag("clear_cache_on_parse_errors"),
            isolates_users: is("users", "isolated"),
            transactions: match values.text("cache_in_transactions") {
                Some("never") => Transactions::Never,
                Some("read_only_transactions") => Transactions::ReadOnly,
                _ => Transactions::All,
            },
            lifetime: Lifetime {
                soft: ttl("soft_ttl"),
                hard: ttl("hard_ttl"),
            },
            count_max: size(limit("max_count", u64::MAX)),
            size_max: size(size_max),
            result_rows_max: limit("max_resultset_rows", u64::MAX),
            result_size_max: size(limit("max_resultset_size", RESULT_SIZE_MAX).min(size_max)),
        })
    }
}

/// What can be altered.
#[derive(Debug)]
pub(super) struct Policy {
    pub(super) rules: Rules,
    pub(super) verifies: bool,
    pub(super) debug: u64,
}

impl Policy {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let rules = match values.path("rules") {
            None => Rules::none(),
            Some(path) => {
                let fault = |message| FilterError::Parameter {
                    parameter: "rules",
                    message: format!("{}: {message}", path.display()),
                };
                let text = std::fs::read_to_string(&path);
                let text = text.map_err(|error| fault(error.to_string()))?;
                Rules::parse(&text).map_err(fault)?
            }
        };
        Ok(Self {
            rules,
            verifies: values.text("selects") == Some("verify_cacheable"),
            debug: values.count("debug"),
        })
    }
}
