//! `sluicegate ctl`: the program as an administrator types it, before a real gateway.

use std::process::{Output, Stdio};

use serde_json::Value;
use sluicegate_tests::certificates::Authority;
use sluicegate_tests::gateway::{Gateway, Setup, program};
use sluicegate_tests::ports::free_port;
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::scratch;
use sluicegate_tests::waiting::{PATIENCE, eventually};
use tokio::process::Command;

use crate::fixture::world;

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
            .stdin(Stdio::null())
            .kill_on_drop(true);
        command
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

/// Makes a server, a filter, a service with both, and a listener; the listener's port.
async fn furnish(ctl: &Ctl) -> u16 {
    ctl.done("create server far address=192.0.2.1 port=3307 --services Main")
        .await;
    ctl.done("create filter Note comment inject=hello").await;
    ctl.done("create service Second readconnroute user=u password=p --servers far --filters Note")
        .await;
    let port = free_port();
    ctl.done(&format!(
        "create listener Second Second-Listener port={port} address=127.0.0.1"
    ))
    .await;
    port
}

#[tokio::test]
async fn objects_are_made_and_listed() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let port = furnish(&ctl).await;
    ctl.done("create user reader secret").await;

    let servers = ctl.rows("list servers").await;
    assert!(
        servers
            .iter()
            .any(|row| row.starts_with("far|192.0.2.1|3307|0|")),
        "{servers:?}"
    );
    let services = ctl.rows("list services").await;
    assert!(
        services.contains(&"Second|readconnroute|0|0|far|Note|Started".to_owned()),
        "{services:?}"
    );
    let listeners = ctl.rows("list listeners").await;
    let row = format!("Second-Listener|{port}|127.0.0.1|Running|Second");
    assert!(listeners.contains(&row), "{listeners:?}");
    assert_eq!(ctl.rows("list filters").await, ["Note|Second|comment"]);
    let users = ctl.rows("list users").await;
    assert!(
        users
            .iter()
            .any(|row| row.starts_with("reader|inet|basic|")),
        "{users:?}"
    );
}

#[tokio::test]
async fn objects_are_altered_linked_stopped_and_destroyed() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    furnish(&ctl).await;
    ctl.done("create user reader secret").await;
    ctl.done("alter filter Note inject=other").await;
    let shown = ctl.rows("show filter Note").await;
    assert!(
        shown.contains(&"parameters/inject|other".to_owned()),
        "{shown:?}"
    );
    ctl.done("alter server far port=3308").await;
    ctl.done("alter service Second max_connections=5").await;
    ctl.done("alter service-filters Second").await;
    ctl.done("alter maxscale retain_last_statements=3").await;

    ctl.done("unlink service Second far").await;
    ctl.done("link service Second server1").await;
    let shown = ctl.rows("show service Second").await;
    for row in ["-> servers|server1", "parameters/max_connections|5"] {
        assert!(shown.contains(&row.to_owned()), "{row}: {shown:?}");
    }
    let again = ctl.refused("unlink service Second far").await;
    assert!(again.contains("far is not linked"), "{again}");
    let nothing = ctl.refused("link service Second nothing").await;
    assert!(nothing.contains("neither a server nor"), "{nothing}");

    ctl.done("stop listener Second-Listener").await;
    let shown = ctl.rows("show listener Second-Listener").await;
    assert!(shown.contains(&"state|Stopped".to_owned()), "{shown:?}");
    ctl.done("start listener Second-Listener").await;
    ctl.done("destroy listener Second-Listener").await;
    ctl.done("destroy service Second --force").await;
    ctl.done("destroy filter Note").await;
    let used = ctl.refused("destroy server far").await;
    assert!(used.starts_with("sluicegate: "), "{used}");
    ctl.done("destroy server far --force").await;
    ctl.done("destroy user reader").await;
    assert_eq!(ctl.rows("list filters").await, [""; 0]);
}

#[tokio::test]
async fn states_of_servers_are_set_and_cleared() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let state = async || {
        let rows = ctl.rows("list servers").await;
        rows[0].split('|').nth(4).unwrap_or_default().to_owned()
    };
    ctl.done("set server server1 maintenance").await;
    assert!(state().await.contains("Maintenance"), "{}", state().await);
    ctl.done("clear server server1 maintenance").await;
    assert!(!state().await.contains("Maintenance"), "{}", state().await);
    ctl.done("enable log-priority info").await;
    let shown = ctl.rows("show maxscale").await;
    assert!(
        shown.contains(&"parameters/log_info|true".to_owned()),
        "{shown:?}"
    );
    ctl.done("rotate logs").await;
    for list in [
        "list threads",
        "list modules",
        "list monitors",
        "list maxscale",
    ] {
        assert!(!ctl.rows(list).await.is_empty(), "{list}");
    }
}

#[tokio::test]
async fn what_is_refused_is_said_and_ends_with_1_and_wrong_usage_with_2() {
    let (_gateway, mut ctl) = gateway(|_| {}).await;
    let missing = ctl.refused("show session 4711").await;
    assert_eq!(missing, "sluicegate: 4711 is not a session\n");
    let bad = ctl.refused("alter service Main max_connections=many").await;
    assert!(
        bad.contains("(/data/attributes/parameters/max_connections)"),
        "{bad}"
    );
    let odd = ctl.refused("show server ../maxscale").await;
    assert!(odd.contains("../maxscale is not a server"), "{odd}");
    for usage in [
        "list nothing",
        "alter server server1 port",
        "frobnicate",
        "kill session",
    ] {
        let said = ctl.says(usage).await;
        assert_eq!((said.code, said.out.as_str()), (2, ""), "{usage}: {said:?}");
    }
    let mut wrong = ctl.command("list servers");
    let wrong = wrong.env("SLUICEGATE_CTL_PASSWORD", "wrong").output().await;
    let wrong = said(wrong.expect("the program runs"));
    assert_eq!(wrong.code, 1, "{wrong:?}");
    ctl.port = free_port();
    let nobody = ctl.refused("list servers").await;
    assert!(nobody.contains("no connection to 127.0.0.1"), "{nobody}");
}

#[tokio::test]
async fn sessions_are_listed_get_filters_and_are_killed() {
    let world = world().await;
    let ctl = Ctl::new(world.gateway().admin_port());
    let client = RawClient::logged_in(world.port(), &world.login()).await;
    let mut client = client.expect("a login");
    let id = client.connection_id;
    let listed = async || {
        let rows = ctl.rows("list sessions").await;
        let begin = format!("{id}|{}|", world.user);
        rows.into_iter().find(|row| row.starts_with(&begin))
    };
    assert!(listed().await.is_some());

    let filters: Value =
        serde_json::from_str(&ctl.done("list filters --format json").await).expect("JSON");
    let filter = filters["data"][0]["id"].as_str().expect("a filter");
    ctl.done(&format!("set chain {id} {filter}")).await;
    eventually(PATIENCE, "the filter acts", async || {
        let row = listed().await?;
        row.ends_with(&format!("|{filter}")).then_some(())
    })
    .await;
    ctl.done(&format!("set chain {id}")).await;
    ctl.done(&format!("alter session {id} log_info=true")).await;
    let shown = ctl.rows(&format!("show session {id}")).await;
    assert!(
        shown.contains(&"parameters/log_info|true".to_owned()),
        "{shown:?}"
    );

    let top = ctl.done("top --count 2 --interval 200ms").await;
    assert_eq!(top.matches("statements/s").count(), 2, "{top}");

    ctl.done(&format!("kill session {id}")).await;
    eventually(PATIENCE, "the session has ended", async || {
        listed().await.is_none().then_some(())
    })
    .await;
    assert!(client.value("SELECT 1").await.is_err());
}

#[tokio::test]
async fn an_api_with_tls_is_asked_when_its_certificate_can_be_trusted() {
    let certificate = Authority::new().issue("admin");
    let (_gateway, mut ctl) = gateway(|setup| {
        setup
            .cnf
            .section("maxscale")
            .set("admin_ssl_key", certificate.key.display())
            .set("admin_ssl_cert", certificate.cert.display());
    })
    .await;
    ctl.options = vec!["--secure".to_owned()];
    let strange = ctl.refused("list servers").await;
    assert!(strange.contains("certificate"), "{strange}");
    ctl.options
        .push(format!("--tls-ca-cert={}", certificate.ca.display()));
    assert_eq!(ctl.rows("list servers").await.len(), 1);
    ctl.options = vec![
        "--secure".to_owned(),
        "--tls-verify-server-cert=false".to_owned(),
    ];
    assert_eq!(ctl.rows("list servers").await.len(), 1);
}

#[tokio::test]
async fn the_program_writes_its_manual_and_its_completions() {
    let folder = scratch::folder("man");
    let mut man = Command::new(program());
    let man = man.arg("man").arg(&folder).output().await;
    assert_eq!(said(man.expect("the program runs")).code, 0);
    let page = std::fs::read_to_string(folder.join("sluicegate-ctl.1")).expect("a page");
    assert!(page.starts_with(".ie") && page.contains(".SH"), "{page}");
    for shell in ["bash", "zsh", "fish"] {
        let completions = Command::new(program())
            .args(["completions", shell])
            .output();
        let completions = said(completions.await.expect("the program runs"));
        assert_eq!(completions.code, 0, "{shell}");
        assert!(completions.out.contains("maxscale"), "{shell}");
    }
}
