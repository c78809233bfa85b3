//! Configuration errors as a person meets them: all at once, with exit code 1.

use std::process::Output;

use sluicegate_tests::gateway::{Setup, program};
use sluicegate_tests::raw::RawClient;
use sluicegate_tests::{ports, scratch};

use crate::fixture::world;

async fn run(text: &str, check: bool) -> Output {
    let file = scratch::folder("config").join("sluicegate.cnf");
    std::fs::write(&file, text).expect("a scratch file");
    let mut command = tokio::process::Command::new(program());
    command.arg("--config").arg(&file).kill_on_drop(true);
    if check {
        command.arg("--check");
    }
    let work = command.output();
    let what = "sluicegate ends by itself";
    sluicegate_tests::waiting::within(sluicegate_tests::waiting::PATIENCE, what, work)
        .await
        .expect("the program can be started")
}

const WRONG: &str = "[maxscale]
threads=2
admin_port=eighty

[server1]
type=server
address=127.0.0.1
port=3306
colour=blue

[Main]
type=service
router=readconnroute
servers=server1,server9
user=u
password=hidden-secret

[Strange]
type=nonsense

[Listener]
type=listener
service=Missing
port=4006
";

#[tokio::test]
async fn check_reports_every_error_in_one_line_each_and_exits_with_1() {
    for check in [true, false] {
        let output = run(WRONG, check).await;
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        for (line, words) in [
            (3, ["admin_port", "eighty"]),
            (9, ["colour", "server1"]),
            (14, ["server9", "Main"]),
            (19, ["nonsense", "Strange"]),
            (23, ["Missing", "Listener"]),
        ] {
            let place = format!("sluicegate.cnf:{line}");
            let found = errors.lines().find(|text| text.contains(&place));
            let found = found.unwrap_or_else(|| panic!("no error of line {line} in\n{errors}"));
            assert!(words.iter().all(|word| found.contains(word)), "{found}");
        }
        assert!(!errors.contains("hidden-secret"), "{errors}");
    }
}

#[tokio::test]
async fn check_of_a_good_file_exits_with_0_and_serves_nothing() {
    let folder = scratch::folder("config");
    let ports = (ports::free_port(), ports::free_port());
    let setup = Setup::in_folder(folder, &[3306], ports);
    let output = run(&setup.cnf.text(), true).await;
    assert!(output.status.success(), "{output:?}");
}

#[tokio::test]
async fn a_missing_file_is_an_error_that_names_it() {
    let output = tokio::process::Command::new(program())
        .args(["--config", "/nowhere/sluicegate.cnf", "--check"])
        .output()
        .await
        .expect("the program can be started");
    assert_eq!(output.status.code(), Some(1));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains("/nowhere/sluicegate.cnf"), "{errors}");
}

#[tokio::test]
async fn a_port_in_use_ends_the_start_with_an_error_that_names_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let folder = scratch::folder("config");
    let setup = Setup::in_folder(folder, &[3306], (port, ports::free_port()));
    let output = run(&setup.cnf.text(), false).await;
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(errors.contains(&port.to_string()), "{errors}");
}

#[tokio::test]
async fn the_example_of_the_readme_is_a_good_configuration() {
    let readme = std::fs::read_to_string(scratch::repository().join("README.md"));
    let readme = readme.expect("a README");
    let example = readme
        .split_once("```ini\n")
        .and_then(|(_, rest)| rest.split_once("```"));
    let (example, _) = example.expect("an example in the README");
    let output = run(example, true).await;
    assert!(output.status.success(), "{output:?}");
    assert!(output.stderr.is_empty(), "it warns: {output:?}");
}

#[tokio::test]
async fn the_packages_configuration_is_a_good_one_with_its_examples_too() {
    let path = scratch::repository().join("packaging/sluicegate.cnf");
    let text = std::fs::read_to_string(path).expect("a file");
    let folder = scratch::folder("package");
    let own = text
        .replace("/var/lib/sluicegate", &folder.display().to_string())
        .replace("/var/log/sluicegate", &folder.display().to_string());
    let uncommented: String = own
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(example) if example.starts_with('[') || is_parameter(example) => example,
            _ => line,
        })
        .flat_map(|line| [line, "\n"])
        .collect();
    assert!(uncommented.contains("\n[Main-Listener]\n"), "{uncommented}");
    for text in [own, uncommented] {
        let output = run(&text, true).await;
        assert_eq!(output.status.code(), Some(0), "{output:?}\n{text}");
    }
}

/// `name=value`, unlike a sentence.
fn is_parameter(line: &str) -> bool {
    line.split_once('=')
        .is_some_and(|(name, _)| !name.contains(' '))
}

#[tokio::test]
async fn a_configuration_with_the_peers_names_and_forms_serves() {
    let world = world().await;
    let mut setup = Setup::new(&[&world.shared.db]);
    let cnf = &mut setup.cnf;
    cnf.section("maxscale")
        .set("users_refresh_time", "-1s")
        .set("query_classifier_cache_size", "1MB")
        .set("event.authentication_failure.level", "LOG_CRIT");
    cnf.section("server1").set("protocol", "MariaDBBackend");
    cnf.section("Monitor").set("module", "mysqlmon");
    cnf.section("Main")
        .set("router_options", "running")
        .set("weightby", "weight")
        .set("version_string", "MaxScale-Service")
        .set("filters", "Log");
    cnf.section("Main-Listener")
        .set("protocol", "MariaDBClient")
        .set("mariadbprotocol.allow_replication", "false");
    cnf.section("Log")
        .set("type", "filter")
        .set("module", "regexfilter")
        .set("match", r"TYPE\s*=")
        .set("replace", "ENGINE=")
        .set("options", "ignorecase,extended");
    let gateway = setup.start().await;
    let client = RawClient::logged_in(gateway.port(), &world.login()).await;
    let client = client.expect("a login that must succeed");
    assert_eq!(client.server_version, "5.5.5-MaxScale-Service");
    let listener = gateway.api().document("/v1/listeners/Main-Listener").await;
    let parameters = &listener["data"]["attributes"]["parameters"];
    assert_eq!(parameters["protocol"], "MariaDBProtocol");
    assert_eq!(parameters["MariaDBProtocol"]["allow_replication"], false);
}

/// Files that are there and can't be understood.
#[tokio::test]
async fn what_files_hold_is_checked_before_anything_starts() {
    let folder = scratch::folder("config");
    let broken = folder.join("broken");
    std::fs::write(&broken, "nothing of use {").expect("a scratch file");
    let ports = (ports::free_port(), ports::free_port());
    let text = Setup::in_folder(folder, &[3306], ports).cnf.text();
    let broken = broken.display();
    let begin = text.lines().count();
    let text = format!(
        "{text}\n[Masks]\ntype=filter\nmodule=masking\nrules={broken}\n\n[far]\ntype=server\n\
         address=192.0.2.1\nport=3306\nssl=true\nssl_ca={broken}\n"
    );
    for check in [true, false] {
        let output = run(&text, check).await;
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        let errors = String::from_utf8_lossy(&output.stderr);
        for (line, section) in [(begin + 5, "[Masks]"), (begin + 11, "[far]")] {
            let place = format!("sluicegate.cnf:{line}: {section}");
            assert!(errors.contains(&place), "no {place} in\n{errors}");
        }
    }
}
