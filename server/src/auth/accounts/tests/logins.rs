//! Which account a client gets, and why it gets none. What is expected was seen on MariaDB 10.11.

use super::*;

/// As MariaDB writes it. The password is `p` unless another is named.
const USERS: &str = r#"
    Host                    | User  | Priv
    %                       | app   | {"access":0,"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209"}
    localhost               | app   | {"access":0,"plugin":"mysql_native_password","authentication_string":""}
    10.0.0.0/255.255.255.0  | app   | {"access":0}
    %.example.com           | named | {"access":0}
    %                       | lk    | {"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209","account_locked":true}
    %                       | ex    | {"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209","password_last_changed":0}
    %                       | ssl   | {"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209","ssl_type":1}
    %                       | x509  | {"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209","ssl_type":2}
    %                       | bad   | {"plugin":"mysql_native_password","authentication_string":"invalid"}
    %                       | multi | {"plugin":"mysql_native_password","authentication_string":"*7B9EBEED26AA52ED10C0F549FA863F13C39E0209","auth_or":[{"plugin":"unix_socket"},{}]}
    %                       | two   | {"plugin":"mysql_native_password","authentication_string":"*667F407DE7C6AD07358FA38DAED7828A72014B4E","auth_or":[{},{"plugin":"mysql_native_password","authentication_string":"*F33AE6DD04EF4C7C1D3105568E7FB7C1EE16C937"}]}
    %                       | mixed | {"plugin":"mysql_native_password","authentication_string":"*667F407DE7C6AD07358FA38DAED7828A72014B4E","auth_or":[{},{"plugin":"ed25519","authentication_string":"ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY"}]}
    %                       | ed    | {"plugin":"ed25519","authentication_string":"ZIgUREUg5PVgQ6LskhXmO+eZLS0nC8be6HPjYWR4YJY"}
    %                       | sha   | {"plugin":"caching_sha2_password","authentication_string":"$A$005$0123456789abcdefghijDzxW9TvqYzWluI.c0TEKGiv1WF2zptVscigC2dPeKP2"}
    localhost               | sock  | {"plugin":"unix_socket"}
    127.0.0.1               | root  | {"access":18446744073709551615}
                            | role  | {"access":0,"is_role":true}
    %                       | torn  | {"access":
"#;

fn check(client: (&str, &str, &str), expected: &str) {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let (user, from, password) = client;
    let seen = log_in(
        &accounts,
        &Client {
            user,
            from,
            password,
        },
        "",
    );
    assert_eq!(seen, expected, "{client:?}");
}

#[test]
fn the_most_specific_account_is_the_one_that_counts() {
    check(("app", "10.0.1.7", "p"), "'app'@'%'");
    check(("app", "10.0.0.7", ""), "'app'@'10.0.0.0/255.255.255.0'");
    check(
        ("app", "::ffff:10.0.0.7", ""),
        "'app'@'10.0.0.0/255.255.255.0'",
    );
    check(("app", "localhost", ""), "'app'@'localhost'");
    check(("app", "127.0.0.1", ""), "'app'@'localhost'");
    let denied = "1045 Access denied for user 'app'@'localhost' (using password: YES)";
    check(("app", "localhost", "p"), denied);
}

#[test]
fn a_refusal_is_worded_as_by_the_server() {
    let denied = "1045 Access denied for user 'app'@'10.0.1.7' (using password: YES)";
    check(("app", "10.0.1.7", "q"), denied);
    let denied = "1045 Access denied for user 'app'@'10.0.1.7' (using password: NO)";
    check(("app", "10.0.1.7", ""), denied);
    let denied = "1045 Access denied for user 'nobody'@'::2' (using password: YES)";
    check(("nobody", "::2", "p"), denied);
    let denied = "1045 Access denied for user 'role'@'10.0.0.1' (using password: NO)";
    check(("role", "10.0.0.1", ""), denied);
    let denied = "1045 Access denied for user ''@'10.0.0.1' (using password: NO)";
    check(("", "10.0.0.1", ""), denied);
}

#[test]
fn a_locked_account_says_so_only_to_who_knows_its_password() {
    check(
        ("lk", "10.0.0.1", "p"),
        "4151 Access denied, this account is locked",
    );
    let denied = "1045 Access denied for user 'lk'@'10.0.0.1' (using password: YES)";
    check(("lk", "10.0.0.1", "q"), denied);
}

#[test]
fn an_account_of_several_plugins_takes_any_of_them() {
    check(("multi", "10.0.0.1", "p"), "'multi'@'%'");
    check(("two", "10.0.0.1", "a"), "'two'@'%'");
    check(("two", "10.0.0.1", "b"), "'two'@'%'");
    let denied = "1045 Access denied for user 'two'@'10.0.0.1' (using password: YES)";
    check(("two", "10.0.0.1", "c"), denied);
    let denied = "1045 Access denied for user 'bad'@'10.0.0.1' (using password: YES)";
    check(("bad", "10.0.0.1", "invalid"), denied);
}

#[test]
fn a_plugin_that_is_not_built_is_named() {
    let named = "1524 Authentication plugin 'unix_socket' is not supported by this gateway yet";
    check(("sock", "localhost", ""), named);
}

#[test]
fn a_client_that_answers_by_another_plugin_is_to_be_asked_again() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let attempt = applicant(b"app", &[]);
    let asked =
        |attempt: &LoginAttempt<'_>, rules: &Rules| match accounts.authenticate(attempt, rules) {
            Err(AuthError::Ask(wanted)) => Ok(wanted.plugin),
            other => Err(other),
        };
    let rules = Rules::default();
    assert_eq!(asked(&attempt, &rules), Ok(Plugin::Native));
    let of_ed25519 = LoginAttempt {
        user: b"ed",
        ..attempt
    };
    assert_eq!(asked(&of_ed25519, &rules), Ok(Plugin::CachingSha2));
    let by_signature = Rules {
        ed25519: Ed25519Way::Signature,
        ..Rules::default()
    };
    assert_eq!(asked(&of_ed25519, &by_signature), Ok(Plugin::Ed25519));
    let of_sha2 = LoginAttempt {
        user: b"sha",
        ..attempt
    };
    assert_eq!(asked(&of_sha2, &by_signature), Ok(Plugin::CachingSha2));
    let not_allowed = Rules {
        plugins: AllowedPlugins {
            only: Some((true, false)),
        },
        ..Rules::default()
    };
    let refused = accounts.authenticate(&of_ed25519, &not_allowed);
    let unsupported = AuthError::PluginUnsupported("ed25519".to_owned());
    assert_eq!(refused, Err(unsupported));
}

/// The account that gets a client that shows these proofs, or the error's text.
fn judged(user: &str, proofs: &[Proof], rules: &Rules) -> String {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let attempt = LoginAttempt {
        remote: Remote::Ip([10, 0, 0, 1].into()),
        ..applicant(user.as_bytes(), proofs)
    };
    match accounts.authenticate(&attempt, rules) {
        Ok(login) => format!("{} {:?}", login.account, login.secret.password().is_some()),
        Err(error) => error.to_string(),
    }
}

fn password(text: &str) -> Proof {
    Proof::Password {
        password: text.as_bytes().into(),
        known: None,
    }
}

fn signature(text: &str) -> Proof {
    let nonce = [9; 32];
    Proof::Signature {
        nonce,
        signature: crate::auth::ed25519::sign(text.as_bytes(), &nonce).to_vec(),
    }
}

#[test]
fn passwords_and_signatures_are_checked_by_the_accounts_plugin() {
    let rules = Rules::default();
    let wrong = |user| format!("wrong password of '{user}'@'10.0.0.1' (using password: YES)");
    assert_eq!(judged("ed", &[password("secret")], &rules), "'ed'@'%' true");
    assert_eq!(judged("ed", &[password("other")], &rules), wrong("ed"));
    assert_eq!(
        judged("ed", &[signature("secret")], &rules),
        "'ed'@'%' false"
    );
    assert_eq!(judged("ed", &[signature("other")], &rules), wrong("ed"));
    assert_eq!(
        judged("sha", &[password("secret")], &rules),
        "'sha'@'%' true"
    );
    assert_eq!(judged("sha", &[password("")], &rules), wrong("sha"));
}

#[test]
fn with_skip_authentication_servers_are_left_to_judge_the_password() {
    let rules = Rules {
        skip_password: true,
        ..Rules::default()
    };
    assert_eq!(
        judged("sha", &[password("other")], &rules),
        "'sha'@'%' true"
    );
    assert_eq!(
        judged("nobody", &[password("p")], &rules).split(' ').next(),
        Some("no")
    );
}

#[test]
fn without_match_host_the_users_name_is_enough() {
    let accounts = accounts(&[(
        AccountTable::Users,
        "Host | User | Priv\n 192.168.0.1 | far | {\"access\":0}",
    )]);
    let client = Client {
        user: "far",
        from: "10.0.0.1",
        password: "",
    };
    let rules = Rules {
        match_host: false,
        ..Rules::default()
    };
    let seen = attempt(&accounts, &client, "", &rules, |_| {});
    assert_eq!(seen, "'far'@'192.168.0.1'");
    let denied = "1045 Access denied for user 'far'@'10.0.0.1' (using password: NO)";
    assert_eq!(log_in(&accounts, &client, ""), denied);
}

#[test]
fn an_anonymous_user_of_a_nearer_host_hides_the_named_one() {
    let anonymous_at = |host: &str| format!("{USERS}\n {host} | | {{\"access\":0}}");
    let at = |host: &str, from: &str, user: &str, password: &str| {
        let accounts = accounts(&[(AccountTable::Users, &anonymous_at(host))]);
        log_in(
            &accounts,
            &Client {
                user,
                from,
                password,
            },
            "",
        )
    };
    assert_eq!(at("10.0.1.%", "10.0.1.7", "app", ""), "''@'10.0.1.%'");
    let denied = "1045 Access denied for user 'app'@'10.0.1.7' (using password: YES)";
    assert_eq!(at("10.0.1.%", "10.0.1.7", "app", "p"), denied);
    assert_eq!(at("%", "10.0.1.7", "app", "p"), "'app'@'%'");
    assert_eq!(at("%", "10.0.1.7", "nobody", ""), "''@'%'");
}

#[test]
fn a_demand_for_tls_is_checked_after_the_password() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let with = |user, password, tls| {
        let client = Client {
            user,
            from: "10.0.0.1",
            password,
        };
        attempt(&accounts, &client, "", &Rules::default(), |attempt| {
            attempt.tls = tls;
        })
    };
    let denied =
        |user| format!("1045 Access denied for user '{user}'@'10.0.0.1' (using password: YES)");
    assert_eq!(with("ssl", "p", ClientTls::None), denied("ssl"));
    assert_eq!(with("ssl", "p", ClientTls::Encrypted), "'ssl'@'%'");
    assert_eq!(with("ssl", "q", ClientTls::Encrypted), denied("ssl"));
    assert_eq!(with("x509", "p", ClientTls::Encrypted), denied("x509"));
    assert_eq!(with("x509", "p", ClientTls::Certificate), "'x509'@'%'");
}

#[test]
fn an_expired_password_is_refused_where_the_server_would() {
    let expired = "1862 Your password has expired. To log in you must change it using a client \
                   that supports expired passwords";
    let with = |setting: &str, handles: bool| {
        let settings =
            format!("Variable_name | Value\n disconnect_on_expired_password | {setting}");
        let accounts = accounts(&[
            (AccountTable::Users, USERS),
            (AccountTable::Settings, &settings),
        ]);
        let client = Client {
            user: "ex",
            from: "10.0.0.1",
            password: "p",
        };
        attempt(&accounts, &client, "", &Rules::default(), |a| {
            a.handles_expired_password = handles;
        })
    };
    assert_eq!(with("OFF", false), "'ex'@'%'");
    assert_eq!(with("ON", false), expired);
    assert_eq!(with("ON", true), "'ex'@'%'");
}

#[test]
fn root_is_let_in_only_if_the_service_says_so() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let root = Client {
        user: "root",
        from: "127.0.0.1",
        password: "",
    };
    assert_eq!(log_in(&accounts, &root, ""), "'root'@'127.0.0.1'");
    let rules = Rules {
        enable_root: false,
        ..Rules::default()
    };
    let denied = "1045 Access denied for user 'root'@'localhost' (using password: NO)";
    assert_eq!(attempt(&accounts, &root, "", &rules, |_| {}), denied);
}

#[test]
fn names_of_hosts_count_unless_the_server_skips_them() {
    let named = Client {
        user: "named",
        from: "10.9.9.9",
        password: "",
    };
    let with = |accounts: &Accounts, name| {
        attempt(accounts, &named, "", &Rules::default(), |attempt| {
            attempt.host_name = Some(name);
        })
    };
    let resolving = accounts(&[(AccountTable::Users, USERS)]);
    assert!(resolving.wants_host_name(b"named"));
    assert!(!resolving.wants_host_name(b"app"));
    assert_eq!(
        with(&resolving, "DB.Example.com"),
        "'named'@'%.example.com'"
    );
    let denied = "1045 Access denied for user 'named'@'10.9.9.9' (using password: NO)";
    assert_eq!(with(&resolving, "10.1.example.com"), denied);
    let settings = "Variable_name | Value\n skip_name_resolve | ON";
    let skipping = accounts(&[
        (AccountTable::Users, USERS),
        (AccountTable::Settings, settings),
    ]);
    assert!(!skipping.wants_host_name(b"named"));
    assert_eq!(with(&skipping, "db.example.com"), denied);
    let app = Client {
        user: "app",
        from: "127.0.0.1",
        password: "p",
    };
    assert_eq!(log_in(&skipping, &app, ""), "'app'@'%'");
}

#[test]
fn the_wildcard_host_can_be_closed_to_local_clients() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let rules = Rules {
        localhost_match_wildcard_host: false,
        ..Rules::default()
    };
    for (from, expected) in [
        ("10.0.0.1", "'two'@'%'"),
        (
            "127.0.0.1",
            "1045 Access denied for user 'two'@'localhost' (using password: YES)",
        ),
        (
            "localhost",
            "1045 Access denied for user 'two'@'localhost' (using password: YES)",
        ),
    ] {
        let client = Client {
            user: "two",
            from,
            password: "a",
        };
        assert_eq!(attempt(&accounts, &client, "", &rules, |_| {}), expected);
    }
}

#[test]
fn a_row_that_cannot_be_read_is_left_out_and_named() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    assert_eq!(accounts.unreadable(), ["'torn'@'%'"]);
    assert_eq!(accounts.len(), 16);
}

#[test]
fn rows_without_their_columns_are_no_account_data() {
    let mut rows = AccountRows::default();
    assert!(Accounts::from_rows(&rows).is_err());
    rows.insert(AccountTable::Users, table("Name | Host\n a | b"));
    let error = Accounts::from_rows(&rows)
        .err()
        .map(|error| error.to_string());
    assert_eq!(
        error.as_deref(),
        Some("the server's answer about Users has no column User")
    );
}

#[test]
fn a_wrong_answer_is_a_guess_though_another_plugin_is_asked_for() {
    let accounts = accounts(&[(AccountTable::Users, USERS)]);
    let wrong = Proof::Native {
        scramble: [1; 20],
        response: vec![2; 20],
    };
    for (proofs, is_guess) in [(&[][..], false), (&[wrong][..], true)] {
        let attempt = applicant(b"mixed", proofs);
        let Err(error) = accounts.authenticate(&attempt, &Rules::default()) else {
            panic!("it was let in");
        };
        assert!(matches!(error, AuthError::Ask(wanted) if wanted.is_next == is_guess));
        assert_eq!(error.may_be_a_guess(), is_guess);
    }
}
