//! Clients: the `mariadb` command and `mysql_async`. A client that misbehaves is in [`crate::raw`].

use std::path::PathBuf;
use std::process::Stdio;

use mysql_async::{Conn, Opts, OptsBuilder};

/// Where a server or a gateway's listener is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A TCP port on 127.0.0.1.
    Tcp(u16),
    /// A Unix socket.
    Unix(PathBuf),
}

/// One run of the `mariadb` command.
#[derive(Debug, Clone)]
pub struct Cli {
    arguments: Vec<String>,
}

/// What a run of the `mariadb` command gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    /// Whether it exited with 0.
    pub ok: bool,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Rows, tab-separated, without headings.
    pub stdout: String,
    /// Errors, as `ERROR 1045 (28000): ...`.
    pub stderr: String,
}

impl Cli {
    /// A client of `endpoint`.
    pub fn new(endpoint: &Endpoint) -> Self {
        let place = match endpoint {
            Endpoint::Tcp(port) => {
                vec![
                    "--host=127.0.0.1".into(),
                    format!("--port={port}"),
                    "--protocol=tcp".into(),
                ]
            }
            Endpoint::Unix(path) => vec![format!("--socket={}", path.display())],
        };
        let fixed = ["--no-defaults", "--batch", "--skip-column-names"];
        let mut arguments: Vec<String> = fixed.map(Into::into).into();
        arguments.extend(place);
        Self { arguments }
    }

    /// Logs in as this user; an empty password is none.
    pub fn user(self, user: &str, password: &str) -> Self {
        let client = self.argument(&format!("--user={user}"));
        if password.is_empty() {
            client.argument("--skip-password")
        } else {
            client.argument(&format!("--password={password}"))
        }
    }

    /// Begins in this default database.
    pub fn database(self, name: &str) -> Self {
        self.argument(&format!("--database={name}"))
    }

    /// Adds any other argument.
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Runs statements.
    pub async fn run(&self, statements: &str) -> Output {
        let output = tokio::process::Command::new("mariadb")
            .args(&self.arguments)
            .args(["-e", statements])
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .expect("the mariadb command can be started: run .ci/setup.sh run");
        Output {
            ok: output.status.success(),
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Runs statements that must succeed, and returns what they print.
    pub async fn query(&self, statements: &str) -> String {
        let output = self.run(statements).await;
        let ended = output.ended();
        assert!(output.ok, "{ended}: {}in: {statements}", output.stderr);
        output.stdout
    }
}

impl Output {
    /// How it ended, for a failure's message.
    pub fn ended(&self) -> String {
        match self.code {
            Some(code) => format!("exit code {code}"),
            None => "ended by a signal".to_owned(),
        }
    }
}

/// Options of a `mysql_async` connection that goes where it is told to, and nowhere else.
pub fn options(endpoint: &Endpoint, user: &str, password: &str, database: &str) -> OptsBuilder {
    let options = OptsBuilder::default()
        .user(Some(user))
        .pass(Some(password))
        .db_name((!database.is_empty()).then_some(database))
        // Otherwise it asks for the server's socket and leaves the gateway aside.
        .prefer_socket(false)
        .max_allowed_packet(Some(256 << 20))
        .wait_timeout(Some(28_800))
        .stmt_cache_size(100);
    match endpoint {
        Endpoint::Tcp(port) => options.ip_or_hostname("127.0.0.1").tcp_port(*port),
        Endpoint::Unix(path) => options.socket(path.to_str()),
    }
}

/// A `mysql_async` connection.
pub async fn connect(options: OptsBuilder) -> Conn {
    Conn::new(Opts::from(options))
        .await
        .expect("a login that must succeed")
}
