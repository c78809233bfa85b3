//! Child processes that never outlive the process that started them.

use std::ffi::OsStr;
use std::fs::File;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::LazyLock;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, kill_process};

pub use rustix::process::Signal;

use crate::waiting::eventually;

/// Lines of a log that are put into a failure's message.
const LAST_LINES: usize = 60;

type Order = (Command, SyncSender<std::io::Result<Child>>);

/// The thread that starts all children. `setpriv --pdeathsig` ties a child to the *thread* that
/// started it, so this must be one that lives as long as the process, not that of some test.
static NURSERY: LazyLock<SyncSender<Order>> = LazyLock::new(|| {
    let (orders, inbox) = sync_channel::<Order>(16);
    std::thread::Builder::new()
        .name("nursery".into())
        .spawn(move || {
            for (mut command, reply) in inbox {
                // Whoever asked may be gone; the child then ends by the drop of its handle's pipe.
                let _ = reply.send(command.spawn());
            }
        })
        .expect("a thread can be started");
    orders
});

/// A running child: killed on drop, and by the system when this process ends in any other way.
#[derive(Debug)]
pub struct Process {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts `program` with its output in the file `log`.
    pub fn start(
        name: &str,
        program: &Path,
        arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
        log: &Path,
    ) -> Self {
        let output = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log file");
        let errors = output.try_clone().expect("a second handle of the log file");
        let mut command = Command::new("setpriv");
        command
            .args(["--pdeathsig", "KILL", "--"])
            .arg(program)
            .args(arguments);
        command.stdin(Stdio::null()).stdout(output).stderr(errors);
        // A group of its own: Ctrl+C is for the process that started it, which ends it in order.
        command.process_group(0);
        let (reply, answer) = sync_channel(1);
        NURSERY
            .send((command, reply))
            .expect("the nursery lives as long as the process");
        let child = answer.recv().expect("the nursery answers");
        let child = child.unwrap_or_else(|e| panic!("{name} can't be started: {e}"));
        Self {
            name: name.to_owned(),
            child,
            log: log.to_owned(),
        }
    }

    /// The process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.expect("a child has a process id");
        if let Err(error) = kill_process(pid, signal) {
            panic!("{} can't be sent {signal:?}: {error}", self.name);
        }
    }

    /// How it ended, if it has.
    pub fn status(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().expect("a child can be waited for")
    }

    /// Waits for its end.
    pub async fn ended(&mut self, timeout: Duration) -> ExitStatus {
        let what = format!("end of {}", self.name);
        eventually(timeout, &what, async || self.status()).await
    }

    /// Waits for its end on this thread: for `Drop`, which can't await.
    pub fn ended_blocking(&mut self, timeout: Duration) -> Option<ExitStatus> {
        let begin = Instant::now();
        while begin.elapsed() < timeout {
            if let Some(status) = self.status() {
                return Some(status);
            }
            std::thread::park_timeout(Duration::from_millis(10));
        }
        None
    }

    /// Kills it (SIGKILL) and takes note of its end.
    pub fn kill(&mut self) {
        // Fails only for a child that has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Panics with the log when it has ended: called while waiting for readiness.
    pub fn assert_running(&mut self) {
        if let Some(status) = self.status() {
            panic!(
                "{} ended at once ({status}):\n{}",
                self.name,
                self.log_text()
            );
        }
    }

    /// For a failure's message: what the system says of it, and the last lines it has written.
    pub fn condition(&self) -> String {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.pid()));
        let state = stat
            .ok()
            .and_then(|stat| stat.rsplit_once(')')?.1.trim_start().chars().next());
        let state = match state {
            None | Some('Z' | 'X') => "has ended".to_owned(),
            Some('T') => "is halted".to_owned(),
            Some(state) => format!("runs (state {state})"),
        };
        let text = self.log_text();
        let lines: Vec<&str> = text.lines().collect();
        let last = lines.get(lines.len().saturating_sub(LAST_LINES)..);
        let last = last.unwrap_or_default().join("\n");
        format!("{} {state}; the end of its log:\n{last}", self.name)
    }

    /// All it has written so far.
    pub fn log_text(&self) -> String {
        let bytes = std::fs::read(&self.log).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where a program is, in PATH or in the folders of system programs.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|folder| folder.join(program))
        .find(|candidate| candidate.is_file())
}

/// Where a program is; panics with what to do when it is missing.
pub fn find_or_say(program: &str) -> PathBuf {
    find(program).unwrap_or_else(|| panic!("{program} is missing: run .ci/setup.sh test"))
}
