//! The thread that writes rows, and the queue before it: a slow or full disk costs rows, never time.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::Builder;
use std::time::Duration;

use super::row::HEADER;
use crate::config::AuditFile;
use crate::telemetry::Lines;

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

/// What is written.
#[derive(Default)]
struct Output {
    open: Option<Open>,
    rows: Lines,
    /// Rows that could not be written since the last one that was.
    lost: u64,
}

fn run(receiver: &Receiver<Message>) {
    let mut output = Output::default();
    while let Ok(message) = receiver.recv() {
        match message {
            Message::Row(wanted, row) => output.take(&wanted, &row),
            Message::Reopen => {
                output.open = None;
                output.rows = Lines::default();
            }
            Message::Flush(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

impl Output {
    /// Writes a row. The first that is lost is logged, and their number when there is room again.
    fn take(&mut self, wanted: &AuditFile, row: &str) {
        let written = self.write(wanted, row);
        let (path, lost) = (wanted.path.display(), self.lost);
        match written {
            Ok(()) if lost > 0 => {
                tracing::error!("admin_audit_file: {path} is written again, {lost} rows are lost");
                self.lost = 0;
            }
            Ok(()) => {}
            Err(error) => {
                if lost == 0 {
                    tracing::error!("admin_audit_file: {path} can't be written: {error}");
                }
                self.lost += 1;
                self.open = None;
            }
        }
    }

    fn write(&mut self, wanted: &AuditFile, row: &str) -> io::Result<()> {
        if self
            .open
            .as_ref()
            .is_none_or(|open| open.path != wanted.path)
        {
            if self.open.is_some() {
                self.rows = Lines::default();
            }
            let (file, path) = (opened(wanted)?, wanted.path.clone());
            self.open = Some(Open { path, file });
        }
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        if open.file.metadata()?.len() == 0 {
            self.rows.append(&mut open.file, HEADER.as_bytes())?;
        }
        self.rows.append(&mut open.file, row.as_bytes())
    }
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
        let refused = Output::default().write(&wanted, "row\n").unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::NotFound);
        assert!(!folder.exists());
        wanted.makes_folder = true;
        Output::default().write(&wanted, "row\n").unwrap();
        let written = fs::read_to_string(&wanted.path).unwrap();
        assert!(written.ends_with("\nrow\n"), "{written}");
        fs::remove_dir_all(folder).unwrap();
    }
}
