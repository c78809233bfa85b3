//! The options that all verbs have.

use std::path::PathBuf;
use std::time::Duration;

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
}

/// Where the API is, and who asks.
#[derive(Debug, clap::Args)]
pub(super) struct Connection {
    /// Addresses of REST APIs, HOST:PORT; the command is done on each.
    #[arg(
        long,
        short = 'h',
        visible_alias = "host",
        global = true,
        value_delimiter = ',',
        value_name = "HOST:PORT",
        default_value = "127.0.0.1:8989"
    )]
    pub(super) hosts: Vec<String>,
    /// The account.
    #[arg(
        long,
        short,
        global = true,
        value_name = "NAME",
        default_value = "admin"
    )]
    pub(super) user: String,
    /// The account's password. Others see what stands on a command line: better use the variable.
    #[arg(
        long,
        short,
        global = true,
        value_name = "PASSWORD",
        env = "SLUICEGATE_CTL_PASSWORD",
        hide_env_values = true,
        default_value = "mariadb",
        hide_default_value = true
    )]
    pub(super) password: String,
    /// Speaks HTTPS.
    #[arg(long, short, global = true)]
    pub(super) secure: bool,
    /// The authority that has to have signed the API's certificate; those of the system otherwise.
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) tls_ca_cert: Option<PathBuf>,
    /// The client's certificate.
    #[arg(long, global = true, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The key of the client's certificate.
    #[arg(long, global = true, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,
    /// Whether the API's certificate is checked.
    #[arg(
        long,
        short = 'n',
        global = true,
        value_name = "BOOL",
        default_value_t = true,
        action = clap::ArgAction::Set
    )]
    pub(super) tls_verify_server_cert: bool,
    /// How long an answer may take: 10s, 500ms; a plain number is milliseconds.
    #[arg(long, short, global = true, default_value = "10s", value_parser = duration)]
    pub(super) timeout: Duration,
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
