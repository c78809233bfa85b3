//! Attacks the tokens of the REST API: none is taken but the one that was given.

#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use sluicegate_fuzz::byte;
use sluicegate_server::auth::admin::{Account, Administrators, Identity, Password, Role};

static GIVEN: LazyLock<(Administrators, String)> = LazyLock::new(|| {
    let hash = Password::new("x").hash().expect("a hash");
    let account = Account::new("admin", Role::Admin, hash);
    let identity = Identity {
        user: "admin".into(),
        role: Role::Admin,
        token: None,
        well_known: false,
        revision: Some(0),
    };
    let all = Administrators::new([account].into_iter().collect()).expect("a hash");
    let token = all
        .issue(&identity, Duration::from_hours(1))
        .expect("a token");
    (all, token)
});

fuzz_target!(|data: &[u8]| {
    let (all, token) = &*GIVEN;
    assert!(all.check_token(token).is_ok());
    let (at, rest) = byte(data);
    let (len, rest) = byte(rest);
    let text = String::from_utf8_lossy(rest);
    assert!(all.check_token(&text).is_err() || text == token.as_str());
    // Something of it replaced. The last character has bits that say nothing.
    let at = usize::from(at) % token.len();
    let end = (at + usize::from(len) % 16).min(token.len() - 1);
    if at < end {
        let changed = format!("{}{text}{}", &token[..at], &token[end..]);
        let same = changed == *token;
        assert_eq!(all.check_token(&changed).is_ok(), same, "{changed}");
    }
});
