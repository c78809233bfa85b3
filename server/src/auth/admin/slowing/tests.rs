use super::*;

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

fn fail(slowing: &mut Slowing, user: &str, address: IpAddr, now: Instant) {
    slowing.begin(user, address, now).unwrap();
    slowing.failed(user, address, now);
}

fn waits(slowing: &mut Slowing, user: &str, address: IpAddr, now: Instant) -> u64 {
    match slowing.begin(user, address, now) {
        Ok(()) => {
            slowing.undecided(user, address);
            0
        }
        Err(LoginError::Slowed { retry_after }) => retry_after.as_secs(),
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn waits_double_after_three_failures_up_to_half_a_minute() {
    let mut slowing = Slowing::default();
    let mut now = Instant::now();
    let mut seen = Vec::new();
    for _ in 0..11 {
        fail(&mut slowing, "admin", HERE, now);
        let wait = waits(&mut slowing, "admin", HERE, now);
        seen.push(wait);
        now += Duration::from_secs(wait);
    }
    assert_eq!(seen, [0, 0, 0, 1, 2, 4, 8, 16, 30, 30, 30]);
}

#[test]
fn another_user_and_another_address_do_not_wait() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    for _ in 0..4 {
        fail(&mut slowing, "admin", HERE, now);
    }
    assert_eq!(waits(&mut slowing, "admin", HERE, now), 1);
    assert_eq!(waits(&mut slowing, "other", HERE, now), 0);
    assert_eq!(
        waits(&mut slowing, "admin", "192.0.2.1".parse().unwrap(), now),
        0
    );
}

#[test]
fn an_address_that_tries_many_names_waits() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    let address: IpAddr = "2001:db8::1".parse().unwrap();
    for number in 0..21 {
        fail(&mut slowing, &format!("user{number}"), address, now);
    }
    assert_eq!(
        waits(&mut slowing, "new", "2001:db8::2".parse().unwrap(), now),
        1
    );
    assert_eq!(
        waits(&mut slowing, "new", "2001:db8:1::2".parse().unwrap(), now),
        0
    );
}

#[test]
fn a_right_password_ends_the_wait_of_that_user() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    for _ in 0..4 {
        fail(&mut slowing, "admin", HERE, now);
    }
    let later = now + Duration::from_secs(1);
    slowing.begin("admin", HERE, later).unwrap();
    slowing.succeeded("admin", HERE, later);
    fail(&mut slowing, "admin", HERE, later);
    assert_eq!(waits(&mut slowing, "admin", HERE, later), 0);
}

#[test]
fn once_slowed_passwords_are_checked_one_by_one() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    for _ in 0..4 {
        fail(&mut slowing, "admin", HERE, now);
    }
    let later = now + Duration::from_secs(1);
    slowing.begin("admin", HERE, later).unwrap();
    assert_eq!(waits(&mut slowing, "admin", HERE, later), 1);
}

#[test]
fn an_address_that_is_slowed_tries_one_name_at_a_time() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    for number in 0..21 {
        fail(&mut slowing, &format!("user{number}"), HERE, now);
    }
    let later = now + Duration::from_secs(30);
    slowing.begin("a", HERE, later).unwrap();
    assert_eq!(waits(&mut slowing, "b", HERE, later), 1);
    slowing.failed("a", HERE, later);
    assert_eq!(waits(&mut slowing, "b", HERE, later), 2);
}

#[test]
fn names_are_tried_from_one_address_in_bursts_with_a_limit() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    let begun = (0..500).filter(|number| {
        let begun = slowing.begin(&format!("user{number}"), HERE, now);
        begun.is_ok()
    });
    assert_eq!(begun.count(), 64);
    assert_eq!(waits(&mut slowing, "one", [192, 0, 2, 1].into(), now), 0);
}

#[test]
fn failures_of_long_ago_are_forgotten() {
    let mut slowing = Slowing::default();
    let mut now = Instant::now();
    for number in 0..26 {
        fail(&mut slowing, &format!("user{number}"), HERE, now);
        now += Duration::from_secs(30);
    }
    fail(&mut slowing, "user26", HERE, now);
    assert_eq!(waits(&mut slowing, "other", HERE, now), 30);
    now += Duration::from_mins(16);
    fail(&mut slowing, "admin", HERE, now);
    assert_eq!(waits(&mut slowing, "other", HERE, now), 0);
}

#[test]
fn who_has_logged_in_does_not_wait_for_others_at_the_address() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    slowing.begin("admin", HERE, now).unwrap();
    slowing.succeeded("admin", HERE, now);
    for number in 0..21 {
        fail(&mut slowing, &format!("user{number}"), HERE, now);
    }
    assert_eq!(waits(&mut slowing, "other", HERE, now), 1);
    assert_eq!(waits(&mut slowing, "admin", HERE, now), 0);
    for _ in 0..4 {
        fail(&mut slowing, "admin", HERE, now);
    }
    assert_eq!(waits(&mut slowing, "admin", HERE, now), 1);
}

#[test]
fn records_are_bounded() {
    let mut slowing = Slowing::default();
    let now = Instant::now();
    for number in 0..10_000u32 {
        let address = IpAddr::V4(number.into());
        fail(&mut slowing, "admin", address, now);
    }
    assert!(slowing.records.len() <= RECORDS_MAX + 1);
}
