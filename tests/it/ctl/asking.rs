//! How the gateway is asked: where it is, who asks, what is refused.

use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;

use serde_json::{Value, json};
use sluicegate_tests::certificates::Authority;
use sluicegate_tests::gateway::program;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::process::Command;

use super::{Ctl, gateway, has, said};

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

#[tokio::test]
async fn several_gateways_are_asked_in_turns() {
    let ((one, first), (_other, second)) = (gateway(|_| {}).await, gateway(|_| {}).await);
    let hosts = format!("127.0.0.1:{},127.0.0.1:{}", first.port, second.port);
    let both = async |words: &[&str]| {
        let mut command = Command::new(program());
        let command = command.args(["ctl", "-h", &hosts]).args(words);
        let command = command.env("HOME", "/nowhere");
        said(command.output().await.expect("the program runs"))
    };
    let listed = both(&["list", "servers", "--tsv"]).await;
    assert_eq!(listed.code, 0, "{listed:?}");
    let heads = [first.port, second.port].map(|port| format!("127.0.0.1:{port}\nServer\t"));
    assert!(
        heads.iter().all(|head| listed.out.contains(head)),
        "{listed:?}"
    );
    let documents = both(&["list", "servers", "--format", "json"]).await.out;
    let documents = serde_json::Deserializer::from_str(&documents);
    let documents: Result<Vec<Value>, _> = documents.into_iter().collect();
    assert_eq!(documents.expect("JSON").len(), 2);

    both(&["alter", "maxscale", "retain_last_statements=6"]).await;
    let row = "parameters/retain_last_statements|6";
    for ctl in [&first, &second] {
        has(&ctl.rows("show maxscale").await, row);
    }
    drop(one);
    let failed = both(&["alter", "maxscale", "retain_last_statements=3"]).await;
    assert_eq!(failed.code, 1, "{failed:?}");
    // What comes behind a failure is left alone.
    has(&second.rows("show maxscale").await, row);
}

#[tokio::test]
async fn options_that_nobody_gives_stand_in_a_file() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    ctl.done("create user reader secret").await;
    let home = scratch::folder("home");
    let file = home.join(".sluicegate.cnf");
    let host = format!("127.0.0.1:{}", ctl.port);
    let write = |text: &str, mode: u32| {
        std::fs::write(&file, text).expect("a file");
        let rights = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(&file, rights).expect("its owner may");
    };
    let asked = async |words: &[&str]| {
        let mut command = Command::new(program());
        let command = command.arg("ctl").args(words).env("HOME", &home);
        let command = command.env_remove("SLUICEGATE_CTL_PASSWORD");
        said(command.output().await.expect("the program runs"))
    };
    write(&format!("[ctl]\nhosts={host}\nu=reader\np=secret\n"), 0o600);
    assert_eq!(asked(&["list", "servers"]).await.code, 0);
    let denied = asked(&["alter", "maxscale", "log_info=true"]).await;
    assert_eq!(denied.code, 1, "a reader may not write: {denied:?}");
    // What is typed counts more.
    let words = ["-u", "admin", "-p", "mariadb", "rotate", "logs"];
    assert_eq!(asked(&words).await.code, 0);

    write(&format!("[maxctrl]\nhosts={host}\n"), 0o644);
    let shared = asked(&["list", "servers"]).await;
    assert!(shared.err.contains("chmod 600"), "{shared:?}");
    write("[ctl]\nnonsense=1\n", 0o600);
    let wrong = asked(&["list", "servers"]).await;
    assert!(wrong.err.contains(".sluicegate.cnf:2: "), "{wrong:?}");
    let missing = asked(&["-c", "/nowhere/file", "list", "servers"]).await;
    assert!(missing.err.contains("/nowhere/file"), "{missing:?}");
}

#[tokio::test]
async fn a_password_is_asked_for_and_nothing_is_written_when_nobody_wants_it() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    for (typed, code) in [("mariadb\n", 0), ("wrong\n", 1)] {
        let mut command = ctl.command("list servers -p");
        let mut asking = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let mut stdin = asking.stdin.take().expect("a pipe");
        stdin.write_all(typed.as_bytes()).await.expect("it reads");
        drop(stdin);
        let output = asking.wait_with_output().await.expect("its end");
        assert_eq!(output.status.code(), Some(code), "{typed}");
    }
    for (line, code) in [("list servers", 0), ("show session 4711", 1)] {
        let said = ctl.says(&format!("{line} --quiet")).await;
        assert_eq!(
            (said.code, said.out.as_str(), said.err.as_str()),
            (code, "", "")
        );
    }
}

#[tokio::test]
async fn what_somebody_else_has_changed_meanwhile_is_not_undone_by_a_link() {
    let (gateway, ctl) = gateway(|_| {}).await;
    ctl.done("create server far 192.0.2.1").await;
    // Between the client and the API: before the second request, somebody else is quicker.
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let real = ctl.port;
    let api = gateway.api();
    let meddler = tokio::spawn(async move {
        for number in 0..2 {
            let (mut client, _) = listener.accept().await.expect("a client");
            if number == 1 {
                let body = json!({"data": {"attributes": {"parameters": {"max_connections": 3}}}});
                let answer = api.patch("/v1/services/Main", &body).await;
                assert_eq!(answer.status, 204, "{}", answer.text);
            }
            let server = TcpStream::connect(("127.0.0.1", real)).await;
            let mut server = server.expect("the API");
            tokio::spawn(async move {
                // Ends as the two of them like.
                let _ = tokio::io::copy_bidirectional(&mut client, &mut server).await;
            });
        }
    });
    let refused = Ctl::new(port).refused("link service Main far").await;
    meddler.await.expect("no panic");
    assert!(refused.starts_with("sluicegate: "), "{refused}");
    let shown = ctl.rows("show service Main").await;
    has(&shown, "-> servers|server1");
    has(&shown, "parameters/max_connections|3");
    ctl.done("link service Main far").await;
    has(
        &ctl.rows("show service Main").await,
        "-> servers|server1, far",
    );
}
