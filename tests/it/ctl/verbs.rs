//! Every other verb, and every way of saying it.

use serde_json::Value;
use sluicegate_tests::ports::free_port;
use sluicegate_tests::scratch;

use super::{gateway, has};

const RULES: &str = r#"{"rules": [{"replace": {"column": "a"}, "with": {"fill": "*"}}]}"#;

#[tokio::test]
async fn commands_of_modules_are_listed_and_called() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let rules = scratch::folder("rules").join("rules.json");
    std::fs::write(&rules, RULES).expect("a file");
    ctl.done(&format!(
        "create filter Mask masking rules={}",
        rules.display()
    ))
    .await;
    ctl.done("create filter Kept cache").await;

    let reload = "masking|reload|FILTER|Reads the rules from their file again.";
    has(&ctl.rows("list commands").await, reload);
    assert_eq!(ctl.rows("show commands masking").await, [reload]);
    assert_eq!(ctl.done("call command masking reload Mask").await, "");
    let shown = ctl.done("call command cache show Kept").await;
    assert!(shown.contains("Field"), "{shown}");

    std::fs::write(&rules, "nonsense").expect("a file");
    ctl.refused("call command masking reload Mask").await;
    ctl.refused("call command masking reload Nobody").await;
    ctl.refused("call command masking frobnicate Mask").await;
    ctl.refused("call command nothing reload Mask").await;
}

#[tokio::test]
async fn statements_are_classified() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let said = ctl
        .words(&["classify", "UPDATE t SET a = 1", "--tsv"])
        .await;
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("operation\tsql::OP_UPDATE\n"), "{said:?}");
    assert!(
        said.out.contains("type_mask\tsql::TYPE_WRITE\n"),
        "{said:?}"
    );
    ctl.done("show qc_cache").await;
}

#[tokio::test]
async fn any_request_is_sent_and_parts_of_answers_are_picked() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    let ids = ctl.done("api get servers data[].id").await;
    assert_eq!(ids, "[\"server1\"]\n");
    let port = ctl
        .done("api get servers data[0].attributes.parameters.port")
        .await;
    let sum = ctl
        .done("api get --sum servers data[].attributes.parameters.port")
        .await;
    assert_eq!(port, sum);
    ctl.done("create server other 127.0.0.1 1").await;
    let more = ctl
        .done("api get /v1/servers data[].attributes.parameters.port --sum")
        .await;
    let number = |text: &str| text.trim().parse::<u32>().expect("a number");
    assert_eq!(number(&more), number(&port) + 1);

    let body = r#"{"data":{"attributes":{"parameters":{"max_connections":9}}}}"#;
    assert_eq!(
        ctl.done(&format!("api patch services/Main {body}")).await,
        ""
    );
    let parameter = "services/Main data.attributes.parameters.max_connections";
    assert_eq!(ctl.done(&format!("api get {parameter}")).await, "9\n");
    ctl.done("api post maxscale/logs/flush").await;
    ctl.done("api put servers/other/set?state=maintenance")
        .await;
    ctl.done("api delete servers/other?force=yes").await;
    let pretty = ctl.done("api get --pretty servers").await;
    assert!(pretty.lines().count() > 10, "{pretty}");
    serde_json::from_str::<Value>(&pretty).expect("JSON");

    ctl.refused("api get maxscale/nothing").await;
    ctl.refused("api patch services/Main {nonsense").await;
    for usage in ["api get servers data[", "api get --sum servers data[].id"] {
        assert_eq!(ctl.says(usage).await.code, 2, "{usage}");
    }
}

#[tokio::test]
async fn objects_are_made_as_users_of_the_peer_type_it() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    ctl.done("create server near 127.0.0.1 3999 rank=secondary")
        .await;
    ctl.done("create server local /run/nothing.sock").await;
    let servers = ctl.rows("list servers").await;
    for begin in ["near|127.0.0.1|3999|0|", "local|/run/nothing.sock|"] {
        assert!(
            servers.iter().any(|row| row.starts_with(begin)),
            "{servers:?}"
        );
    }
    ctl.done(
        "create monitor Mine mariadbmon --monitor-user u --monitor-password p --servers near,local",
    )
    .await;
    has(
        &ctl.rows("list monitors").await,
        "Mine|mariadbmon|Running|near, local",
    );
    has(&ctl.rows("show monitor Mine").await, "parameters/user|u");
    ctl.done("unlink monitor Mine local").await;
    ctl.done("stop monitor Mine").await;
    has(
        &ctl.rows("list monitors").await,
        "Mine|mariadbmon|Stopped|near",
    );
    ctl.done("link monitor Mine local").await;
    ctl.done("alter monitor Mine monitor_interval 5s").await;
    ctl.done("start monitor Mine").await;
    ctl.done("destroy monitor Mine --force").await;

    let port = free_port();
    ctl.done("create service Other readconnroute user=u password=p --cluster Monitor")
        .await;
    ctl.done(&format!(
        "create listener Other Door {port} --interface 127.0.0.1"
    ))
    .await;
    let door = format!("Door|{port}|127.0.0.1|Running|Other");
    assert_eq!(ctl.rows("list listeners Other").await, [door]);
    ctl.done("alter service Other max_connections 4 retain_last_statements 2")
        .await;
    let shown = ctl.rows("show service Other").await;
    has(&shown, "parameters/max_connections|4");
    has(&shown, "parameters/retain_last_statements|2");
    ctl.done("destroy listener Other Door").await;
    assert_eq!(ctl.rows("list listeners Other").await, [""; 0]);
}

#[tokio::test]
async fn all_services_stop_and_start_at_once() {
    let (_gateway, ctl) = gateway(|_| {}).await;
    ctl.done("create service Other readconnroute user=u password=p --servers server1")
        .await;
    for (verb, state) in [
        ("stop services", "Stopped"),
        ("start services", "Started"),
        ("stop maxscale", "Stopped"),
        ("start maxscale", "Started"),
    ] {
        ctl.done(verb).await;
        let services = ctl.rows("list services").await;
        assert_eq!(services.len(), 2);
        assert!(
            services.iter().all(|row| row.ends_with(state)),
            "{verb}: {services:?}"
        );
    }
    assert_eq!(ctl.says("stop monitors").await.code, 2);
}

#[tokio::test]
async fn the_log_its_levels_and_the_gateway_are_shown() {
    let (gateway, ctl) = gateway(|_| {}).await;
    for (change, shown) in [
        ("enable log-priority info", "true"),
        ("disable log-priority info", "false"),
        ("alter logging log_info=true", "true"),
        ("alter maxscale log_info false", "false"),
    ] {
        ctl.done(change).await;
        has(
            &ctl.rows("show logging").await,
            &format!("parameters/log_info|{shown}"),
        );
    }
    has(&ctl.rows("show thread 0").await, "id|0");
    for list in [
        "show threads",
        "show modules",
        "show sessions",
        "list queries",
    ] {
        ctl.done(list).await;
    }
    has(&ctl.rows("show module masking").await, "module_type|Filter");
    ctl.done("reload tls").await;

    let file = scratch::folder("report").join("report.json");
    assert_eq!(
        ctl.done(&format!("create report {}", file.display())).await,
        ""
    );
    let report = std::fs::read_to_string(&file).expect("a file");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["servers"]["data"][0]["id"], "server1");
    assert_eq!(report["maxscale"]["data"]["id"], "maxscale");
    let printed = ctl.done("create report").await;
    assert!(!printed.contains("gateway-secret"), "a password");
    ctl.refused("create report /nowhere/report.json").await;
    drop(gateway);
}
