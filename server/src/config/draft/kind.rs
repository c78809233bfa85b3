//! The types of sections.

use crate::config::error::Fault;
use crate::config::ini::Section;
use crate::config::parameter::{ModuleKind, ParameterSpec};
use crate::config::suggest::nearest;
use crate::config::tables;

/// The types of sections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::config) enum DraftKind {
    Gateway,
    Server,
    Service,
    Listener,
    Monitor,
    Filter,
}

const TYPES: [(&str, DraftKind); 5] = [
    ("server", DraftKind::Server),
    ("service", DraftKind::Service),
    ("listener", DraftKind::Listener),
    ("monitor", DraftKind::Monitor),
    ("filter", DraftKind::Filter),
];

impl DraftKind {
    /// The word of `type=`.
    pub(in crate::config) fn word(self) -> &'static str {
        TYPES
            .iter()
            .find(|(_, kind)| *kind == self)
            .map_or("maxscale", |(word, _)| word)
    }

    /// The tables that every section of this type has.
    pub(super) fn tables(self) -> Vec<&'static [ParameterSpec]> {
        match self {
            Self::Gateway => vec![tables::MAXSCALE],
            Self::Server => vec![tables::SERVER, tables::TLS],
            Self::Service => vec![tables::SERVICE],
            Self::Listener => vec![tables::LISTENER, tables::TLS, tables::LISTENER_TLS],
            Self::Monitor => vec![tables::MONITOR],
            Self::Filter => vec![tables::FILTER],
        }
    }

    /// The parameter that names the module, and the kind of module.
    pub(super) fn module(self) -> Option<(&'static str, ModuleKind)> {
        match self {
            Self::Gateway | Self::Server => None,
            Self::Service => Some(("router", ModuleKind::Router)),
            Self::Listener => Some(("protocol", ModuleKind::Protocol)),
            Self::Monitor => Some(("module", ModuleKind::Monitor)),
            Self::Filter => Some(("module", ModuleKind::Filter)),
        }
    }
}

/// The type of a section, or the line to blame and why.
pub(super) fn kind_of(section: &Section) -> Result<DraftKind, (usize, Fault)> {
    let words = || TYPES.iter().map(|(word, _)| *word);
    let allowed = || words().collect::<Vec<_>>().join(", ");
    let Some(entry) = section.entries.iter().find(|entry| entry.name == "type") else {
        return Err((section.line, Fault::new("type is missing", allowed())));
    };
    let found = TYPES.iter().find(|(word, _)| *word == entry.value);
    found.map(|(_, kind)| *kind).ok_or_else(|| {
        let hint = nearest(&entry.value, words());
        let message = format!(
            "type: there are no sections of type `{}`{hint}",
            entry.value
        );
        (entry.line, Fault::new(message, allowed()))
    })
}
