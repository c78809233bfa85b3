use std::time::Duration;

use crate::filters::trial::{TrialSession, bob, create, values};
use crate::pipeline::Verdict;
use crate::wire::command::Command;

const GIVEN: &[(&str, &str)] = &[("max_qps", "4"), ("throttling_duration", "1s")];

#[test]
fn only_statements_are_slowed_down_and_a_session_that_goes_on_is_closed() {
    let mut session = TrialSession::of(&create("throttlefilter", GIVEN).unwrap(), &bob());
    assert!(matches!(session.query("SELECT 1"), Verdict::Forward));
    let Verdict::Hold(until) = session.query("SELECT 1") else {
        panic!("it was not held");
    };
    assert_eq!((until - session.now.instant).as_millis(), 250);
    assert!(matches!(
        session.command(Command::Ping, b""),
        Verdict::Forward
    ));
    for _ in 0..3 {
        session.pass(Duration::from_millis(250));
        assert!(matches!(session.query("SELECT 1"), Verdict::Hold(_)));
    }
    session.pass(Duration::from_millis(250));
    let Verdict::Close(error) = session.query("SELECT 1") else {
        panic!("it was not closed");
    };
    assert_eq!(error.code, 1226);
}

#[test]
fn an_altered_speed_holds_at_once() {
    let filter = create("throttlefilter", GIVEN).unwrap();
    let mut session = TrialSession::of(&filter, &bob());
    assert!(matches!(session.query("SELECT 1"), Verdict::Forward));
    let faster = [("max_qps", "1000"), ("throttling_duration", "1s")];
    filter.alter(&values("throttlefilter", &faster)).unwrap();
    for _ in 0..250 {
        assert!(matches!(session.query("SELECT 1"), Verdict::Forward));
    }
    assert!(matches!(session.query("SELECT 1"), Verdict::Hold(_)));
}
