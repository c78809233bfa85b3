//! What is known of a parameter: its name, kind, default and what it is for.
//!
//! Tables of these ([`super::tables`]) are what the loader checks against, what the API shows as
//! module metadata and what the console builds its forms from.

use serde_json::Value as Json;

use super::syntax;

/// A documented parameter.
#[derive(Debug, Clone, Copy)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts, as the API tells them"
)]
pub struct ParameterSpec {
    /// The name, `Protocol.name` for one of a nested module.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// The default as it would be written in a file; `None` when there is none.
    pub default: Option<&'static str>,
    /// Whether it must be given.
    pub mandatory: bool,
    /// Whether it can be changed at run time.
    pub modifiable: bool,
    /// Whether the API leaves it out of an object's parameters: it is shown as a relationship, or
    /// is of old.
    pub unlisted: bool,
    /// Whether it is only known for the sake of older configurations.
    pub deprecated: bool,
    /// What giving it does here.
    pub effect: Effect,
    /// The parts of the gateway that have to be told when it is changed at run time.
    pub parts: &'static [Part],
    /// The smallest number allowed.
    pub min: i64,
    /// The greatest number allowed.
    pub max: i64,
    /// One sentence for a person.
    pub description: &'static str,
}

/// What giving a parameter does in this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// What its documentation says.
    Used,
    /// Nothing so far: its feature is not built yet. Accepted with a warning.
    NotYet,
    /// It would make a monitor change servers; monitors here only watch. In a file it is accepted
    /// with a warning, at run time it can't be turned on.
    Passive,
    /// Nothing: it is about something that this program does not have. Accepted with a warning.
    Ignored,
    /// The same as giving the parameter of this name. Accepted with a warning.
    AliasOf(&'static str),
}

/// A part of the gateway that goes by parameters of `[maxscale]` while it runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// How requests to the API are answered.
    Api,
    /// The file that these requests are written to.
    AuditFile,
    /// The certificate and the key of the API, and what is signed with them.
    Certificate,
    /// The log.
    Log,
    /// What workers remember of statements.
    Statements,
    /// Connections of the API to run statements.
    Sql,
    /// Services, listeners and monitors, which take what they need when the layout changes.
    Objects,
}

impl Part {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Api,
        Self::AuditFile,
        Self::Certificate,
        Self::Log,
        Self::Statements,
        Self::Sql,
        Self::Objects,
    ];
}

/// The unit of a duration that is written as a bare number (deprecated, but documented).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BareUnit {
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

/// The kinds of values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// true/false, yes/no, on/off, 1/0.
    Bool,
    /// A whole number that is not negative.
    Count,
    /// A whole number.
    Int,
    /// A number of workers, or `auto`.
    Threads,
    /// A number with `h`, `m`, `min`, `s` or `ms`.
    Duration(BareUnit),
    /// A number with an optional `k`, `Ki`, `M`, `Mi`, `G`, `Gi`, `T`, `Ti`.
    Size,
    /// Any text.
    String,
    /// One of these.
    Enum(&'static [&'static str]),
    /// Like [`Kind::EnumMask`], but of old: the peer tells of it as if it were one of these.
    EnumWords(&'static [&'static str]),
    /// Some of these, separated by commas; shown as one string.
    EnumMask(&'static [&'static str]),
    /// Some of these, separated by commas; shown as a list.
    EnumList(&'static [&'static str]),
    /// Texts, separated by commas.
    StringList,
    /// A file.
    Path,
    /// A folder.
    Folder,
    /// Networks (`192.168.0.0/16`), separated by commas.
    Networks,
    /// Host patterns as in accounts (`%`, `192.168.%`), separated by commas.
    HostPatterns,
    /// A regular expression, by preference between slashes.
    Regex,
    /// A password.
    Password,
    /// A built-in module's name.
    Module,
    /// Names of servers, separated by commas.
    ServerList,
    /// Names of filters, separated by `|`.
    FilterList,
    /// The name of a service.
    Service,
    /// The name of a service or a server.
    Target,
    /// The name of a monitor.
    Monitor,
    /// `count, window, suppress`.
    Throttling,
    /// `path:percent`, separated by commas.
    DiskSpaceLimits,
}

impl Kind {
    /// The kind's name as the API documents it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Count | Self::Threads => "count",
            Self::Int => "int",
            Self::Duration(_) => "duration",
            Self::Size => "size",
            Self::String | Self::Networks => "string",
            Self::Enum(_) | Self::EnumWords(_) => "enum",
            Self::EnumMask(_) => "enum_mask",
            Self::EnumList(_) => "enum list",
            Self::StringList => "stringlist",
            Self::Path | Self::Folder => "path",
            Self::HostPatterns => "host pattern list",
            Self::Regex => "regex",
            Self::Password => "password",
            Self::Module => "module",
            Self::ServerList => "serverlist",
            Self::FilterList => "filterlist",
            Self::Service => "service",
            Self::Target => "target",
            Self::Monitor => "monitor",
            Self::Throttling => "throttling",
            Self::DiskSpaceLimits => "disk_space_limits",
        }
    }

    /// The values to choose from, for the kinds that list them.
    pub fn choices(self) -> &'static [&'static str] {
        match self {
            Self::Enum(choices)
            | Self::EnumWords(choices)
            | Self::EnumMask(choices)
            | Self::EnumList(choices) => choices,
            _ => &[],
        }
    }
}

impl ParameterSpec {
    /// A parameter that is modifiable, not mandatory and does what its documentation says.
    pub const fn new(
        name: &'static str,
        kind: Kind,
        default: Option<&'static str>,
        description: &'static str,
    ) -> Self {
        let min = match kind {
            Kind::Int => i64::MIN,
            _ => 0,
        };
        Self {
            name,
            kind,
            default,
            mandatory: false,
            modifiable: true,
            unlisted: false,
            deprecated: false,
            effect: Effect::Used,
            parts: &[],
            min,
            max: i64::MAX,
            description,
        }
    }

    /// It must be given.
    #[must_use]
    pub const fn mandatory(mut self) -> Self {
        self.mandatory = true;
        self
    }

    /// It cannot be changed at run time.
    #[must_use]
    pub const fn fixed(mut self) -> Self {
        self.modifiable = false;
        self
    }

    /// The API leaves it out of an object's parameters.
    #[must_use]
    pub const fn unlisted(mut self) -> Self {
        self.unlisted = true;
        self
    }

    /// It is only known for the sake of older configurations.
    #[must_use]
    pub const fn deprecated(mut self) -> Self {
        self.deprecated = true;
        self
    }

    /// Giving it does this.
    #[must_use]
    pub const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// These parts of the gateway have to be told when it is changed at run time.
    #[must_use]
    pub const fn told_to(mut self, parts: &'static [Part]) -> Self {
        self.parts = parts;
        self
    }

    /// Numbers, sizes and durations (in milliseconds) are at least `min` and at most `max`.
    #[must_use]
    pub const fn within(mut self, min: i64, max: i64) -> Self {
        self.min = min;
        self.max = max;
        self
    }

    /// Whether it stands for another parameter.
    pub fn is_alias(&self) -> bool {
        matches!(self.effect, Effect::AliasOf(_))
    }

    /// The default as the API shows it.
    pub fn default_json(&self) -> Option<Json> {
        let text = self.default?;
        let parsed = syntax::parse(self, text).ok()?;
        Some(parsed.value?.to_json(self.kind))
    }

    /// The unit of its values, if they have one.
    pub fn unit(&self) -> Option<&'static str> {
        matches!(self.kind, Kind::Duration(_)).then_some("ms")
    }
}

/// The parameters of a module.
#[derive(Debug, Clone, Copy)]
pub struct ModuleSpec {
    /// The module's name.
    pub name: &'static str,
    /// What it is.
    pub kind: ModuleKind,
    /// Its own parameters, without those that every object of its kind has.
    pub parameters: &'static [ParameterSpec],
    /// One sentence for a person.
    pub description: &'static str,
}

/// The kinds of modules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// Routes the requests of a service.
    Router,
    /// Stands in a chain of filters.
    Filter,
    /// Watches servers.
    Monitor,
    /// Speaks to clients.
    Protocol,
}
