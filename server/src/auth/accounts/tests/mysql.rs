//! Rows of `mysql.user`: MySQL 5.7 and 8, and MariaDB where `global_priv` cannot be read.

use super::*;

const P: &str = "*7B9EBEED26AA52ED10C0F549FA863F13C39E0209";

#[test]
fn accounts_of_mysql_8_log_in_with_their_default_roles() {
    let users = format!(
        "Host | User | Select_priv | Super_priv | ssl_type | plugin | authentication_string \
           | password_expired | account_locked
         10.0.0.0/8 | app | N | Y | | mysql_native_password | {P} | N | N
         % | sha | N | N | | caching_sha2_password | $A$005$x | N | N
         % | lk | N | N | ANY | mysql_native_password | | N | Y
         % | reader | N | N | | mysql_native_password | | N | Y"
    );
    let roles = "Host | User | Role_host | Role\n 10.0.0.0/8 | app | % | reader";
    let with = |default_roles: &str, variables: &str, client: &Client<'_>| {
        let settings = format!("Variable_name | Value\n version | 8.0.40\n {variables}");
        let accounts = accounts(&[
            (AccountTable::Users, &users),
            (
                AccountTable::Databases,
                "Host | Db | User | Select_priv\n % | d1 | reader | Y",
            ),
            (AccountTable::RoleMembers, roles),
            (AccountTable::DefaultRoles, default_roles),
            (AccountTable::Settings, &settings),
        ]);
        log_in(&accounts, client, "d1")
    };
    let app = Client {
        user: "app",
        from: "10.1.2.3",
        password: "p",
    };
    assert_eq!(with(roles, "", &app), "'app'@'10.0.0.0/8'");
    let denied = "1044 Access denied for user 'app'@'10.0.0.0/8' to database 'd1'";
    assert_eq!(with("Host", "", &app), denied);
    assert_eq!(
        with("Host", "activate_all_roles_on_login | ON", &app),
        "'app'@'10.0.0.0/8'"
    );
    let sha = Client {
        user: "sha",
        from: "10.1.2.3",
        password: "p",
    };
    let named =
        "1524 Authentication plugin 'caching_sha2_password' is not supported by this gateway yet";
    assert_eq!(with("Host", "", &sha), named);
}

#[test]
fn what_mandatory_roles_open_is_left_to_the_server() {
    let users = "Host | User | plugin | authentication_string\n % | app | mysql_native_password |";
    let settings = "Variable_name | Value\n activate_all_roles_on_login | ON\n mandatory_roles | r";
    let accounts = accounts(&[
        (AccountTable::Users, users),
        (AccountTable::Settings, settings),
    ]);
    let app = Client {
        user: "app",
        from: "10.1.2.3",
        password: "",
    };
    assert_eq!(log_in(&accounts, &app, "anything"), "'app'@'%'");
}

#[test]
fn old_accounts_keep_their_password_in_its_own_column() {
    let users = format!(
        "Host | User | Password | plugin | authentication_string | is_role | default_role | Drop_priv
         % | old | {P} | | | N | | N
         % | drop | | | | N | | Y
         % | new | | mysql_native_password | {P} | N | | N
         % | ancient | 78a302dd267f6044 | mysql_old_password | | N | | N
           | role | | | | Y | | N"
    );
    let accounts = accounts(&[(AccountTable::Users, &users)]);
    let check = |user, password, expected: &str| {
        let client = Client {
            user,
            from: "10.0.0.1",
            password,
        };
        assert_eq!(log_in(&accounts, &client, ""), expected);
    };
    check("old", "p", "'old'@'%'");
    check("new", "p", "'new'@'%'");
    check(
        "old",
        "",
        "1045 Access denied for user 'old'@'10.0.0.1' (using password: NO)",
    );
    check(
        "role",
        "",
        "1045 Access denied for user 'role'@'10.0.0.1' (using password: NO)",
    );
    let named =
        "1524 Authentication plugin 'mysql_old_password' is not supported by this gateway yet";
    check("ancient", "p", named);
    let client = Client {
        user: "drop",
        from: "10.0.0.1",
        password: "",
    };
    assert_eq!(log_in(&accounts, &client, "any"), "'drop'@'%'");
}
