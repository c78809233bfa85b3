//! Which databases an account may start in. What is expected was seen on MariaDB 10.11.

use super::*;

const TABLES: &[(AccountTable, &str)] = &[
    (
        AccountTable::Users,
        r#" Host      | User  | Priv
            %         | none  | {"access":0}
            %         | sel   | {"access":1}
            %         | admin | {"access":303612864}
            %         | exec  | {"access":262144}
            %         | grant | {"access":1024}
            %         | db    | {"access":0}
            %         | pat   | {"access":0}
            %         | esc   | {"access":0}
            %         | tab   | {"access":0}
            %         | col   | {"access":0}
            %         | proc  | {"access":0}
            10.0.0.1  | near  | {"access":0}
            %         | near  | {"access":0}
            %         | held  | {"access":0}
            %         | deflt | {"access":0,"default_role":"r1"}
            %         | chain | {"access":0,"default_role":"r2"}
            %         | all   | {"access":0,"default_role":"rg"}
            %         | rtab  | {"access":0,"default_role":"rt"}
                      | r1    | {"access":0,"is_role":true}
                      | r2    | {"access":0,"is_role":true}
                      | rg    | {"access":1,"is_role":true}
                      | rt    | {"access":0,"is_role":true}
        "#,
    ),
    (
        AccountTable::Databases,
        r" Host      | Db   | User | Select_priv | Insert_priv
           %         | d1   | db   | Y           | N
           %         | d2   | db   | N           | N
           %         | d_x  | pat  | N           | Y
           %         | d\_x | esc  | Y           | N
           10.0.0.1  | d1   | near | Y           | N
           10.%      | d2   | near | Y           | N
           11.%      | d3   | near | Y           | N
                     | d1   | r1   | Y           | N
                     | pub  | PUBLIC | Y         | N
           %         | test |      | Y           | N
        ",
    ),
    (
        AccountTable::Tables,
        "Host | Db | User\n % | d1 | tab\n | d2 | rt\n % | d_ | tab",
    ),
    (AccountTable::Columns, "Host | Db | User\n % | d1 | col"),
    (AccountTable::Routines, "Host | Db | User\n % | d2 | proc"),
    (
        AccountTable::RoleMembers,
        "Host | User | Role_host | Role\n % | held | | r1\n | r2 | | r1\n | r1 | | r2",
    ),
];

fn check(user: &str, expected: &str) {
    let accounts = accounts(TABLES);
    let client = Client {
        user,
        from: "10.0.0.1",
        password: "",
    };
    let databases = [
        "d1",
        "d2",
        "d3",
        "D1",
        "d_x",
        "dax",
        "test",
        "pub",
        "INFORMATION_SCHEMA",
        "mysql",
    ];
    let allowed = databases.into_iter().filter(|database| {
        let seen = log_in(&accounts, &client, database);
        assert!(
            seen.starts_with('\'') || seen.starts_with("1044 "),
            "{seen}"
        );
        seen.starts_with('\'')
    });
    let allowed = allowed.collect::<Vec<_>>().join(" ");
    assert_eq!(allowed, expected, "{user}");
}

#[test]
fn an_account_enters_the_databases_it_has_privileges_on() {
    check("none", "test pub INFORMATION_SCHEMA");
    let all = "d1 d2 d3 D1 d_x dax test pub INFORMATION_SCHEMA mysql";
    check("sel", all);
    check("exec", all);
    check("grant", all);
    check("admin", "test pub INFORMATION_SCHEMA");
    check("db", "d1 test pub INFORMATION_SCHEMA");
    check("pat", "d_x dax test pub INFORMATION_SCHEMA");
    check("esc", "d_x test pub INFORMATION_SCHEMA");
}

#[test]
fn a_privilege_on_anything_inside_opens_the_database() {
    check("tab", "d1 test pub INFORMATION_SCHEMA");
    check("col", "d1 test pub INFORMATION_SCHEMA");
    check("proc", "d2 test pub INFORMATION_SCHEMA");
}

#[test]
fn database_privileges_count_by_the_clients_host_not_the_accounts() {
    check("near", "d1 d2 test pub INFORMATION_SCHEMA");
}

#[test]
fn only_default_roles_act_at_login_and_bring_their_own_roles() {
    check("held", "test pub INFORMATION_SCHEMA");
    check("deflt", "d1 test pub INFORMATION_SCHEMA");
    check("chain", "d1 test pub INFORMATION_SCHEMA");
    check("rtab", "d2 test pub INFORMATION_SCHEMA");
    check(
        "all",
        "d1 d2 d3 D1 d_x dax test pub INFORMATION_SCHEMA mysql",
    );
}

#[test]
fn a_denied_database_names_the_account_not_the_client() {
    let client = Client {
        user: "none",
        from: "10.0.0.1",
        password: "",
    };
    let denied = "1044 Access denied for user 'none'@'%' to database 'nope'";
    assert_eq!(log_in(&accounts(TABLES), &client, "nope"), denied);
}

#[test]
fn names_of_databases_differ_by_case_only_where_the_servers_do() {
    let client = Client {
        user: "db",
        from: "10.0.0.1",
        password: "",
    };
    for value in ["1", "2"] {
        let settings = format!("Variable_name | Value\n lower_case_table_names | {value}");
        let tables = [TABLES, &[(AccountTable::Settings, &settings)]].concat();
        assert_eq!(log_in(&accounts(&tables), &client, "D1"), "'db'@'%'");
    }
}

#[test]
fn who_may_act_as_another_user_is_left_to_the_server() {
    let users = "Host | User | plugin | authentication_string | Super_priv
         % | app | mysql_native_password | | N
         % | other | mysql_native_password | | Y";
    let accounts = accounts(&[
        (AccountTable::Users, users),
        (AccountTable::Databases, "Host | Db | User | Select_priv"),
        (
            AccountTable::Proxies,
            "Host | User | Proxied_user\n % | app | boss\n % | other |",
        ),
    ]);
    let seen = |user| {
        let client = Client {
            user,
            from: "10.0.0.1",
            password: "",
        };
        log_in(&accounts, &client, "d1")
    };
    assert_eq!(seen("app"), "'app'@'%'");
    assert_eq!(
        seen("other"),
        "1044 Access denied for user 'other'@'%' to database 'd1'"
    );
    let listed = accounts.listed().into_iter();
    let listed: Vec<_> = listed.map(|a| (a.user, a.is_super, a.is_proxy)).collect();
    let expected = [("app".into(), false, true), ("other".into(), true, false)];
    assert_eq!(listed, expected);
}
