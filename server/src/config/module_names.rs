//! Names of modules: those that modules have besides their own, and those of the peer that are not
//! built.

use super::parameter::ModuleKind;

/// Names that stand for another one, in small letters.
const ALIASES: [(&str, &str); 7] = [
    ("mariadb", "MariaDBProtocol"),
    ("mariadbclient", "MariaDBProtocol"),
    ("mariadbprotocol", "MariaDBProtocol"),
    ("mysqlclient", "MariaDBProtocol"),
    ("mariadbbackend", "MariaDBProtocol"),
    ("mysqlbackend", "MariaDBProtocol"),
    ("mysqlmon", "mariadbmon"),
];

/// Modules of the peer that this program does not have.
const NOT_BUILT: [(ModuleKind, &[&str]); 4] = [
    (
        ModuleKind::Router,
        &[
            "avrorouter",
            "binlogrouter",
            "cat",
            "diff",
            "hintrouter",
            "kafkacdc",
            "kafkaimporter",
            "mirror",
            "schemarouter",
            "smartrouter",
        ],
    ),
    (
        ModuleKind::Monitor,
        &["auroramon", "clustrixmon", "csmon", "galeramon", "xpandmon"],
    ),
    (
        ModuleKind::Protocol,
        &["cdc", "nosqlprotocol", "postgresprotocol"],
    ),
    (
        ModuleKind::Filter,
        &[
            "binlogfilter",
            "dbfwfilter",
            "insertstream",
            "ldi",
            "luafilter",
            "mqfilter",
            "optimistictrx",
            "psreuse",
            "wcar",
        ],
    ),
];

/// The name of the module that `name` means.
pub fn canonical(name: &str) -> &str {
    let means = ALIASES
        .iter()
        .find(|(alias, _)| alias.eq_ignore_ascii_case(name));
    means.map_or(name, |(_, canonical)| canonical)
}

/// Whether the peer has a module of that name, and this program has not.
pub(super) fn is_not_built(kind: ModuleKind, name: &str) -> bool {
    let mut names = NOT_BUILT
        .iter()
        .filter(|(of, _)| *of == kind)
        .flat_map(|(_, names)| names.iter());
    names.any(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn older_names_of_modules_are_known_in_any_case() {
        for name in ["MariaDBClient", "mariadb", "MySQLClient", "mariadbprotocol"] {
            assert_eq!(canonical(name), "MariaDBProtocol", "{name}");
        }
        assert_eq!(canonical("mysqlmon"), "mariadbmon");
        assert_eq!(canonical("readwritesplit"), "readwritesplit");
        assert!(is_not_built(ModuleKind::Monitor, "galeramon"));
        assert!(!is_not_built(ModuleKind::Router, "galeramon"));
    }
}
