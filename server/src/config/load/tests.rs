//! Configurations as files in a folder of their own, good and bad.

mod faults;
mod good;
mod manual;
mod overlaid;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use expect_test::Expect;

use super::load_with;
use crate::config::parameter::{Kind, ModuleKind, ModuleSpec, ParameterSpec};
use crate::config::{Configuration, Overlay};

/// A filter module as the filters room would hand it in.
const FILTERS: &[ModuleSpec] = &[ModuleSpec {
    name: "qlafilter",
    kind: ModuleKind::Filter,
    parameters: &[
        ParameterSpec::new("filebase", Kind::String, None, "The file.").mandatory(),
        ParameterSpec::new("append", Kind::Bool, Some("true"), "Add to it."),
        ParameterSpec::new("match", Kind::Regex, None, "What to log."),
        ParameterSpec::new("rules", Kind::Path, None, "The file with the rules."),
    ],
    description: "Logs statements.",
}];

/// A folder that goes with the test.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluicegate-config-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    /// Everything that is said of the file at `path`, with the folder's name cut away.
    fn outcome(&self, path: &Path) -> Result<Configuration, String> {
        self.outcome_over(path, &Overlay::default())
    }

    /// The same with what was changed at run time.
    fn outcome_over(&self, path: &Path, overlay: &Overlay) -> Result<Configuration, String> {
        let environment = |name: &str| (name == "DB_HOST").then(|| "db.example".to_owned());
        let prefix = format!("{}/", self.0.display());
        load_with(path, FILTERS, overlay, &environment).map_err(|errors| {
            let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
            lines.join("\n").replace(&prefix, "")
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The configuration of a text that has no fault.
fn good(text: &str) -> Configuration {
    let folder = Folder::new();
    let path = folder.write("a.cnf", text);
    folder
        .outcome(&path)
        .unwrap_or_else(|errors| panic!("{errors}"))
}

/// Compares what is wrong with a text.
fn check_faults(text: &str, expected: &Expect) {
    let folder = Folder::new();
    let path = folder.write("a.cnf", text);
    let errors = folder
        .outcome(&path)
        .map(|_| ())
        .expect_err("this has no fault");
    expected.assert_eq(&errors);
}

/// A configuration without faults, to add to.
const BASE: &str = "\
[maxscale]
threads=2

[db1]
type=server
address=127.0.0.1
port=3001

[db2]
type=server
socket=/run/db2.sock

[Monitor]
type=monitor
module=mariadbmon
servers=db1,db2
user=watch
password=secret1

[Service]
type=service
router=readconnroute
servers=db1,
  db2
user=accounts
password=secret2

[Listener]
type=listener
service=Service
port=4006
";
