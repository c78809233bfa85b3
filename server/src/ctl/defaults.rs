//! The file that says what options are when nobody gives them: `user=..` lines in a section `[ctl]`.
//! The peer's client reads the same from `[maxctrl]`.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use super::error::CtlError;
use super::options::duration;

/// In the home folder of who asks.
const FILE_NAME: &str = ".sluicegate.cnf";
const SECTIONS: [&str; 2] = ["[ctl]", "[maxctrl]"];
/// Others than the owner may do nothing with a file that holds a password.
const RIGHTS_OF_OTHERS: u32 = 0o077;

/// What a file says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Defaults {
    pub(super) hosts: Option<String>,
    pub(super) user: Option<String>,
    pub(super) password: Option<String>,
    pub(super) secure: Option<bool>,
    pub(super) timeout: Option<std::time::Duration>,
    pub(super) tls_key: Option<PathBuf>,
    pub(super) tls_cert: Option<PathBuf>,
    pub(super) tls_ca_cert: Option<PathBuf>,
    pub(super) tls_verify_server_cert: Option<bool>,
}

impl Defaults {
    /// What the file says that was named, or the one in the home folder, which need not be there.
    pub(super) fn read(named: Option<&Path>) -> Result<Self, CtlError> {
        let path = match named {
            Some(path) => path.to_path_buf(),
            None => match std::env::home_dir().map(|home| home.join(FILE_NAME)) {
                Some(path) if path.exists() => path,
                _ => return Ok(Self::default()),
            },
        };
        let failed = |source| CtlError::Defaults(path.clone(), source);
        let rights = std::fs::metadata(&path).map_err(failed)?.permissions();
        if rights.mode() & RIGHTS_OF_OTHERS != 0 {
            return Err(CtlError::Shared(path));
        }
        let text = std::fs::read_to_string(&path).map_err(failed)?;
        Self::parsed(&text).map_err(|(line, problem)| CtlError::DefaultsLine(path, line, problem))
    }

    /// The line number, from 1, and the problem when something can't be understood.
    fn parsed(text: &str) -> Result<Self, (usize, String)> {
        let mut defaults = Self::default();
        let mut ours = false;
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';']) {
            } else if line.starts_with('[') {
                ours = SECTIONS.contains(&line);
            } else if ours {
                let set = match line.split_once('=') {
                    Some((name, value)) => defaults.set(name.trim(), unquoted(value.trim())),
                    None => Err("write NAME=VALUE".to_owned()),
                };
                set.map_err(|problem| (number, problem))?;
            }
        }
        Ok(defaults)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        let text = || Some(value.to_owned());
        let path = || Some(PathBuf::from(value));
        match name.replace('_', "-").as_str() {
            "h" | "hosts" => self.hosts = text(),
            "u" | "user" => self.user = text(),
            "p" | "password" => self.password = text(),
            "s" | "secure" => self.secure = Some(truth(value)?),
            "t" | "timeout" => self.timeout = Some(duration(value)?),
            "tls-key" => self.tls_key = path(),
            "tls-cert" => self.tls_cert = path(),
            "tls-ca-cert" => self.tls_ca_cert = path(),
            "n" | "tls-verify-server-cert" => self.tls_verify_server_cert = Some(truth(value)?),
            _ => return Err(format!("there is no option {name}")),
        }
        Ok(())
    }
}

fn unquoted(value: &str) -> &str {
    let quoted = ['"', '\''].into_iter();
    let mut inside = quoted.filter_map(|quote| value.strip_prefix(quote)?.strip_suffix(quote));
    inside.next().unwrap_or(value)
}

fn truth(value: &str) -> Result<bool, String> {
    match value {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err(format!("{value} is neither true nor false")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_section_of_the_client_counts() {
        let text = "user=nobody\n[client]\nuser=other\n# mine\n[maxctrl]\nu = ada\np='a b=c'\n\
                    hosts=a:1,b:2\ntimeout=5s\nsecure=true\n[mysql]\nuser=x\n";
        let expected = Defaults {
            hosts: Some("a:1,b:2".to_owned()),
            user: Some("ada".to_owned()),
            password: Some("a b=c".to_owned()),
            secure: Some(true),
            timeout: Some(std::time::Duration::from_secs(5)),
            ..Defaults::default()
        };
        assert_eq!(Defaults::parsed(text), Ok(expected));
    }

    #[test]
    fn a_line_that_says_nothing_is_named() {
        for (text, line) in [
            ("[ctl]\n\nnonsense", 3),
            ("[ctl]\nfrobnicate=1", 2),
            ("[ctl]\nsecure=maybe", 2),
            ("[ctl]\ntimeout=long", 2),
        ] {
            assert_eq!(Defaults::parsed(text).unwrap_err().0, line, "{text}");
        }
    }
}
