//! A data folder made once by `mariadb-install-db` and copied for each server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use crate::process::find_or_say;
use crate::scratch;

/// The size of the template's redo log: another size would cost time at each start.
pub(super) const LOG_FILE_SIZE: &str = "--innodb-log-file-size=16M";

static TEMPLATE: LazyLock<PathBuf> = LazyLock::new(make_once);

/// Makes `data` a fresh data folder.
pub(super) fn copy_to(data: &Path) {
    let status = Command::new("cp")
        .args(["-a", "--reflink=auto"])
        .arg(&*TEMPLATE)
        .arg(data)
        .status()
        .expect("cp can be started");
    assert!(
        status.success(),
        "the template can't be copied to {}",
        data.display()
    );
}

/// Whether this process is root: `mariadbd` must then be told that it may be, too.
pub(super) fn runs_as_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn make_once() -> PathBuf {
    let made = scratch::target_dir().join(format!("mariadb-template-{}", version()));
    if made.exists() {
        return made;
    }
    let scratch = scratch::folder("template");
    let data = scratch.join("data");
    let temporary = scratch.join("tmp");
    std::fs::create_dir_all(&temporary).expect("a folder for temporary tables");
    let mut command = Command::new(find_or_say("mariadb-install-db"));
    command
        .args([
            "--no-defaults",
            "--auth-root-authentication-method=normal",
            LOG_FILE_SIZE,
        ])
        .args(["--skip-test-db", "--skip-name-resolve"])
        .arg(format!("--datadir={}", data.display()))
        .arg(format!("--tmpdir={}", temporary.display()));
    if runs_as_root() {
        command.arg("--user=root");
    }
    let output = command.output().expect("mariadb-install-db can be started");
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "mariadb-install-db failed:\n{told}"
    );
    // Renamed when complete: another harness process may be doing the same.
    if std::fs::rename(&data, &made).is_err() {
        assert!(
            made.exists(),
            "the template can't be put into the target directory"
        );
    }
    made
}

fn version() -> String {
    let output = Command::new(find_or_say("mariadbd"))
        .arg("--version")
        .output();
    let text = output.expect("mariadbd can be started").stdout;
    let text = String::from_utf8_lossy(&text).into_owned();
    let version = text
        .split("Ver ")
        .nth(1)
        .and_then(|rest| rest.split_whitespace().next());
    version.unwrap_or("unknown").to_owned()
}
