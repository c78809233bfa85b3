//! Commands on the store, without serving.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use anyhow::{Context as _, anyhow, bail};
use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::options::{AuditCommand, Command, Options, OverlayCommand};
use super::{Failure, manual, persisted};
use crate::config::Passwords;
use crate::ctl::CtlError;
use crate::store::{Author, Change, ObjectKind, Overlaid, Store, Verification};
use crate::{config, ctl};

/// Performs a command. The answer is for standard output.
pub(super) fn perform(command: &Command, path: &Path) -> Result<(), Failure> {
    match command {
        Command::Ctl(ctl) => match ctl::run(ctl) {
            Err(CtlError::Usage(problem)) => {
                // Said, and ended, as by the parser of the command line.
                let mut options = Options::command();
                options.error(ErrorKind::ValueValidation, problem).exit()
            }
            Err(_) if ctl.quiet() => Err(Failure::Silent),
            answer => Ok(answer.map_err(anyhow::Error::from)?),
        },
        Command::Audit {
            command: AuditCommand::Verify,
        } => Ok(verify(&persisted::store(path)?)?),
        Command::Man { folder } => Ok(manual::pages(folder)?),
        Command::Completions { shell } => Ok(print(manual::completions(*shell))?),
        Command::Export { to, hide_passwords } => {
            let passwords = if *hide_passwords {
                Passwords::Hidden
            } else {
                Passwords::Clear
            };
            let (configuration, _) = persisted::look(path)?;
            let text = config::export(&configuration, passwords).map_err(|fault| anyhow!(fault))?;
            match to {
                Some(file) => Ok(write_private(file, &text)?),
                None => Ok(print(text)?),
            }
        }
        Command::Overlay {
            command: OverlayCommand::List,
        } => Ok(list(&persisted::store(path)?)?),
        Command::Overlay {
            command: OverlayCommand::Discard { kind, name },
        } => Ok(discard(&persisted::open_store(path)?, kind, name)?),
    }
}

fn print(text: impl AsRef<[u8]>) -> anyhow::Result<()> {
    Ok(std::io::stdout().lock().write_all(text.as_ref())?)
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(file: &Path, text: &str) -> anyhow::Result<()> {
    let mut unfinished = file.as_os_str().to_owned();
    unfinished.push(format!(".{}", std::process::id()));
    let unfinished = Path::new(&unfinished);
    let mut options = OpenOptions::new();
    let options = options.write(true).create_new(true).mode(0o600);
    let written = options.open(unfinished).and_then(|mut open| {
        open.write_all(text.as_bytes())?;
        open.sync_all()?;
        fs::rename(unfinished, file)
    });
    written.with_context(|| {
        // What is there of it is of no use, if anything is.
        let _ = fs::remove_file(unfinished);
        format!("{}", file.display())
    })
}

fn verify(store: &Store) -> anyhow::Result<()> {
    let Verification {
        records,
        hash,
        faults,
    } = store.verify()?;
    if faults.is_empty() {
        return print(format!(
            "{records} records, none changed or missing\nlast hash {hash}\n"
        ));
    }
    let lines: Vec<String> = faults.iter().map(ToString::to_string).collect();
    bail!(
        "the audit {} is not whole:\n{}",
        store.path().display(),
        lines.join("\n")
    )
}

fn list(store: &Store) -> anyhow::Result<()> {
    for Overlaid {
        kind,
        name,
        document,
    } in store.overlay()?
    {
        let removed = if document.is_none() { "\tremoved" } else { "" };
        print(format!("{}\t{name}{removed}\n", kind.name()))?;
    }
    Ok(())
}

fn discard(store: &Store, kind: &str, name: &str) -> anyhow::Result<()> {
    let known = ObjectKind::ALL.map(ObjectKind::name).join(", ");
    let kind = ObjectKind::named(kind).ok_or_else(|| anyhow!("'{kind}' is none of {known}"))?;
    let overlaid = store.overlay()?.into_iter();
    let mut found = overlaid.filter(|overlaid| overlaid.kind == kind && overlaid.name == name);
    let Some(overlaid) = found.next() else {
        bail!("{} {name} is as the files say", kind.name());
    };
    let user = std::env::var("SUDO_USER").or_else(|_| std::env::var("USER"));
    let author = Author::new(user.unwrap_or_default(), "command line");
    let of_files = store.of_files(kind, name);
    store.commit(&[Change {
        author: &author,
        action: "discard",
        kind,
        name,
        before: overlaid.document.as_ref(),
        after: of_files.as_ref(),
    }])?;
    Ok(())
}
