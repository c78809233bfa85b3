//! What the monitor finds out, as the REST API tells it, and the script that it runs.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hyper::Method;
use serde_json::{Value, json};
use sluicegate_tests::gateway::{Gateway, Setup, program};
use sluicegate_tests::mariadb::MariaDb;
use sluicegate_tests::scratch;
use sluicegate_tests::topology::{Topology, follow};
use sluicegate_tests::waiting::{PATIENCE, eventually};

fn setup(servers: &[&MariaDb]) -> Setup {
    let mut setup = Setup::new(servers);
    setup
        .cnf
        .section("Monitor")
        .set("monitor_interval", "100ms");
    setup.cnf.section("Main").set("router_options", "running");
    setup
}

async fn attributes(gateway: &Gateway, path: &str) -> Value {
    gateway.api().document(path).await["data"]["attributes"].clone()
}

/// Waits until a server's attribute is as wanted, and answers all its attributes then.
async fn becomes(gateway: &Gateway, server: &str, attribute: &str, wanted: &str) -> Value {
    let path = format!("/v1/servers/{server}");
    let what = format!("{server} has {attribute} {wanted}");
    eventually(PATIENCE, &what, async || {
        let attributes = attributes(gateway, &path).await;
        (attributes[attribute] == wanted).then_some(attributes)
    })
    .await
}

async fn state(gateway: &Gateway, server: &str, wanted: &str) -> Value {
    becomes(gateway, server, "state", wanted).await
}

#[tokio::test]
async fn servers_and_monitors_tell_of_replication_as_documented() {
    let topology = Topology::start(2).await;
    let gateway = setup(&topology.servers()).start().await;
    let primary = state(&gateway, "server1", "Master, Running").await;
    assert_eq!(primary["last_event"], "master_up");
    assert!(primary["triggered_at"].as_str().unwrap().ends_with(" GMT"));
    assert_eq!(primary["node_id"], 1);
    assert_eq!(primary["master_id"], -1);
    assert_eq!(primary["slave_connections"], serde_json::json!([]));
    assert!(primary["uptime"].as_u64().unwrap() < 600);
    let replica = state(&gateway, "server2", "Slave, Running").await;
    assert_eq!(replica["last_event"], "slave_up");
    assert_eq!(replica["master_id"], 1);
    assert_eq!(replica["replication_lag"], 0);
    let link = &replica["slave_connections"][0];
    assert_eq!(link["master_server_name"], "server1");
    assert_eq!(link["master_port"], topology.primary.port());
    assert_eq!(link["master_server_id"], 1);
    assert_eq!(link["slave_io_running"], "Yes");
    assert_eq!(link["slave_sql_running"], "Yes");
    assert_eq!(link["using_gtid"], "Slave_Pos");

    let monitor = attributes(&gateway, "/v1/monitors/Monitor").await;
    assert_eq!(monitor["state"], "Running");
    assert!(monitor["ticks"].as_u64().unwrap() > 0);
    let diagnostics = &monitor["monitor_diagnostics"];
    assert_eq!(diagnostics["master"], "server1");
    assert_eq!(diagnostics["master_gtid_domain_id"], 0);
    let servers = diagnostics["server_info"].as_array().unwrap();
    let names: Vec<_> = servers.iter().map(|server| &server["name"]).collect();
    assert_eq!(names, ["server1", "server2", "server3"]);
    assert_eq!(
        servers[1]["slave_connections"],
        replica["slave_connections"]
    );
    assert_eq!(servers[2]["server_id"], 3);
    assert!(
        servers[0]["gtid_current_pos"]
            .as_str()
            .unwrap()
            .starts_with("0-1-")
    );
}

#[tokio::test]
async fn states_follow_what_happens_to_the_servers() {
    let mut topology = Topology::start(2).await;
    let gateway = setup(&topology.servers()).start().await;
    state(&gateway, "server3", "Slave, Running").await;

    topology.replicas[0].sql("STOP SLAVE").await;
    let stopped = state(&gateway, "server2", "Running").await;
    assert_eq!(stopped["last_event"], "lost_slave");
    topology.replicas[0].sql("START SLAVE").await;
    let started = state(&gateway, "server2", "Slave, Running").await;
    assert_eq!(started["last_event"], "new_slave");

    topology.primary.kill();
    let down = state(&gateway, "server1", "Down").await;
    assert_eq!(down["last_event"], "master_down");
    assert!(down.get("uptime").is_none());
    // They try to replicate: what they have can still be read.
    state(&gateway, "server2", "Slave, Running").await;
    topology.primary.restart().await;
    let up = state(&gateway, "server1", "Master, Running").await;
    assert_eq!(up["last_event"], "master_up");

    topology.replicas[1].kill();
    let down = state(&gateway, "server3", "Down").await;
    assert_eq!(down["last_event"], "slave_down");
}

#[tokio::test]
async fn relays_rings_and_servers_from_elsewhere_are_told_apart() {
    let topology = Topology::start(2).await;
    let (relay, last) = (&topology.replicas[0], &topology.replicas[1]);
    follow(last, relay).await;
    let gateway = setup(&topology.servers()).start().await;
    state(&gateway, "server1", "Master, Running").await;
    state(&gateway, "server2", "Relay Master, Slave, Running").await;
    state(&gateway, "server3", "Slave, Running").await;

    // Of the same servers another gateway sees only a part.
    let part = setup(&[relay, last]).start().await;
    state(&part, "server1", "Slave of External Server, Running").await;
    state(&part, "server2", "Slave, Running").await;

    follow(&topology.primary, last).await;
    let what = "the three are a ring";
    eventually(PATIENCE, what, async || {
        let monitor = attributes(&gateway, "/v1/monitors/Monitor").await;
        let servers = monitor["monitor_diagnostics"]["server_info"].clone();
        let all = servers.as_array()?;
        all.iter()
            .all(|server| server["master_group"] == 1)
            .then_some(())
    })
    .await;
    state(&gateway, "server1", "Master, Running").await;
}

#[tokio::test]
async fn a_server_that_hangs_delays_no_other() {
    let topology = Topology::start(2).await;
    let mut setup = setup(&topology.servers());
    setup
        .cnf
        .section("Monitor")
        .set("backend_read_timeout", "20s")
        .set("backend_connect_timeout", "20s");
    let gateway = setup.start().await;
    state(&gateway, "server2", "Slave, Running").await;
    state(&gateway, "server3", "Slave, Running").await;
    topology.replicas[0].freeze().await;
    // At least one look at the frozen server is under way.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let begin = Instant::now();
    topology.replicas[1].sql("STOP SLAVE").await;
    state(&gateway, "server3", "Running").await;
    topology.replicas[1].sql("START SLAVE").await;
    state(&gateway, "server3", "Slave, Running").await;
    assert!(
        begin.elapsed() < Duration::from_secs(10),
        "{:?}",
        begin.elapsed()
    );
    state(&gateway, "server2", "Slave, Running").await;
    topology.replicas[0].thaw();
}

#[tokio::test]
async fn a_server_that_does_not_let_the_monitor_in_has_an_auth_error() {
    let server = MariaDb::start("refusing").await;
    let gateway = setup(&[&server]).start().await;
    state(&gateway, "server1", "Master, Running").await;
    server
        .sql("ALTER USER monitor@'%' IDENTIFIED BY 'other'; KILL USER monitor")
        .await;
    let refused = state(&gateway, "server1", "Auth Error, Down").await;
    assert_eq!(refused["last_event"], "master_down");
    server
        .sql("ALTER USER monitor@'%' IDENTIFIED BY 'monitor-secret'")
        .await;
    state(&gateway, "server1", "Master, Running").await;
}

#[tokio::test]
async fn a_server_has_a_user_of_its_own_for_the_monitor() {
    let server = MariaDb::start("own-user").await;
    server
        .sql(
            "CREATE USER own@'%' IDENTIFIED BY 'own-secret';
             GRANT REPLICATION SLAVE, SLAVE MONITOR, BINLOG MONITOR ON *.* TO own@'%';
             ALTER USER monitor@'%' ACCOUNT LOCK",
        )
        .await;
    let mut setup = setup(&[&server]);
    setup
        .cnf
        .section("server1")
        .set("monitoruser", "own")
        .set("monitorpw", "own-secret");
    let gateway = setup.start().await;
    state(&gateway, "server1", "Master, Running").await;
}

/// A program in a folder of its own, and the file that it writes.
struct Script {
    path: PathBuf,
    written: PathBuf,
}

impl Script {
    fn new(commands: &str) -> Self {
        let folder = scratch::folder("script");
        let (path, written) = (folder.join("run.sh"), folder.join("written"));
        let text = format!("#!/bin/sh\nout='{}'\n{commands}\n", written.display());
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        Self { path, written }
    }

    /// Waits for a line of the file.
    async fn wrote(&self, wanted: &str) {
        let what = format!("the script writes {wanted}");
        eventually(PATIENCE, &what, async || {
            lines(&self.written)
                .iter()
                .any(|line| line == wanted)
                .then_some(())
        })
        .await;
    }
}

fn lines(path: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_passive_gateway_runs_no_scripts_until_it_is_not_any_more() {
    let topology = Topology::start(0).await;
    let script = Script::new("echo \"$1\" >> $out");
    let mut setup = setup(&topology.servers());
    setup.cnf.section("maxscale").set("passive", true);
    let program = format!("{} $EVENT", script.path.display());
    setup.cnf.section("Monitor").set("script", program);
    let gateway = setup.start().await;
    state(&gateway, "server1", "Master, Running").await;
    let api = gateway.api();
    let again = async || {
        for path in [
            "monitors/Monitor/stop",
            "servers/server1/clear?state=master",
        ] {
            let path = format!("/v1/{path}");
            let answer = api.send(Method::PUT, &path, &[]).await;
            assert_eq!(answer.status, 204, "{path}: {}", answer.text);
        }
        let path = "/v1/monitors/Monitor/start";
        api.send(Method::PUT, path, &[]).await;
        state(&gateway, "server1", "Master, Running").await;
    };
    again().await;
    let active = json!({"data": {"attributes": {"parameters": {"passive": false}}}});
    assert_eq!(api.patch("/v1/maxscale", &active).await.status, 204);
    again().await;
    script.wrote("new_master").await;
    assert_eq!(lines(&script.written), ["new_master"]);
}

#[tokio::test]
async fn a_script_is_told_what_has_happened_where() {
    let mut topology = Topology::start(1).await;
    let script = Script::new("echo \"$*\" >> $out; echo \"warning: seen $1\"");
    let mut setup = setup(&topology.servers());
    setup
        .cnf
        .section("Monitor")
        .set(
            "script",
            format!(
                "{} $EVENT $INITIATOR \"live $NODELIST\" of=$LIST m=$MASTERLIST s=$SLAVELIST \
                 p=$PARENT c=$CHILDREN",
                script.path.display()
            ),
        )
        .set("events", "slave_down,master_down,new_slave");
    let gateway = setup.start().await;
    state(&gateway, "server2", "Slave, Running").await;
    let [one, two] = [&topology.primary, &topology.replicas[0]]
        .map(|server| format!("[127.0.0.1]:{}", server.port()));
    topology.replicas[0].kill();
    script
        .wrote(&format!(
            "slave_down {two} live {one} of={one},{two} m={one} s= p={one} c="
        ))
        .await;
    topology.primary.kill();
    script
        .wrote(&format!(
            "master_down {one} live  of={one},{two} m= s= p= c={two}"
        ))
        .await;
    let events = lines(&script.written);
    assert_eq!(
        events.len(),
        2,
        "only the events that are wanted: {events:?}"
    );
    let what = "what the script prints is in the log, on the level that it names";
    eventually(PATIENCE, what, async || {
        let log = gateway.log_text();
        let mut lines = log.lines();
        lines
            .any(|line| line.contains("warning:") && line.ends_with(": seen slave_down"))
            .then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_script_that_hangs_is_ended_and_does_not_hold_up_the_monitor() {
    let topology = Topology::start(1).await;
    let script = Script::new("echo begins $1 >> $out; sleep 600; echo never >> $out");
    let mut setup = setup(&topology.servers());
    setup
        .cnf
        .section("Monitor")
        .set("script", format!("{} $EVENT", script.path.display()))
        .set("script_timeout", "1s")
        .set("events", "lost_slave,new_slave");
    let gateway = setup.start().await;
    state(&gateway, "server2", "Slave, Running").await;
    topology.replicas[0].sql("STOP SLAVE").await;
    script.wrote("begins lost_slave").await;
    let begin = Instant::now();
    topology.replicas[0].sql("START SLAVE").await;
    state(&gateway, "server2", "Slave, Running").await;
    let seen = begin.elapsed();
    script.wrote("begins new_slave").await;
    assert_eq!(
        lines(&script.written),
        ["begins lost_slave", "begins new_slave"]
    );
    assert!(seen < Duration::from_secs(10), "{seen:?}");
}

#[tokio::test]
async fn a_lag_that_crosses_the_limit_runs_the_script() {
    let topology = Topology::start(1).await;
    let script = Script::new("echo $1 >> $out");
    let mut setup = setup(&topology.servers());
    setup
        .cnf
        .section("Monitor")
        .set("script", format!("{} $EVENT", script.path.display()))
        .set("events", "server_down")
        .set("script_max_replication_lag", 1);
    let gateway = setup.start().await;
    state(&gateway, "server2", "Slave, Running").await;
    let replica = &topology.replicas[0];
    topology
        .primary
        .sql("CREATE DATABASE d; CREATE TABLE d.t (i INT)")
        .await;
    topology.in_sync().await;
    // What the primary does is done here three seconds later, and as long it is behind.
    let delay = "STOP SLAVE; CHANGE MASTER TO master_delay=3; START SLAVE";
    replica.sql(delay).await;
    topology.primary.sql("INSERT INTO d.t VALUES (1)").await;
    script.wrote("rlag_above").await;
    replica
        .sql("STOP SLAVE; CHANGE MASTER TO master_delay=0; START SLAVE")
        .await;
    script.wrote("rlag_below").await;
}

#[tokio::test]
async fn a_script_that_cannot_be_run_is_a_fault_of_the_configuration() {
    let server = MariaDb::start("no-script").await;
    for (parameter, value, said) in [
        ("script", "/nowhere/run.sh $EVENT", "/nowhere/run.sh"),
        ("script", "/etc/passwd", "not executable"),
        ("script", "'/bin/sh", "not closed"),
        ("disk_space_threshold", "data:80", "data:80"),
    ] {
        let mut setup = setup(&[&server]);
        setup.cnf.section("Monitor").set(parameter, value);
        let file = setup.write();
        let mut command = tokio::process::Command::new(program());
        command.arg("--check").arg("--config").arg(file);
        let output = command.output().await.unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{value}: {stderr}");
        assert!(stderr.contains(said), "{value}: {stderr}");
    }
}

#[tokio::test]
async fn maintenance_is_kept_whatever_happens_to_the_server() {
    let mut topology = Topology::start(1).await;
    let script = Script::new("echo $1 >> $out");
    let mut setup = setup(&topology.servers());
    setup
        .cnf
        .section("Monitor")
        .set("script", format!("{} $EVENT", script.path.display()));
    let gateway = setup.start().await;
    state(&gateway, "server2", "Slave, Running").await;
    let set = "/v1/servers/server2/set?state=maintenance";
    let answer = gateway.api().send(Method::PUT, set, &[]).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    state(&gateway, "server2", "Maintenance, Slave, Running").await;
    topology.replicas[0].kill();
    state(&gateway, "server2", "Maintenance, Down").await;
    topology.replicas[0].restart().await;
    state(&gateway, "server2", "Maintenance, Slave, Running").await;
    let events = lines(&script.written);
    assert!(!events.contains(&"slave_down".to_owned()), "{events:?}");
    let clear = "/v1/servers/server2/clear?state=maintenance";
    let answer = gateway.api().send(Method::PUT, clear, &[]).await;
    assert_eq!(answer.status, 204, "{}", answer.text);
    state(&gateway, "server2", "Slave, Running").await;
}

#[tokio::test]
async fn a_monitor_is_stopped_altered_and_started_again() {
    let topology = Topology::start(1).await;
    let gateway = setup(&topology.servers()).start().await;
    let api = gateway.api();
    state(&gateway, "server2", "Slave, Running").await;
    let stop = "/v1/monitors/Monitor/stop";
    assert_eq!(api.send(Method::PUT, stop, &[]).await.status, 204);
    let monitor = attributes(&gateway, "/v1/monitors/Monitor").await;
    assert_eq!(monitor["state"], "Stopped");
    topology.replicas[0].sql("STOP SLAVE").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    // Nobody looks: the state is the last one that was seen.
    state(&gateway, "server2", "Slave, Running").await;
    let conditions = serde_json::json!({"data": {"attributes": {"parameters": {
        "master_conditions": "running_slave",
    }}}});
    let altered = api.patch("/v1/monitors/Monitor", &conditions).await;
    assert_eq!(altered.status, 204, "{}", altered.text);
    let start = "/v1/monitors/Monitor/start";
    assert_eq!(api.send(Method::PUT, start, &[]).await.status, 204);
    state(&gateway, "server2", "Running").await;
    state(&gateway, "server1", "Slave, Running").await;
    topology.replicas[0].sql("START SLAVE").await;
    state(&gateway, "server1", "Master, Running").await;
    for (parameter, value) in [
        ("auto_failover", "true"),
        ("enforce_writable_master", "true"),
    ] {
        let acting =
            serde_json::json!({"data": {"attributes": {"parameters": {parameter: value}}}});
        let refused = api.patch("/v1/monitors/Monitor", &acting).await;
        assert_eq!(refused.status, 400, "{parameter}");
        assert!(refused.text.contains("only watch"), "{}", refused.text);
    }
    let command = "/v1/maxscale/modules/mariadbmon/failover?Monitor";
    let refused = api.post(command, &Value::Null).await;
    assert_eq!(refused.status, 404);
    assert!(refused.text.contains("only watch"), "{}", refused.text);
}

#[tokio::test]
async fn a_replica_whose_disks_are_full_goes_into_maintenance() {
    let topology = Topology::start(1).await;
    for server in topology.servers() {
        server
            .sql("SET STATEMENT sql_log_bin=0 FOR INSTALL SONAME 'disks'")
            .await;
    }
    topology
        .primary
        .sql("GRANT FILE ON *.* TO monitor@'%'")
        .await;
    topology.in_sync().await;
    let mut setup = setup(&topology.servers());
    // Whatever the disks are like: some percent are always used, and nothing is at that path.
    setup
        .cnf
        .section("Monitor")
        .set("disk_space_check_interval", "100ms")
        .set("disk_space_threshold", "*:100");
    for server in ["server1", "server2"] {
        setup
            .cnf
            .section(server)
            .set("disk_space_threshold", "/nowhere:1,*:1");
    }
    let gateway = setup.start().await;
    state(
        &gateway,
        "server2",
        "Maintenance, Slave, Disk Space Exhausted, Running",
    )
    .await;
    // The primary is not put into maintenance; by default its conditions keep it from being one.
    state(&gateway, "server1", "Slave, Disk Space Exhausted, Running").await;
    let monitor = serde_json::json!({"data": {"attributes": {"parameters": {
        "master_conditions": "none",
    }}}});
    let altered = gateway.api().patch("/v1/monitors/Monitor", &monitor).await;
    assert_eq!(altered.status, 204, "{}", altered.text);
    let primary = state(&gateway, "server1", "Master, Disk Space Exhausted, Running").await;
    assert_eq!(primary["last_event"], "new_master");
    let log = gateway.log_text();
    assert!(log.contains("no disk at /nowhere"), "{log}");
}
