use expect_test::expect;

use super::{BASE, Folder, check_faults};

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = Folder::new();
    let errors = folder
        .outcome(&folder.0.join("none.cnf"))
        .map(|_| ())
        .unwrap_err();
    expect!["none.cnf: cannot be read: No such file or directory (os error 2)"].assert_eq(&errors);
}

#[test]
fn a_text_that_is_not_utf_8_is_refused_with_its_line() {
    let folder = Folder::new();
    let path = folder.write("a.cnf", b"[a]\ntype=server\naddress=\xff\n");
    let errors = folder.outcome(&path).map(|_| ()).unwrap_err();
    expect!["a.cnf:3: the text is not UTF-8 (allowed: UTF-8)"].assert_eq(&errors);
}

#[test]
fn every_fault_is_reported_at_once() {
    check_faults(
        "[maxscale]\nthreads=many\nlog_inf=1\n\n\
         [db1]\ntype=server\nport=70000\naddress=a\nport=1\n\n\
         [db 2]\ntype=server\naddress=b\n\n\
         [db1]\ntype=server\naddress=c\n\n\
         [x]\ntype=sever\n\n\
         [y]\nrouter=readconnroute\n\n\
         [Service]\ntype=service\nrouter=readconroute\nservers=db1,db3\nusr=me\n\n\
         [Monitor]\ntype=monitor\nmodule=mariadbmon\nservers=db1\nuser=me\npassword=p\n\
         monitor_interval=soon\n\n\
         [Listener]\ntype=listener\nservice=Servic\nport=4006\nsocket=/tmp/s\nwords\n",
        &expect![[r#"
            a.cnf:2: [maxscale] threads: `many` is not a whole number (allowed: 1 to 256, auto)
            a.cnf:3: [maxscale] there is no parameter `log_inf`, did you mean `log_info`? (allowed: admin_audit, admin_audit_exclude_methods, admin_audit_file, admin_auth, admin_enabled, admin_gui, admin_hide_sql, admin_host, admin_port, admin_jwt_algorithm, admin_jwt_issuer, admin_jwt_key, admin_jwt_max_age, admin_log_auth_failures, admin_readonly_hosts, admin_readwrite_hosts, admin_secure_gui, admin_sql, admin_sql_idle_timeout, admin_sql_query_timeout, admin_ssl_ca, admin_ssl_cert, admin_ssl_key, admin_ssl_version, auth_connect_timeout, log_warn_super_user, max_auth_errors_until_block, skip_name_resolve, users_refresh_interval, users_refresh_time, dump_last_statements, log_debug, log_info, log_notice, log_warning, log_throttling, maxlog, retain_last_statements, session_trace, session_trace_match, threads, core_file, load_persisted_configs, local_address, passive, persist_runtime_changes, query_classifier_cache_size, query_retries, query_retry_timeout, substitute_variables, datadir, logdir, module_configdir)
            a.cnf:7: [db1] port: `70000` is out of range (allowed: 1 to 65535)
            a.cnf:9: [db1] port is given twice; first on line 7 (allowed: once)
            a.cnf:11: [db 2] this is not a name for an object (allowed: letters a-z and A-Z, digits, and the characters _ . ~ -)
            a.cnf:15: [db1] a second section of this name; the first: a.cnf:5
            a.cnf:20: [x] type: there are no sections of type `sever`, did you mean `server`? (allowed: server, service, listener, monitor, filter)
            a.cnf:22: [y] type is missing (allowed: server, service, listener, monitor, filter)
            a.cnf:25: [Service] user is missing (allowed: user=<string>)
            a.cnf:25: [Service] password is missing (allowed: password=<password>)
            a.cnf:27: [Service] router: there is no module `readconroute`, did you mean `readconnroute`? (allowed: readconnroute, readwritesplit)
            a.cnf:28: [Service] servers: there is no server `db3`, did you mean `db1`? (allowed: db1, db 2)
            a.cnf:37: [Monitor] monitor_interval: `soon` is not a duration (allowed: a number with h, m, min, s or ms)
            a.cnf:41: [Listener] service: there is no service `Servic`, did you mean `Service`? (allowed: Service)
            a.cnf:43: [Listener] both port and socket are given (allowed: one of them)
            a.cnf:44: [Listener] this line is no parameter (allowed: name=value, [section], # comment)"#]],
    );
}

#[test]
fn references_must_be_to_objects_of_the_right_type() {
    let text = BASE
        .replace("service=Service", "service=db1")
        .replace("  db2", "  Monitor, db1");
    check_faults(
        &text,
        &expect![[r"
        a.cnf:23: [Service] servers: `Monitor` is a monitor, not a server (allowed: db1, db2)
        a.cnf:23: [Service] servers: `db1` is named twice (allowed: once)
        a.cnf:30: [Listener] service: `db1` is a server, not a service (allowed: Service)"]],
    );
}

#[test]
fn a_reference_to_a_faulty_section_is_not_a_fault_of_its_own() {
    let text = BASE.replace("type=server\naddress", "type=serve\naddress");
    check_faults(
        &text,
        &expect![
            "a.cnf:5: [db1] type: there are no sections of type `serve`, did you mean `server`? (allowed: server, service, listener, monitor, filter)"
        ],
    );
}

#[test]
fn servers_have_an_address_or_a_socket() {
    check_faults(
        "[a]\ntype=server\n[b]\ntype=server\naddress=b\nsocket=/s\n[c]\ntype=server\naddress=\n",
        &expect![[r"
            a.cnf:2: [a] no address (allowed: one of address, socket)
            a.cnf:6: [b] both address and socket are given (allowed: one of them)
            a.cnf:8: [c] no address (allowed: one of address, socket)"]],
    );
}

#[test]
fn listeners_do_not_share_a_port_or_a_socket() {
    let listener =
        |name: &str, rest: &str| format!("[{name}]\ntype=listener\nservice=Service\n{rest}\n");
    let text = BASE.to_owned()
        + &listener("L1", "port=4006\naddress=127.0.0.1")
        + &listener("L2", "port=4007\naddress=127.0.0.1")
        + &listener("L3", "port=4007\naddress=127.0.0.2")
        + &listener("L4", "socket=/tmp/s")
        + &listener("L5", "socket=/tmp/s")
        + &listener("L6", "port=8989")
        + &listener("L7", "")
        + &listener("L8", "port=4010\naddress=db example");
    check_faults(
        &text,
        &expect![[r"
            a.cnf:35: [L1] port: 4006 is taken by listener `Listener` (allowed: one not in use)
            a.cnf:54: [L5] socket: /tmp/s is taken by listener `L4` (allowed: one not in use)
            a.cnf:58: [L6] port: 8989 is taken by admin_port of [maxscale] (allowed: one not in use)
            a.cnf:59: [L7] no port to listen on (allowed: one of port, socket)
            a.cnf:67: [L8] `db example` is neither an IP address nor a host name (allowed: an IPv4 or IPv6 address, :: for all, a host name)"]],
    );
}

#[test]
fn a_server_has_one_monitor() {
    let text =
        BASE.to_owned() + "[M2]\ntype=monitor\nmodule=mariadbmon\nservers=db2\nuser=u\npassword=\n";
    check_faults(
        &text,
        &expect![
            "a.cnf:35: [M2] servers: `db2` is watched by `Monitor` already (allowed: one monitor)"
        ],
    );
}

#[test]
fn a_service_has_one_source_of_servers() {
    check_faults(
        &BASE.replace("router=", "cluster=Monitor\nrouter="),
        &expect![
            "a.cnf:22: [Service] cluster is given besides another source of servers (allowed: one of servers, targets, cluster)"
        ],
    );
}

#[test]
fn tls_needs_its_files() {
    let text = BASE.replace(
        "port=4006",
        "port=4006\nssl=true\nssl_version=TLSv10\nssl_verify_peer_host=1",
    ) + "[db3]\ntype=server\naddress=a\nssl=on\nssl_cert=/nowhere/cert.pem\n";
    check_faults(
        &text,
        &expect![[r"
            a.cnf:32: [Listener] ssl=true needs ssl_cert (allowed: a PEM file)
            a.cnf:32: [Listener] ssl=true needs ssl_key (allowed: a PEM file)
            a.cnf:33: [Listener] ssl_version: TLS before 1.2 is not supported (allowed: MAX, TLSv1.2, TLSv1.3)
            a.cnf:34: [Listener] ssl_verify_peer_host=true needs ssl_ca (allowed: a PEM file)
            a.cnf:39: [db3] ssl_cert and ssl_key are given together or not at all
            a.cnf:39: [db3] ssl_cert: /nowhere/cert.pem cannot be read: No such file or directory (os error 2) (allowed: a PEM file)"]],
    );
}

#[test]
fn a_filter_without_a_known_module_is_refused() {
    let text = BASE.replace("router=", "filters=F|G\nrouter=")
        + "[F]\ntype=filter\nmodule=qlafilter\nappendd=1\n[G]\ntype=filter\nmodule=hintfilter\nx=1\n";
    check_faults(
        &text,
        &expect![[r"
        a.cnf:33: [F] filebase is missing (allowed: filebase=<string>)
        a.cnf:36: [F] there is no parameter `appendd`, did you mean `append`? (allowed: type, module, filebase, append, match, rules)
        a.cnf:39: [G] module: there is no module `hintfilter` (allowed: qlafilter)"]],
    );
}

#[test]
fn an_environment_variable_that_is_not_there_is_named() {
    check_faults(
        "[maxscale]\nsubstitute_variables=1\n[a]\ntype=server\naddress=$NOT_THERE\n",
        &expect!["a.cnf:5: [a] address: there is no environment variable `NOT_THERE`"],
    );
}

#[test]
fn a_parameter_and_its_older_name_are_one() {
    check_faults(
        "[a]\ntype=server\naddress=a\nssl_ca=/dev/null\nssl_ca_cert=/dev/null\n",
        &expect![
            "a.cnf:5: [a] ssl_ca_cert gives ssl_ca a second time; first on line 4 (allowed: once)"
        ],
    );
}

#[test]
fn networks_of_the_proxy_protocol_are_checked() {
    check_faults(
        &BASE.replace(
            "port=4006",
            "port=4006\nproxy_protocol_networks=10.0.0.0/8, x",
        ),
        &expect![
            "a.cnf:32: [Listener] proxy_protocol_networks: `x` is neither an address nor a network (allowed: 192.168.0.1, 192.168.0.0/16, fd00::/8, localhost, *)"
        ],
    );
}

#[test]
fn the_gateway_section_is_in_the_main_file_only() {
    let folder = Folder::new();
    let path = folder.write("main.cnf", "[a]\ntype=server\naddress=a\n");
    folder.write("main.cnf.d/b.cnf", "[maxscale]\nthreads=1\n");
    folder.write("main.cnf.d/c.cnf", "[a]\ntype=server\naddress=c\n");
    let errors = folder.outcome(&path).map(|_| ()).unwrap_err();
    expect![[r"
        main.cnf.d/b.cnf:1: [maxscale] this section is not in the main file (allowed: main.cnf)
        main.cnf.d/c.cnf:1: [a] a second section of this name; the first: main.cnf:1"]]
    .assert_eq(&errors);
}

#[test]
fn what_follows_from_a_faulty_value_is_not_reported() {
    let text = BASE
        .replace("port=4006", "port=70000\nssl=maybe")
        .replace("user=watch", "user=");
    check_faults(
        &text,
        &expect![[r"
        a.cnf:13: [Monitor] user is missing (allowed: user=<string>)
        a.cnf:31: [Listener] port: `70000` is out of range (allowed: 0 to 65535)
        a.cnf:32: [Listener] ssl: `maybe` is not a boolean (allowed: true, false, yes, no, on, off, 1, 0)"]],
    );
}

#[test]
fn a_faulty_head_of_a_section_is_one_fault() {
    for (head, expected) in [
        (
            "[Service",
            expect!["a.cnf:20: [Monitor] the section name is not closed (allowed: [name])"],
        ),
        (
            "[Service] # of clients",
            expect![
                "a.cnf:20: [Monitor] there is text behind the section name; comments stand on lines of their own (allowed: [name])"
            ],
        ),
    ] {
        check_faults(&BASE.replace("[Service]", head), &expected);
    }
}
