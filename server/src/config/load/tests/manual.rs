//! What the peer's manual shows, and configurations of older versions of it.

use std::path::PathBuf;

use expect_test::expect;

use super::{BASE, Folder, check_faults, good};
use crate::config::{Configuration, Overlay, OverlaySection, check_audit_file};

/// What is warned of, without file and line.
fn warnings(configuration: &Configuration) -> Vec<&str> {
    let cut = |line: &'_ String| line.split_once("] ").map(|(_, rest)| rest.len());
    let lines = configuration.warnings.iter();
    lines
        .filter_map(|line| line.get(line.len() - cut(line)?..))
        .collect()
}

#[test]
fn protocols_and_monitors_go_by_their_older_names() {
    for protocol in [
        "MariaDBClient",
        "MySQLClient",
        "mariadb",
        "mariadbprotocol",
        "MariaDBProtocol",
    ] {
        let text = BASE
            .replace("port=4006", &format!("port=4006\nprotocol={protocol}"))
            .replace("module=mariadbmon", "module=mysqlmon");
        let configuration = good(&text);
        let listener = &configuration.listeners[0];
        assert_eq!(listener.parameter_values()["protocol"], "MariaDBProtocol");
        assert_eq!(listener.parameters.protocol, "MariaDBProtocol");
        assert_eq!(configuration.monitors[0].parameters.module, "mariadbmon");
        assert_eq!(warnings(&configuration), [""; 0], "{protocol}");
    }
}

#[test]
fn a_parameter_of_the_protocol_has_its_name_before_it_in_any_case() {
    let given = "port=4006\nmariadbprotocol.allow_replication=false";
    let configuration = good(&BASE.replace("port=4006", given));
    assert!(!configuration.listeners[0].parameters.allow_replication);
}

#[test]
fn accounts_may_be_read_on_no_demand_at_all() {
    let read = |given: &str| {
        let text = format!("[maxscale]\nusers_refresh_time={given}\n");
        good(&text).maxscale.parameters.users_refresh_time_ms
    };
    assert_eq!(read("120s"), Some(120_000));
    assert_eq!(read("0"), Some(0));
    assert_eq!(read("-1s"), None);
    let pooled = BASE.replace(
        "password=secret2",
        "password=secret2\nidle_session_pool_time=-1s",
    );
    let service = &good(&pooled).services[0];
    assert_eq!(
        service.parameter_values()["idle_session_pool_time"],
        "-1000ms"
    );
}

#[test]
fn sizes_may_end_with_a_b() {
    let check = |given: &str, expected| {
        let text = format!("[maxscale]\nquery_classifier_cache_size={given}\n");
        let bytes = good(&text).maxscale.parameters.query_classifier_cache_size;
        assert_eq!(bytes, expected, "{given}");
    };
    check("1MB", 1_000_000);
    check("16KiB", 16_384);
    check("1Gi", 1 << 30);
}

#[test]
fn what_older_versions_had_is_accepted_with_a_word_on_it() {
    let text = BASE
        .replace(
            "threads=2",
            "threads=2\nlog_augmentation=1\nevent.authentication_failure.level=LOG_CRIT\n\
             file.keyfile=/k\nlog_trace=1",
        )
        .replace("password=secret2", "passwd=secret2\nweightby=serv_weight")
        .replace(
            "password=secret1",
            "passwd=secret1\ndetect_stale_master=true",
        );
    let configuration = good(&text);
    assert!(configuration.maxscale.parameters.log.info);
    let service = &configuration.services[0].parameters;
    assert_eq!(service.password.expose(), "secret2");
    let monitor = &configuration.monitors[0].parameters;
    assert_eq!(monitor.password.expose(), "secret1");
    expect![[r#"
        log_augmentation is accepted but has no meaning here: lines of the log name no functions
        event.authentication_failure.level is accepted but has no meaning here: log_auth_warnings says whether failed log-ins are logged
        file.keyfile is accepted but has no meaning here: passwords are not encrypted here
        log_trace is an older name of log_info
        passwd is an older name of password
        detect_stale_master is accepted but has no meaning here: slave_conditions and master_conditions do its job
        passwd is an older name of password
        weightby is accepted but has no meaning here: rank does its job"#]]
    .assert_eq(&warnings(&configuration).join("\n"));
}

#[test]
fn modules_that_are_not_built_are_one_line_each() {
    check_faults(
        "[Galera]\ntype=monitor\nmodule=galeramon\nservers=a\nuser=u\npassword=p\n\
         disable_master_failback=true\n\
         [a]\ntype=server\naddress=a\n\
         [Sharded]\ntype=service\nrouter=schemarouter\nservers=a\nuser=u\npassword=p\n\
         refresh_databases=true\n\
         [L]\ntype=listener\nservice=Sharded\nprotocol=nosqlprotocol\nnosqlprotocol.user=x\nport=17017\n",
        &expect![[r"
            a.cnf:3: [Galera] module: the module `galeramon` is not built (allowed: mariadbmon)
            a.cnf:13: [Sharded] router: the module `schemarouter` is not built (allowed: readconnroute, readwritesplit)
            a.cnf:21: [L] protocol: the module `nosqlprotocol` is not built (allowed: MariaDBProtocol)"]],
    );
}

#[test]
fn relative_paths_are_meant_from_module_configdir() {
    let folder = Folder::new();
    let filter = "[F]\ntype=filter\nmodule=qlafilter\nfilebase=q\nrules=masking_rules.json\n";
    let path = folder.write("a.cnf", filter);
    let errors = folder.outcome(&path).map(|_| ()).unwrap_err();
    expect!["a.cnf:5: [F] rules: a.modules.d/masking_rules.json cannot be read: No such file or directory (os error 2) (allowed: a file)"]
        .assert_eq(&errors);
    let rules = folder.write("a.modules.d/masking_rules.json", "{}");
    let read = folder.outcome(&path).unwrap();
    assert_eq!(read.filters[0].values.path("rules"), Some(rules));
    assert_eq!(read.filters[0].values.text("filebase"), Some("q"));
    let other = folder.write("other/masking_rules.json", "{}");
    let given = format!(
        "[maxscale]\nmodule_configdir={}\n",
        other.parent().unwrap().display()
    );
    let path = folder.write("b.cnf", given + filter);
    let read = folder.outcome(&path).unwrap();
    assert_eq!(read.filters[0].values.path("rules"), Some(other));
}

#[test]
fn relative_paths_are_meant_once_when_the_path_of_the_file_is_relative_too() {
    let folder = Folder::new();
    let filter = "[F]\ntype=filter\nmodule=qlafilter\nfilebase=q\nrules=rules.json\n";
    let path = folder.write("a.cnf", filter);
    let rules = folder.write("a.modules.d/rules.json", "{}");
    let here = std::env::current_dir().unwrap();
    let up: PathBuf = here.ancestors().skip(1).map(|_| "..").collect();
    let path = up.join(path.strip_prefix("/").unwrap());
    let read = folder.outcome(&path).unwrap();
    let values = &read.filters[0].values;
    let found = values.path("rules").unwrap();
    assert!(found.is_absolute(), "{}", found.display());
    assert_eq!(found.canonicalize().unwrap(), rules.canonicalize().unwrap());
    let given = serde_json::json!({"append": false});
    let from = &read.maxscale.parameters.module_configdir;
    let altered = values.altered(given.as_object().unwrap(), Some(from));
    let altered = altered.unwrap();
    assert_eq!(altered.path("rules").as_ref(), Some(&found));
    let overlay = Overlay {
        place: PathBuf::from("the-store"),
        sections: vec![OverlaySection {
            word: "filter",
            name: "F".to_owned(),
            document: Some(altered.document()),
        }],
    };
    let again = folder.outcome_over(&path, &overlay).unwrap();
    assert_eq!(again.filters[0].values.path("rules"), Some(found));
}

#[test]
fn only_who_serves_has_to_be_able_to_write_the_file_of_requests() {
    let read = good("[maxscale]\nadmin_audit=true\nadmin_audit_file=/\n");
    let [fault] = &check_audit_file(&read).unwrap_err()[..] else {
        panic!("this is one fault")
    };
    assert_eq!((fault.line, fault.section.as_str()), (3, "maxscale"));
    let off = good("[maxscale]\nadmin_audit_file=/\n");
    check_audit_file(&off).unwrap();
}

#[test]
fn what_is_no_regular_expression_is_named_with_its_line() {
    let filter = "[F]\ntype=filter\nmodule=qlafilter\nfilebase=q\nmatch=";
    good(&format!("{filter}/ *from *users/\n"));
    check_faults(
        &format!("{filter} *from *users\n"),
        &expect![
            "a.cnf:5: [F] match: this is no regular expression: PCRE2: error compiling pattern at offset 0: quantifier does not follow a repeatable item (allowed: a pattern of PCRE2)"
        ],
    );
}

#[test]
fn sections_include_what_they_have_in_common() {
    let folder = Folder::new();
    let path = folder.write(
        "a.cnf",
        "[a]\ntype=server\n@include=Place, Rest\nport=1\n\n\
         [Place]\ntype=include\naddress=db.example\nport=2\nrank=secondary\n",
    );
    folder.write(
        "a.cnf.d/b.cnf",
        "[Rest]\ntype=include\nrank=primary\npersistpoolmax=3\n",
    );
    let configuration = folder.outcome(&path).unwrap();
    let server = &configuration.servers[0].parameters;
    assert_eq!((&*server.address, server.port), ("db.example", 1));
    assert_eq!(server.pool.size_max, 3);
    assert_eq!(
        configuration.servers[0].parameter_values()["rank"],
        "secondary"
    );
    assert_eq!(configuration.servers.len(), 1);
}

#[test]
fn what_can_t_be_included_is_named() {
    check_faults(
        "[a]\ntype=server\naddress=a\n@include=Plac\n\
         [Place]\ntype=include\n@include=Other\nprot=1\n\
         [b]\ntype=server\naddress=b\n@include=Place\n",
        &expect![[r#"
            a.cnf:4: [a] @include: there is no section `Plac` of type include, did you mean `Place`? (allowed: Place)
            a.cnf:7: [Place] what is included can include nothing (allowed: parameters)
            a.cnf:8: [b] there is no parameter `prot`, did you mean `port`? (allowed: type, address, port, socket, private_address, extra_port, rank, max_routing_connections, proxy_protocol, monitorpw, monitoruser, persistmaxtime, persistpoolmax, disk_space_threshold, ssl, ssl_ca, ssl_cert, ssl_key, ssl_cert_verify_depth, ssl_cipher, ssl_verify_peer_certificate, ssl_verify_peer_host, ssl_version)"#]],
    );
}

#[test]
fn an_older_name_in_what_is_included_gives_way_to_the_newer_one_of_the_section() {
    let text = BASE.replace(
        "password=secret2",
        "password=secret2\n@include=Account,Late",
    ) + "[Account]\ntype=include\npasswd=included\nuser=someone\n\
           [Late]\ntype=include\npassword=late\n";
    let configuration = good(&text);
    assert_eq!(
        configuration.services[0].parameters.password.expose(),
        "secret2"
    );
    let older = text.replace("password=secret2\n", "");
    let configuration = good(&older);
    assert_eq!(
        configuration.services[0].parameters.password.expose(),
        "included"
    );
    let own = text.replace("password=secret2", "passwd=own");
    assert_eq!(good(&own).services[0].parameters.password.expose(), "own");
}

#[test]
fn what_an_included_section_gives_twice_is_a_fault() {
    let folder = Folder::new();
    let path = folder.write(
        "a.cnf",
        "[a]\ntype=server\naddress=a\n@include=Far\n@include=Near\n\
         [b]\ntype=server\naddress=b\n@include=Near\n\
         [Near]\ntype=include\nrank=primary\nrank=secondary\n",
    );
    folder.write(
        "a.cnf.d/b.cnf",
        "[Far]\ntype=include\nmonuser=one\nmonitoruser=two\n",
    );
    let errors = folder.outcome(&path).map(|_| ()).unwrap_err();
    expect![[r#"
        a.cnf:4: [a] `monuser` and `monitoruser` of the included section [Far] are both monitoruser (allowed: once)
        a.cnf:5: [a] @include is given twice; first on line 4 (allowed: once: names, separated by commas)
        a.cnf:13: [Near] rank is given twice; first on line 12 (allowed: once)"#]].assert_eq(&errors);
}

#[test]
fn a_change_at_run_time_hides_the_older_name_of_the_file() {
    let folder = Folder::new();
    let path = folder.write("a.cnf", "[maxscale]\nlog_trace=on\nthreads=2\n");
    let overlay = Overlay {
        place: PathBuf::from("the-store"),
        sections: vec![OverlaySection {
            word: "maxscale",
            name: "maxscale".to_owned(),
            document: Some(serde_json::json!({"parameters": {"log_info": "false"}})),
        }],
    };
    let configuration = folder.outcome_over(&path, &overlay).unwrap();
    assert!(!configuration.maxscale.parameters.log.info);
    assert_eq!(configuration.maxscale.parameters.threads, 2);
}
