use std::net::Ipv4Addr;

use super::*;

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn administrators() -> Administrators {
    let account = |name, role, password: &str| {
        Account::new(name, role, Password::new(password).hash().unwrap())
    };
    let accounts = [
        account("admin", Role::Admin, "mariadb"),
        account("eve", Role::Basic, "look"),
    ];
    Administrators::new(accounts.into_iter().collect()).unwrap()
}

/// The one who may only look, after a log-in.
async fn eve(all: &Administrators) -> Identity {
    let password = Password::new("look");
    all.log_in("eve", &password, HERE).await.unwrap()
}

#[tokio::test]
async fn a_right_password_gives_the_account_and_is_remembered() {
    let all = administrators();
    let password = Password::new("look");
    let eve = all.log_in("eve", &password, HERE).await.unwrap();
    assert_eq!(
        (eve.user.as_ref(), eve.role, eve.token),
        ("eve", Role::Basic, None)
    );
    assert_eq!(all.remembered("eve", &password), Some(eve));
    assert_eq!(all.remembered("admin", &password), None);
}

#[tokio::test]
async fn wrong_name_and_wrong_password_are_told_alike() {
    let all = administrators();
    let wrong = all.log_in("admin", &Password::new("guess"), HERE).await;
    let unknown = all.log_in("nobody", &Password::new("guess"), HERE).await;
    assert_eq!(
        (wrong, unknown),
        (Err(LoginError::Denied), Err(LoginError::Denied))
    );
}

#[tokio::test]
async fn guessing_is_slowed_but_not_for_those_who_are_in() {
    let all = administrators();
    let right = Password::new("mariadb");
    all.log_in("admin", &right, HERE).await.unwrap();
    for _ in 0..4 {
        let guess = all.log_in("admin", &Password::new("guess"), HERE).await;
        assert_eq!(guess, Err(LoginError::Denied));
    }
    let fifth = all.log_in("admin", &Password::new("guess"), HERE).await;
    assert!(matches!(fifth, Err(LoginError::Slowed { .. })), "{fifth:?}");
    assert!(all.log_in("admin", &right, HERE).await.is_ok());
}

#[tokio::test]
async fn many_requests_at_once_with_the_right_password_are_all_let_in() {
    let all = Arc::new(administrators());
    let tasks: Vec<_> = (0..40)
        .map(|_| {
            let all = Arc::clone(&all);
            tokio::spawn(async move { all.log_in("admin", &Password::new("mariadb"), HERE).await })
        })
        .collect();
    for task in tasks {
        assert!(task.await.unwrap().is_ok());
    }
}

#[tokio::test]
async fn a_token_stands_for_its_account() {
    let all = administrators();
    let eve = eve(&all).await;
    let token = all.issue(&eve, TOKEN_AGE_DEFAULT).unwrap();
    let again = all.check_token(&token).unwrap();
    assert_eq!((again.user.as_ref(), again.role), ("eve", Role::Basic));
    assert!(again.token.is_some());
    assert_eq!(all.check_token("a.b.c"), Err(LoginError::Denied));
}

#[tokio::test]
async fn a_token_of_an_account_that_is_gone_is_refused() {
    let all = administrators();
    let eve = eve(&all).await;
    let token = all.issue(&eve, TOKEN_AGE_DEFAULT).unwrap();
    *all.accounts.write().unwrap() = Accounts::default();
    assert_eq!(all.check_token(&token), Err(LoginError::Denied));
}

#[tokio::test]
async fn an_attempt_given_up_half_way_counts_as_failed() {
    let all = administrators();
    for _ in 0..4 {
        let password = Password::new("guess");
        let mut attempt = Box::pin(all.log_in("admin", &password, HERE));
        let first_poll = std::future::poll_fn(|context| {
            std::task::Poll::Ready(attempt.as_mut().poll(context).is_ready())
        });
        assert!(!first_poll.await, "the hash takes longer than one poll");
    }
    let fifth = all.log_in("admin", &Password::new("guess"), HERE).await;
    assert!(matches!(fifth, Err(LoginError::Slowed { .. })), "{fifth:?}");
}

#[tokio::test]
async fn who_was_let_in_is_told_when_the_account_is_another() {
    let all = administrators();
    let eve = eve(&all).await;
    let mut accounts = all.accounts();
    let present = accounts.get("eve").unwrap().clone();
    let is_over = async || {
        let short = Duration::from_millis(20);
        tokio::time::timeout(short, all.outlived(&eve))
            .await
            .is_ok()
    };
    let mut set = |account: Option<Account>| {
        match account {
            Some(account) => accounts.insert(account),
            None => accounts.remove("eve"),
        }
        all.set_accounts(accounts.clone());
    };
    assert!(!is_over().await);
    set(Some(present.altered(None, None)));
    assert!(!is_over().await);
    set(Some(present.altered(None, Some(Role::Admin))));
    assert!(is_over().await);
    let other = Password::new("other").hash().unwrap();
    set(Some(present.altered(Some(other), None)));
    assert!(is_over().await);
    // It is told while it waits, too.
    set(Some(present.clone()));
    let waits = all.outlived(&eve);
    let removes = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        set(None);
    };
    tokio::join!(waits, removes);
}

#[tokio::test]
async fn who_was_let_in_by_a_token_is_told_when_its_key_is_another() {
    let all = administrators();
    let eve = eve(&all).await;
    let token = all.issue(&eve, TOKEN_AGE_DEFAULT).unwrap();
    let by_token = all.check_token(&token).unwrap();
    let is_over = async |identity: &Identity| {
        let short = Duration::from_millis(20);
        tokio::time::timeout(short, all.outlived(identity))
            .await
            .is_ok()
    };
    let own = |key: &str| TokenRules::new("HS256", Some(key.into()), None, "maxscale").unwrap();
    // A random key stays when parameters are read again.
    all.set_token_rules(TokenRules::default());
    assert!(!is_over(&by_token).await);
    let renews = async {
        tokio::time::sleep(Duration::from_millis(20)).await;
        all.renew_key();
    };
    tokio::join!(all.outlived(&by_token), renews);
    assert_eq!(all.check_token(&token), Err(LoginError::Denied));
    assert!(!is_over(&eve).await, "a password outlives all keys");
    // So does a key of one's own, while it is the same.
    all.set_token_rules(own("a key"));
    let token = all.issue(&eve, TOKEN_AGE_DEFAULT).unwrap();
    let by_token = all.check_token(&token).unwrap();
    all.set_token_rules(own("a key"));
    all.renew_key();
    assert!(!is_over(&by_token).await);
    all.set_token_rules(own("another key"));
    assert!(is_over(&by_token).await);
}

#[tokio::test]
async fn a_token_for_anybody_opens_nothing_where_accounts_are_asked_for() {
    let all = administrators();
    let anybody = Identity::anybody();
    let token = all.issue(&anybody, TOKEN_AGE_DEFAULT).unwrap();
    assert_eq!(all.check_token(&token), Err(LoginError::Denied));
    assert!(anybody.user.contains(':'), "no account can have its name");
}

#[tokio::test]
async fn a_password_that_is_set_does_not_wait_for_those_who_try_to_log_in() {
    let all = administrators();
    let permits = u32::try_from(HASHES_AT_ONCE).unwrap();
    let _busy = all.hashing.acquire_many(permits).await.unwrap();
    let hash = all.hash(Password::new("new"));
    let hash = tokio::time::timeout(Duration::from_mins(1), hash).await;
    assert!(hash.is_ok_and(|hash| hash.is_ok()));
}

#[tokio::test]
async fn a_password_that_was_remembered_is_not_good_for_another_one() {
    let all = administrators();
    let password = Password::new("look");
    let before = eve(&all).await;
    let mut accounts = all.accounts();
    let other = Password::new("other").hash().unwrap();
    let altered = accounts.get("eve").unwrap().altered(Some(other), None);
    accounts.insert(altered);
    all.set_accounts(accounts);
    assert!(!all.is_good(&before));
    // It was right a moment ago, and is remembered only now.
    let revision = before.revision.unwrap();
    guard(&all.recent).remember("eve", &password, revision, Instant::now());
    assert_eq!(all.remembered("eve", &password), None);
}
