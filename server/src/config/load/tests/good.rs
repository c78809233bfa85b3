use std::sync::Arc;

use expect_test::{Expect, expect};
use serde_json::{Map, Value as Json};

use super::{BASE, Folder, good};
use crate::config::{Configuration, RouterOptions, Targets, TlsVersions};

fn warnings(configuration: &Configuration) -> Vec<String> {
    let cut = |line: &String| line.rsplit_once("a.cnf:").map(|(_, rest)| rest.to_owned());
    configuration.warnings.iter().filter_map(cut).collect()
}

fn check_json(shown: &Map<String, Json>, names: &str, expected: &Expect) {
    let show = |name| {
        format!(
            "{name}: {}",
            shown.get(name).unwrap_or(&Json::from("ABSENT"))
        )
    };
    let lines: Vec<_> = names.split_whitespace().map(show).collect();
    expected.assert_eq(&lines.join("\n"));
}

#[test]
fn objects_come_in_the_order_of_the_file() {
    let configuration = good(BASE);
    let names: Vec<_> = configuration
        .servers
        .iter()
        .map(|server| &*server.name)
        .collect();
    assert_eq!(names, ["db1", "db2"]);
    assert_eq!(configuration.servers[0].source.line, 4);
    assert_eq!(configuration.servers[0].parameters.port, 3001);
    assert_eq!(configuration.servers[1].parameters.port, 3306);
    assert_eq!(configuration.maxscale.parameters.threads, 2);
    let service = &configuration.services[0].parameters;
    let servers: Vec<Arc<str>> = vec!["db1".into(), "db2".into()];
    assert_eq!(service.targets, Targets::Servers(servers.clone()));
    assert_eq!(service.router_options, RouterOptions::RUNNING);
    assert_eq!(service.password.expose(), "secret2");
    let monitor = &configuration.monitors[0].parameters;
    assert_eq!(
        (&monitor.servers, monitor.monitor_interval_ms),
        (&servers, 2000)
    );
    let listener = &configuration.listeners[0].parameters;
    assert_eq!(
        (&*listener.service, &*listener.address, listener.port),
        ("Service", "::", 4006)
    );
    assert_eq!(warnings(&configuration), Vec::<String>::new());
}

#[test]
fn a_file_without_sections_is_all_defaults() {
    let configuration = good("# nothing\n");
    let gateway = &configuration.maxscale.parameters;
    assert_eq!(
        (&*gateway.admin_host, gateway.admin_port),
        ("127.0.0.1", 8989)
    );
    assert!(gateway.threads >= 1);
    assert!(gateway.datadir.ends_with("a.data"));
    assert!(!gateway.admin_secure_gui);
    assert_eq!(gateway.log.logdir, None);
}

#[test]
fn console_and_tokens_need_tls_by_default_except_on_loopback() {
    let check = |host: &str, given: &str, expected| {
        let configuration = good(&format!("[maxscale]\nadmin_host={host}\n{given}"));
        let gateway = &configuration.maxscale;
        assert_eq!(
            gateway.parameters.admin_secure_gui, expected,
            "{host} {given}"
        );
        assert_eq!(gateway.parameter_values()["admin_secure_gui"], expected);
    };
    check("127.0.0.1", "", false);
    check("::1", "", false);
    check("localhost", "", false);
    check("0.0.0.0", "", true);
    check("0.0.0.0", "admin_secure_gui=no", false);
    check("127.0.0.1", "admin_secure_gui=yes", true);
}

#[test]
fn every_documented_parameter_of_an_object_is_shown_with_its_value_or_default() {
    let configuration = good(BASE);
    let names = "type router user password servers router_options connection_keepalive \
                 idle_session_pool_time max_connections version_string connection_timeout";
    let service = configuration.services[0].parameter_values();
    check_json(
        &service,
        names,
        &expect![[r#"
        type: "service"
        router: "readconnroute"
        user: "accounts"
        password: "*****"
        servers: "ABSENT"
        router_options: "running"
        connection_keepalive: "300000ms"
        idle_session_pool_time: "-1ms"
        max_connections: 0
        version_string: null
        connection_timeout: "ABSENT""#]],
    );
    let names = "MariaDBProtocol connection_metadata ssl ssl_version service ssl_crl";
    let listener = configuration.listeners[0].parameter_values();
    check_json(
        &listener,
        names,
        &expect![[r#"
        MariaDBProtocol: {"allow_replication":true}
        connection_metadata: ["character_set_client=auto","character_set_connection=auto","character_set_results=auto","max_allowed_packet=auto","system_time_zone=auto","time_zone=auto","tx_isolation=auto","maxscale=auto"]
        ssl: false
        ssl_version: "MAX"
        service: "Service"
        ssl_crl: null"#]],
    );
    let monitor = configuration.monitors[0].parameter_values();
    check_json(
        &monitor,
        "slave_conditions servers password",
        &expect![[r#"
            slave_conditions: ""
            servers: "ABSENT"
            password: "*****""#]],
    );
}

#[test]
fn every_documented_parameter_of_the_gateway_is_shown() {
    let gateway = good(BASE).maxscale.parameter_values();
    let names = "threads log_throttling admin_audit_exclude_methods config_sync_password";
    check_json(
        &gateway,
        names,
        &expect![[r#"
        threads: 2
        log_throttling: {"count":10,"suppress":10000,"window":1000}
        admin_audit_exclude_methods: []
        config_sync_password: null"#]],
    );
}

#[test]
fn no_secret_is_formatted() {
    let configuration = good(BASE);
    let mut all = format!("{configuration:?}");
    all.push_str(&Json::from(configuration.services[0].parameter_values()).to_string());
    assert!(!all.contains("secret1") && !all.contains("secret2"));
}

#[test]
fn what_has_no_effect_is_said() {
    let text = BASE.replace("threads=2", "threads=2\nsyslog=1\nconfig_sync_user=u")
        + "ssl_ca_cert=/dev/null\n[Ms]\ntype=server\naddress=a\npersistmaxtime=10\n\
           replication_custom_options=o\n";
    let configuration = good(&text);
    expect![[r#"
        3: [maxscale] syslog is accepted but has no meaning here
        4: [maxscale] config_sync_user has no effect yet
        34: [Listener] ssl_ca_cert is an older name of ssl_ca
        38: [Ms] persistmaxtime: a duration without a unit is deprecated; taken as seconds
        39: [Ms] replication_custom_options has no effect yet"#]]
    .assert_eq(&warnings(&configuration).join("\n"));
    assert_eq!(
        configuration.listeners[0].parameter_values()["ssl_ca"],
        "/dev/null"
    );
}

#[test]
fn the_cluster_of_a_service_is_its_monitor() {
    let configuration = good(&BASE.replace("servers=db1,\n  db2", "cluster=Monitor"));
    let targets = &configuration.services[0].parameters.targets;
    assert_eq!(*targets, Targets::Cluster("Monitor".into()));
}

#[test]
fn filters_are_those_of_the_modules_handed_in() {
    let text = BASE.replace("router=", "filters=Log | Log2\nrouter=")
        + "[Log]\ntype=filter\nmodule=qlafilter\nfilebase=/tmp/a\n\
           [Log2]\ntype=filter\nmodule=QLAFilter\nfilebase=/tmp/b\nappend=no\n";
    let configuration = good(&text);
    let filters: Vec<Arc<str>> = vec!["Log".into(), "Log2".into()];
    assert_eq!(configuration.services[0].parameters.filters, filters);
    assert_eq!(configuration.filters[0].parameter_values()["append"], true);
    assert_eq!(configuration.filters[1].parameter_values()["append"], false);
}

#[test]
fn tls_versions_are_those_listed() {
    let check = |given: &str, tls12, tls13| {
        let text = format!("[a]\ntype=server\naddress=a\n{given}\n");
        let versions = good(&text).servers[0].parameters.ssl.versions;
        assert_eq!(versions, TlsVersions { tls12, tls13 }, "{given}");
    };
    check("", true, true);
    check("ssl_version=MAX", true, true);
    check("ssl_version=TLSv12,TLSv13", true, true);
    check("ssl_version=TLSv1.3", false, true);
    check("ssl_version=TLSv11,TLSv1.2", true, false);
}

#[test]
fn environment_variables_are_taken_when_asked_for() {
    let text = "[maxscale]\nsubstitute_variables=true\n[a]\ntype=server\naddress=$DB_HOST\n";
    assert_eq!(good(text).servers[0].parameters.address, "db.example");
    let text = text.replace("=true", "=false");
    assert_eq!(good(&text).servers[0].parameters.address, "$DB_HOST");
}

#[test]
fn object_files_beside_the_main_file_are_read() {
    let folder = Folder::new();
    let path = folder.write("main.cnf", "[MaxScale]\nthreads=1\n");
    folder.write("main.cnf.d/b.cnf", "[b]\ntype=server\naddress=b\n");
    folder.write("main.cnf.d/a/x.cnf", "[a]\ntype=server\naddress=a\n");
    folder.write("main.cnf.d/readme.txt", "nothing to read");
    let configuration = folder.outcome(&path).unwrap();
    let files: Vec<_> = configuration
        .servers
        .iter()
        .map(|s| s.source.file.clone())
        .collect();
    let expected = ["main.cnf.d/a/x.cnf", "main.cnf.d/b.cnf"].map(|name| folder.0.join(name));
    assert_eq!(files, expected);
}

#[test]
fn a_listener_may_be_at_localhost() {
    let configuration = good(&BASE.replace("port=4006", "port=4006\naddress=localhost"));
    let listener = &configuration.listeners[0];
    assert_eq!(listener.parameters.address, "127.0.0.1");
    assert_eq!(listener.parameter_values()["address"], "localhost");
}

#[test]
fn modules_are_named_in_any_case() {
    let text = BASE
        .replace("router=readconnroute", "router=ReadWriteSplit")
        .replace("module=mariadbmon", "module=MariaDBMon");
    let configuration = good(&format!(
        "{text}\n[Log]\ntype=filter\nmodule=QLAfilter\nfilebase=a\n"
    ));
    assert_eq!(
        configuration.services[0].parameters.router,
        "readwritesplit"
    );
    assert_eq!(configuration.monitors[0].parameters.module, "mariadbmon");
    assert_eq!(configuration.filters[0].parameters.module, "qlafilter");
}
