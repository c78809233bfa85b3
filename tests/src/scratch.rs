//! Scratch folders under the target directory, and where built programs are.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The folder of this process; those of processes that are gone are removed first.
static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let all = target_dir().join("scratch");
    sweep(&all);
    let own = all.join(std::process::id().to_string());
    std::fs::create_dir_all(&own).expect("the scratch folder can be made");
    own
});

/// A new, empty folder whose name begins with `name`.
pub fn folder(name: &str) -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    let path = ROOT.join(format!("{name}-{}", NEXT.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(&path).expect("a scratch folder can be made");
    path
}

/// Cargo's target directory, from the place of the running program.
pub fn target_dir() -> PathBuf {
    let profile = profile_dir();
    profile
        .parent()
        .expect("a profile folder lies in the target directory")
        .to_path_buf()
}

/// The folder of built programs of this profile (`target/debug`).
pub fn profile_dir() -> PathBuf {
    let program = std::env::current_exe().expect("the running program has a path");
    let folder = program.parent().expect("a program lies in a folder");
    // Tests lie in `deps`, programs one above.
    if folder.ends_with("deps") {
        folder
            .parent()
            .expect("deps lies in the profile folder")
            .to_path_buf()
    } else {
        folder.to_path_buf()
    }
}

/// The repository's root.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the crate lies in it")
        .to_path_buf()
}

fn sweep(all: &Path) {
    let Ok(entries) = std::fs::read_dir(all) else {
        return;
    };
    for entry in entries.flatten() {
        let gone = !Path::new("/proc").join(entry.file_name()).exists();
        if gone {
            // Another harness process may sweep at the same time: whoever is first wins.
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}
