use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use expect_test::{Expect, expect};
use tracing::subscriber::with_default;
use tracing_subscriber::layer::SubscriberExt;

use super::writer::Sink;
use super::{Log, LogLevels, SESSION_TARGET, start};

/// A console that keeps what is written.
#[derive(Clone, Default)]
struct Console(Arc<Mutex<Vec<u8>>>);

impl Write for Console {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Console {
    /// What was written, the times replaced.
    fn text(&self) -> String {
        let bytes = self.0.lock().unwrap().clone();
        without_times(&String::from_utf8(bytes).unwrap())
    }
}

fn without_times(text: &str) -> String {
    let cut = |line: &str| match line.get(..24) {
        Some(time) if time.ends_with(' ') && line.starts_with("20") => {
            format!("TIME {}", &line[24..])
        }
        _ => line.to_owned(),
    };
    text.lines().map(cut).collect::<Vec<_>>().join("\n")
}

/// Runs `events` with a log to `file`, and answers what the console has got.
fn logged(levels: LogLevels, file: Option<PathBuf>, events: impl FnOnce(&Log)) -> String {
    let console = Console::default();
    let sink = Sink::new(Some(Box::new(console.clone())), file);
    let (log, layer) = start(levels, sink).unwrap();
    with_default(tracing_subscriber::registry().with(layer), || events(&log));
    drop(log);
    console.text()
}

fn check(levels: LogLevels, events: impl FnOnce(&Log), expected: &Expect) {
    expected.assert_eq(&logged(levels, None, events));
}

fn one_of_each() {
    tracing::error!("an error");
    tracing::warn!("a warning");
    tracing::info!("a notice");
    tracing::debug!("an info");
    tracing::trace!("a debug");
}

#[test]
fn a_line_has_time_level_session_room_and_text() {
    check(
        LogLevels::default(),
        |_| {
            tracing::info!("ready");
            tracing::warn!(
                session = 42_u32,
                server = "db1",
                lag = 7,
                "behind: {}",
                "much"
            );
            tracing::error!(session = 42_u64, error = ?"x\ny");
            tracing::info!(target: "sluicegate_server::sessions::relay", "from there");
            tracing::warn!(target: "rustls::conn", "from another crate");
            tracing::info!(target: "rustls::conn", "which should not talk so much");
        },
        &expect![[r#"
            TIME notice : [telemetry] ready
            TIME warning: (42) [telemetry] behind: much server=db1 lag=7
            TIME error  : (42) [telemetry] error="x\ny"
            TIME notice : [sessions] from there
            TIME warning: [rustls] from another crate"#]],
    );
}

#[test]
fn the_object_of_an_event_is_kept_apart_from_its_text() {
    let mut objects = Vec::new();
    let text = logged(LogLevels::default(), None, |log| {
        tracing::info!(object = "db1", "server 'db1' is down");
        let (session, object) = (7_u64, "Main");
        tracing::info!(target: SESSION_TARGET, session, object, "its end");
        tracing::info!("ready");
        let page = log.handle().page(None, 9, |_| true);
        objects.extend(page.entries.iter().map(|entry| entry.object.clone()));
    });
    let expected = [Some("db1".to_owned()), Some("Main".to_owned()), None];
    assert_eq!(objects, expected);
    expect![[r"
        TIME notice : [telemetry] server 'db1' is down
        TIME notice : (7) [session] its end
        TIME notice : [telemetry] ready"]]
    .assert_eq(&text);
}

#[test]
fn events_of_one_session_pass_whatever_the_levels() {
    check(
        LogLevels::default(),
        |_| {
            tracing::debug!("not for all");
            tracing::debug!(target: SESSION_TARGET, session = 7_u64, "COM_PING");
        },
        &expect!["TIME info   : (7) [session] COM_PING"],
    );
}

#[test]
fn each_level_has_its_switch() {
    let all = LogLevels {
        warning: true,
        notice: true,
        info: true,
        debug: true,
    };
    let none = LogLevels {
        warning: false,
        notice: false,
        info: false,
        debug: false,
    };
    check(
        all,
        |_| one_of_each(),
        &expect![[r"
        TIME error  : [telemetry] an error
        TIME warning: [telemetry] a warning
        TIME notice : [telemetry] a notice
        TIME info   : [telemetry] an info
        TIME debug  : [telemetry] a debug"]],
    );
    check(
        none,
        |_| one_of_each(),
        &expect!["TIME error  : [telemetry] an error"],
    );
    let quiet = LogLevels {
        notice: false,
        info: true,
        ..LogLevels::default()
    };
    check(
        quiet,
        |_| one_of_each(),
        &expect![[r"
        TIME error  : [telemetry] an error
        TIME warning: [telemetry] a warning
        TIME info   : [telemetry] an info"]],
    );
}

#[test]
fn levels_are_switched_while_it_runs() {
    check(
        LogLevels::default(),
        |log| {
            for (notice, info) in [(false, true), (true, false)] {
                let levels = LogLevels {
                    notice,
                    info,
                    ..log.handle().levels()
                };
                log.set_levels(levels);
                tracing::info!("notice {notice}");
                tracing::debug!("info {info}");
            }
        },
        &expect![[r"
            TIME info   : [telemetry] info true
            TIME notice : [telemetry] notice true"]],
    );
}

#[test]
fn what_others_say_makes_no_lines_of_its_own() {
    check(
        LogLevels::default(),
        |_| tracing::error!(user = "a\r\n\u{1b}[31m", "bad\n2026-11-24 error: name"),
        &expect![[r"TIME error  : [telemetry] bad\n2026-11-24 error: name user=a\r\n\u{1b}[31m"]],
    );
}

#[test]
fn the_file_has_the_same_lines_and_can_be_moved_away() {
    let folder = std::env::temp_dir().join(format!("sluicegate-log-{}", std::process::id()));
    let file = folder.join("deep").join(super::FILE_NAME);
    let moved = folder.join("moved.log");
    let console = logged(LogLevels::default(), Some(file.clone()), |log| {
        tracing::error!("one");
        wait_for(&file, "one");
        fs::rename(&file, &moved).unwrap();
        tracing::error!("two");
        log.reopen();
        tracing::error!("three");
    });
    let read = |path| without_times(&fs::read_to_string(path).unwrap());
    assert_eq!(read(&moved).lines().count(), 2);
    assert_eq!(read(&file).lines().count(), 1);
    assert_eq!(format!("{}\n{}", read(&moved), read(&file)), console);
    fs::remove_dir_all(&folder).unwrap();
}

fn wait_for(file: &std::path::Path, text: &str) {
    for _ in 0..100_000 {
        if fs::read_to_string(file).is_ok_and(|found| found.contains(text)) {
            return;
        }
        std::thread::yield_now();
    }
    panic!("{text} was not written");
}

#[test]
fn a_file_that_cannot_be_written_is_said_once_and_nothing_stops() {
    // A disk that is always full.
    let text = logged(LogLevels::default(), Some("/dev/full".into()), |_| {
        tracing::error!("one");
        tracing::error!("two");
    });
    expect![[r"
        TIME error  : [telemetry] one
        TIME warning: [telemetry] /dev/full cannot be written: No space left on device (os error 28); tried again in 10 s
        TIME error  : [telemetry] two"]].assert_eq(&text);
}

/// A console whose reader has stopped reading.
struct Stuck(Arc<Mutex<()>>);

impl Write for Stuck {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let _wait = self.0.lock();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_console_that_hangs_stops_nobody() {
    let gate = Arc::new(Mutex::new(()));
    let folder = std::env::temp_dir().join(format!("sluicegate-stuck-{}", std::process::id()));
    let file = folder.join("log");
    let sink = Sink::new(Some(Box::new(Stuck(Arc::clone(&gate)))), Some(file.clone()));
    let (log, layer) = start(LogLevels::default(), sink).unwrap();
    with_default(tracing_subscriber::registry().with(layer), || {
        let stuck = gate.lock().unwrap();
        for number in 0..20_000 {
            tracing::error!(number, "line");
        }
        drop(stuck);
    });
    drop(log);
    let text = fs::read_to_string(&file).unwrap();
    let lost = text
        .lines()
        .find(|line| line.contains("lines of the log were lost"));
    assert!(lost.is_some());
    fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_log_that_hangs_holds_up_nobody_who_switches_its_file() {
    let gate = Arc::new(Mutex::new(()));
    let sink = Sink::new(Some(Box::new(Stuck(Arc::clone(&gate)))), None);
    let (log, layer) = start(LogLevels::default(), sink).unwrap();
    let stuck = gate.lock().unwrap();
    with_default(tracing_subscriber::registry().with(layer), || {
        for number in 0..20_000 {
            tracing::error!(number, "line");
        }
    });
    let (handle, (done, switched)) = (log.handle(), mpsc::channel());
    std::thread::spawn(move || {
        handle.set_to_file(false);
        handle.set_to_file(true);
        done.send(())
    });
    let switched = switched.recv_timeout(Duration::from_secs(10));
    drop(stuck);
    assert!(switched.is_ok());
}

#[test]
fn a_file_that_is_switched_off_gets_no_lines_until_it_is_switched_on_again() {
    let folder = std::env::temp_dir().join(format!("sluicegate-off-{}", std::process::id()));
    let file = folder.join("log");
    logged(LogLevels::default(), Some(file.clone()), |log| {
        tracing::error!("one");
        wait_for(&file, "one");
        log.handle().set_to_file(false);
        tracing::error!("two");
        assert_eq!(log.handle().file(), None);
    });
    let text = fs::read_to_string(&file).unwrap();
    assert_eq!(text.lines().count(), 1, "{text}");
    fs::remove_dir_all(&folder).unwrap();
}
