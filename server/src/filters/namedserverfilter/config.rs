//! Parameters of namedserverfilter.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::config::Values;
use crate::config::parameter::{Kind, ParameterSpec};
use crate::filters::FilterError;
use crate::filters::audience::Audience;
use crate::filters::pattern::{OPTIONS, Pattern, PatternOptions};
use crate::pipeline::RouteHint;

/// The table, with a parameter for each name of the pairs, and the pairs.
macro_rules! table {
    ($($pattern:literal => $target:literal),+ $(,)?) => {
        pub(super) const PARAMETERS: &[ParameterSpec] = &[
            ParameterSpec::new("match", Kind::String, None, "The one pattern, in place of match01.").fixed(),
            ParameterSpec::new("server", Kind::String, None, "The one server, in place of target01.").fixed(),
            ParameterSpec::new("options", Kind::EnumMask(OPTIONS), Some("ignorecase"), "How patterns are read."),
            ParameterSpec::new("user", Kind::String, None, "Only this user's statements are sent elsewhere."),
            ParameterSpec::new("source", Kind::String, None, "Only statements from this address are."),
            $(
                ParameterSpec::new($pattern, Kind::Regex, None, "The statements that go to this number's target."),
                ParameterSpec::new($target, Kind::String, None, "Servers, `->master`, `->slave` or `->all`."),
            )+
        ];

        /// Names of the parameters of a pattern and its target.
        const PAIRS: &[(&str, &str)] = &[$(($pattern, $target)),+];
    };
}

table! {
    "match01" => "target01",
    "match02" => "target02",
    "match03" => "target03",
    "match04" => "target04",
    "match05" => "target05",
    "match06" => "target06",
    "match07" => "target07",
    "match08" => "target08",
    "match09" => "target09",
    "match10" => "target10",
    "match11" => "target11",
    "match12" => "target12",
    "match13" => "target13",
    "match14" => "target14",
    "match15" => "target15",
    "match16" => "target16",
    "match17" => "target17",
    "match18" => "target18",
    "match19" => "target19",
    "match20" => "target20",
    "match21" => "target21",
    "match22" => "target22",
    "match23" => "target23",
    "match24" => "target24",
    "match25" => "target25",
}

/// Which statements go where.
#[derive(Debug)]
pub(super) struct Mappings {
    list: Vec<Mapping>,
    pub(super) audience: Audience,
}

#[derive(Debug)]
struct Mapping {
    pattern: Pattern,
    /// The target as it is written.
    targets: Vec<String>,
    route: RouteHint,
}

impl Mappings {
    pub(super) fn of(values: &Values) -> Result<Self, FilterError> {
        let options = PatternOptions::of(values)?;
        let numbered = PAIRS.iter().copied();
        let pairs: Vec<_> = numbered
            .chain([("match", "server")])
            .filter(|(pattern, target)| {
                values.text(pattern).is_some() || values.text(target).is_some()
            })
            .collect();
        let legacy = pairs.contains(&("match", "server"));
        if pairs.is_empty() || (legacy && pairs.len() > 1) {
            let message = if legacy {
                "either this and server, or match01 and target01 and so on"
            } else {
                "there is no pattern: give match01 and target01"
            };
            let parameter = if legacy { "match" } else { "match01" };
            return Err(refusal(parameter, message));
        }
        let list = pairs.into_iter().map(|(pattern, target)| {
            let missing = |name| refusal(name, "it is missing: patterns and targets go in pairs");
            let text = values.text(pattern).ok_or_else(|| missing(pattern))?;
            let targets = values.text(target).ok_or_else(|| missing(target))?;
            Mapping::new(Pattern::new(pattern, text, options)?, target, targets)
        });
        Ok(Self {
            list: list.collect::<Result<_, _>>()?,
            audience: Audience::of(values)?,
        })
    }

    /// Where the statement goes: the first pattern that matches says it.
    pub(super) fn route(&self, text: &[u8]) -> Option<RouteHint> {
        let found = self
            .list
            .iter()
            .find(|mapping| mapping.pattern.is_match(text))?;
        Some(found.route.clone())
    }

    /// For `filter_diagnostics`.
    pub(super) fn to_json(&self) -> Value {
        let mapping = |mapping: &Mapping| json!({ "match": mapping.pattern.as_str(), "targets": mapping.targets });
        self.list.iter().map(mapping).collect()
    }
}

impl Mapping {
    fn new(pattern: Pattern, parameter: &'static str, text: &str) -> Result<Self, FilterError> {
        let names = text
            .split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty());
        let targets: Vec<_> = names.map(str::to_owned).collect();
        let route = match targets.as_slice() {
            [] => return Err(refusal(parameter, "it names no server")),
            [one] => match one.as_str() {
                "->master" => RouteHint::Primary,
                "->slave" => RouteHint::Replica,
                "->all" => RouteHint::All,
                name => RouteHint::Server(name.into()),
            },
            several => RouteHint::AnyOf(several.iter().map(|name| Arc::from(&**name)).collect()),
        };
        let is_name = |name: &RouteHint| {
            !matches!(
                name,
                RouteHint::Primary | RouteHint::Replica | RouteHint::All
            )
        };
        if is_name(&route) && targets.iter().any(|name| name.starts_with("->")) {
            return Err(refusal(
                parameter,
                "->master, ->slave and ->all stand alone",
            ));
        }
        Ok(Self {
            pattern,
            targets,
            route,
        })
    }
}

fn refusal(parameter: &'static str, message: &str) -> FilterError {
    FilterError::Parameter {
        parameter,
        message: message.to_owned(),
    }
}
