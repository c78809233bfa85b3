use std::fs;
use std::path::PathBuf;
use std::sync::mpsc::Receiver;

use super::*;

fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("sluicegate-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn file(path: &PathBuf, append: bool) -> Target {
    Target::File(Arc::new(LogFile::new(
        path,
        append,
        b"head\n".to_vec(),
        false,
    )))
}

/// Ends the journal and waits for its thread to have written all.
fn end(journal: Arc<Journal>) -> Arc<Counts> {
    let counts = Arc::clone(&journal.counts);
    drop(journal);
    let until = Instant::now() + Duration::from_secs(10);
    while Arc::strong_count(&counts) > 1 {
        assert!(Instant::now() < until, "the thread does not end");
        std::thread::yield_now();
    }
    counts
}

#[test]
fn lines_are_written_in_order_below_one_header() {
    let path = folder("journal-order").join("log");
    for _ in 0..2 {
        let journal = Journal::start().expect("a journal");
        let target = file(&path, true);
        for n in 0..3 {
            journal.push(target.clone(), format!("{n}\n").into_bytes());
        }
        end(journal);
    }
    assert_eq!(
        fs::read_to_string(&path).expect("the log"),
        "head\n0\n1\n2\n0\n1\n2\n"
    );
}

#[test]
fn a_file_that_is_not_appended_to_is_dropped_once() {
    let path = folder("journal-truncate").join("log");
    fs::write(&path, "old\n").expect("an old log");
    let journal = Journal::start().expect("a journal");
    let first = Arc::new(LogFile::new(&path, false, Vec::new(), true));
    journal.push(Target::File(Arc::clone(&first)), b"1\n".to_vec());
    journal.close(&first);
    journal.push(Target::File(Arc::clone(&first)), b"2\n".to_vec());
    end(journal);
    let again = LogFile::new(&path, false, Vec::new(), true).after(Some(&first));
    let journal = Journal::start().expect("a journal");
    journal.push(Target::File(Arc::new(again)), b"3\n".to_vec());
    end(journal);
    assert_eq!(fs::read_to_string(&path).expect("the log"), "1\n2\n3\n");
}

#[test]
fn more_files_than_may_be_open_are_all_written() {
    let folder = folder("journal-many");
    let journal = Journal::start().expect("a journal");
    for round in 0..2 {
        for n in 0..300 {
            let target = file(&folder.join(n.to_string()), true);
            journal.push(target, format!("{round}\n").into_bytes());
        }
    }
    end(journal);
    for n in 0..300 {
        let text = fs::read_to_string(folder.join(n.to_string())).expect("the log");
        assert_eq!(text, "head\n0\n1\n");
    }
}

/// A disk that hangs until it is let go.
struct Hanging(Receiver<()>);

impl io::Write for Hanging {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.recv();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_hanging_disk_costs_lines_and_no_time() {
    let (let_go, hanging) = sync_channel(0);
    let journal = Journal::start_with(4, Box::new(Hanging(hanging))).expect("a journal");
    for _ in 0..100 {
        journal.push(Target::Stdout, b"line\n".to_vec());
    }
    let lost = journal.counts.lost.load(Ordering::Relaxed);
    assert!((95..=96).contains(&lost), "{lost}");
    drop(let_go);
    let counts = end(journal);
    assert_eq!(counts.written.load(Ordering::Relaxed) + lost, 100);
    assert_eq!(counts.bytes_waiting.load(Ordering::Relaxed), 0);
}

#[test]
fn what_cannot_be_written_is_lost_and_counted() {
    let journal = Journal::start().expect("a journal");
    let full = LogFile::new("/dev/full", true, Vec::new(), true);
    journal.push(Target::File(Arc::new(full)), b"line\n".to_vec());
    journal.push(
        file(&PathBuf::from("/proc/no/such"), true),
        b"line\n".to_vec(),
    );
    let counts = end(journal);
    assert_eq!(counts.lost.load(Ordering::Relaxed), 2);
}
