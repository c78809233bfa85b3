//! The Debian package, as far as it can be told without building it: what `server/Cargo.toml` says
//! of it, the files beside, and the list of what is in it fit together.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use sluicegate_tests::scratch::repository;

/// What stands below it is made by `packaging/build-deb.sh`.
const BUILT: &str = "target/release/";
/// What `cargo deb` adds by itself.
const ADDED: [&str; 2] = [
    "usr/lib/systemd/system/sluicegate.service",
    "usr/share/doc/sluicegate/changelog.Debian.gz",
];

/// An asset: where it comes from, and where it goes.
type Asset = (String, String);

/// Everything that does not fit.
pub(crate) fn complaints() -> Vec<String> {
    let root = repository();
    let metadata = metadata(&root);
    let assets = assets(&metadata);
    let mut complaints = missing_sources(&root.join("server"), &assets);
    let listed = std::fs::read_to_string(root.join("packaging/debian/contents"));
    let listed = listed.expect("packaging/debian/contents");
    let listed: BTreeSet<&str> = listed
        .lines()
        .filter_map(|line| line.split_whitespace().last()?.strip_prefix("./"))
        .collect();
    for (source, target) in &assets {
        let one = !source.contains('*') && !listed.iter().any(|file| is_at(file, target));
        if one {
            complaints.push(format!("packaging/debian/contents lacks {target}"));
        }
    }
    for file in &listed {
        if !ADDED.contains(file) && !assets.iter().any(|(_, target)| is_at(file, target)) {
            complaints.push(format!(
                "packaging/debian/contents has {file}, the package not"
            ));
        }
    }
    let configurations = metadata["conf-files"].as_array().expect("conf-files");
    for file in configurations.iter().filter_map(Value::as_str) {
        if !listed.contains(file.trim_start_matches('/')) {
            complaints.push(format!("conf-files: {file} is not in the package"));
        }
    }
    complaints.extend(unit_complaints(&root, &listed));
    complaints
}

/// Files below a folder, plain or compressed, are at it.
fn is_at(file: &str, target: &str) -> bool {
    let plain = file.strip_suffix(".gz").unwrap_or(file);
    file == target || plain == target || (target.ends_with('/') && file.starts_with(target))
}

/// The unit starts the program with the configuration that is in the package.
fn unit_complaints(root: &Path, listed: &BTreeSet<&str>) -> Vec<String> {
    let unit = std::fs::read_to_string(root.join("packaging/sluicegate.service"));
    let unit = unit.expect("the unit");
    let command = unit
        .lines()
        .find_map(|line| line.strip_prefix("ExecStart="));
    let words = command.expect("ExecStart").split_whitespace();
    let paths = words.filter_map(|word| word.strip_prefix('/'));
    paths
        .filter(|path| !listed.contains(path))
        .map(|path| format!("packaging/sluicegate.service: /{path} is not in the package"))
        .collect()
}

fn missing_sources(server: &Path, assets: &[Asset]) -> Vec<String> {
    let sources = assets.iter().map(|(source, _)| source);
    let missing = sources.filter(|source| {
        let path = server.join(source);
        let found = match path.file_name().and_then(|name| name.to_str()) {
            Some(name) if name.contains('*') => {
                let end = name.trim_start_matches('*');
                let files = std::fs::read_dir(path.parent().expect("a folder"));
                let mut files = files.into_iter().flatten().flatten();
                files.any(|file| file.file_name().to_string_lossy().ends_with(end))
            }
            _ => path.exists(),
        };
        !source.starts_with(BUILT) && !found
    });
    missing
        .map(|source| format!("server/Cargo.toml: there is no {source}"))
        .collect()
}

fn assets(metadata: &Value) -> Vec<Asset> {
    let assets = metadata["assets"].as_array().expect("assets");
    let asset = |asset: &Value| {
        let text = |at: usize| asset[at].as_str().expect("a path").to_owned();
        let (source, mut target) = (text(0), text(1));
        if target.ends_with('/') && !source.contains('*') {
            target.push_str(source.rsplit('/').next().unwrap_or_default());
        }
        (source, target)
    };
    assets.iter().map(asset).collect()
}

/// `package.metadata.deb` of the server.
fn metadata(root: &Path) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(root)
        .output()
        .expect("cargo runs");
    let mut all: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let packages = all["packages"].as_array_mut().expect("packages");
    let server = packages
        .iter_mut()
        .find(|package| package["name"] == "sluicegate-server");
    server.expect("the server")["metadata"]["deb"].take()
}
