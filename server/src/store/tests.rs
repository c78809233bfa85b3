use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;

use super::*;

/// A folder of its own, taken away at the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluicegate-store-{}-{number}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn store(&self) -> Store {
        Store::open(&self.0).unwrap()
    }

    fn file(&self) -> PathBuf {
        self.0.join("sluicegate.db")
    }

    fn refusal(&self) -> String {
        Store::open(&self.0).unwrap_err().to_string()
    }

    /// Changes the file behind the store's back.
    fn tamper(&self, statement: &str) {
        Connection::open(self.file())
            .unwrap()
            .execute_batch(statement)
            .unwrap();
    }

    fn faults(&self) -> Vec<AuditFault> {
        self.store().verify().unwrap().faults
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn author() -> Author {
    Author::new("admin", "127.0.0.1")
}

fn change<'a>(
    author: &'a Author,
    name: &'a str,
    before: Option<&'a Value>,
    after: Option<&'a Value>,
) -> Change<'a> {
    Change {
        author,
        action: "alter",
        kind: ObjectKind::Service,
        name,
        before,
        after,
    }
}

fn document(password: &str) -> Value {
    json!({"router": "readconnroute", "parameters": {"password": password}})
}

/// `count` changes of the service `Main`, each an operation.
fn changed(store: &Store, count: usize) {
    let author = author();
    for at in 0..count {
        let (before, after) = (document(&at.to_string()), document(&(at + 1).to_string()));
        store
            .commit(&[change(&author, "Main", Some(&before), Some(&after))])
            .unwrap();
    }
}

#[test]
fn a_change_and_its_record_are_there_after_a_restart() {
    let folder = Folder::new();
    let (author, after) = (author(), document("secret"));
    let id = folder
        .store()
        .commit(&[change(&author, "Main", None, Some(&after))])
        .unwrap();
    let store = folder.store();
    let overlaid = Overlaid {
        kind: ObjectKind::Service,
        name: "Main".to_owned(),
        document: Some(after.clone()),
    };
    assert_eq!(store.overlay().unwrap(), [overlaid]);
    let record = store.audit_record(id).unwrap().unwrap();
    assert_eq!(
        (record.user.as_str(), record.address.as_str()),
        ("admin", "127.0.0.1")
    );
    assert_eq!(record.after, Some(document("*****")));
    assert_eq!(record.outcome, DONE);
}

#[test]
fn secrets_are_in_the_overlay_and_kept_for_undo_but_not_in_the_audit() {
    let folder = Folder::new();
    let store = folder.store();
    changed(&store, 1);
    let (record, before) = store.operation(1).unwrap().remove(0);
    assert_eq!(record.before, Some(document("*****")));
    assert_eq!(before, Some(document("0")));
}

#[test]
fn what_is_changed_back_to_what_the_files_say_is_not_overlaid() {
    let folder = Folder::new();
    let store = folder.store();
    let (author, base, other) = (author(), document("a"), document("b"));
    store
        .lay_upon([(ObjectKind::Service, "Main".to_owned(), base.clone())])
        .unwrap();
    store
        .commit(&[change(&author, "Main", Some(&base), Some(&other))])
        .unwrap();
    assert_eq!(store.overlay().unwrap().len(), 1);
    store
        .commit(&[change(&author, "Main", Some(&other), Some(&base))])
        .unwrap();
    // Neither is what was made and removed at run time.
    store
        .commit(&[change(&author, "New", None, Some(&base))])
        .unwrap();
    store
        .commit(&[change(&author, "New", Some(&base), None)])
        .unwrap();
    assert_eq!(store.overlay().unwrap(), []);
    store
        .commit(&[change(&author, "Main", Some(&base), None)])
        .unwrap();
    assert_eq!(store.overlay().unwrap()[0].document, None);
    assert_eq!(store.verify().unwrap().faults, []);
}

#[test]
fn notes_and_sessions_change_nothing_of_the_overlay() {
    let folder = Folder::new();
    let store = folder.store();
    let (author, after) = (author(), document("a"));
    store
        .note(
            &change(&author, "Main", None, Some(&after)),
            "failed: because",
        )
        .unwrap();
    let of_session = Change {
        kind: ObjectKind::Session,
        ..change(&author, "4711", None, Some(&after))
    };
    store.commit(&[of_session]).unwrap();
    assert_eq!(store.overlay().unwrap(), []);
    assert_eq!(store.audit_len().unwrap(), 2);
    assert_eq!(store.verify().unwrap().faults, []);
}

#[test]
fn records_come_in_pages_from_either_end() {
    let folder = Folder::new();
    let store = folder.store();
    changed(&store, 5);
    let ids = |offset, limit, newest| -> Vec<u64> {
        let page = store.audit(offset, limit, newest).unwrap();
        page.iter().map(|record| record.id).collect()
    };
    assert_eq!(ids(0, 2, false), [1, 2]);
    assert_eq!(ids(4, 2, false), [5]);
    assert_eq!(ids(1, 2, true), [4, 3]);
    assert_eq!(ids(0, u64::MAX, false).len(), 5);
    assert_eq!(
        store
            .last_change_of(ObjectKind::Service, "Main", 4)
            .unwrap()
            .unwrap()
            .id,
        3
    );
    assert_eq!(store.audit_record(u64::MAX).unwrap(), None);
}

#[test]
fn a_changed_record_is_found() {
    let columns = [
        "operation = 9",
        "time_ms = 1",
        "user = 'eve'",
        "address = 'x'",
        "action = 'x'",
        "kind = 'x'",
        "name = 'x'",
        "before = NULL",
        "after = NULL",
        "outcome = 'x'",
        "undoes = 1",
    ];
    for set in columns {
        let folder = Folder::new();
        changed(&folder.store(), 3);
        folder.tamper(&format!("UPDATE audit SET {set} WHERE id = 2"));
        assert_eq!(
            folder.faults().first(),
            Some(&AuditFault::Changed { id: 2 }),
            "{set}"
        );
    }
}

#[test]
fn a_record_that_was_made_to_fit_does_not_fit_the_next() {
    let folder = Folder::new();
    changed(&folder.store(), 3);
    folder.tamper("UPDATE audit SET hash = zeroblob(32) WHERE id = 2");
    assert_eq!(
        folder.faults(),
        [AuditFault::Changed { id: 2 }, AuditFault::Changed { id: 3 }]
    );
}

#[test]
fn a_missing_record_is_found_wherever_it_was() {
    for id in 1..=3 {
        let folder = Folder::new();
        changed(&folder.store(), 3);
        folder.tamper(&format!("DELETE FROM audit WHERE id = {id}"));
        assert_eq!(folder.faults().first(), Some(&AuditFault::Missing { id }));
    }
}

#[test]
fn an_overlay_that_nobody_recorded_is_found() {
    let folder = Folder::new();
    changed(&folder.store(), 3);
    folder.tamper("UPDATE overlay SET document = '{}'");
    let fault = AuditFault::Overlay {
        kind: "services".to_owned(),
        name: "Main".to_owned(),
    };
    assert_eq!(folder.faults(), [fault]);
}

#[test]
fn a_full_disk_changes_nothing() {
    let folder = Folder::new();
    let store = folder.store();
    changed(&store, 3);
    let pages: i64 = store
        .look(|c| c.pragma_query_value(None, "page_count", |r| r.get(0)))
        .unwrap();
    store
        .look(|c| c.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(())))
        .unwrap();
    let (author, large) = (
        author(),
        json!({"parameters": {"filler": "x".repeat(100_000)}}),
    );
    let full = store.commit(&[
        change(&author, "Small", None, Some(&json!({}))),
        change(&author, "Main", None, Some(&large)),
    ]);
    assert_eq!(full, Err(StoreError::Full(folder.file())));
    assert_eq!(store.audit_len().unwrap(), 3);
    assert_eq!(store.overlay().unwrap().len(), 1);
    store
        .look(|c| c.pragma_update_and_check(None, "max_page_count", 100_000, |_| Ok(())))
        .unwrap();
    assert_eq!(
        store.commit(&[change(&author, "Main", None, Some(&large))]),
        Ok(4)
    );
    assert_eq!(store.verify().unwrap().faults, []);
}

#[test]
fn a_store_that_another_program_has_locked_is_changed_when_it_is_free_again() {
    let folder = Folder::new();
    let store = folder.store();
    changed(&store, 1);
    let other = Connection::open(folder.file()).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (author, after) = (author(), document("a"));
    let refused = store.commit(&[change(&author, "Other", None, Some(&after))]);
    assert_eq!(refused, Err(StoreError::Busy(folder.file())));
    // What is there can be read meanwhile.
    assert_eq!(store.audit_len(), Ok(1));
    other.execute_batch("ROLLBACK").unwrap();
    changed(&store, 1);
    assert_eq!(store.verify().unwrap().faults, []);
    assert_eq!(store.overlay().unwrap().len(), 1);
}

#[test]
fn a_second_gateway_is_refused_but_readers_are_not() {
    let folder = Folder::new();
    assert!(Store::read(&folder.0).unwrap().is_none());
    let store = folder.store();
    assert!(folder.refusal().contains("in use by another gateway"));
    changed(&store, 2);
    let reader = Store::read(&folder.0).unwrap().unwrap();
    assert_eq!(reader.verify().unwrap().records, 2);
    let (author, after) = (author(), document("a"));
    let refused = reader.commit(&[change(&author, "Main", None, Some(&after))]);
    assert!(matches!(refused, Err(StoreError::Failed { .. })));
    changed(&store, 1);
    assert_eq!(reader.audit_len().unwrap(), 3);
}

/// Opens a damaged file and asserts that it is refused and stays as it is.
fn refused_untouched(folder: &Folder, expected: &str) {
    let before = std::fs::read(folder.file()).unwrap();
    let refusal = folder.refusal();
    assert!(refusal.contains(expected), "{refusal}");
    assert!(
        std::fs::read(folder.file()).unwrap() == before,
        "the file was written to"
    );
}

#[test]
fn a_newer_file_is_refused_and_left_untouched() {
    let folder = Folder::new();
    changed(&folder.store(), 1);
    folder.tamper("PRAGMA user_version = 2");
    refused_untouched(&folder, "has version 2, this program knows up to 1");
    assert!(Store::read(&folder.0).is_err());
}

#[test]
fn something_else_is_refused_and_left_untouched() {
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(
        folder.file(),
        "[maxscale]\nthis is no database, but quite long\n".repeat(50),
    )
    .unwrap();
    refused_untouched(&folder, "is not a store of Sluicegate");
    std::fs::remove_file(folder.file()).unwrap();
    folder.tamper("CREATE TABLE other (a)");
    refused_untouched(&folder, "is not a store of Sluicegate");
}

#[test]
fn a_broken_file_is_refused_and_left_untouched() {
    let folder = Folder::new();
    changed(&folder.store(), 200);
    let good = std::fs::read(folder.file()).unwrap();
    let mut cut = good.clone();
    cut.truncate(good.len() / 2);
    std::fs::write(folder.file(), &cut).unwrap();
    refused_untouched(&folder, "is broken");
    let mut scribbled = good.clone();
    for byte in scribbled.iter_mut().skip(2 * 4096).step_by(3) {
        *byte ^= 0x5a;
    }
    std::fs::write(folder.file(), &scribbled).unwrap();
    refused_untouched(&folder, "is broken");
    std::fs::write(folder.file(), &good).unwrap();
    assert_eq!(folder.faults(), []);
}

#[test]
fn only_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let store = folder.store();
    changed(&store, 1);
    for entry in std::fs::read_dir(&folder.0).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{}", entry.path().display());
    }
}

#[test]
fn an_empty_file_becomes_a_store() {
    let folder = Folder::new();
    std::fs::create_dir_all(&folder.0).unwrap();
    std::fs::write(folder.file(), "").unwrap();
    changed(&folder.store(), 1);
    assert_eq!(folder.store().audit_len().unwrap(), 1);
}

#[test]
fn only_changes_of_sessions_do_not_wait_for_the_disk() {
    let folder = Folder::new();
    let store = folder.store();
    let (author, document) = (author(), document("secret"));
    let level = || {
        let level = |connection: &Connection| {
            connection.pragma_query_value(None, "synchronous", |row| row.get::<_, i64>(0))
        };
        store.look(level).unwrap()
    };
    let service = change(&author, "Main", None, Some(&document));
    let session = Change {
        kind: ObjectKind::Session,
        ..change(&author, "1", Some(&document), Some(&document))
    };
    let (normal, full) = (1, 2);
    store.commit(std::slice::from_ref(&session)).unwrap();
    assert_eq!(level(), normal);
    store.commit(&[session, service]).unwrap();
    assert_eq!(level(), full);
}

#[test]
fn what_was_made_until_the_end_of_a_process_counts_as_long_as_that() {
    let folder = Folder::new();
    let (author, one, two) = (author(), json!(1), json!(2));
    let last = |store: &Store| {
        let last = store.last_change_of(ObjectKind::Service, "Main", u64::MAX);
        last.unwrap().map(|record| record.id)
    };
    let store = folder.store();
    let first = change(&author, "Main", Some(&one), Some(&two));
    store.commit(&[first]).unwrap();
    store.set_persists(false);
    let second = change(&author, "Main", Some(&two), Some(&one));
    store.commit(&[second]).unwrap();
    assert_eq!(last(&store), Some(2));
    let record = store.audit_record(2).unwrap().unwrap();
    assert!(!store.is_gone(&record));
    drop(store);
    let store = folder.store();
    assert_eq!(last(&store), Some(1));
    assert!(store.is_gone(&record));
}
