//! The thread that writes rows, and the queue before it: a slow or full disk costs rows, never time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;
use std::time::Duration;

use super::row::HEADER;
use crate::config::AuditFile;

/// Rows that wait, at most; further ones are lost.
const ROWS_MAX: usize = 4096;

enum Message {
    Row(AuditFile, String),
    Reopen,
    Flush(SyncSender<()>),
}

pub(super) struct Writer(SyncSender<Message>);

impl Writer {
    /// Starts the thread; it ends when this is dropped.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, receiver) = sync_channel(ROWS_MAX);
        let thread = Builder::new().name("admin audit".to_owned());
        thread.spawn(move || run(&receiver))?;
        Ok(Self(sender))
    }

    pub(super) fn push(&self, file: &AuditFile, row: String) {
        if self.0.try_send(Message::Row(file.clone(), row)).is_err() {
            tracing::warn!("admin_audit: a request is not written, the disk is too slow");
        }
    }

    pub(super) fn reopen(&self) {
        // A full queue: the file is not idle, and will be opened anew at the next wish.
        let _ = self.0.try_send(Message::Reopen);
    }

    pub(super) fn flush(&self, within: Duration) {
        let (done, written) = sync_channel(1);
        if self.0.try_send(Message::Flush(done)).is_ok() {
            let _ = written.recv_timeout(within);
        }
    }
}

/// The file that is open.
struct Open {
    path: PathBuf,
    file: File,
}

fn run(receiver: &Receiver<Message>) {
    let mut open: Option<Open> = None;
    let mut failing = false;
    while let Ok(message) = receiver.recv() {
        match message {
            Message::Row(wanted, row) => {
                let written = write(&mut open, &wanted, &row);
                if let (Err(error), false) = (&written, failing) {
                    let path = wanted.path.display();
                    tracing::error!("admin_audit_file: {path} can't be written: {error}");
                }
                failing = written.is_err();
                if failing {
                    open = None;
                }
            }
            Message::Reopen => open = None,
            Message::Flush(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

fn write(open: &mut Option<Open>, wanted: &AuditFile, row: &str) -> io::Result<()> {
    if open.as_ref().is_none_or(|open| open.path != wanted.path) {
        let mut file = opened(wanted)?;
        if file.metadata()?.len() == 0 {
            file.write_all(HEADER.as_bytes())?;
        }
        let path = wanted.path.clone();
        *open = Some(Open { path, file });
    }
    let Some(open) = open else { return Ok(()) };
    open.file.write_all(row.as_bytes())
}

/// The file, and its folder if that is one of the gateway's own: it may not be there yet, or was
/// removed. Who changes the parameter is refused by the same rule.
fn opened(wanted: &AuditFile) -> io::Result<File> {
    // Bodies may name users and addresses: others on the host do not read them.
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o640);
    match (options.open(&wanted.path), wanted.path.parent()) {
        (Err(error), Some(folder))
            if error.kind() == ErrorKind::NotFound && wanted.makes_folder =>
        {
            fs::create_dir_all(folder)?;
            options.open(&wanted.path)
        }
        (opened, _) => opened,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_the_gateway_s_own_are_made() {
        let name = format!("sluicegate-audit-folders-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        let mut wanted = AuditFile {
            path: folder.join("audit.csv"),
            makes_folder: false,
        };
        let refused = write(&mut None, &wanted, "row\n").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
        assert!(!folder.exists());
        wanted.makes_folder = true;
        write(&mut None, &wanted, "row\n").unwrap();
        let written = fs::read_to_string(&wanted.path).unwrap();
        assert!(written.ends_with("\nrow\n"), "{written}");
        fs::remove_dir_all(folder).unwrap();
    }
}
