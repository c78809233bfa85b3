//! Commands on the store, without serving.

use std::io::Write;
use std::path::Path;

use anyhow::{anyhow, bail};
use clap::CommandFactory as _;
use clap::error::ErrorKind;

use super::options::{AuditCommand, Command, Options, OverlayCommand};
use super::{Failure, manual, persisted};
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
        Command::Export => {
            let (configuration, _) = persisted::look(path)?;
            let text = config::export(&configuration).map_err(|fault| anyhow!(fault))?;
            Ok(print(text)?)
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
