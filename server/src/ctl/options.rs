//! The options that all verbs have.

use std::path::PathBuf;
use std::time::Duration;

use super::defaults::Defaults;
use super::error::CtlError;
use super::secret::asked;
use super::verb::Verb;

/// `sluicegate ctl`.
#[derive(Debug, clap::Args)]
#[command(disable_help_flag = true)]
pub struct Ctl {
    #[command(flatten)]
    pub(super) connection: Connection,
    /// How answers are written.
    #[arg(long, global = true, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The same as --format=tsv.
    #[arg(long, global = true, conflicts_with = "format")]
    tsv: bool,
    /// Writes nothing: the exit code tells.
    #[arg(long, short, global = true)]
    quiet: bool,
    /// Prints help.
    #[arg(long, global = true, action = clap::ArgAction::Help)]
    help: Option<bool>,
    #[command(subcommand)]
    pub(super) verb: Verb,
}

impl Ctl {
    pub(super) fn format(&self) -> Format {
        if self.tsv { Format::Tsv } else { self.format }
    }

    /// Whether nothing is to be written, errors neither.
    pub fn quiet(&self) -> bool {
        self.quiet
    }
}

/// Where the API is, and who asks. What is not given here may stand in a file.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// Addresses of REST APIs, HOST:PORT; the command is done on each. Otherwise 127.0.0.1:8989.
    #[arg(
        long,
        short = 'h',
        visible_alias = "host",
        global = true,
        value_delimiter = ',',
        value_name = "HOST:PORT"
    )]
    hosts: Vec<String>,
    /// The account. Otherwise admin.
    #[arg(long, short, global = true, value_name = "NAME")]
    user: Option<String>,
    /// The account's password; asked for when nothing follows. Others see what stands on a command
    /// line: better use the variable or a file.
    #[arg(
        long,
        short,
        global = true,
        value_name = "PASSWORD",
        num_args = 0..=1,
        default_missing_value = "",
        env = "SLUICEGATE_CTL_PASSWORD",
        hide_env_values = true
    )]
    password: Option<String>,
    /// Speaks HTTPS.
    #[arg(long, short, global = true)]
    secure: bool,
    /// The authority that has to have signed the API's certificate; those of the system otherwise.
    #[arg(long, global = true, value_name = "FILE")]
    tls_ca_cert: Option<PathBuf>,
    /// The client's certificate.
    #[arg(long, global = true, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of the client's certificate.
    #[arg(long, global = true, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Whether the API's certificate is checked. Otherwise it is.
    #[arg(
        long,
        short = 'n',
        global = true,
        value_name = "BOOL",
        action = clap::ArgAction::Set
    )]
    tls_verify_server_cert: Option<bool>,
    /// How long an answer may take: 10s, 500ms; a plain number is milliseconds. Otherwise 10s.
    #[arg(long, short, global = true, value_parser = duration)]
    timeout: Option<Duration>,
    /// A file with a section [ctl] of options. Otherwise ~/.sluicegate.cnf, if it is there.
    #[arg(long, short = 'c', global = true, value_name = "FILE")]
    defaults: Option<PathBuf>,
}

/// Where the API is, and who asks, when all is known.
#[derive(Debug)]
pub(super) struct Access {
    pub(super) hosts: Vec<String>,
    pub(super) user: String,
    pub(super) password: String,
    pub(super) secure: bool,
    pub(super) tls_ca_cert: Option<PathBuf>,
    pub(super) tls_cert: Option<PathBuf>,
    pub(super) tls_key: Option<PathBuf>,
    pub(super) tls_verify_server_cert: bool,
    pub(super) timeout: Duration,
}

const HOST: &str = "127.0.0.1:8989";
/// The first account, before there are others.
const FIRST_ACCOUNT: (&str, &str) = ("admin", "mariadb");
const TIMEOUT: Duration = Duration::from_secs(10);

impl Connection {
    /// With what the file says, and a password that is asked for.
    pub(super) fn access(&self) -> Result<Access, CtlError> {
        let file = Defaults::read(self.defaults.as_deref())?;
        let mut hosts = self.hosts.clone();
        if hosts.is_empty() {
            let listed = file.hosts.as_deref().unwrap_or(HOST).split(',');
            hosts = listed.map(|host| host.trim().to_owned()).collect();
        }
        let user = self.user.clone().or(file.user);
        let password = match self.password.clone().or(file.password) {
            Some(empty) if empty.is_empty() => asked().map_err(CtlError::Prompt)?,
            Some(password) => password,
            None => FIRST_ACCOUNT.1.to_owned(),
        };
        // A certificate and its key come from one place.
        let (tls_cert, tls_key) = match self.tls_cert {
            Some(_) => (self.tls_cert.clone(), self.tls_key.clone()),
            None => (file.tls_cert, file.tls_key),
        };
        let verify = self.tls_verify_server_cert.or(file.tls_verify_server_cert);
        Ok(Access {
            hosts,
            user: user.unwrap_or_else(|| FIRST_ACCOUNT.0.to_owned()),
            password,
            secure: self.secure || file.secure.unwrap_or(false),
            tls_ca_cert: self.tls_ca_cert.clone().or(file.tls_ca_cert),
            tls_cert,
            tls_key,
            tls_verify_server_cert: verify.unwrap_or(true),
            timeout: self.timeout.or(file.timeout).unwrap_or(TIMEOUT),
        })
    }
}

/// How answers are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// For people.
    Table,
    /// Titles and rows with tabs in between, for programs.
    Tsv,
    /// The API's documents.
    Json,
}

/// A plain number is seconds.
pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(number) => Ok(Duration::from_secs(number)),
        Err(_) => duration(text),
    }
}

/// `10s`, `500ms`, `1m`, `1h`; a plain number is milliseconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let (_, unit) = text.split_at(digits.len());
    let per_unit = match unit {
        "" | "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("units are ms, s, m, h".to_owned()),
    };
    let number: u64 = digits.parse().map_err(|_| "not a number".to_owned())?;
    number
        .checked_mul(per_unit)
        .map(Duration::from_millis)
        .ok_or_else(|| "too long".to_owned())
}
