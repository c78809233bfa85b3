//! The account that exists before anybody made one.

use std::ffi::OsString;
use std::io::Read;
use std::net::IpAddr;
use std::path::PathBuf;

use super::{Account, HashError, Password, Role};

/// The variable that holds the first password.
const VARIABLE: &str = "SLUICEGATE_ADMIN_PASSWORD";
/// The variable that names a file with the first password.
const FILE_VARIABLE: &str = "SLUICEGATE_ADMIN_PASSWORD_FILE";
/// The documented first account.
pub const NAME: &str = "admin";
const DOCUMENTED_PASSWORD: &str = "mariadb";
/// Longer files hold something else.
const FILE_LEN_MAX: u64 = 1024;

/// Why there can be no first account.
#[derive(Debug, thiserror::Error)]
pub enum FirstAccountError {
    /// The documented password would be open to the network.
    #[error(
        "the admin API would listen on {0}, where the first account's well-known password would be \
         open to the network: set {VARIABLE}, or name a file that holds the password in \
         {FILE_VARIABLE}, or let admin_host be a loopback address"
    )]
    NoPassword(IpAddr),
    /// Two sources.
    #[error("both {VARIABLE} and {FILE_VARIABLE} are set: set one of them")]
    Ambiguous,
    /// Empty or not text.
    #[error("the password in {0} is empty or not UTF-8")]
    Unusable(String),
    /// The file cannot be read.
    #[error("cannot read the password file {path} of {FILE_VARIABLE}: {error}")]
    File {
        /// The file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// The password cannot be hashed.
    #[error(transparent)]
    Hash(#[from] HashError),
}

/// The account `admin`: with the password from the environment (`variable` reads it), or with the
/// documented one when the API listens on a loopback address only.
pub fn first_account(
    listens_on: IpAddr,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Account, FirstAccountError> {
    let account = |password: Password| Ok(Account::new(NAME, Role::Admin, password.hash()?));
    match given(variable)? {
        Some(password) => account(password),
        None if listens_on.to_canonical().is_loopback() => {
            account(Password::new(DOCUMENTED_PASSWORD)).map(Account::with_well_known_password)
        }
        None => Err(FirstAccountError::NoPassword(listens_on)),
    }
}

fn given(
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<Password>, FirstAccountError> {
    let (source, bytes) = match (variable(VARIABLE), variable(FILE_VARIABLE)) {
        (None, None) => return Ok(None),
        (Some(_), Some(_)) => return Err(FirstAccountError::Ambiguous),
        (Some(value), None) => (VARIABLE.to_owned(), value.into_encoded_bytes()),
        (None, Some(path)) => {
            let path = PathBuf::from(path);
            (path.display().to_string(), read(path)?)
        }
    };
    let password = String::from_utf8(bytes).ok().map(Password::new);
    match password {
        Some(password) if !password.is_empty() => Ok(Some(password)),
        _ => Err(FirstAccountError::Unusable(source)),
    }
}

/// The content of the file without its line end.
fn read(path: PathBuf) -> Result<Vec<u8>, FirstAccountError> {
    let mut bytes = Vec::new();
    let read =
        std::fs::File::open(&path).and_then(|file| file.take(FILE_LEN_MAX).read_to_end(&mut bytes));
    if let Err(error) = read {
        return Err(FirstAccountError::File { path, error });
    }
    while bytes
        .last()
        .is_some_and(|byte| matches!(byte, b'\n' | b'\r'))
    {
        bytes.pop();
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOOPBACK: &str = "127.0.0.1";
    const OPEN: &str = "0.0.0.0";

    fn account(address: &str, set: &[(&str, &str)]) -> Result<Account, String> {
        let variable = |name: &str| {
            set.iter()
                .find(|(key, _)| *key == name)
                .map(|(_, value)| OsString::from(value))
        };
        first_account(address.parse().unwrap(), variable).map_err(|error| error.to_string())
    }

    fn opens_with(account: &Account, password: &str) -> bool {
        account.hash().matches(&Password::new(password)).unwrap()
    }

    #[test]
    fn loopback_has_the_documented_password_until_another_is_set() {
        assert!(opens_with(&account(LOOPBACK, &[]).unwrap(), "mariadb"));
        assert!(opens_with(&account("::1", &[]).unwrap(), "mariadb"));
        let set = account(LOOPBACK, &[(VARIABLE, "other")]).unwrap();
        assert!(opens_with(&set, "other") && !opens_with(&set, "mariadb"));
    }

    #[test]
    fn an_open_address_needs_a_password() {
        let refusal = account(OPEN, &[]).unwrap_err();
        assert!(
            refusal.contains("0.0.0.0") && refusal.contains(VARIABLE),
            "{refusal}"
        );
        assert!(opens_with(
            &account(OPEN, &[(VARIABLE, "s3cret")]).unwrap(),
            "s3cret"
        ));
    }

    #[test]
    fn the_password_may_come_from_a_file() {
        let path = std::env::temp_dir().join(format!("sluicegate-first-{}", std::process::id()));
        std::fs::write(&path, "s3 cret\n").unwrap();
        let set = account(OPEN, &[(FILE_VARIABLE, path.to_str().unwrap())]);
        std::fs::remove_file(&path).unwrap();
        assert!(opens_with(&set.unwrap(), "s3 cret"));
    }

    #[test]
    fn empty_missing_and_doubled_passwords_are_refused() {
        let empty = account(LOOPBACK, &[(VARIABLE, "")]).unwrap_err();
        assert!(empty.contains("empty"), "{empty}");
        let missing = account(LOOPBACK, &[(FILE_VARIABLE, "/nowhere/at/all")]).unwrap_err();
        assert!(missing.contains("/nowhere/at/all"), "{missing}");
        let both = account(LOOPBACK, &[(VARIABLE, "a"), (FILE_VARIABLE, "/b")]).unwrap_err();
        assert!(both.contains("both"), "{both}");
    }
}
