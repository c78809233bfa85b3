//! Parameters of the REST API that are more than a switch: what is written of requests, and tokens.

use std::fs;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};

use rustix::fs::{Access, access};

use super::error::Fault;
use super::secret::Secret;
use super::syntax::Value;
use super::values::Values;

/// The name of the file in its folder.
const AUDIT_FILE: &str = "admin_audit.csv";
/// Algorithms that nobody has built here.
const NOT_BUILT: &[&str] = &["ES512", "ED448"];
/// Those that are.
const BUILT: &str = "auto, HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, PS256, PS384, \
    PS512, ED25519";

/// What is written of requests: `admin_audit`, `admin_audit_file`, `admin_audit_exclude_methods`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiAuditParameters {
    /// Whether anything is.
    pub enabled: bool,
    /// Where.
    pub file: AuditFile,
    /// Methods of which nothing is, in capitals.
    pub excluded: Vec<String>,
}

/// The file that requests are written to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFile {
    /// Its path.
    pub path: PathBuf,
    /// Whether its folder is made when it is not there: those of the log and of the store are. Any
    /// other one has to be there, as the peer's manual says; it may be a disk that is not mounted.
    pub makes_folder: bool,
}

impl ApiAuditParameters {
    /// The file is beside the log, or beside the store when there is no log file.
    pub(super) fn settle(values: &mut Values) {
        let folder = values.path("logdir").or_else(|| values.path("datadir"));
        let file = folder.unwrap_or_default().join(AUDIT_FILE);
        let text = file.display().to_string();
        values.set_effective("admin_audit_file", Value::Text(text));
    }

    pub(super) fn of(values: &Values) -> Self {
        let excluded = values.list("admin_audit_exclude_methods").iter();
        let path = values.path("admin_audit_file").unwrap_or_default();
        let own = ["logdir", "datadir"].map(|name| values.path(name));
        let makes_folder = own.iter().flatten().any(|own| path.parent() == Some(own));
        Self {
            enabled: values.flag("admin_audit"),
            file: AuditFile { path, makes_folder },
            excluded: excluded.map(|method| method.to_ascii_uppercase()).collect(),
        }
    }

    /// Why nothing can be written to the file, if something is to be.
    pub(super) fn fault(&self) -> Option<Fault> {
        let cause = self.enabled.then(|| writable(&self.file).err())??;
        let file = self.file.path.display();
        let message = format!("admin_audit_file: {file} can't be written: {cause}");
        Some(Fault::new(message, "a file in a folder that is there"))
    }
}

/// Whether a file may be written, or made: nothing is opened, so that a look leaves no trace.
fn writable(file: &AuditFile) -> Result<(), Error> {
    match fs::metadata(&file.path) {
        Ok(found) if found.is_dir() => return Err(ErrorKind::IsADirectory.into()),
        Ok(_) => return Ok(access(&file.path, Access::WRITE_OK)?),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        Err(_) => {}
    }
    let folder = file.path.parent().ok_or(ErrorKind::InvalidInput)?;
    if file.makes_folder && !folder.exists() {
        return Ok(());
    }
    let folder = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    if !folder.exists() {
        let message = format!("there is no folder {}", folder.display());
        return Err(Error::new(ErrorKind::NotFound, message));
    }
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

/// How tokens are signed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TokenParameters {
    /// `admin_jwt_algorithm`.
    pub algorithm: String,
    /// `admin_jwt_key`; `None`: a random one.
    pub key: Option<Secret>,
    /// `admin_jwt_issuer`.
    pub issuer: String,
}

impl TokenParameters {
    pub(super) fn of(values: &Values) -> Self {
        Self {
            algorithm: values.string("admin_jwt_algorithm"),
            key: Some(values.secret("admin_jwt_key")).filter(|key| !key.is_empty()),
            issuer: values.string("admin_jwt_issuer"),
        }
    }

    /// Whether the API's TLS key signs.
    pub fn is_asymmetric(&self) -> bool {
        self.algorithm != "auto" && !self.algorithm.starts_with("HS")
    }

    /// What is wrong with them; `has_key`: the API has a TLS key.
    pub(super) fn fault(&self, has_key: bool) -> Option<(&'static str, Fault)> {
        let algorithm = self.algorithm.as_str();
        if NOT_BUILT.contains(&algorithm) {
            let message = format!("admin_jwt_algorithm: {algorithm} is not built");
            return Some(("admin_jwt_algorithm", Fault::new(message, BUILT)));
        }
        if self.is_asymmetric() && !has_key {
            let message = format!("admin_jwt_algorithm: {algorithm} needs admin_ssl_key");
            return Some((
                "admin_jwt_algorithm",
                Fault::new(message, "auto, HS256, HS384, HS512"),
            ));
        }
        None
    }
}
