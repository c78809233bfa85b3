//! `sluicegate ctl`: the program as an administrator types it, before a real gateway.

mod asking;
mod objects;
mod sessions;
mod verbs;

use std::process::{Output, Stdio};

use sluicegate_tests::gateway::{Gateway, Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};
use tokio::process::Command;

/// The client for the API at a port.
struct Ctl {
    port: u16,
    options: Vec<String>,
}

/// What the program said, and its exit code.
#[derive(Debug)]
struct Said {
    code: i32,
    out: String,
    err: String,
}

impl Ctl {
    fn new(port: u16) -> Self {
        let options = Vec::new();
        Self { port, options }
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(program());
        command
            .arg("ctl")
            .arg(format!("--hosts=127.0.0.1:{}", self.port))
            .args(&self.options)
            .args(line.split_whitespace())
            .env_remove("SLUICEGATE_CTL_PASSWORD")
            // The file of defaults of who runs the tests is nobody's business.
            .env("HOME", "/nowhere")
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
    }

    /// Words that have blanks in them.
    async fn words(&self, words: &[&str]) -> Said {
        let output = self.command("").args(words).output().await;
        said(output.expect("the program runs"))
    }

    async fn says(&self, line: &str) -> Said {
        said(self.command(line).output().await.expect("the program runs"))
    }

    /// What is written by a command that must succeed.
    async fn done(&self, line: &str) -> String {
        let said = self.says(line).await;
        assert_eq!(said.code, 0, "{line}: {said:?}");
        said.out
    }

    /// The rows of a list, without the titles, cells with `|` in between.
    async fn rows(&self, line: &str) -> Vec<String> {
        let text = self.done(&format!("{line} --tsv")).await;
        let rows = text.lines().skip(1);
        rows.map(|row| row.replace('\t', "|")).collect()
    }

    /// What a command that must be refused says of why.
    async fn refused(&self, line: &str) -> String {
        let said = self.says(line).await;
        assert_eq!((said.code, said.out.as_str()), (1, ""), "{line}: {said:?}");
        said.err
    }
}

fn said(output: Output) -> Said {
    Said {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

/// A gateway of its own, whose one server is not there.
async fn gateway(change: impl FnOnce(&mut Setup)) -> (Gateway, Ctl) {
    let ports = (free_port(), free_port());
    let mut setup = Setup::in_folder(scratch::folder("ctl"), &[free_port()], ports);
    change(&mut setup);
    let mut gateway = setup.start_unready();
    let port = gateway.admin_port();
    eventually(PATIENCE, "the API answers", async || {
        gateway.assert_running();
        tokio::net::TcpStream::connect(("127.0.0.1", port))
            .await
            .ok()
            .map(drop)
    })
    .await;
    (gateway, Ctl::new(port))
}

/// Asserts that a row is among rows.
fn has(rows: &[String], row: &str) {
    assert!(rows.iter().any(|one| one == row), "{row}: {rows:?}");
}
