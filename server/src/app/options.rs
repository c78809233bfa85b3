//! The command line.

use std::path::PathBuf;

use crate::ctl::Ctl;

/// A session gateway for MariaDB and MySQL.
#[derive(Debug, clap::Parser)]
#[command(name = "sluicegate", version)]
pub struct Options {
    /// The configuration file.
    #[arg(
        long,
        short = 'f',
        global = true,
        value_name = "FILE",
        default_value = "/etc/sluicegate.cnf"
    )]
    pub config: PathBuf,
    /// Only checks the configuration file: exit code 0 when it can be used.
    #[arg(long)]
    pub check: bool,
    /// What to do instead of serving.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be done instead of serving. A gateway may be running meanwhile, unless said otherwise.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// Asks or changes a running gateway, through its REST API.
    Ctl(Box<Ctl>),
    /// The record of all changes.
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Prints the configuration, with what was changed at run time, as one file that can be started
    /// with. Passwords stand there in clear; accounts of the REST API and the audit are not in it.
    Export {
        /// Writes it to this file, which only its owner can read, in place of one that is there.
        #[arg(long, value_name = "FILE")]
        to: Option<PathBuf>,
        /// Writes stars in place of passwords: the file can be shown around, but not started with.
        #[arg(long)]
        hide_passwords: bool,
    },
    /// Writes the manual pages into a folder.
    #[command(hide = true)]
    Man {
        /// The folder.
        folder: PathBuf,
    },
    /// Prints the completions for a shell.
    #[command(hide = true)]
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// What was changed at run time.
    Overlay {
        /// What to do with it.
        #[command(subcommand)]
        command: OverlayCommand,
    },
}

/// Commands on the audit.
#[derive(Debug, Clone, Copy, clap::Subcommand)]
pub enum AuditCommand {
    /// Checks that no record was changed or taken out: exit code 0 when all is whole.
    Verify,
}

/// Commands on the overlay.
#[derive(Debug, clap::Subcommand)]
pub enum OverlayCommand {
    /// Lists the objects that are not as the files say.
    List,
    /// Lets count for an object what the files say. The gateway must not be running.
    Discard {
        /// The kind of object, as `list` prints it: `services`.
        kind: String,
        /// The object's name.
        name: String,
    },
}
